"""Host requests as one spreadsheet: a row for each, with the columns of the request itself, of its
wishes, its treatment and its training programme. They come in as drafts, under the rules of the
page. What is a list, such as units and instructors, has its sheets in the workbook.
"""

import uuid
from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass, field, replace
from typing import Any, cast

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.change_log import log_changes
from accounts.models import User
from files.sheets.columns import Choice, Code, Column, Named, Text, Whole, same
from files.sheets.kinds import Change, Kind, Line, Plan, Values, register
from japan.codes import CodeError, validate_code
from schedule.lgotp import CODE
from schedule.vocabulary import LanguageLevel

from ..intake import Intake, reason_against_intake, save_requests
from ..models import (
    DemandSurvey,
    HostRequest,
    HostRequestQuerySet,
    SurveyAnswer,
    TrainingProgramme,
    Treatment,
)
from ..states import RequestState
from ..workbooks.columns import KEEP, Wish, when_empty
from ..workbooks.parts import Part, one_of
from ..workbooks.sheets import BY_NAME
from ..workbooks.sheets.requests import MOST_WISHES
from .governments import already

WISHES = tuple(f"country_{rank}" for rank in range(1, MOST_WISHES + 1))
PREFIX = "training_"  # a column of the programme that the request has as well


def _keyed(column: Column) -> Column:
    """The column as this sheet writes it: a choice by its key, as every sheet of one kind does."""
    if isinstance(column, Named) and not isinstance(column, Wish):
        return Choice(key=column.key, heading=column.heading, choices=column.choices)
    return column


def _columns(name: str, *, without: tuple[str, ...] = ()) -> dict[str, tuple[Part, str, Column]]:
    """The columns of a sheet of the workbook, by their keys here."""
    part = BY_NAME[name]
    found = {}
    taken = {column.key for column in BY_NAME["requests"].typed} if name == "programmes" else set()
    for column in part.typed:
        if column.key in without:
            continue
        key = f"{PREFIX}{column.key}" if column.key in taken else column.key
        found[key] = (part, column.key, replace(_keyed(column), key=key))
    return found


class WishByKey(Wish):
    """A country by its code, a region by its name in English, as every sheet of one kind does."""

    def write(self, value: object) -> object:
        return str(value) if value else None


OF_REQUEST = _columns("requests", without=("tie_no",)) | _columns("conditions")
OF_TREATMENT = _columns("treatment")
OF_PROGRAMME = _columns("programmes")
COLUMNS = {**OF_REQUEST, **OF_TREATMENT, **OF_PROGRAMME}
TYPED = (*OF_REQUEST, "level", *WISHES, *OF_TREATMENT, *OF_PROGRAMME)


@dataclass
class Draft:
    """One request with what belongs to it, as it is going to be."""

    request: HostRequest
    programme: TrainingProgramme
    treatment: Treatment
    wishes: list[str] = field(default_factory=list)

    def row_of(self, part: Part) -> Any:
        rows = {"treatment": self.treatment, "programmes": self.programme}
        return rows.get(part.name, self.request)


@register
class HostRequests(Kind):
    """A request is known by its id, else by its answer, field and Japanese theme."""

    name = "requests"
    aliases = ("host_requests",)
    label = _("Host requests")
    label_ja = "受入要望書"
    note = _(
        "Rows become drafts of the answer of their government; nothing is submitted. "
        "A row without an id changes the draft of the same field and Japanese theme, "
        "or begins a new one. The units of the training programme are added on the page."
    )
    can_import = True
    columns = (
        Text(key="request_id", heading="要望書ID", max_length=40),
        Text(key="programme", heading="事業", max_length=40),
        Whole(key="fiscal_year", heading="来日年度", required=True, least=2000, most=2100),
        Code(key="government_code", heading="団体コード", required=True, max_length=6),
        Text(key="government_name", heading="団体名", shown_only=True),
        Text(key="state", heading="状態", shown_only=True),
        *(column for _part, _key, column in OF_REQUEST.values()),
        Choice(key="level", heading="必要な語学水準", choices=LanguageLevel),
        *(
            WishByKey(key=key, heading=f"希望国{'１２３４５'[place]}")
            for place, key in enumerate(WISHES)
        ),
        *(column for _part, _key, column in (OF_TREATMENT | OF_PROGRAMME).values()),
    )

    def rows_for(self, user: User | None) -> QuerySet:
        rows = HostRequest.objects.order_by("answer__government__code", "pk")
        return rows if user is None else rows.visible_to(user)

    def with_relations(self, rows: QuerySet) -> QuerySet:
        return cast(HostRequestQuerySet, rows).with_names().prefetch_related("wished_countries")

    def values_of(self, row: HostRequest) -> Values:
        government = row.answer.government
        upper = government.prefecture
        return {
            "request_id": str(row.public_id),
            "programme": row.cycle.programme.code,
            "fiscal_year": row.cycle.fiscal_year,
            "government_code": government.code,
            "government_name": f"{upper.name if upper else ''}{government.name}",
            "state": row.state,
            **typed_values(draft_of(row)),
        }

    def check(self, plan: Plan, lines: list[Line], *, by: User | None) -> None:
        answers, years = _answers(lines), _years()
        drafts = _requests(answers.values())
        seen: dict[object, int] = {}
        for line in lines:
            answer = self._answer(plan, line, answers, years)
            if answer is None:
                continue
            row = self._row(plan, line, drafts.get(answer.pk, []))
            if row is False:
                continue
            theme = (answer.pk, line.values.get("field"), line.values.get("theme_ja"))
            key = row.pk if row else theme
            if not line.bad and key in seen:
                plan.wrong(line, "theme_ja", already(seen[key]))
                continue
            seen[key] = line.number
            self._plan_row(plan, line, answer, row or None)

    def _answer(
        self, plan: Plan, line: Line, answers: dict, years: dict[str, set[int]]
    ) -> SurveyAnswer | None:
        """The answer that this row means; where there is none, the first cell that is wrong."""
        year, code = line.values.get("fiscal_year"), line.values.get("government_code")
        if year is None or code is None:
            return None
        programme = line.values.get("programme") or CODE
        answer = answers.get((programme, year, code))
        if answer is None and programme not in years:
            plan.wrong(line, "programme", _("There is no survey of a programme with this code."))
        elif answer is None and year not in years[programme]:
            plan.wrong(line, "fiscal_year", _("There is no survey of this fiscal year."))
        elif answer is None:
            plan.wrong(line, "government_code", _against_code(code))
        return answer

    def _row(self, plan: Plan, line: Line, rows: list[HostRequest]) -> Any:
        """The request that this row means, None for a new one, False where it means none."""
        if typed := line.values.get("request_id"):
            found = [row for row in rows if str(row.public_id) == _uuid(typed)]
            if not found:
                plan.wrong(line, "request_id", _("This government has no request of this id."))
                return False
            return found[0]
        open_keys = [key for key in ("field", "theme_ja") if not line.values.get(key)]
        for key in open_keys:
            if key not in line.bad:
                plan.wrong(line, key, _("Without an id of the request this must be filled in."))
        if open_keys and not line.bad:
            return False
        named = [
            row
            for row in rows
            if row.state != RequestState.WITHDRAWN
            and row.field == line.values.get("field")
            and same(row.training_programme.theme_ja, line.values.get("theme_ja"))
        ]
        if len(named) > 1:
            plan.wrong(line, "theme_ja", _("Two requests have this field and theme. Give the id."))
            return False
        return named[0] if named else None

    def _plan_row(
        self, plan: Plan, line: Line, answer: SurveyAnswer, row: HostRequest | None
    ) -> None:
        draft = copied(row) if row else new_draft(answer)
        draft.request.answer = answer
        before = typed_values(draft)
        given = {
            key: value
            for key, value in line.values.items()
            if key in TYPED and not (value is None and _stays(key))
        }
        faults = [*put(draft, given), *_against_wishes(draft, given)]
        faults = [(key, reason) for key, reason in faults if key not in line.bad]
        for key, reason in faults:
            plan.wrong(line, key, reason)
        if line.bad or faults:
            return
        after = typed_values(draft)
        found = {
            key: (before[key] if row else None, after[key])
            for key in TYPED
            if not same(before[key] if row else None, after[key])
        }
        if (found or row is None) and (against := reason_against_intake(answer, row)):
            plan.wrong(line, "government_code", against)
            return
        name = f"{answer.government.code} {answer.government.name} {draft.programme.theme_ja}"
        has_treatment = draft.treatment.pk is not None or any(key in OF_TREATMENT for key in found)
        treatment = draft.treatment if has_treatment and self._says(draft, found) else None
        intake: Intake = (row, draft.request, draft.programme, draft.wishes, treatment)
        plan.changes.append(Change(line, name, row is None, found, intake))

    def _says(self, draft: Draft, found: dict) -> bool:
        """Whether there is a treatment to keep: one that stands, or that a cell says."""
        is_told = any(
            key in OF_TREATMENT and value not in (None, "") and key != "allowance_per"
            for key, (_was, value) in found.items()
        )
        return draft.treatment.pk is not None or is_told

    def write(self, plan: Plan, *, by: User | None) -> None:
        done = [change.row for change in plan.changes if not change.is_same]
        log_changes(save_requests(done, by=by), by=by)


def draft_of(row: HostRequest) -> Draft:
    """The request as it stands, with blank rows for what it lacks."""
    treatment = next(iter(one_of(row, "treatment")), None) or Treatment(host_request=row)
    wishes = [wish.code for wish in BY_NAME["wishes"].get(row)]
    programme = next(iter(one_of(row, "training_programme")), None) or TrainingProgramme()
    return Draft(row, programme, treatment, wishes)


def copied(row: HostRequest) -> Draft:
    found = draft_of(row)
    request = copy(row)
    found = Draft(request, copy(found.programme), copy(found.treatment), found.wishes)
    found.programme.host_request = found.treatment.host_request = request
    return found


def new_draft(answer: SurveyAnswer) -> Draft:
    """What the page begins: the stay starts with the arrival of the cycle."""
    request = HostRequest(answer=answer, field="", starts_on=answer.survey.cycle.arrival_on)
    programme = TrainingProgramme(host_request=request)
    return Draft(request, programme, Treatment(host_request=request))


def typed_values(draft: Draft) -> Values:
    """What people type into the pages of one request."""
    own = {key: getattr(draft.row_of(part), name) for key, (part, name, _c) in COLUMNS.items()}
    wishes = dict(zip(WISHES, draft.wishes, strict=False))
    return {**own, "level": draft.request.level, **{key: wishes.get(key) for key in WISHES}}


def put(draft: Draft, given: Values) -> Iterator[tuple[str, object]]:
    """Set what was typed, and say what the rows have against it."""
    for name in ("requests", "conditions", "treatment", "programmes"):
        part = BY_NAME[name]
        keys = {own: key for key, (of, own, _column) in COLUMNS.items() if of is part}
        row = draft.row_of(part)
        part.put(row, {own: given[key] for own, key in keys.items() if key in given})
        if name == "requests" and row.assembly_month and "needs_assembly" not in given:
            row.needs_assembly = True
        is_named = draft.request.japanese_needed or draft.request.english_needed
        if name == "conditions" and given.get("level") is not None and not is_named:
            row.level = given["level"]
        for own, reason in part.against(row):
            yield keys.get(own, "request_id"), reason
    named = {**dict(zip(WISHES, draft.wishes, strict=False)), **given}
    draft.wishes = [str(named[key]) for key in WISHES if named.get(key)]


def _against_wishes(draft: Draft, given: Values) -> Iterator[tuple[str, object]]:
    seen: set[object] = set()
    for key in WISHES:
        wish = given.get(key)
        if wish and wish in seen:
            yield key, _("This country is named already. Choose another or none.")
        seen.add(wish)


def _stays(key: str) -> bool:
    """An empty cell that leaves what must say something as it is."""
    if key == "level":
        return True
    part_and_name = COLUMNS.get(key)
    if part_and_name is None:
        return False
    part, name, _column = part_and_name
    return when_empty(part.model, name) is KEEP


def _against_code(code: str) -> object:
    """What is wrong with the code of a government that is not asked."""
    try:
        validate_code(code)
    except CodeError as error:
        return error.args[0]
    return _("No survey of this year asks a government of this code.")


def _years() -> dict[str, set[int]]:
    """The fiscal years of which each programme has a survey."""
    found: dict[str, set[int]] = {}
    for code, year in DemandSurvey.objects.values_list(
        "cycle__programme__code", "cycle__fiscal_year"
    ):
        found.setdefault(code, set()).add(year)
    return found


def _answers(lines: list[Line]) -> dict[tuple[str, int, str], SurveyAnswer]:
    """The answers that these rows name, locked."""
    years = {line.values["fiscal_year"] for line in lines if line.values.get("fiscal_year")}
    rows = (
        SurveyAnswer.objects.select_for_update(of=("self",))
        .filter(survey__cycle__fiscal_year__in=years)
        .select_related(
            "survey__cycle__programme",
            "government__organisation",
            "government__prefecture__organisation",
        )
        .order_by("pk")
    )
    codes = {line.values.get("government_code") for line in lines}
    return {
        (row.survey.cycle.programme.code, row.survey.cycle.fiscal_year, row.government.code): row
        for row in rows
        if row.government.code in codes
    }


def _requests(answers) -> dict[int, list[HostRequest]]:
    """The requests of these answers by answer, locked, with all that the sheet tells of them."""
    wanted = {answer.pk: answer for answer in answers}
    surveys = {answer.survey_id for answer in wanted.values()}
    rows = (
        HostRequest.objects.select_for_update(of=("self",))
        .filter(answer__survey__in=surveys)
        .select_related("training_programme", "treatment")
        .prefetch_related("wished_countries")
        .order_by("pk")
    )
    found: dict[int, list[HostRequest]] = {}
    for row in rows:
        if row.answer_id in wanted:
            row.answer = wanted[row.answer_id]
            found.setdefault(row.answer_id, []).append(row)
    return found


def _uuid(text: str) -> str:
    try:
        return str(uuid.UUID(text))
    except ValueError:
        return ""
