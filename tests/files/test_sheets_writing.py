"""Nothing that goes out is live, and what went out comes back as it was."""

import csv
import io
from datetime import date

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from files.sheets.faults import SheetError
from files.sheets.reading import dead, read_table, revived
from files.sheets.writing import write_csv, write_xlsx

PAYLOADS = [
    "=1+1",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://127.0.0.1/","見る")',
    "+1+1",
    "-1+1",
    "@SUM(1,1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    " =1+1",
    "　=1+1",
    "＝1+1",
    "＋1+1",
    "－1+1",
    "＠SUM(1)",
    "\u00a0=1+1",
    "\ufeff=1+1",
    "\u200b=1+1",
    " \t +1+1",
    "'=1+1",
]
LIVE = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def check_xlsx_is_dead(data: bytes) -> None:
    """No cell of any sheet is a formula, read as openpyxl reads one that somebody else wrote."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    live = [
        cell.coordinate
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f" or cell.data_type == "e"
    ]
    assert live == []


def check_csv_is_dead(data: bytes, encoding: str = "utf-8-sig") -> None:
    """No cell begins, after whatever cannot be seen, with a sign that starts a formula."""
    for row in csv.reader(io.StringIO(data.decode(encoding), newline="")):
        for cell in row:
            bare = cell.lstrip(" \u3000\u00a0\ufeff\u200b")
            assert not bare.startswith(LIVE), cell


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_payload_is_live(payload: str):
    rows = [["heading"], [payload]]

    check_xlsx_is_dead(write_xlsx(rows, title="表"))
    check_csv_is_dead(write_csv(rows))


def naive_xlsx(rows: list[list]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def naive_csv(rows: list[list]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode("utf-8-sig")


def test_a_plain_writer_leaves_formulas_live_control():
    rows = [["heading"], ["=1+1"]]

    with pytest.raises(AssertionError):
        check_xlsx_is_dead(naive_xlsx(rows))
    for payload in PAYLOADS[:-1]:
        with pytest.raises(AssertionError):
            check_csv_is_dead(naive_csv([["heading"], [payload]]))


def test_numbers_and_days_stay_numbers_and_days():
    rows = [["number", "day", "code"], [-3, date(2027, 5, 17), "011002"]]

    sheet = openpyxl.load_workbook(io.BytesIO(write_xlsx(rows, title="表"))).active
    types = [cell.data_type for cell in sheet[2]]

    assert types == ["n", "d", "s"]
    assert write_csv(rows).decode("utf-8-sig") == "number,day,code\r\n-3,2027-05-17,011002\r\n"


def test_a_text_is_typed_as_text_and_stays_one_when_edited():
    sheet = openpyxl.load_workbook(io.BytesIO(write_xlsx([["x"], ["=1"]], title="表"))).active

    assert (sheet["A2"].value, sheet["A2"].data_type, sheet["A2"].number_format) == ("=1", "s", "@")


def test_what_shift_jis_lacks_is_named_or_replaced():
    rows = [["name"], ["𠮷野〜西条"]]

    with pytest.raises(SheetError) as refused:
        write_csv(rows, encoding="cp932")

    assert refused.value.code == "not_in_cp932"
    assert "𠮷" in refused.value.message.en
    assert "A2" in refused.value.message.en
    replaced = write_csv(rows, encoding="cp932", replace=True).decode("cp932")
    assert replaced == "name\r\n〓野～西条\r\n"


def test_a_text_too_long_for_a_cell_is_refused_not_cut():
    with pytest.raises(SheetError) as refused:
        write_xlsx([["x"], ["x" * 32_768]], title="表")

    assert (refused.value.code, "A2" in refused.value.message.en) == ("cell_too_long", True)


@given(st.text(max_size=40))
def test_the_apostrophe_comes_off_again(text: str):
    assert revived(dead(text)) == text


def test_an_apostrophe_taken_off_without_looking_loses_one_control():
    def careless(text: str) -> str:
        return text.removeprefix("'")

    with pytest.raises(AssertionError):
        assert careless(dead("'tis")) == "'tis"


TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\r"), min_size=1, max_size=30)
SEEN = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=30
)
NUMBERS = st.integers(-(10**9), 10**9)
DAYS = st.dates(date(1900, 3, 1), date(2999, 12, 31))


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(TEXTS, NUMBERS, DAYS), min_size=1, max_size=8))
def test_a_workbook_comes_back_as_it_went_out(rows: list[tuple]):
    table = read_table(write_xlsx([["a", "b", "c"], *rows], title="表"))

    assert [tuple(row.cells) for row in table.rows[1:]] == rows


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(SEEN, SEEN), min_size=1, max_size=8))
def test_a_csv_comes_back_as_it_went_out(rows: list[tuple]):
    table = read_table(write_csv([["a", "b"], *rows]))

    assert [tuple(row.cells) for row in table.rows[1:]] == rows


def test_a_workbook_read_by_the_package_alone_loses_escapes_control():
    data = write_xlsx([["a"], ["x_x0041_x"]], title="表")

    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True)
    plain = [row[0] for row in book.active.iter_rows(values_only=True)]

    with pytest.raises(AssertionError):
        assert plain[1] == "x_x0041_x"
    assert read_table(data).rows[1].cells == ["x_x0041_x"]
