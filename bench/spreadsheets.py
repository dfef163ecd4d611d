"""What an import of 10,000 rows costs against PostgreSQL's COPY of the same rows, in one run.

    python -m bench.spreadsheets [--rows 10000] [--rounds 3]

COPY writes the rows of both tables and of the change log as they are, unchecked. The import reads
a CSV, checks every cell, compares with what is there, writes rows, organisations and change log.
Each way runs in turn in a transaction that is rolled back; the figure is the median of the rounds.
It starts a PostgreSQL of its own, unless DATABASE_URL names one.
"""

import argparse
import io
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lgotp.settings")

MARK = "BENCH_HAS_SERVER"


def rows_of(count: int) -> list[list]:
    """Prefectures and towns with codes whose check digits are right."""
    from japan.codes import with_check_digit

    rows: list[list] = []
    for upper in range(10, 10 + count // 900 + 1):
        rows.append(
            [with_check_digit(f"{upper}000"), "prefecture", f"第{upper}県", "ダイケン", "Dai"]
        )
        rows += [
            [with_check_digit(f"{upper}{n:03d}"), "town", f"第{n}町", "マチ", "M-machi"]
            for n in range(1, 901)
        ]
    return rows[:count]


def copy_all(count: int) -> None:
    """The rows of an import of this many, by COPY from memory; what they hold is no matter."""
    from django.db import connection

    organisations, governments, log = io.StringIO(), io.StringIO(), io.StringIO()
    for n, (code, _kind, name, kana, romaji) in enumerate(rows_of(count), start=10**6):
        organisations.write(f"{n}\t{n:032x}\tlocal_government\t第1県{name}\t{romaji} Town\n")
        key = f"{code} {name} {kana} {romaji}"
        governments.write(f"{n}\t{n}\t{code}\tprefecture\t{name}\t{kana}\t{romaji}\t{key}\n")
        changes = f'{{"code": ["None", "{code}"], "name": ["None", "{name}"]}}'
        log.write(f"{n}\t1\t{n}\t{n}\t{name}\t0\t{changes}\t\t2026-11-22\n")
    tables = (
        ("accounts_organisation (id, public_id, kind, name_ja, name_en)", organisations),
        (
            "hosts_localgovernment (id, organisation_id, code, kind, name, kana, romaji, search)",
            governments,
        ),
        (
            "auditlog_logentry (id, content_type_id, object_pk, object_id, object_repr, action,"
            " changes, changes_text, timestamp)",
            log,
        ),
    )
    with connection.cursor() as cursor:
        for table, text in tables:
            with cursor.copy(f"COPY {table} FROM STDIN") as copy:
                copy.write(text.getvalue())


def milliseconds(work: Callable[[], object]) -> float:
    from django.db import transaction

    with transaction.atomic():
        started = time.perf_counter()
        work()
        spent = (time.perf_counter() - started) * 1000
        transaction.set_rollback(True)
    return spent


def run(count: int, rounds: int) -> None:
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection, transaction
    from django.test.utils import CaptureQueriesContext

    from files.sheets.exporting import FORMATS, export
    from files.sheets.importing import take_in
    from files.sheets.kinds import find_kind
    from files.sheets.reading import read_table
    from files.sheets.writing import write_csv, write_xlsx

    call_command("migrate", verbosity=0)
    kind = find_kind("local_governments")
    heads = ["code", "kind", "name", "kana", "romaji"]
    rows = rows_of(count)
    csv = write_csv([heads, *rows])
    xlsx = write_xlsx([heads, *rows], title="rows")
    changed = write_csv([heads, *([*row[:4], f"{row[4]}x"] for row in rows)])

    def queries(data: bytes) -> int:
        with CaptureQueriesContext(connection) as found:
            take_in(kind, data, by=None)
        return len(found)

    with transaction.atomic():
        print(f"{count} rows, new:     {queries(csv)} queries (bound 40)")
        print(f"{count} rows, changed: {queries(changed)} queries (bound 40)")
        transaction.set_rollback(True)
    ways: dict[str, Callable[[], object]] = {
        "COPY of the rows, their organisations, the change log": lambda: copy_all(count),
        "CSV file to written rows": lambda: take_in(kind, csv, by=None),
        "XLSX file to written rows": lambda: take_in(kind, xlsx, by=None),
        "reading the CSV alone": lambda: read_table(csv),
        "reading the XLSX alone": lambda: read_table(xlsx),
    }
    figures: dict[str, list[float]] = {name: [] for name in ways}
    for _round in range(rounds):
        for name, work in ways.items():
            figures[name].append(milliseconds(work))
    base = statistics.median(figures[next(iter(ways))])
    for name, found in figures.items():
        median = statistics.median(found)
        print(f"{name:55} {median:8.0f} ms   this / COPY = {median / base:.1f}")
    with transaction.atomic():
        take_in(kind, csv, by=None)
        same = statistics.median(
            milliseconds(lambda: take_in(kind, changed, by=None)) for _round in range(rounds)
        )
        again = statistics.median(
            milliseconds(lambda: take_in(kind, csv, by=None)) for _round in range(rounds)
        )
        out = statistics.median(
            milliseconds(lambda: export(kind, kind.rows_for(None), FORMATS["xlsx"]))
            for _round in range(rounds)
        )
        transaction.set_rollback(True)
    print(f"{'every row changed':55} {same:8.0f} ms   this / COPY = {same / base:.1f}")
    print(f"{'the same file again':55} {again:8.0f} ms   this / COPY = {again / base:.1f}")
    print(f"{'export of all rows as XLSX':55} {out:8.0f} ms")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    if os.environ.get(MARK) or os.environ.get("DATABASE_URL"):
        run(arguments.rows, arguments.rounds)
        return
    from tests.servers import postgresql

    with postgresql() as url, tempfile.TemporaryDirectory() as folder:
        env = {**os.environ, "DATABASE_URL": url, "PORTAL_DATA_DIR": folder, MARK: "1"}
        command = [sys.executable, "-m", "bench.spreadsheets", *sys.argv[1:]]
        raise SystemExit(subprocess.call(command, cwd=ROOT, env=env))


if __name__ == "__main__":
    main()
