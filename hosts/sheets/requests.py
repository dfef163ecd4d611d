"""Host requests as a spreadsheet: answers of governments that cannot use the page come in this
way, as drafts, under the rules of the page.
"""

import uuid
from collections.abc import Iterator
from copy import copy
from typing import Any, cast

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from accounts.change_log import log_changes
from accounts.models import User
from files.sheets.columns import Choice, Code, Day, Text, Whole, same
from files.sheets.forms import clean_row
from files.sheets.kinds import Change, Kind, Line, Plan, Values, register
from schedule.lgotp import CODE
from schedule.vocabulary import LanguageLevel, Route, TrainingField, TrainingLanguage

from ..forms import STEP_FORMS
from ..intake import reason_against_intake, save_requests
from ..models import (
    LONG_TEXT,
    MAX_TRAINEES,
    HostRequest,
    HostRequestQuerySet,
    SurveyAnswer,
    TrainingProgramme,
)
from ..regions import Region
from ..states import RequestState
from .governments import already

OF_REQUEST = (
    "field",
    "number",
    "route",
    "language",
    "level",
    "starts_on",
    "ends_on",
    "length_reason",
    "conditions_ja",
    "conditions_en",
)
OF_PROGRAMME = ("theme_ja", "theme_en", "aim_ja", "aim_en")
COUNTRIES = ("country_1", "country_2", "country_3", "country_4", "country_5")


class Wishes:
    """Every country and every region of the world, named in the language that is read."""

    def __iter__(self) -> Iterator[tuple[object, object]]:
        yield from countries
        yield from Region.choices


wishes = Wishes()
NEVER_EMPTY = ("number", "route", "language", "level")  # an empty cell leaves what stands there
TYPED = (*OF_REQUEST, *COUNTRIES, *OF_PROGRAMME)


def long(key: str, heading: str) -> Text:
    return Text(key=key, heading=heading, max_length=LONG_TEXT)


@register
class HostRequests(Kind):
    """A request is known by its id, else by its answer, field and Japanese theme."""

    name = "host_requests"
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
        Choice(key="field", heading="研修分野", choices=TrainingField),
        Whole(key="number", heading="受入人数", least=1, most=MAX_TRAINEES),
        Choice(key="route", heading="選考方法", choices=Route),
        Choice(key="language", heading="研修言語", choices=TrainingLanguage),
        Choice(key="level", heading="必要な語学水準", choices=LanguageLevel),
        Choice(key="country_1", heading="希望国１", choices=wishes),
        Choice(key="country_2", heading="希望国２", choices=wishes),
        Choice(key="country_3", heading="希望国３", choices=wishes),
        Choice(key="country_4", heading="希望国４", choices=wishes),
        Choice(key="country_5", heading="希望国５", choices=wishes),
        Day(key="starts_on", heading="受入開始日"),
        Day(key="ends_on", heading="受入終了日"),
        long("length_reason", "期間の理由"),
        long("conditions_ja", "条件・待遇（日本語）"),
        long("conditions_en", "条件・待遇（英語）"),
        Text(key="theme_ja", heading="研修テーマ（日本語）", max_length=200),
        Text(key="theme_en", heading="研修テーマ（英語）", max_length=200),
        long("aim_ja", "研修のねらい（日本語）"),
        long("aim_en", "研修のねらい（英語）"),
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
            **typed_values(row, row.training_programme),
        }

    def check(self, plan: Plan, lines: list[Line], *, by: User | None) -> None:
        answers = _answers(lines)
        drafts = _requests(answers.values())
        seen: dict[object, int] = {}
        for line in lines:
            answer = self._answer(plan, line, answers)
            if answer is None:
                _check_alone(plan, line)
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

    def _answer(self, plan: Plan, line: Line, answers: dict) -> SurveyAnswer | None:
        year, code = line.values.get("fiscal_year"), line.values.get("government_code")
        if year is None or code is None:
            return None
        programme = line.values.get("programme") or CODE
        answer = answers.get((programme, year, code))
        if answer is None:
            plan.wrong(
                line, "government_code", _("No survey of this year asks a government of this code.")
            )
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
        request = copy(row) if row else HostRequest(answer=answer, field="")
        programme = copy(row.training_programme) if row else TrainingProgramme()
        request.answer = answer
        if row is None:
            request.starts_on = answer.survey.cycle.arrival_on
        before = typed_values(request, programme)
        given = {
            key: value
            for key, value in line.values.items()
            if key in TYPED and not (value is None and key in NEVER_EMPTY)
        }
        cleaned, faults = clean_row({**before, **given}, _forms_of(request, programme))
        for key, reason in faults:
            if key not in line.bad:
                plan.wrong(line, key, reason)
        if line.bad or faults:
            return
        found = {
            key: (before[key] if row else None, value)
            for key in TYPED
            if not same(before[key] if row else None, value := cleaned[key])
        }
        if (found or row is None) and (against := reason_against_intake(answer, row)):
            plan.wrong(line, "government_code", against)
            return
        name = f"{answer.government.code} {answer.government.name} {programme.theme_ja}"
        wishes = [cleaned[key] for key in COUNTRIES if cleaned[key]]
        change = Change(line, name, row is None, found, (row, request, programme, wishes))
        plan.changes.append(change)

    def write(self, plan: Plan, *, by: User | None) -> None:
        done = [change.row for change in plan.changes if not change.is_same]
        log_changes(save_requests(done, by=by), by=by)


def typed_values(row: HostRequest, programme: TrainingProgramme) -> Values:
    """What people type into the pages of one request."""
    named = {wish.rank: wish.code for wish in row.wishes}
    return {
        **{key: getattr(row, key) for key in OF_REQUEST},
        **{key: named.get(rank) for rank, key in enumerate(COUNTRIES, start=1)},
        **{key: getattr(programme, key) for key in OF_PROGRAMME},
    }


def _forms_of(request: HostRequest, programme: TrainingProgramme):
    def build(data: dict[str, str]):
        for step, form in STEP_FORMS.items():
            if step == "treatment":  # no column of this sheet
                continue
            row = programme if step == "programme" else request
            stands = _as_it_stands(form(instance=row))
            yield form({**stands, **data, "version": str(row.version)}, instance=row)

    return build


def _as_it_stands(form: Any) -> dict[str, str]:
    """What the page would send of the fields that are no columns here: they stay as they are."""
    values = {bound.name: bound.value() for bound in form}
    return {name: "" if value is None else str(value) for name, value in values.items()}


def _check_alone(plan: Plan, line: Line) -> None:
    """The rules of single cells, for a row whose government is not known."""
    programme = TrainingProgramme()
    given = {key: line.values.get(key) for key in OF_PROGRAMME}

    def build(data: dict[str, str]):
        yield STEP_FORMS["programme"](data, instance=programme)

    _cleaned, faults = clean_row(given, build)
    for key, reason in faults:
        if key not in line.bad:
            plan.wrong(line, key, reason)


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
        .select_related("training_programme")
        .prefetch_related("wished_countries")
        .with_parts()
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
