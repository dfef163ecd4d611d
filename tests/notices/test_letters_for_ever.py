"""Numbers under concurrency, bytes for ever, and what `verify_letters` finds (P21)."""

import hashlib
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils import timezone

from notices import pdf
from notices.letters import (
    correct_letter,
    drafting,
    letter_bytes,
    render_letter,
    verify_letters,
)
from notices.models import Letter, NumberRegister
from notices.printing import own_press
from notices.states import LetterState
from tests.faults.barrier import at_once, failures
from tests.faults.locks import without_row_locks
from tests.notices.values import host_values, with_name

Make = Callable[..., Letter]
OTHER = "<html lang=ja><title>other</title>x"
SERIES = ("KK", "TT", "JJ")


# Numbers ----------------------------------------------------------------------------------------


def draft_at_once(draft: Make, *, workers: int = 20, turns: int = 6) -> list[Any]:
    """Many draft in three series; every third turn the caller changes their mind."""

    def work(worker: int) -> None:
        for turn in range(turns):
            with transaction.atomic():
                draft(f"{worker}:{turn}", series=SERIES[(worker + turn) % 3], context={})
                transaction.set_rollback(turn % 3 == 2)

    return at_once(*(lambda worker=worker: work(worker) for worker in range(workers)))


def check_numbers(results: list[Any], letters: int) -> None:
    """Nobody failed; each series counts 1, 2, 3 … and its register says how far."""
    assert failures(results) == []
    assert Letter.objects.count() == letters
    for series in SERIES:
        numbers = Letter.objects.filter(series=series).values_list("number", flat=True)
        last = NumberRegister.objects.get(series=series).last_number
        assert sorted(numbers) == list(range(1, last + 1))


@pytest.mark.django_db(transaction=True)
def test_twenty_drafting_in_three_series_leave_no_gap_and_no_double(draft: Make):
    check_numbers(draft_at_once(draft), letters=20 * 4)


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_of_the_register_drafts_collide(
    draft: Make, monkeypatch: pytest.MonkeyPatch
):
    def unlocked(series: str, fiscal_year: int) -> NumberRegister:
        found, _created = NumberRegister.objects.get_or_create(
            series=series, fiscal_year=fiscal_year
        )
        return found

    for series in SERIES:
        draft(f"first {series}", series=series, context={})
    monkeypatch.setattr(drafting, "_locked_register", unlocked)
    with without_row_locks():
        results = draft_at_once(draft, workers=10)

    with pytest.raises(AssertionError):
        check_numbers(results, letters=10 * 4 + 3)


@pytest.mark.django_db(transaction=True)
def test_a_number_taken_before_the_callers_transaction_leaves_a_gap(draft: Make):
    """What a sequence of the database, or a counter with a transaction of its own, would do."""
    for turn in range(4):
        register, _created = NumberRegister.objects.get_or_create(series="KK", fiscal_year=2026)
        NumberRegister.objects.update(last_number=register.last_number + 1)
        with transaction.atomic():
            NumberRegister.objects.update(last_number=register.last_number)
            draft(f"letter {turn}", series="KK")
            transaction.set_rollback(turn == 2)

    assert [problem.message for problem in verify_letters("KK")] == ["Number 3 is missing."]


# Bytes ------------------------------------------------------------------------------------------


def sha256(letter: Letter) -> str:
    return hashlib.sha256(letter_bytes(letter)).hexdigest()


@pytest.mark.django_db
def test_an_issued_letter_is_the_same_bytes_whatever_changes_around_it(
    issue: Make, monkeypatch: pytest.MonkeyPatch, settings
):
    letter = issue()
    settings.SITE_URL = "https://moved.example.jp"
    monkeypatch.setattr(
        pdf, "letter_page", lambda *arguments: "<html lang=ja><title>other</title>x"
    )
    own_press().close()  # as after a restart

    render_letter(letter.pk)
    issue("another")

    assert {sha256(Letter.objects.get(pk=letter.pk)) for _download in range(100)} == {letter.sha256}


@pytest.mark.django_db
def test_a_letter_printed_at_each_download_would_change(issue: Make, monkeypatch):
    """The control: without stored bytes a new template makes another letter of it."""
    letter = issue()
    monkeypatch.setattr(
        pdf, "letter_page", lambda *arguments: "<html lang=ja><title>other</title>x"
    )

    printed = pdf.render_pdf(letter.template, letter.context, letter.language)

    assert hashlib.sha256(printed).hexdigest() != letter.sha256


@pytest.mark.django_db
def test_a_reissue_is_the_next_version_and_both_stay_readable(issue: Make):
    first = issue()
    second = render_letter(
        correct_letter(
            first,
            key="placement:12:host:2",
            issued_on=first.issued_on,
            context=with_name(host_values(), "TRAN VAN MINH"),
        ).pk
    )

    first.refresh_from_db()
    assert (first.state, first.version) == (LetterState.SUPERSEDED, 1)
    assert (second.state, second.version) == (LetterState.ISSUED, 2)
    assert (sha256(first), sha256(second)) == (first.sha256, second.sha256)
    assert list(verify_letters()) == []


# What verify_letters finds ----------------------------------------------------------------------


def tampered(sql: str, *values: object) -> None:
    """SQL past the guard, as the owner of the database could send it."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL session_replication_role = replica")
        else:
            cursor.execute("DROP TRIGGER IF EXISTS notices_letter_is_final")
        cursor.execute(sql, values)


def flip_a_bit(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def swap(one: Path, other: Path) -> None:
    first, second = one.read_bytes(), other.read_bytes()
    one.write_bytes(second)
    other.write_bytes(first)


def leave_a_file(folder: Path) -> None:
    foreign = folder / f"{'0' * 64}.pdf"
    foreign.write_bytes(b"%PDF")
    long_ago = time.time() - 7200
    os.utime(foreign, (long_ago, long_ago))


CHANGED, MISSING = "is not the one that was issued", "is missing"
ROW, STATE = "Its row is not as it was issued", "Its state does not follow"
FAULTS: dict[str, tuple[Callable[[Path, Letter, Letter], object], list[tuple[int, str]]]] = {
    "flipped bit": (lambda folder, a, b: flip_a_bit(folder / a.file), [(0, CHANGED)]),
    "missing file": (lambda folder, a, b: (folder / a.file).unlink(), [(0, MISSING)]),
    "swapped files": (
        lambda folder, a, b: swap(folder / a.file, folder / b.file),
        [(0, CHANGED), (1, CHANGED)],
    ),
    "swapped rows": (
        lambda folder, a, b: [
            tampered("UPDATE notices_letter SET sha256 = %s WHERE id = %s", b.sha256, a.pk),
            tampered("UPDATE notices_letter SET sha256 = %s WHERE id = %s", a.sha256, b.pk),
        ],
        [(0, ROW), (1, ROW)],
    ),
    "changed addressee": (
        lambda folder, a, b: tampered(
            "UPDATE notices_letter SET addressee = 'somebody else' WHERE id = %s", a.pk
        ),
        [(0, ROW)],
    ),
    "changed context": (
        lambda folder, a, b: tampered(
            "UPDATE notices_letter SET context = '{}' WHERE id = %s", a.pk
        ),
        [(0, ROW)],
    ),
    "changed state": (
        lambda folder, a, b: tampered(
            "UPDATE notices_letter SET state = 'superseded' WHERE id = %s", a.pk
        ),
        [(0, STATE)],
    ),
    "made a draft again": (
        lambda folder, a, b: tampered(
            "UPDATE notices_letter SET state = 'draft', issued_at = NULL, sha256 = '', size = NULL"
            " WHERE id = %s",
            a.pk,
        ),
        [(0, STATE)],
    ),
}


@pytest.mark.django_db
@pytest.mark.parametrize("fault", FAULTS)
def test_verify_letters_names_the_letter(issue: Make, letter_store: Path, capsys, fault: str):
    letters = [issue("a"), issue("b", context=with_name(host_values(), "LE VAN NAM"))]
    call_command("verify_letters")
    damage, expected = FAULTS[fault]

    damage(letter_store, *letters)

    with pytest.raises(CommandError) as stopped:
        call_command("verify_letters")
    lines = capsys.readouterr().err.splitlines()
    assert stopped.value.returncode == 1
    for number, words in expected:
        named = [line for line in lines if line.startswith(f"{letters[number].reference}: ")]
        assert any(words in line for line in named), lines
    untouched = {0, 1} - {number for number, _words in expected}
    assert not [line for n in untouched for line in lines if line.startswith(letters[n].reference)]


@pytest.mark.django_db
def test_verify_letters_names_a_file_that_is_nobodys(issue: Make, letter_store: Path, capsys):
    issue()
    leave_a_file(letter_store)

    with pytest.raises(CommandError):
        call_command("verify_letters")

    assert capsys.readouterr().err == f"{'0' * 64}.pdf: This file belongs to no letter.\n"


@pytest.mark.django_db
def test_without_the_seal_a_changed_row_is_not_found(issue: Make, monkeypatch):
    letter = issue()
    tampered("UPDATE notices_letter SET addressee = 'somebody else' WHERE id = %s", letter.pk)
    monkeypatch.setattr(Letter, "fingerprint", lambda row: row.seal)

    assert list(verify_letters()) == []


@pytest.mark.django_db
def test_the_owner_of_the_database_can_seal_a_changed_row_anew(issue: Make):
    """The limit of it: only a copy of the hashes kept elsewhere would tell."""
    letter = issue()
    tampered("UPDATE notices_letter SET addressee = 'somebody else' WHERE id = %s", letter.pk)
    forged = Letter.objects.get(pk=letter.pk).fingerprint()
    tampered("UPDATE notices_letter SET seal = %s WHERE id = %s", forged, letter.pk)

    assert list(verify_letters()) == []


@pytest.mark.django_db
def test_a_letter_issued_by_a_clock_of_another_zone_has_the_seal_of_its_row(issue, monkeypatch):
    now = timezone.localtime()
    monkeypatch.setattr(timezone, "now", lambda: now)

    letter = issue()

    assert Letter.objects.get(pk=letter.pk).fingerprint() == letter.seal
