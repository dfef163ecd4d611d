"""What the reader takes and what it refuses, in which words and at what cost."""

import io
import os
import re
import resource
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from files.sheets import workbooks
from files.sheets.faults import SheetError
from files.sheets.reading import read_table
from files.sheets.tables import Table

from .hostile import pack, packed, parts, with_sheet, with_strings, workbook

PACK = pack()
ROWS = [["code", "name"], ["011002", "髙﨑①Ⅲ㈱ 西条市"]]
TEXT = "code,name\r\n011002,髙﨑①Ⅲ㈱ 西条市\r\n"


def cells(table: Table) -> list[list]:
    return [row.cells for row in table.rows]


def outcome(data: bytes) -> str:
    try:
        read_table(data)
    except SheetError as error:
        return error.code
    return "read"


@pytest.mark.parametrize("name", PACK)
def test_a_hostile_file_ends_in_its_message(name: str):
    code, data = PACK[name]

    assert outcome(data) == code


def test_every_refusal_has_its_own_sentence():
    said: dict[str, str] = {}
    for code, data in PACK.values():
        if code != "read":
            with pytest.raises(SheetError) as refused:
                read_table(data)
            said[code] = refused.value.message.en
            assert refused.value.message.ja

    assert len(set(said.values())) == len(said)


def test_the_place_is_named_where_there_is_one():
    told = {}
    for name in ("formula", "merged cells", "hidden sheet", "two sheets", "16,384 columns"):
        with pytest.raises(SheetError) as refused:
            read_table(PACK[name][1])
        told[name] = refused.value.message.en

    assert "A3" in told["formula"]
    assert "A4:B4" in told["merged cells"]
    assert "秘密" in told["hidden sheet"]
    assert "Sheet, 二枚目" in told["two sheets"]
    assert "16384" in told["16,384 columns"]


def cost(command: list[str], data: bytes) -> tuple[float, float]:
    """Seconds of processor and megabytes at the most of a process that is given this file."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=quiet, stderr=quiet)
    process.stdin.write(data)
    process.stdin.close()
    status = Path(f"/proc/{process.pid}/status")
    most = 0.0
    while process.poll() is None:
        found = re.search(r"VmHWM:\s+(\d+)", status.read_text())
        most = max(most, int(found[1]) / 1000 if found else 0)
        if most > 320:
            process.kill()
        time.sleep(0.01)
    process.wait()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, most


def check_cost(seconds: float, megabytes: float) -> None:
    assert seconds <= 11
    assert megabytes <= 300


OURS = [sys.executable, "-I", str(workbooks.CHILD)]
NAIVE = [
    sys.executable,
    "-c",
    "import io, sys, openpyxl; openpyxl.load_workbook(io.BytesIO(sys.stdin.buffer.read()))",
]
HEAVY = ["zip bomb", "million rows", "entity bomb", "lying sizes", "16,384 columns", "shared text"]


@pytest.mark.parametrize("name", HEAVY)
def test_a_heavy_file_stays_within_ten_seconds_and_300_megabytes(name: str):
    check_cost(*cost(OURS, PACK[name][1]))


def test_opened_without_limits_a_heavy_file_breaks_them_control():
    """One text of 240 MB in a file of 0.2 MB, opened as the package's first example opens it."""
    text = "x" * 240_000_000
    data = with_sheet(f'<row r="1"><c r="A1" t="inlineStr"><is><t>{text}</t></is></c></row>')

    with pytest.raises(AssertionError):
        check_cost(*cost(NAIVE, data))
    assert outcome(data) == "bomb"


def test_what_never_ends_is_ended(monkeypatch):
    monkeypatch.setattr(workbooks, "WAIT_SECONDS", 0.01)

    assert outcome(workbook()) == "too_heavy"


def test_what_the_kernel_kills_is_told(monkeypatch, tmp_path):
    killer = tmp_path / "child.py"
    killer.write_text("import os; os.kill(os.getpid(), 9)")
    monkeypatch.setattr(workbooks, "CHILD", killer)

    assert outcome(workbook()) == "too_heavy"


def test_the_child_writes_no_file_and_starts_no_process(tmp_path):
    source = workbooks.CHILD.read_text().split("\ndef check_parts")[0]
    probe = tmp_path / "probe.py"
    probe.write_text(
        f"{source}\nimport os, subprocess\nlimit_this_process()\n"
        f"try:\n open({str(tmp_path / 'x')!r}, 'w').write('x' * 99999)\n"
        "except OSError as e:\n print('no file')\n"
    )
    done = subprocess.run([sys.executable, "-I", probe], capture_output=True, text=True)

    assert (done.stdout.strip() == "no file") or done.returncode != 0
    assert not (tmp_path / "x").exists() or not (tmp_path / "x").stat().st_size


@pytest.mark.parametrize(
    "data",
    [
        TEXT.encode(),
        TEXT.encode("utf-8-sig"),
        TEXT.encode("cp932"),
        TEXT.encode("utf-16"),
        TEXT.replace(",", "\t").encode("utf-16"),
        TEXT.replace(",", "\t").encode(),
        TEXT.replace("\r\n", "\n").encode("cp932"),
        TEXT.replace("011002", '"011002"').encode(),
    ],
    ids=["utf-8", "bom", "cp932", "utf-16", "utf-16 tab", "tab", "cp932 lf", "quoted"],
)
def test_one_table_in_every_encoding(data: bytes):
    assert cells(read_table(data)) == ROWS


def test_a_workbook_gives_the_same_rows_whatever_its_name():
    book = openpyxl.Workbook()
    for row in ROWS:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)

    assert cells(read_table(out.getvalue())) == ROWS


@pytest.mark.parametrize("epoch", ["1900", "1904"])
def test_dates_of_both_calendars_agree(epoch: str):
    def fill(book):
        if epoch == "1904":
            book.epoch = openpyxl.utils.datetime.MAC_EPOCH

    table = read_table(workbook(fill))

    assert table.system == int(epoch)
    assert table.rows[1].cells[2] == date(2027, 5, 17)


def test_the_calendar_taken_for_the_other_moves_dates_control():
    found = parts(workbook())
    book = found["xl/workbook.xml"].replace(b"<workbookPr />", b'<workbookPr date1904="1"/>')
    moved = read_table(packed({**found, "xl/workbook.xml": book}))

    assert moved.rows[1].cells[2] != date(2027, 5, 17)


def test_furigana_is_no_part_of_a_name():
    text = "<si><t>西条</t><rPh sb='0' eb='2'><t>サイジョウ</t></rPh></si>"
    sheet = with_sheet('<row r="1"><c r="A1" t="s"><v>0</v></c></row>')

    assert cells(read_table(with_strings(sheet, text))) == [["西条"]]


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(data: bytes):
    outcome(data)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=200), st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp932"]))
def test_any_text_is_read_or_refused(text: str, encoding: str):
    outcome(text.encode(encoding, "replace"))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 5000), st.binary(min_size=1, max_size=40))
def test_a_damaged_workbook_is_read_or_refused(place: int, junk: bytes):
    data = workbook()
    outcome(data[: place % len(data)] + junk + data[place % len(data) + len(junk) :])


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(st.characters(codec="utf-8"), max_size=200))
def test_any_xml_in_a_workbook_is_read_or_refused(rows: str):
    outcome(with_sheet(rows))


def test_the_folder_of_the_process_is_not_searched_for_modules(tmp_path, monkeypatch):
    (tmp_path / "openpyxl.py").write_text("raise SystemExit(3)")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(os.environ, "PYTHONPATH", str(tmp_path))

    assert outcome(workbook()) == "read"
