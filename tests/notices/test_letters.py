"""Numbers without gap or double, bytes for ever, codes as people type them."""

import threading
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from notices.letters import (
    approve_letter,
    correct_letter,
    find_by_code,
    letter_bytes,
    render_letter,
    render_waiting,
    request_approval,
    verify_letters,
    withdraw_letter,
)
from notices.models import Letter, LetterDamaged, NoticeError, NumberRegister
from notices.states import LetterState
from tests.notices.values import host_values, with_name

pytestmark = pytest.mark.django_db

Make = Callable[..., Letter]


def test_draft_letter_numbers_from_one_in_each_series_and_fiscal_year(draft: Make):
    drafted = [
        draft("a"),
        draft("b"),
        draft("c", series="TT"),
        draft("d", issued_on=date(2027, 4, 1)),
        draft("e", issued_on=date(2027, 3, 31)),
    ]

    assert [(letter.fiscal_year, letter.reference) for letter in drafted] == [
        (2026, "8自国経第1号"),
        (2026, "8自国経第2号"),
        (2026, "8自国経第1号"),
        (2027, "9自国経第1号"),
        (2026, "8自国経第3号"),
    ]


def test_draft_letter_names_the_era_year_of_the_fiscal_year(draft: Make):
    letter = draft(reference_format="{era_year}-KK-{number}", issued_on=date(2019, 4, 5))

    assert letter.reference == "1-KK-1"


def test_draft_letter_leaves_no_gap_after_a_rollback(draft: Make):
    draft("a")

    with transaction.atomic():
        draft("b")
        transaction.set_rollback(True)

    assert draft("c").number == 2
    assert list(verify_letters()) == []


def test_draft_letter_gives_the_same_letter_for_the_same_key(draft: Make):
    first = draft(context=host_values(issued_on=date(2027, 2, 19)))

    second = draft(context=host_values(issued_on=date(2027, 2, 19)))

    assert second == first
    assert NumberRegister.objects.get().last_number == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"subject": "別の件名"},
        {"issued_on": date(2027, 2, 20)},
        {"series": "TT"},
        {"reference_format": "{number}"},
        {"context": with_name(host_values(), "SOMEBODY ELSE")},
    ],
)
def test_draft_letter_refuses_other_contents_under_the_same_key(draft: Make, changes: dict):
    draft()

    with pytest.raises(NoticeError):
        draft(**changes)


def test_draft_letter_keeps_what_will_be_printed(draft: Make, settings):
    settings.SITE_URL = "https://lgotp.example.jp"

    letter = draft()

    letter.refresh_from_db()
    assert letter.context == {
        **host_values(),
        "reference": "8自国経第1号",
        "issued_on": "2027-02-19",
        "subject": letter.subject,
        "check_code": letter.check_code,
        "verify_url": f"https://lgotp.example.jp/verify/{letter.check_code}",
        "version": 1,
        "supersedes_reference": "",
        "supersedes_issued_on": "",
    }


def test_render_letter_issues_once(draft: Make):
    letter = draft()

    first = render_letter(letter.pk)
    second = render_letter(letter.pk)

    assert first.state == LetterState.ISSUED
    assert (second.sha256, second.issued_at) == (first.sha256, first.issued_at)
    assert letter_bytes(first).startswith(b"%PDF")
    assert len(letter_bytes(first)) == first.size
    assert set(first.rendered_with) == {"weasyprint", "pydyf", "pango", "template_sha256"}
    assert [move.to_state for move in first.moves.all()] == ["draft", "issued"]


def test_render_waiting_goes_on_after_a_letter_that_fails(draft: Make):
    broken = draft("a", context=host_values(period={"starts_on": "soon", "ends_on": "later"}))
    whole = draft("b")

    assert render_waiting() == 1

    broken.refresh_from_db()
    whole.refresh_from_db()
    assert (broken.state, whole.state) == (LetterState.DRAFT, LetterState.ISSUED)
    assert "ValueError" in broken.last_error
    assert render_waiting() == 0


def test_a_letter_may_wait_for_a_second_person(draft: Make):
    letter = request_approval(draft(), "森田")
    assert render_waiting() == 0
    with pytest.raises(NoticeError):
        approve_letter(letter, "森田")

    approve_letter(letter, "安藤")

    assert render_waiting() == 1
    assert Letter.objects.get().state == LetterState.ISSUED


@pytest.mark.parametrize(
    "column",
    [field.name for field in Letter._meta.concrete_fields if field.name not in {"id", "state"}],
)
def test_an_issued_letter_never_changes(issue: Make, column: str):
    letter = issue()
    values = {
        "number": 99,
        "fiscal_year": 2020,
        "version": 9,
        "size": 1,
        "supersedes": letter,
        "issued_on": date(2020, 1, 1),
        "context": {"forged": True},
        "rendered_with": {"forged": True},
    }
    moments = {"issued_at", "created_at", "approved_at", "render_not_before"}
    value = letter.issued_at.replace(year=2020) if column in moments else values.get(column, "x")

    setattr(letter, column, value)
    with pytest.raises(NoticeError):
        letter.save()
    with pytest.raises(NoticeError):
        letter.save(update_fields=[column])
    with pytest.raises(NoticeError):
        Letter.objects.update(**{column: value})
    with pytest.raises(IntegrityError), transaction.atomic():
        super(type(Letter.objects.all()), Letter.objects.all()).update(**{column: value})


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE notices_letter SET subject = 'forged'",
        "UPDATE notices_letter SET sha256 = 'forged', state = 'superseded'",
        "UPDATE notices_letter SET state = 'draft'",
        "UPDATE notices_letter SET issued_at = NULL, sha256 = '', size = NULL, state = 'draft'",
    ],
)
def test_the_database_refuses_to_change_an_issued_letter(issue: Make, sql: str):
    issue()

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def test_the_database_lets_a_draft_change(draft: Make):
    letter = draft()

    letter.addressee = "愛媛県知事"
    letter.save()

    letter.refresh_from_db()
    assert letter.addressee == "愛媛県知事"


def test_an_issued_letter_is_not_deleted(issue: Make):
    letter = issue()

    with pytest.raises(NoticeError):
        letter.delete()
    with pytest.raises(NoticeError):
        Letter.objects.all().delete()


def test_correct_letter_supersedes_when_the_new_one_is_issued(issue: Make):
    old = issue()

    new = correct_letter(
        old,
        key="placement:12:host:2",
        issued_on=date(2027, 3, 1),
        context=with_name(host_values(), "LE VAN NAM"),
    )

    old.refresh_from_db()
    assert (old.state, new.version, new.number) == (LetterState.ISSUED, 2, 2)
    new = render_letter(new.pk)
    old.refresh_from_db()
    assert (old.state, new.state) == (LetterState.SUPERSEDED, LetterState.ISSUED)
    assert new.context["supersedes_reference"] == old.reference
    assert letter_bytes(old) != letter_bytes(new)


def test_correct_letter_allows_one_correction_at_a_time(issue: Make):
    old = issue()
    correction = {"issued_on": date(2027, 3, 1), "context": host_values()}
    correct_letter(old, key="b", **correction)

    with pytest.raises(NoticeError):
        correct_letter(old, key="c", **correction)

    assert NumberRegister.objects.get().last_number == 2


def test_withdraw_letter_needs_a_reason_and_keeps_the_bytes(issue: Make):
    letter = issue()
    with pytest.raises(NoticeError):
        withdraw_letter(letter, " ", "安藤")

    letter = withdraw_letter(letter, "辞退のため", "安藤")

    assert letter.state == LetterState.WITHDRAWN
    assert letter_bytes(letter)
    with pytest.raises(NoticeError):
        withdraw_letter(letter, "もう一度", "安藤")


def test_a_withdrawn_draft_keeps_its_number_and_is_not_issued(draft: Make):
    letter = withdraw_letter(draft(), "誤り", "安藤")

    with pytest.raises(NoticeError):
        render_letter(letter.pk)
    assert list(verify_letters()) == []


def test_letter_bytes_finds_one_flipped_bit(issue: Make, letter_store: Path):
    letter = issue()
    path = letter_store / letter.file
    content = bytearray(path.read_bytes())
    content[1000] ^= 1
    path.write_bytes(content)

    with pytest.raises(LetterDamaged):
        letter_bytes(letter)


def test_verify_letters_names_what_is_wrong(issue: Make, letter_store: Path, capsys):
    whole, changed, missing = issue("a"), issue("b"), issue("c")
    (letter_store / changed.file).write_bytes(b"%PDF-1.7 forged")
    (letter_store / missing.file).unlink()
    NumberRegister.objects.update(last_number=5)

    found = [problem.reference for problem in verify_letters()]

    assert found == [changed.reference, missing.reference, "KK 2026", "KK 2026"]
    with pytest.raises(CommandError) as stopped:
        call_command("verify_letters")
    assert stopped.value.returncode == 1
    assert whole.reference not in capsys.readouterr().err


def test_verify_letters_is_quiet_when_all_is_well(issue: Make, capsys):
    issue()

    call_command("verify_letters")

    assert capsys.readouterr().out == "1 letters are as they were issued.\n"


def test_find_by_code_reads_what_people_type(issue: Make):
    letter = issue()
    code = letter.check_code
    wide = code.translate({ord(c): ord(c) + 0xFEE0 for c in code})

    typed = [code, code.lower(), code.replace("-", ""), f" {code.replace('-', ' ')} ", wide]

    assert [find_by_code(text) for text in typed] == [letter] * 5
    assert [find_by_code(text) for text in ("", code[:-1], f"{code}X", "０" * 12, "'" * 99)] == [
        None
    ] * 5


def test_find_by_code_does_not_show_drafts(draft: Make):
    assert find_by_code(draft().check_code) is None


@pytest.mark.django_db(transaction=True)
def test_numbers_have_no_gap_and_no_double_when_many_draft_at_once(draft: Make):
    barrier = threading.Barrier(8)
    faults: list[Exception] = []

    def work(worker: int) -> None:
        barrier.wait()
        try:
            for turn in range(5):
                try:
                    with transaction.atomic():
                        draft(f"{worker}:{turn}")
                        if turn == 2:
                            raise KeyError
                except KeyError:
                    pass
        except Exception as error:
            faults.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(worker,)) for worker in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert faults == []
    numbers = sorted(Letter.objects.values_list("number", flat=True))
    assert numbers == list(range(1, 8 * 4 + 1))


@pytest.mark.django_db(transaction=True)
def test_one_key_drafted_at_once_is_one_letter(draft: Make):
    barrier = threading.Barrier(6)
    found: list[object] = []

    def work() -> None:
        barrier.wait()
        try:
            found.append(draft().pk)
        except Exception as error:
            found.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert found == [Letter.objects.get().pk] * 6


@pytest.mark.django_db(transaction=True)
def test_two_workers_issue_a_letter_once(draft: Make, letter_store: Path):
    letter = draft()
    barrier = threading.Barrier(2)
    found: list[object] = []

    def work() -> None:
        barrier.wait()
        try:
            found.append(render_letter(letter.pk).issued_at)
        except Exception as error:
            found.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    letter.refresh_from_db()
    assert found == [letter.issued_at] * 2
    assert [path.name for path in letter_store.iterdir()] == [letter.file]
    assert letter.moves.filter(to_state=LetterState.ISSUED).count() == 1
