"""Nominations from a spreadsheet: the rules of the page, all rows or none, faults by cell."""

import csv
import io

import pytest
from django.utils import translation

from files.sheets.faults import SheetError, SheetFaults
from files.sheets.importing import check_file, take_in
from files.sheets.kinds import find_kind
from notices.models import Mail
from placements import resources
from placements.models import Nomination
from placements.resources import Nominations
from tests.factories import OverseasOfficeFactory, member_of
from tests.placements.recruiting import ground, nominee

pytestmark = pytest.mark.django_db

KEYS = ["opening", "email", "passport_name", "nationality", "sending_government", "comment"]


def sheet(*rows) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(KEYS)
    writer.writerows(rows)
    return out.getvalue().encode("utf-8-sig")


def row(place, number: int = 1, **changes) -> list[str]:
    values = {
        "opening": place.opening.key,
        "email": f"person{number}@example.org",
        "passport_name": "Suryani",
        "nationality": "ID",
        "sending_government": "Bandung City",
        "comment": "",
        **changes,
    }
    return [values[key] for key in KEYS]


def faults(place, *rows, by=None) -> list[tuple[str, str]]:
    with pytest.raises(SheetFaults) as caught:
        check_file(kind(), sheet(*rows), by=by or place.officer)
    with translation.override("en"):
        return [(fault.cell, str(fault.reason)) for fault in caught.value.faults]


def kind() -> Nominations:
    found = find_kind("nominations")
    assert isinstance(found, Nominations)
    return found


def test_a_look_writes_nothing_and_the_file_nominates_all():
    place = ground(quota=3)
    data = sheet(row(place, 1), row(place, 2, nationality="インドネシア"))
    before = Mail.objects.count()
    plan = check_file(kind(), data, by=place.officer)
    assert (len(plan.new), Nomination.objects.count()) == (2, 0)
    assert Mail.objects.count() == before
    take_in(kind(), data, by=place.officer)
    assert set(Nomination.objects.values_list("opening", "nominated_by")) == {
        (place.opening.pk, place.officer.pk)
    }
    assert Mail.objects.count() == before + 2


def test_the_row_that_finds_no_place_has_the_fault_and_nobody_is_nominated():
    place = ground(quota=1)
    found = faults(place, row(place, 1), row(place, 2))
    assert [cell for cell, _reason in found] == ["A3"]
    assert "nominated already" in found[0][1]
    assert not Nomination.objects.exists()


@pytest.mark.parametrize(
    ("changes", "column"),
    [
        ({"opening": "N-00000000"}, "A"),
        ({"opening": ""}, "A"),
        ({"email": "not an address"}, "B"),
        ({"email": ""}, "B"),
        ({"passport_name": "<b>Suryani</b>"}, "C"),
        ({"passport_name": "SURYANI 2"}, "C"),
        ({"passport_name": "Sur\u202eyani"}, "C"),
        ({"passport_name": "x" * 201}, "C"),
        ({"nationality": "Atlantis"}, "D"),
        ({"nationality": "BR"}, "D"),
        ({"sending_government": "Atlantis City"}, "E"),
        ({"comment": "<script>alert(1)</script>"}, "F"),
    ],
)
def test_each_bad_cell_is_named(changes, column):
    place = ground()
    assert [cell for cell, _reason in faults(place, row(place, **changes))] == [f"{column}2"]


def test_a_hundred_rows_with_faults_give_each_at_its_cell():
    place = ground()
    rows = [row(place, number, nationality="Atlantis") for number in range(100)]
    found = faults(place, *rows)
    assert [cell for cell, _reason in found] == [f"D{number}" for number in range(2, 102)]


def test_faults_speak_the_language_of_the_reader():
    place = ground(quota=1)
    nominee(place)
    with pytest.raises(SheetFaults) as caught:
        check_file(kind(), sheet(row(place, 2)), by=place.officer)
    (fault,) = caught.value.faults
    with translation.override("en"):
        english = str(fault.reason)
    assert english == fault.reason.en
    assert "nominee" in english


def test_the_same_person_twice_is_a_fault_of_the_second():
    place = ground(quota=3)
    assert faults(place, row(place, 1), row(place, 1)) == [
        ("B3", "Row 2 nominates the same address.")
    ]


def test_an_opening_of_another_office_is_unknown():
    place, other = ground(), OverseasOfficeFactory(countries=["ID"])
    stranger = member_of(other.organisation, "overseas_office")
    assert [cell for cell, _r in faults(place, row(place), by=stranger)] == ["A2"]
    assert check_file(kind(), sheet(row(place)), by=place.officer).new  # control


def test_without_its_rules_the_sheet_would_fill_more_than_there_is(monkeypatch):
    """Control: with the rule of places off the second row is refused by the verb itself."""
    place = ground(quota=1)
    monkeypatch.setattr(resources, "CELLS", [])
    assert [cell for cell, _reason in faults(place, row(place, 1), row(place, 2))] == ["B3"]


def test_the_template_has_a_row_for_each_free_place_and_empty_rows_are_passed_over():
    place = ground(quota=3)
    nominee(place)
    rows = list(kind().template_rows([place.opening]))
    assert [line[0] for line in rows[2:]] == [place.opening.key] * 2
    blank = [place.opening.key, "", "", "", "", ""]
    plan = check_file(kind(), sheet(blank, row(place, 2)), by=place.officer)
    assert len(plan.new) == 1
    with pytest.raises(SheetError):
        check_file(kind(), sheet(blank), by=place.officer)


def test_formulas_stay_texts():
    place = ground()
    formula = row(place, comment="=HYPERLINK(1)")
    take_in(kind(), sheet(formula), by=place.officer)
    assert Nomination.objects.get().comment.lstrip("'") == "=HYPERLINK(1)"


def test_an_address_and_a_name_are_read_as_the_pages_read_them():
    place = ground()
    wide = {
        "email": "ｓｕｒｙａｎｉ＠ｅｘａｍｐｌｅ．ｏｒｇ",
        "passport_name": "Suryani\u3000Putri",
    }

    plan = check_file(kind(), sheet(row(place, 1, **wide)), by=place.officer)

    assert [(each.row["email"], each.row["passport_name"]) for each in plan.new] == [
        ("suryani@example.org", "Suryani Putri")
    ]
