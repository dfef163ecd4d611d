"""All of a file or nothing of it, and every fault at its cell."""

import hashlib
import os
import signal
import subprocess
import sys
import textwrap
from datetime import date

import pytest
from auditlog.models import LogEntry
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Organisation
from files.sheets.exporting import FORMATS, export
from files.sheets.faults import SheetError, SheetFaults
from files.sheets.importing import check_file, take_in
from files.sheets.kinds import find_kind
from files.sheets.writing import write_csv, write_xlsx
from hosts.models import LocalGovernment
from japan.codes import with_check_digit
from tests.factories import PrefectureFactory, staff_member

pytestmark = pytest.mark.django_db

HEADINGS = ["code", "kind", "name", "kana", "romaji", "valid_until"]


@pytest.fixture
def kind():
    return find_kind("local_governments")


@pytest.fixture
def prefecture(db) -> LocalGovernment:
    return PrefectureFactory(code="380008", name="愛媛県", kana="エヒメケン", romaji="Ehime")


def code_of(number: int) -> str:
    """A code of Ehime with its check digit; 380008 is the prefecture's own."""
    return with_check_digit(f"38{number:03d}")


def towns(count: int, start: int = 1) -> list[list]:
    return [
        [code_of(n), "town", f"第{n}町", "ダイマチ", "Dai-machi", date(2030, 3, 31)]
        for n in range(start, start + count)
    ]


def digest() -> str:
    """Of every row of every table, what only counts and logs apart."""
    found = hashlib.sha256()
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            if table in {"sqlite_sequence", "cache_table", "django_session"}:
                continue
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - a name of ours
            rows = sorted(map(repr, cursor.fetchall()))
            found.update(repr((table, rows)).encode())
    return found.hexdigest()


def places(error: SheetFaults) -> list[str]:
    return [fault.cell for fault in error.faults]


# What is put wrong into a row: column, value, and where the fault is then expected.
WRONG = [
    ("A", "382061"),  # wrong check digit
    ("A", "３８x"),
    ("A", ""),
    ("B", "hamlet"),
    ("B", "prefecture"),
    ("B", ""),
    ("C", "<b>町</b>"),
    ("C", "x" * 51),
    ("C", None),
    ("D", "だいまち"),
    ("D", "Daimachi"),
    ("E", "第一町"),
    ("E", "x1"),
    ("F", "05/02/2030"),
    ("F", "平成40年1月1日"),
    ("F", "2030-02-30"),
    ("F", "soon"),
    ("F", 3.5),
]


def file_with_37_faults() -> tuple[list[list], list[str]]:
    """A thousand rows, 37 cells of them wrong, and where."""
    rows = towns(999)
    expected = []
    for n in range(36):
        column, value = WRONG[n % len(WRONG)]
        place = 20 + n * 27  # row of the file is two below the headings
        rows[place]["ABCDEF".index(column)] = value
        expected.append(f"{column}{place + 3}")
    rows.append(list(rows[0]))  # says again what the first row says
    expected.append("A1002")
    return rows, sorted(expected, key=lambda cell: (int(cell[1:]), cell[0]))


def in_file(rows: list[list], form: str) -> bytes:
    japanese = ["団体コード", "種別", "名称", "フリガナ", "ローマ字", "廃止日"]
    rows = [HEADINGS, japanese, *rows]
    if form == "xlsx":
        return write_xlsx(rows, title="団体")
    return write_csv(rows, encoding="cp932" if form == "cp932" else "utf-8-sig")


def check_refused(kind, data: bytes, expected: list[str], take=take_in) -> None:
    """Exactly these cells are named, and the database is as it was."""
    before = digest()
    named: list[str] = []
    try:
        take(kind, data, by=None)
    except SheetFaults as error:
        named = places(error)
    assert named == expected
    assert digest() == before


@pytest.mark.parametrize("form", ["xlsx", "utf-8", "cp932"])
def test_37_faults_in_a_thousand_rows_are_named_at_their_cells(kind, prefecture, form):
    rows, expected = file_with_37_faults()

    assert len(expected) == 37
    check_refused(kind, in_file(rows, form), expected)


def test_an_import_that_stops_at_the_first_fault_is_found_control(kind, prefecture):
    rows, expected = file_with_37_faults()

    def one_by_one(kind, data, *, by):
        """Each row by itself, as a loop over the file would do it."""
        for row in rows:
            take_in(kind, in_file([row], "utf-8"), by=by)

    with pytest.raises(AssertionError):
        check_refused(kind, in_file(rows, "utf-8"), expected, take=one_by_one)


def test_a_fault_names_sheet_row_column_heading_value_and_reason(kind, prefecture):
    rows = towns(3)
    rows[1][0] = "380023"

    with pytest.raises(SheetFaults) as refused:
        take_in(kind, in_file(rows, "xlsx"), by=None)
    fault = refused.value.faults[0]

    assert (fault.sheet, fault.row, fault.column) == ("団体", 4, "A")
    assert (fault.heading, fault.value) == ("code / 団体コード", "380023")
    assert "check digit" in fault.reason.en
    assert "検査数字" in fault.reason.ja
    assert "団体!A4" in fault.in_words()


def test_unknown_missing_and_doubled_columns_are_named(kind, prefecture):
    rows = [["name", "名称", "colour", "", "romaji"], ["町", "町", "red", "x", "Machi", "more"]]

    with pytest.raises(SheetFaults) as refused:
        take_in(kind, write_csv(rows), by=None)

    assert places(refused.value) == ["B1", "C1", "D1", "F1", "1"]


def test_headings_in_any_order_and_either_language(kind, prefecture):
    rows = [["ローマ字", "NAME", "団体コード", "kind", "フリガナ"]]
    rows.append(["Dai-machi", "第1町", code_of(1), "町", "ダイマチ"])

    plan = take_in(kind, write_csv(rows), by=None)

    assert (len(plan.new), LocalGovernment.objects.get(code=code_of(1)).name) == (1, "第1町")


def test_the_second_row_of_headings_is_not_needed_and_not_taken_for_data(kind, prefecture):
    one = take_in(kind, write_csv([HEADINGS, *towns(2)]), by=None)
    two = take_in(kind, in_file(towns(2), "utf-8"), by=None)

    assert (len(one.new), one.unchanged, len(two.new), two.unchanged) == (2, 0, 0, 2)


def test_a_file_without_rows_is_refused(kind, prefecture):
    for rows in ([HEADINGS], [["code"], ["団体コード"]]):
        with pytest.raises(SheetError) as refused:
            take_in(kind, write_csv(rows), by=None)
        assert refused.value.code == "no_rows"


@pytest.mark.parametrize("form", ["xlsx", "utf-8", "cp932"])
def test_the_same_file_twice_is_once(kind, prefecture, form):
    data = in_file(towns(30), form)

    first = take_in(kind, data, by=staff_member())
    before = digest()
    second = take_in(kind, data, by=staff_member())

    assert (len(first.new), len(second.new), len(second.changed), second.unchanged) == (
        30,
        0,
        0,
        30,
    )
    assert digest() != before  # the second member of the staff
    assert LocalGovernment.objects.exclude(pk=prefecture.pk).count() == 30


def test_every_encoding_gives_the_same_rows(kind, prefecture):
    take_in(kind, in_file(towns(20), "xlsx"), by=None)

    plans = [check_file(kind, in_file(towns(20), form), by=None) for form in ("utf-8", "cp932")]

    assert [(plan.unchanged, len(plan.changed)) for plan in plans] == [(20, 0), (20, 0)]


def test_a_check_writes_nothing(kind, prefecture):
    before = digest()

    plan = check_file(kind, in_file(towns(5), "xlsx"), by=None)

    assert (len(plan.new), digest()) == (5, before)


class Stop(Exception):
    """The process ends here."""


def stop_at(number: int):
    """Raise at the n-th query."""
    count = 0

    def wrapper(execute, sql, params, many, context):
        nonlocal count
        count += "SAVEPOINT" not in sql
        if count == number and "SAVEPOINT" not in sql:
            raise Stop
        return execute(sql, params, many, context)

    return connection.execute_wrapper(wrapper)


def stopped_at_every_query(kind, data: bytes, take) -> int:
    """How many places there were to stop; at none of them was anything left behind."""
    before = digest()
    number = 1
    while True:
        try:
            with stop_at(number):
                take(kind, data, by=None)
        except Stop:
            assert digest() == before
            number += 1
        else:
            return number - 1


def test_stopped_at_any_query_nothing_is_left(kind, prefecture):
    rows = towns(12)
    take_in(kind, in_file(rows[:6], "xlsx"), by=None)
    for row in rows[:3]:
        row[4] = "Changed-machi"

    stops = stopped_at_every_query(kind, in_file(rows, "xlsx"), take_in)

    assert stops >= 6
    assert LocalGovernment.objects.filter(romaji="Changed-machi").count() == 3


def test_without_the_transaction_a_stop_leaves_half_control(kind, prefecture, monkeypatch):
    from contextlib import nullcontext

    from files.sheets import importing

    monkeypatch.setattr(importing.transaction, "atomic", lambda **options: nullcontext())

    with pytest.raises(AssertionError):
        stopped_at_every_query(kind, in_file(towns(12), "xlsx"), take_in)


KILLED = """
    import os, sys, django
    django.setup()
    from django.conf import settings
    from django.db import connection
    connection.settings_dict["NAME"] = sys.argv[2]
    from files.sheets.importing import take_in
    from files.sheets.kinds import find_kind
    count = 0
    def wrapper(execute, sql, params, many, context):
        global count
        done = execute(sql, params, many, context)
        count += "INSERT" in sql
        if count == int(sys.argv[3]):
            os.kill(os.getpid(), 9)
        return done
    with connection.execute_wrapper(wrapper):
        take_in(find_kind("local_governments"), open(sys.argv[1], "rb").read(), by=None)
"""


@pytest.mark.django_db(transaction=True)
def test_killed_in_the_middle_nothing_is_left(kind, tmp_path):
    PrefectureFactory(code="380008", name="愛媛県", kana="エヒメケン", romaji="Ehime")
    file = tmp_path / "towns.xlsx"
    file.write_bytes(in_file(towns(300), "xlsx"))
    before = digest()
    name = connection.settings_dict["NAME"]
    connection.close()
    codes = []
    for number in ("1", "2", "3", "9"):
        command = [sys.executable, "-c", textwrap.dedent(KILLED), str(file), str(name), number]
        env = {**os.environ, "DJANGO_SETTINGS_MODULE": "lgotp.settings"}
        codes.append(subprocess.run(command, env=env, check=False).returncode)
        if codes[-1]:
            assert digest() == before

    assert codes == [-signal.SIGKILL, -signal.SIGKILL, -signal.SIGKILL, 0]
    assert LocalGovernment.objects.count() == 301


def check_queries(kind, data: bytes) -> int:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        take_in(kind, data, by=None)
    assert len(queries) <= 40
    return len(queries)


def prefectures_and_towns(count: int) -> list[list]:
    """Towns of as many prefectures as codes are needed; a prefecture has 999."""
    rows = []
    for upper in range(10, 10 + count // 900 + 1):
        code = with_check_digit(f"{upper}000")
        rows.append([code, "prefecture", f"第{upper}県", "ダイケン", "Dai", None])
        rows += [
            [with_check_digit(f"{upper}{n:03d}"), "town", f"第{n}町", "マチ", "M-machi", None]
            for n in range(1, 901)
        ]
    return rows[:count]


def test_ten_thousand_rows_take_forty_queries_at_most(kind, db):
    rows = prefectures_and_towns(10_000)

    new = check_queries(kind, in_file(rows, "utf-8"))
    for row in rows:
        row[4] = f"{row[4]}x"
    changed = check_queries(kind, in_file(rows, "utf-8"))

    assert LocalGovernment.objects.filter(romaji__endswith="x").count() == 10_000
    assert Organisation.objects.count() == 10_000
    assert max(new, changed) <= 40


def test_row_by_row_the_queries_grow_control(kind, prefecture, monkeypatch):
    from files.sheets import bulk

    def one_by_one(model, rows):
        for row in rows:
            row.save()

    monkeypatch.setattr("hosts.register.create_rows", one_by_one)

    assert bulk.create_rows is not one_by_one
    with pytest.raises(AssertionError):
        check_queries(kind, in_file(towns(60), "utf-8"))


NAMES = st.text(st.sampled_from("町村市東西南北〜～=+-@'  あい"), min_size=1, max_size=12).filter(
    lambda text: text.strip() == text and text
)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(NAMES, min_size=1, max_size=5), st.sampled_from(sorted(FORMATS)))
def test_export_import_export_is_equal(kind, prefecture, names, form):
    LocalGovernment.objects.exclude(pk=prefecture.pk).delete()
    rows = towns(len(names))
    for row, name in zip(rows, names, strict=True):
        row[2] = name
    take_in(kind, in_file(rows, "xlsx"), by=None)
    first = export(kind, kind.rows_for(None), FORMATS[form])

    plan = take_in(kind, first, by=None)

    assert (len(plan.new), len(plan.changed), plan.unchanged) == (0, 0, len(names) + 1)
    if form.startswith("csv"):  # a workbook carries the moment of its making
        assert export(kind, kind.rows_for(None), FORMATS[form]) == first


def test_the_change_log_of_many_rows_is_that_of_few(kind, prefecture):
    """On PostgreSQL many entries go in by COPY; they say the same."""
    by = staff_member()
    said = []
    for count, start in ((20, 1), (600, 100)):
        take_in(kind, in_file(towns(count, start), "utf-8"), by=by)
        row = LocalGovernment.objects.get(code=code_of(start))
        entry = LogEntry.objects.get_for_object(row).get()
        values = {key: pair for key, pair in entry.changes.items() if key in {"kind", "kana"}}
        said.append((entry.action, entry.actor, values, entry.additional_data))

    assert said[0] == said[1]
    assert said[0][2] == {"kind": ["None", "town"], "kana": ["None", "ダイマチ"]}
    assert LogEntry.objects.filter(actor=by).count() >= 620
