"""How each column reads what people type, and writes it."""

from datetime import date, datetime

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from files.sheets.columns import Choice, Code, Day, Text, Whole, YesNo, same
from files.sheets.faults import CellError, both, column_letter
from files.sheets.tables import CellFault
from hosts.models import LocalGovernment
from japan.dates import era_date
from schedule.vocabulary import LanguageLevel

NAMES = {"key": "x", "heading": "見出し"}


@pytest.mark.parametrize(
    ("typed", "system"),
    [
        ("2027-05-17", None),
        ("2027/5/17", None),
        ("2027年5月17日", None),
        ("令和9年5月17日", None),
        ("令和９年５月１７日", None),
        ("R9.5.17", None),
        (date(2027, 5, 17), 1900),
        (46524, 1900),
        (46524.0, 1900),
        (45062, 1904),
    ],
)
def test_every_way_to_write_a_day(typed, system):
    assert Day(**NAMES).read(typed, system) == date(2027, 5, 17)


@pytest.mark.parametrize(
    ("typed", "system"),
    [
        ("05/02/2027", None),
        ("46524", None),
        (46524, None),
        (46524.5, 1900),
        (datetime(2027, 5, 17, 9), 1900),
        ("平成31年5月1日", None),
        ("2027-02-30", None),
        (60, 1900),
        (-1, 1904),
        (10**12, 1900),
        (float("inf"), 1900),
        (float("nan"), 1900),
        (True, 1900),
        ("x" * 1000, None),
    ],
)
def test_what_is_no_certain_day_is_refused(typed, system):
    with pytest.raises(CellError):
        Day(**NAMES).read(typed, system)


def test_the_day_numbers_before_march_1900_skip_the_day_that_never_was():
    day = Day(**NAMES)

    assert [day.read(n, 1900) for n in (1, 59, 61)] == [
        date(1900, 1, 1),
        date(1900, 2, 28),
        date(1900, 3, 1),
    ]


@given(st.dates(date(1989, 1, 8), date(2100, 12, 31)))
def test_a_day_in_the_era_and_in_numbers_is_one_day(day: date):
    column = Day(**NAMES)

    assert column.read(era_date(day), None) == day
    assert column.read((day - date(1899, 12, 30)).days, 1900) == day
    assert column.read((day - date(1904, 1, 1)).days, 1904) == day


def test_leading_zeros_of_a_code_survive():
    code = Code(**NAMES, max_length=6)

    read = [code.read(typed, 1900) for typed in ("011002", "０１１００２", 11002, 11002.0)]

    assert read == ["011002"] * 4


def test_a_code_read_as_a_number_loses_its_zero_control():
    with pytest.raises(AssertionError):
        assert str(Whole(**NAMES).read("011002", None)) == "011002"


@pytest.mark.parametrize(
    ("typed", "number"), [("12", 12), ("１２", 12), ("1,200", 1200), (12.0, 12), (0, 0)]
)
def test_whole_numbers_in_any_width(typed, number):
    assert Whole(**NAMES, most=9999).read(typed, None) == number


@pytest.mark.parametrize("typed", ["1.5", 1.5, "一", True, "12人", "9" * 30, -1, float("inf")])
def test_what_is_no_whole_number_of_the_range_is_refused(typed):
    with pytest.raises(CellError):
        Whole(**NAMES, most=9999).read(typed, None)


@pytest.mark.parametrize("typed", ["city", "CITY", "市", " 市 ", "ｃｉｔｙ"])
def test_a_choice_by_key_or_by_name_in_either_language(typed):
    assert Choice(**NAMES, choices=LocalGovernment.Kind).read(typed, None) == "city"


def test_a_choice_of_numbers_keeps_its_zero():
    level = Choice(**NAMES, choices=LanguageLevel)

    assert [level.read(0, None), level.read("0", None), level.write(0)] == [0, 0, 0]
    with pytest.raises(CellError):
        level.read("5", None)


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        *((word, True) for word in ("○", "〇", "はい", "YES", True, 1)),
        *((word, False) for word in ("×", "無", "no", False, 0, "０")),
    ],
)
def test_yes_and_no(typed, answer):
    assert YesNo(**NAMES).read(typed, None) is answer


def test_yes_and_no_are_written_as_offices_write_them():
    assert [YesNo(**NAMES).write(each) for each in (True, False, None)] == ["○", "×", None]
    with pytest.raises(CellError):
        YesNo(**NAMES).read("たぶん", None)


def test_empty_too_long_and_error_cells():
    text = Text(**NAMES, max_length=3)
    needed = Text(**NAMES, required=True)

    assert [text.read(each, None) for each in (None, "", "　 ", "abc")] == [None, None, None, "abc"]
    for column, value in ((text, "abcd"), (needed, None), (needed, " "), (text, CellFault("#N/A"))):
        with pytest.raises(CellError):
            column.read(value, None)


def test_a_reason_is_said_in_both_languages_and_shown_in_the_readers():
    reason = both(LocalGovernment.Kind.CITY.label)

    with translation.override("ja"):
        japanese = str(reason)
    with translation.override("en"):
        english = str(reason)
    assert [japanese, english] == ["市", "city"] == list(reason)


def test_line_breaks_and_twins_of_shift_jis_are_no_change():
    assert same("a\r\nb", "a\nb")
    assert same("西条〜東予", "西条～東予")
    assert same(None, "")
    assert not same("a", "b")
    assert not same(0, None)


def test_column_letters():
    assert [column_letter(n) for n in (1, 26, 27, 702, 703)] == ["A", "Z", "AA", "ZZ", "AAA"]
