"""Answers that arrive by spreadsheet: drafts of the right answer, under the rules of the page."""

from datetime import date

import pytest
from auditlog.models import LogEntry
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from files.sheets.exporting import FORMATS, export
from files.sheets.faults import SheetFaults
from files.sheets.importing import check_file, take_in
from files.sheets.kinds import find_kind
from files.sheets.writing import write_csv, write_xlsx
from hosts.forms import STEP_FORMS
from hosts.models import HostRequest, SurveyAnswer, WishedCountry
from hosts.services import start_request
from hosts.states import AnswerState, RequestState
from hosts.workbooks.columns import Wish
from japan.codes import with_check_digit
from notices.models import Mail
from tests.factories import (
    CycleFactory,
    DemandSurveyFactory,
    LocalGovernmentFactory,
    SurveyAnswerFactory,
    coordinator_of,
    staff_member,
)

pytestmark = pytest.mark.django_db

ROW = {
    "fiscal_year": "2028",
    "government_code": "382060",
    "field": "環境",
    "number": "２",
    "route": "mediated",
    "language": "english",
    "level": "2",
    "country_1": "インドネシア",
    "country_2": "VN",
    "starts_on": "令和10年5月17日",
    "ends_on": date(2028, 12, 15),
    "theme_ja": "ごみの分別",
    "theme_en": "Sorting waste",
    "aim_ja": "市の仕組みを学ぶ",
}


@pytest.fixture
def kind():
    return find_kind("requests")


@pytest.fixture
def answer(db) -> SurveyAnswer:
    survey = DemandSurveyFactory(cycle=CycleFactory(fiscal_year=2028))
    government = LocalGovernmentFactory(code="382060", name="西条市")
    return SurveyAnswerFactory(survey=survey, government=government)


def in_file(*rows: dict) -> bytes:
    keys = list(dict.fromkeys(key for row in rows for key in row))
    return write_xlsx([keys, *([row.get(key) for key in keys] for row in rows)], title="要望")


def faults_of(kind, *rows: dict) -> list[tuple[str, str]]:
    keys = list(dict.fromkeys(key for row in rows for key in row))
    with pytest.raises(SheetFaults) as refused:
        check_file(kind, in_file(*rows), by=None)
    assert all(fault.reason.ja and fault.reason.en for fault in refused.value.faults)
    letters = {chr(65 + place): key for place, key in enumerate(keys)}
    return [(letters.get(fault.column, ""), fault.row) for fault in refused.value.faults]


def test_a_row_begins_a_draft_with_everything_in_it(kind, answer):
    by = staff_member()

    plan = take_in(kind, in_file(ROW), by=by)

    request = HostRequest.objects.select_related("training_programme").get()
    answer.refresh_from_db()
    assert (len(plan.new), request.state, answer.state) == (1, "draft", AnswerState.DRAFT)
    assert (request.answer, request.field, request.number) == (answer, "environment", 2)
    assert (request.starts_on, request.ends_on) == (date(2028, 5, 17), date(2028, 12, 15))
    assert [wish.country.code for wish in request.wished_countries.all()] == ["ID", "VN"]
    assert request.training_programme.theme_ja == "ごみの分別"
    assert [(move.from_state, move.to_state, move.by) for move in answer.moves.all()] == [
        ("not_opened", "draft", by)
    ]
    assert Mail.objects.count() == 0


def test_it_leaves_the_same_rows_as_the_page(kind, answer):
    """The page's own way, step by step, gives the same request."""
    other = SurveyAnswerFactory(survey=answer.survey, government=LocalGovernmentFactory())
    by = coordinator_of(other.government)
    request = start_request(other, by=by)
    typed = {key: str(value) for key, value in ROW.items()}
    typed |= {"field": "environment", "country_1": "ID", "number": "2"}
    for step, form_class in STEP_FORMS.items():
        if step == "treatment":  # nothing of it is in the row
            continue
        row = request.training_programme if step == "programme" else request
        sent = {**typed, "version": str(row.version)}
        if step == "programme":
            del sent["starts_on"]  # here the first day of the specialised training
        form = form_class(sent, instance=row)
        assert form.is_valid(), form.errors
        form.save()

    take_in(kind, in_file(ROW), by=by)

    one, two = (
        {
            key: value
            for key, value in kind.values_of(row).items()
            if key not in {"request_id", "government_code", "government_name"}
        }
        for row in kind.with_relations(HostRequest.objects.order_by("pk"))
    )
    assert one == two


def test_the_same_file_twice_is_once_and_a_change_is_shown(kind, answer):
    take_in(kind, in_file(ROW), by=None)
    again = take_in(kind, in_file(ROW), by=None)
    changed = take_in(kind, in_file({**ROW, "number": 3, "country_2": ""}), by=staff_member())

    assert (len(again.new), len(again.changed), again.unchanged) == (0, 0, 1)
    assert changed.changed[0].differences == {"number": (2, 3), "country_2": ("VN", None)}
    request = HostRequest.objects.get()
    assert (request.number, request.version, WishedCountry.objects.count()) == (3, 2, 1)
    assert SurveyAnswer.objects.get().moves.count() == 1


def test_a_half_filled_draft_goes_out_and_comes_in_again(kind, answer):
    started = start_request(answer, by=staff_member())
    data = export(kind, kind.rows_for(None), FORMATS["xlsx"])

    assert take_in(kind, data, by=None).unchanged == 1
    filled = {"request_id": str(started.public_id), **ROW, "number": None, "route": ""}
    assert len(take_in(kind, in_file(filled), by=None).changed) == 1
    assert (HostRequest.objects.get().number, HostRequest.objects.get().route) == (1, "mediated")
    assert faults_of(kind, {**ROW, "field": None, "theme_ja": ""}) == [
        ("field", 2),
        ("theme_ja", 2),
    ]


def test_a_column_that_is_not_in_the_file_stays(kind, answer):
    take_in(kind, in_file(ROW), by=None)
    short = {key: ROW[key] for key in ("fiscal_year", "government_code", "field", "theme_ja")}

    plan = take_in(kind, in_file({**short, "number": 5}), by=None)

    assert plan.changed[0].differences == {"number": (2, 5)}
    assert HostRequest.objects.get().ends_on == date(2028, 12, 15)


def test_every_rule_of_the_page_holds(kind, answer):
    assert faults_of(kind, {**ROW, "ends_on": "2028-05-01"}) == [("ends_on", 2)]
    assert faults_of(kind, {**ROW, "ends_on": "2035-05-01"}) == [("ends_on", 2)]
    assert faults_of(kind, {**ROW, "ends_on": "2001-05-01"}) == [("ends_on", 2)]
    assert faults_of(kind, {**ROW, "number": 100}) == [("number", 2)]
    assert faults_of(kind, {**ROW, "country_2": "ID"}) == [("country_2", 2)]
    assert faults_of(kind, {**ROW, "theme_ja": "<b>x</b>"}) == [("theme_ja", 2)]
    assert faults_of(kind, {**ROW, "aim_ja": "x" * 4001}) == [("aim_ja", 2)]
    assert faults_of(kind, {**ROW, "field": "magic", "ends_on": "soon"}) == [
        ("field", 2),
        ("ends_on", 2),
    ]


def test_a_reason_of_the_page_is_told_in_both_languages(kind, answer):
    with pytest.raises(SheetFaults) as refused:
        check_file(kind, in_file({**ROW, "ends_on": "2028-05-01"}), by=None)

    reason = refused.value.faults[0].reason
    assert reason.en == "The last day must come after the first day."
    assert reason.ja != reason.en


def test_rows_that_mean_nothing_are_named(kind, answer):
    code = with_check_digit("01100")
    lines = [
        {**ROW, "government_code": code},
        {**ROW, "fiscal_year": 2040},
        {**ROW, "request_id": "x"},
        {**ROW, "request_id": "d1b5a8a0-0000-4000-8000-000000000000", "theme_ja": "二"},
        {**ROW, "theme_ja": "三"},
        {**ROW, "theme_ja": "三"},
        {**ROW, "programme": "others"},
        {**ROW, "government_code": "382069"},
    ]

    assert faults_of(kind, *lines) == [
        ("government_code", 2),
        ("fiscal_year", 3),
        ("request_id", 4),
        ("request_id", 5),
        ("theme_ja", 7),
        ("programme", 8),
        ("government_code", 9),
    ]


def test_the_reason_against_a_code_is_its_check_digit_where_that_is_wrong(kind, answer):
    with pytest.raises(SheetFaults) as refused:
        check_file(kind, in_file({**ROW, "government_code": "382069"}), by=None)

    assert "382060" in refused.value.faults[0].reason.ja


def test_the_id_of_another_government_is_refused(kind, answer):
    other = SurveyAnswerFactory(
        survey=answer.survey, government=LocalGovernmentFactory(code="011002")
    )
    foreign = start_request(other, by=staff_member())

    assert faults_of(kind, {**ROW, "request_id": str(foreign.public_id)}) == [("request_id", 2)]


@pytest.mark.parametrize("state", [AnswerState.SUBMITTED, AnswerState.RECEIVED])
def test_a_submitted_answer_takes_nothing(kind, answer, state):
    take_in(kind, in_file(ROW), by=None)
    SurveyAnswer.objects.update(state=state, has_demand=True, submitted_at=timezone.now())
    HostRequest.objects.update(state=RequestState.SUBMITTED)

    assert check_file(kind, in_file(ROW), by=None).unchanged == 1
    assert faults_of(kind, {**ROW, "number": 9}) == [("government_code", 2)]
    assert faults_of(kind, {**ROW, "theme_ja": "別"}) == [("government_code", 2)]


def test_a_closed_cycle_takes_nothing(kind, answer):
    answer.survey.cycle.state = "closed"
    answer.survey.cycle.save()

    assert faults_of(kind, ROW) == [("government_code", 2)]


def test_the_change_log_tells_who_brought_it(kind, answer):
    by = staff_member()
    take_in(kind, in_file(ROW), by=by)
    take_in(kind, in_file({**ROW, "number": 7}), by=by)

    entry = LogEntry.objects.filter(content_type__model="hostrequest").order_by("pk").last()

    assert (entry.actor, entry.action, entry.changes) == (by, 1, {"number": ["2", "7"]})
    assert entry.additional_data == {"by": "spreadsheet"}


def queries_for(kind, count: int) -> int:
    survey = DemandSurveyFactory(cycle=CycleFactory(fiscal_year=2050 + count))
    rows = []
    for _number in range(count):
        code = SurveyAnswerFactory(survey=survey).government.code
        rows.append({**ROW, "fiscal_year": 2050 + count, "government_code": code})
        rows[-1] |= {"starts_on": f"{2050 + count}-05-17", "ends_on": f"{2050 + count}-12-15"}
    with CaptureQueriesContext(connection) as queries:
        take_in(kind, in_file(*rows), by=None)
    with CaptureQueriesContext(connection) as more:
        take_in(kind, in_file(*({**row, "number": 4, "country_1": "TH"} for row in rows)), by=None)
    assert HostRequest.objects.filter(answer__survey=survey, number=4).count() == count
    return max(len(queries), len(more))


def test_the_queries_do_not_grow_with_the_rows(kind, db):
    first, second = queries_for(kind, 2), queries_for(kind, 12)

    assert first <= 40
    assert second <= first + 1


@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_export_import_is_equal(kind, answer, form):
    take_in(kind, in_file(ROW, {**ROW, "theme_ja": "=1+1", "aim_ja": "一\r\n二"}), by=None)
    data = export(kind, kind.rows_for(None), FORMATS[form])

    plan = take_in(kind, data, by=None)

    assert (len(plan.new), len(plan.changed), plan.unchanged) == (0, 0, 2)


def test_a_coordinator_takes_out_only_their_own(kind, answer):
    other = SurveyAnswerFactory(survey=answer.survey, government=LocalGovernmentFactory())
    for each in (answer, other):
        start_request(each, by=staff_member())

    rows = list(kind.rows_for(coordinator_of(answer.government)))

    assert [row.answer_id for row in rows] == [answer.pk]


def test_a_csv_of_a_municipality_with_japanese_headings(kind, answer):
    headings = ["来日年度", "団体コード", "研修分野", "研修テーマ（日本語）", "受入人数"]
    rows = [headings, ["2028", "38206-0", "環境", "ごみ〜資源", "1"]]

    with pytest.raises(SheetFaults):
        take_in(kind, write_csv(rows, encoding="cp932"), by=None)
    rows[1][1] = "382060"
    take_in(kind, write_csv(rows, encoding="cp932"), by=None)

    assert HostRequest.objects.get().training_programme.theme_ja == "ごみ～資源"


@pytest.mark.parametrize("first", ["en", "ja"])
def test_a_country_is_known_by_both_names_whatever_language_came_first(first: str):
    with translation.override(first):
        column = Wish(key="wish", heading="希望国", choices=())
        assert [column.read(name, None) for name in ("ベトナム", "Vietnam", "VN")] == ["VN"] * 3
