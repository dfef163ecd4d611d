"""Applications as a spreadsheet: drafts that are there are changed, under the rules of the page."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from files.sheets.exporting import FORMATS, export
from files.sheets.faults import SheetFaults
from files.sheets.importing import check_file, take_in
from files.sheets.kinds import find_kind
from files.sheets.writing import write_xlsx
from notices.models import Mail
from tests.factories import ApplicationFactory, CycleFactory, OverseasOfficeFactory, member_of
from trainees.models import Application

pytestmark = pytest.mark.django_db


@pytest.fixture
def kind():
    return find_kind("applications")


@pytest.fixture
def application(db) -> Application:
    return ApplicationFactory(cycle=CycleFactory(fiscal_year=2028), number=12)


def in_file(*rows: dict) -> bytes:
    keys = list(dict.fromkeys(key for row in rows for key in row))
    return write_xlsx([keys, *([row.get(key) for key in keys] for row in rows)], title="調書")


def cells_of(kind, *rows: dict) -> list[str]:
    with pytest.raises(SheetFaults) as refused:
        check_file(kind, in_file(*rows), by=None)
    return [fault.cell for fault in refused.value.faults]


ROW = {
    "case_number": "2028-0012",
    "employed_since": date(2016, 4, 1),
    "english_level": "流暢",
    "japanese_level": 2,
    "field": "water",
    "statement": "Clean water.",
}


def test_a_draft_is_changed_and_nothing_is_submitted(kind, application):
    row = {**ROW, "english_level": 4}

    plan = take_in(kind, in_file(row), by=None)

    application.refresh_from_db()
    assert sorted(plan.changed[0].differences) == [
        "employed_since",
        "english_level",
        "field",
        "japanese_level",
        "statement",
    ]
    assert (application.field, application.english_level) == ("water", 4)
    assert (application.state, application.version) == ("draft", 2)
    assert Mail.objects.count() == 0
    assert take_in(kind, in_file(row), by=None).unchanged == 1


def test_what_is_wrong_is_named(kind, application):
    wrong = {**ROW, "english_level": 9, "employed_since": "2090-01-01", "second_field": "water"}

    assert cells_of(kind, wrong) == ["B2", "C2", "G2"]
    assert cells_of(kind, {**ROW, "english_level": 1, "case_number": "2028-0099"}) == ["A2"]
    assert cells_of(kind, *[{**ROW, "english_level": 1}] * 2) == ["A3"]


def test_a_submitted_application_takes_nothing(kind, application):
    Application.objects.update(state="submitted", submitted_at="2028-01-01T00:00:00+09:00")
    row = {"case_number": "2028-0012", "field": "fire"}

    assert cells_of(kind, row) == ["A2"]
    assert check_file(kind, in_file({**row, "field": application.field}), by=None).unchanged == 1


def test_names_and_states_in_a_file_change_nothing(kind, application):
    row = {"case_number": "2028-0012", "state": "complete", "passport_name": "Somebody else"}

    plan = take_in(kind, in_file(row), by=None)

    application.refresh_from_db()
    assert (plan.unchanged, application.state) == (1, "draft")
    assert application.trainee.passport_name == "Suryani"


def test_an_office_takes_out_only_what_it_may_see(kind, application):
    office = OverseasOfficeFactory(countries=["TH"])
    user = member_of(office.organisation, "overseas_office")

    assert list(kind.rows_for(user)) == []
    assert list(kind.rows_for(application.trainee.user)) == [application]


def queries(kind, count: int) -> int:
    cycle = CycleFactory(fiscal_year=2060 + count)
    for number in range(1, count + 1):
        ApplicationFactory(cycle=cycle, number=number)
    rows = [
        {"case_number": f"{cycle.fiscal_year}-{number:04d}", "field": "fire"}
        for number in range(1, count + 1)
    ]
    with CaptureQueriesContext(connection) as found:
        take_in(kind, in_file(*rows), by=None)
    with CaptureQueriesContext(connection) as out:
        export(kind, kind.rows_for(None), FORMATS["xlsx"])
    assert len(out) <= 2
    return len(found)


def test_the_queries_do_not_grow_with_the_rows(kind, db):
    assert queries(kind, 2) == queries(kind, 15) <= 40
