"""The commands that take a spreadsheet in or out: the same rules, one line for each fault."""

import os

import pytest
from django.core.management import CommandError, call_command

from files.sheets.writing import write_csv
from hosts.models import LocalGovernment
from tests.desk.sheets import KINDS, correction

pytestmark = pytest.mark.django_db


@pytest.fixture
def english(monkeypatch):
    monkeypatch.setenv("LC_ALL", "C.UTF-8")


def test_without_arguments_the_commands_list_kinds_and_columns(capsys, english, db):
    for command in ("import_data", "export_data"):
        call_command(command)
        lines = capsys.readouterr().out.splitlines()
        assert [line.split(":")[0] for line in lines[::3]] == KINDS
        named = "code,kind,prefecture_name,name,kana,romaji"
        place = next(n for n, line in enumerate(lines) if line.startswith("local_governments:"))
        columns, headings = (line.strip() for line in lines[place + 1 : place + 3])
        assert columns == f"{named},valid_from,valid_until,successor_code,successor_name"
        assert headings.startswith("団体コード,種別,都道府県")


@pytest.mark.parametrize("name", ["out.xlsx", "out.csv", "OUT.CSV"])
def test_what_goes_out_by_command_comes_in_again(tmp_path, capsys, english, city, name):
    file = tmp_path / name
    call_command("export_data", "local_governments", str(file))
    call_command("import_data", "local_governments", str(file))

    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith("2 rows were written to")
    assert said[1] == "0 rows were added, 0 changed, 2 left as they are."


def test_a_dry_run_writes_nothing(tmp_path, capsys, english, city):
    file = tmp_path / "x.xlsx"
    call_command("export_data", "local_governments", str(file), "--dry-run")
    absent = not file.exists()
    file.write_bytes(correction().read())
    call_command("import_data", "local_governments", str(file), "--dry-run")

    city.refresh_from_db()
    assert (absent, city.romaji) == (True, "Saijo-shi")
    assert "Saijo-shi → Saijo-city" in capsys.readouterr().out


def refused(*arguments: str) -> tuple[int, str]:
    try:
        call_command(*arguments)
    except CommandError as error:
        return error.returncode, str(error)
    except SystemExit as error:
        return error.code, ""
    return 0, ""


def test_commands_refuse_in_one_line_and_change_nothing(tmp_path, capsys, english, city):
    pdf = tmp_path / "x.csv"
    pdf.write_bytes(b"%PDF-1.7")
    wrong = tmp_path / "wrong.csv"
    wrong.write_bytes(write_csv([["code", "romaji"], ["382061", "x"], ["382060", "西"]]))
    kind = "local_governments"

    codes = {
        "no such kind": refused("import_data", "nothing", str(pdf))[0],
        "no file": refused("import_data", kind)[0],
        "missing file": refused("import_data", kind, str(tmp_path / "none.csv"))[0],
        "a folder": refused("import_data", kind, str(tmp_path))[0],
        "a PDF": refused("import_data", kind, str(pdf))[0],
        "nobody": refused("import_data", kind, str(wrong), "--by", "x@example.org")[0],
        "wrong cells": refused("import_data", kind, str(wrong), "--language", "both")[0],
        "no ending": refused("export_data", kind, str(tmp_path / "x.pdf"))[0],
        "no folder": refused("export_data", kind, str(tmp_path / "no" / "x.csv"))[0],
    }

    assert codes == {
        "no such kind": 2,
        "no file": 2,
        "missing file": 1,
        "a folder": 1,
        "a PDF": 2,
        "nobody": 2,
        "wrong cells": 2,
        "no ending": 2,
        "no folder": 1,
    }
    lines = capsys.readouterr().err.splitlines()
    assert lines[0].startswith("A2 code / 団体コード “382061”: The check digit")
    assert "検査数字" in lines[1]
    assert lines[2].startswith("B3 romaji / ローマ字 “西”:")
    assert lines[-1].startswith("2: ")
    city.refresh_from_db()
    assert city.romaji == "Saijo-shi"
    assert sorted(os.listdir(tmp_path)) == ["wrong.csv", "x.csv"]


def test_an_export_in_cp932_names_what_it_lacks_or_replaces_it(tmp_path, english, city):
    LocalGovernment.objects.filter(pk=city.pk).update(name="𠮷野町")
    file = tmp_path / "x.csv"
    arguments = ["export_data", "local_governments", str(file), "--encoding", "cp932"]

    code, said = refused(*arguments)
    absent = not file.exists()
    call_command(*arguments, "--replace")

    assert (code, "𠮷" in said, absent) == (1, True, True)
    assert "〓野町" in file.read_bytes().decode("cp932")


def test_the_answer_speaks_the_language_of_the_machine(tmp_path, capsys, monkeypatch, city):
    monkeypatch.setenv("LC_ALL", "ja_JP.UTF-8")
    file = tmp_path / "x.csv"
    file.write_bytes(write_csv([["code"], ["382061"]]))

    refused("import_data", "local_governments", str(file))

    assert "検査数字" in capsys.readouterr().err
