"""Writing what a workbook says, many rows in few queries, and submitting what it submits."""

from collections.abc import Iterable, Sequence
from copy import copy
from typing import Any

from django.db import models, transaction
from django.utils import timezone, translation

from accounts.change_log import log_changes
from accounts.models import User
from accounts.moves import make_moves
from files.sheets.books import BookPlan
from files.sheets.bulk import create_rows, update_rows
from files.sheets.faults import Bilingual
from files.sheets.kinds import Line

from ..models import AnswerEvent, HostRequest, SurveyAnswer, SurveyReply, UnitInstructor
from ..services import HostError, faults_of, submit_demand, submit_no_demand
from ..states import ANSWER_MOVES, AnswerState, RequestState
from .checking import faults_at
from .parts import Key, Part
from .portal import Scope
from .sheets import PARTS
from .sheets.answers import NO_DEMAND
from .work import Save, Submission, Work

Pairs = list[tuple[models.Model | None, models.Model | None]]


class Saving:
    """One checked workbook on its way into the tables."""

    def __init__(self, plan: BookPlan, work: Work, scope: Scope, by: User | None):
        self.plan, self.work, self.scope, self.by = plan, work, scope, by
        self.pairs: Pairs = []

    def run(self, lines: dict[str, dict[Key, list[Line]]]) -> None:
        saves = [save for save in self.work.saves if save.key[0] not in self.work.unsound]
        touched = self._touched(saves)
        self._answers(saves, touched)
        self._gone()
        for part in PARTS:
            mine = [save for save in saves if save.part is part]
            if part.name == "replies":
                self._replies(mine)
            elif part.name not in {"answers", "conditions"}:
                self._part(part, mine, saves)
        log_changes(self.pairs, by=self.by)
        for code, submission in self.work.submissions.items():
            if code not in self.work.unsound:
                self._submit(code, submission, lines)

    def _touched(self, saves: Iterable[Save]) -> set[str]:
        """The governments whose answers this workbook changes or submits."""
        rows: list[Any] = [*saves, *self.work.gone, *self.work.renewed]
        codes = {each.key[0] for each in rows} | self.work.submissions.keys()
        return codes - self.work.unsound

    # answers ----------------------------------------------------------------------------------

    def _answers(self, saves: list[Save], touched: set[str]) -> None:
        """The reason for no demand, how the answer came, and that it has been begun."""
        written = {save.key[0]: save.now for save in saves if save.part.name == "answers"}
        changed, unopened = [], []
        events: list[AnswerEvent] = []
        for code in sorted(touched):
            answer = self.work.answers[code]
            before = copy(answer)
            if code in written:
                answer.no_demand_reason = written[code].no_demand_reason
            if (self.scope.is_entered and self._enter(answer)) or code in written:
                changed.append(answer)
            if answer in changed:
                answer.version += 1
                self.pairs.append((before, answer))
            if answer.state == AnswerState.NOT_OPENED:
                unopened.append(answer)
        fields = ["no_demand_reason", "channel", "entered_by", "entered_note", "version"]
        update_rows(SurveyAnswer, changed, fields)
        create_rows(AnswerEvent, events)
        make_moves(unopened, AnswerState.DRAFT, by=self.by, table=ANSWER_MOVES)

    def _enter(self, answer: SurveyAnswer) -> bool:
        """Mark an answer as entered by somebody else from a spreadsheet; whether that is new."""
        channel = SurveyAnswer.Channel.SPREADSHEET
        by = self.by.pk if self.by else None
        if answer.channel == channel and answer.entered_by_id == by:
            return False
        answer.channel, answer.entered_by = channel, self.by
        answer.entered_note = f"{timezone.localdate().isoformat()} XLSX"
        return True

    def _event(self, answer: SurveyAnswer) -> AnswerEvent:
        return AnswerEvent(
            answer=answer,
            kind=AnswerEvent.Kind.ENTRY_STARTED,
            channel=answer.channel,
            day=timezone.localdate(),
            reason=answer.entered_note,
            by=self.by,
        )

    # rows -------------------------------------------------------------------------------------

    def _gone(self) -> None:
        """Rows that are missing in the file, and those that are written anew."""
        rows: dict[type[models.Model], list[models.Model]] = {}
        for save in self.work.gone:
            if save.key[0] not in self.work.unsound:
                rows.setdefault(save.part.model, []).append(save.before)
                if save.part.name == "units":
                    teaching = list(save.before.instructors.all())
                    rows.setdefault(UnitInstructor, []).extend(teaching)
        for renewal in self.work.renewed:
            if renewal.key[0] not in self.work.unsound:
                rows.setdefault(renewal.part.model, []).extend(renewal.before)
        for model in sorted(rows, key=lambda each: each is not UnitInstructor):
            gone = {row.pk: row for row in rows.get(model, [])}
            if gone:
                found = model._default_manager.filter(pk__in=gone)
                found._raw_delete(found.db)
                self.pairs += [(row, None) for row in gone.values()]

    def _part(self, part: Part, mine: Sequence[Save], saves: Sequence[Save]) -> None:
        new = [save.now for save in mine if save.before is None]
        for renewal in self.work.renewed:
            if renewal.part is part and renewal.key[0] not in self.work.unsound:
                new += [_unsaved(row) for row in renewal.now]
        if part.name == "requests":
            changed = _once(
                save for save in saves if save.part.model is HostRequest and save.now.pk is not None
            )
        else:
            changed = [save for save in mine if save.before is not None]
        for row in [*new, *(save.now for save in changed)]:
            _point_again(row)
        create_rows(part.model, new)
        for save in changed:
            if hasattr(save.now, "version"):
                save.now.version += 1
        names = _columns(PARTS, part.model)
        update_rows(part.model, [save.now for save in changed], names)
        self.pairs += [(None, row) for row in new]
        self.pairs += [(save.before, save.now) for save in changed]

    def _replies(self, mine: Sequence[Save]) -> None:
        """An empty reply is no row."""
        rows = [save.now for save in mine]
        gone = [row.pk for row in rows if row.pk and not row.value]
        SurveyReply.objects.filter(pk__in=gone).delete()
        create_rows(SurveyReply, [row for row in rows if not row.pk and row.value])
        update_rows(SurveyReply, [row for row in rows if row.pk and row.value], ["value"])

    # submitting -------------------------------------------------------------------------------

    def _submit(self, code: str, submission: Submission, lines: dict) -> None:
        answer = SurveyAnswer.objects.select_related("survey__cycle__programme").get(
            pk=self.work.answers[code].pk
        )
        if submission.wants != NO_DEMAND and self._incomplete(code, answer, lines):
            return
        if reason := self._reason_against(answer, submission):
            self.plan.plans["answers"].wrong(submission.line, "submit", reason)

    def _incomplete(self, code: str, answer: SurveyAnswer, lines: dict) -> bool:
        """Whether a request lacks something; each such thing at its cell."""
        rows = answer.requests.select_related("training_programme").order_by("pk")
        is_incomplete = False
        for place, request in enumerate(rows.exclude(state=RequestState.WITHDRAWN), start=1):
            if request.state != RequestState.DRAFT:
                continue
            request.answer = answer
            told = {}
            for language in ("ja", "en"):
                with translation.override(language):
                    told[language] = faults_of(request)
            for (_step, name, japanese), (*_same, english) in zip(*told.values(), strict=True):
                is_incomplete = True
                reason = Bilingual(japanese, english)
                key = (code, place)
                faults_at(self.plan, self.work, key, name, reason, lines=lines)
        return is_incomplete

    def _reason_against(self, answer: SurveyAnswer, submission: Submission) -> Bilingual | None:
        """Submit it; None where that went well, else the reason in both languages."""
        assert self.by is not None  # noqa: S101 - who submits nothing needs no name
        own = translation.get_language() or "ja"
        told = {}
        for language in (own, "en" if own == "ja" else "ja"):
            try:
                with transaction.atomic(), translation.override(language):
                    if submission.wants == NO_DEMAND:
                        submit_no_demand(answer, reason=submission.reason, by=self.by)
                    else:
                        submit_demand(answer, by=self.by)
            except HostError as error:
                told[language] = str(error)
            else:
                return None
        return Bilingual(told["ja"], told["en"])


def _once(saves: Iterable[Save]) -> list[Save]:
    """Each row once, as it was before its first change."""
    found: dict[int, Save] = {}
    for save in saves:
        found.setdefault(id(save.now), save)
    return list(found.values())


def _unsaved(row: Any) -> Any:
    """The row as a new one."""
    row.pk = None
    row._state.adding = True
    return row


def _point_again(row: models.Model) -> None:
    """Rows to which this one points have got their keys meanwhile."""
    fields: Iterable[Any] = row._meta.concrete_fields
    for field in fields:
        if field.is_relation and field.is_cached(row):
            setattr(row, field.name, getattr(row, field.name))


def _columns(parts: Iterable[Part], model: type[models.Model]) -> list[str]:
    """The columns of a model that any sheet writes."""
    own = {field.name for field in model._meta.concrete_fields}
    found = {column.key for part in parts if part.model is model for column in part.typed}
    found |= {"version"} | ({"tie", "level"} if model is HostRequest else set())
    return sorted(found & own)
