"""Questions between the parties of a row: who sees them, what answers them, who is mailed."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts import questions, threads
from accounts.models import Membership, Thread, ThreadEntry, ThreadFile
from accounts.questions import (
    ByHand,
    QuestionError,
    ask,
    close_question,
    place_of,
    reason_against,
    reopen_question,
    write,
)
from accounts.subjects import subject_of
from files.models import StoredFile
from files.received import FileRefused
from notices.models import Mail
from schedule.duties import duties_of, duties_of_all
from schedule.models import Cycle
from schedule.reminders import queue_reminders
from tests.accounts.ground_of_questions import CANARY, asked, build, fresh, parties, seen_by, upload

pytestmark = pytest.mark.django_db

CALL = ByHand("telephone", date(2026, 11, 20), "embassy", "在ベトナム大使館")


@pytest.fixture
def ground():
    return build()


def mailed() -> set[str]:
    return set(Mail.objects.filter(purpose="question").values_list("to", flat=True))


def check_readers(ground, place, *names: str) -> None:
    everybody = ["host", "colleague", "neighbour", "city", "relay", "far_relay", "far_host"]
    found = {name for name in everybody if place.thread.pk in seen_by(getattr(ground, name))}
    assert found == set(names)
    assert place.thread.pk in seen_by(ground.staff)


def test_a_question_is_seen_by_those_who_ask_and_are_asked_only(ground):
    check_readers(ground, asked(ground), "host", "colleague")
    check_readers(ground, asked(ground, addressee="relay"), "host", "colleague", "relay")
    check_readers(ground, asked(ground, by="relay", addressee="operator"), "relay")
    check_readers(ground, asked(ground, row=ground.answer), "host", "colleague")


def test_a_question_is_also_shown_to_whom_the_asker_says(ground):
    place = asked(ground, reading=["relay"])

    check_readers(ground, place, "host", "colleague", "relay")
    assert ground.relay.email not in mailed()


def test_without_the_sides_a_neighbour_sees_it_control(ground, monkeypatch):
    monkeypatch.setattr(threads.ThreadQuerySet, "visible_to", lambda rows, user: rows)

    with pytest.raises(AssertionError):
        test_a_question_is_seen_by_those_who_ask_and_are_asked_only(ground)


def test_who_left_yesterday_sees_nothing_and_who_came_today_sees_all(ground):
    place = asked(ground, addressee="relay")
    yesterday = timezone.localdate() - timedelta(days=1)
    Membership.objects.filter(user=ground.host).update(ends_on=yesterday)
    Membership.objects.filter(user=ground.relay).update(ends_on=yesterday)

    check_readers(ground, place, "colleague")


def test_another_relay_takes_the_place_of_the_first(ground):
    place = asked(ground, addressee="relay")
    ground.answer.relay = ground.kochi
    ground.answer.save()

    check_readers(ground, place, "host", "colleague", "far_relay")


def test_a_survey_that_was_not_sent_out_takes_no_questions(ground):
    ground.survey.opened_at = None
    ground.survey.save()

    with pytest.raises(QuestionError):
        asked(ground, by="staff", addressee="host")
    assert Thread.objects.count() == Mail.objects.count() == 0


def test_a_government_that_answers_directly_has_the_operator_only(ground):
    subject = subject_of("hosts.SurveyAnswer")
    row = subject.rows().get(pk=ground.direct.pk)

    assert [party.code for party in subject.parties_of(row)] == ["host", "operator"]
    with pytest.raises(QuestionError):
        asked(ground, by="city", addressee="relay", row=ground.direct)


@pytest.mark.parametrize("name", ["neighbour", "far_relay", "far_host"])
def test_who_takes_no_part_cannot_ask(ground, name):
    with pytest.raises(QuestionError):
        asked(ground, by=name)


def test_nobody_asks_themselves_or_a_party_that_is_not_there(ground):
    for addressee in ("host", "nobody", ""):
        with pytest.raises(QuestionError):
            asked(ground, addressee=addressee)
    with pytest.raises(QuestionError):
        asked(ground, reading=["nobody"])


def test_the_database_refuses_a_question_to_oneself(ground):
    with pytest.raises(IntegrityError), transaction.atomic():
        Thread.objects.create(kind="x", subject_id=1, title="x", asker="host", addressee="host")


def test_a_question_mails_those_who_are_asked(ground):
    asked(ground, addressee="relay", answer_by=date(2026, 12, 1))

    (mail,) = Mail.objects.filter(purpose="question")
    assert mail.to == ground.relay.email
    assert "西条市" in mail.body
    assert "西条太郎" in mail.body
    assert "/questions/" in mail.body


def test_no_mail_repeats_what_was_written(ground):
    place = asked(ground, title=f"{CANARY} の件")
    write(place, by=ground.staff, text=f"はい。{CANARY}", for_party="host")

    assert mailed() == {ground.staff.email, ground.host.email, ground.colleague.email}
    for mail in Mail.objects.all():
        assert CANARY not in mail.subject + mail.body + mail.key + mail.related


def test_what_the_asked_party_writes_is_an_answer_and_what_comes_back_asks_again(ground):
    place = asked(ground)

    write(place, by=ground.staff, text="はい。", for_party="host")
    place.thread.refresh_from_db()
    assert place.thread.state == "answered"

    write(place, by=ground.colleague, text="いくらですか。", for_party="operator")
    place.thread.refresh_from_db()
    assert place.thread.state == "open"
    assert [move.to_state for move in place.thread.moves.all()] == ["open", "answered", "open"]


def test_staff_who_write_into_the_exchange_of_others_take_part_from_then_on(ground):
    place = asked(ground, addressee="relay")
    assert parties(place.thread) == ["host", "relay"]

    write(place, by=ground.staff, text="補足します。", for_party="host")

    place.thread.refresh_from_db()
    assert parties(place.thread) == ["host", "operator", "relay"]
    assert place.thread.state == "open", "a remark is no answer"
    write(place_of(place.thread), by=ground.host, text="承知しました。", for_party="operator")


def test_an_internal_note_changes_nothing_and_mails_nobody(ground):
    place = asked(ground)
    before = Mail.objects.count(), place.thread.state, place.thread.written_at

    write(place, by=ground.staff, text=f"予算不足 {CANARY}", is_internal=True)

    place.thread.refresh_from_db()
    assert (Mail.objects.count(), place.thread.state, place.thread.written_at) == before


def check_notes_are_hidden(ground) -> None:
    place = asked(ground, reading=["relay"])
    note = write(place, by=ground.staff, text="内部", is_internal=True, files=[upload()])

    for name in ("host", "colleague", "relay", "neighbour"):
        user = fresh(getattr(ground, name))
        assert note not in ThreadEntry.objects.visible_to(user)
        assert not ThreadFile.objects.visible_to(user).exists()
    assert note in ThreadEntry.objects.visible_to(fresh(ground.staff))


def test_internal_notes_and_their_files_are_the_staffs_only(ground):
    check_notes_are_hidden(ground)


def test_without_the_check_of_entries_notes_are_seen_control(ground, monkeypatch):
    monkeypatch.setattr(threads.ThreadEntryQuerySet, "visible_to", lambda rows, user: rows)

    with pytest.raises(AssertionError):
        check_notes_are_hidden(ground)


@pytest.mark.parametrize("name", ["host", "relay"])
def test_only_staff_write_internal_notes(ground, name):
    place = asked(ground, addressee="relay")

    with pytest.raises(QuestionError):
        write(place, by=getattr(ground, name), text="内部", is_internal=True)


def test_the_database_refuses_an_internal_note_for_somebody(ground):
    place = asked(ground)
    with pytest.raises(IntegrityError), transaction.atomic():
        place.thread.entries.create(
            text="x", by_party="operator", for_party="host", is_internal=True
        )


def test_a_call_is_noted_by_hand_and_mails_nobody_unless_it_is_for_somebody(ground):
    place = asked(ground, addressee="relay")
    before = Mail.objects.count()

    entry = write(place, by=ground.relay, text="大使館に確認しました。", by_hand=CALL)

    assert (entry.channel, entry.happened_on) == ("telephone", CALL.happened_on)
    assert Mail.objects.count() == before
    write(
        place, by=ground.relay, text="可能とのこと。", by_hand=CALL, for_party="host", settles=True
    )
    place.thread.refresh_from_db()
    assert place.thread.state == "answered"
    assert Mail.objects.count() == before + 2


def test_coordinators_do_not_note_calls(ground):
    with pytest.raises(QuestionError):
        write(asked(ground), by=ground.host, text="電話", by_hand=CALL, for_party="operator")


def test_the_database_refuses_a_call_without_its_day(ground):
    with pytest.raises(IntegrityError), transaction.atomic():
        asked(ground).thread.entries.create(text="x", by_party="relay", channel="telephone")


def test_who_is_named_nowhere_is_not_written_to(ground):
    place = asked(ground)

    for for_party in ("relay", "host", "", "nobody"):
        with pytest.raises(QuestionError):
            write(place, by=ground.host, text="x", for_party=for_party)


def test_the_side_that_asked_closes_and_all_can_ask_again(ground):
    place = asked(ground, addressee="relay")
    with pytest.raises(QuestionError):
        close_question(place, by=ground.relay)

    close_question(place, by=ground.colleague)
    close_question(place, by=ground.host)
    place.thread.refresh_from_db()
    assert (place.thread.state, place.thread.moves.count()) == ("closed", 2)
    with pytest.raises(QuestionError):
        write(place, by=ground.relay, text="遅れました。", for_party="host")

    reopen_question(place, by=ground.host, reason="まだ分かりません。")
    reopen_question(place, by=ground.host, reason="まだ分かりません。")
    place.thread.refresh_from_db()
    assert (place.thread.state, place.thread.moves.count()) == ("open", 3)
    assert Mail.objects.filter(to=ground.relay.email).count() == 2


def test_when_the_cycle_is_over_it_is_read_and_not_written(ground):
    place = asked(ground)
    Cycle.objects.update(state=Cycle.State.CLOSED)

    assert place.thread.pk in seen_by(ground.host)
    with pytest.raises(QuestionError):
        write(place, by=ground.staff, text="x", for_party="host")
    with pytest.raises(QuestionError):
        asked(ground)
    close_question(place, by=ground.host)
    with pytest.raises(QuestionError):
        reopen_question(place, by=ground.host, reason="x")
    write(place, by=ground.staff, text="記録", is_internal=True)


def test_files_come_with_an_entry_all_of_them_or_none(ground):
    place = asked(ground, files=[upload("a.pdf"), upload("a.pdf")])

    assert [each.file.name for each in ThreadFile.objects.all()] == ["a.pdf", "a.pdf"]
    before = ThreadEntry.objects.count(), StoredFile.objects.count(), Mail.objects.count()
    with pytest.raises(FileRefused, match=r"b\.pdf"):
        write(
            place,
            by=ground.staff,
            text="x",
            for_party="host",
            files=[upload("c.pdf"), upload("b.pdf", b"<html>")],
        )
    assert (
        ThreadEntry.objects.count(),
        StoredFile.objects.count(),
        Mail.objects.count(),
    ) == before


def test_a_mail_is_not_sent_to_who_left_or_when_it_was_closed(ground):
    place = asked(ground, addressee="relay")
    (mail,) = Mail.objects.filter(purpose="question")
    assert reason_against(mail) is None

    close_question(place, by=ground.host)
    assert reason_against(mail)
    reopen_question(place, by=ground.host, reason="x")
    assert reason_against(mail) is None
    Membership.objects.filter(user=ground.relay).update(
        ends_on=timezone.localdate() - timedelta(days=1)
    )
    assert reason_against(mail)


def test_who_has_a_closed_account_is_not_mailed(ground):
    type(ground.relay).objects.filter(pk=ground.relay.pk).update(is_active=False)

    asked(ground, addressee="relay")

    assert mailed() == set()


# Duties -----------------------------------------------------------------------------------------
def questions_in(duties) -> list[tuple[str, str]]:
    return [(duty.user.email, duty.subject) for duty in duties if duty.code == "answer-question"]


def test_an_open_question_is_a_duty_of_those_who_are_asked(ground):
    day = timezone.localdate()
    place = asked(ground, addressee="relay", answer_by=day + timedelta(days=3))
    subject = f"accounts.Thread:{place.thread.pk}"

    assert questions_in(duties_of(fresh(ground.relay), day)) == [(ground.relay.email, subject)]
    assert questions_in(duties_of(fresh(ground.host), day)) == []
    assert questions_in(duties_of_all(day)) == [(ground.relay.email, subject)]

    write(place, by=ground.relay, text="はい。", for_party="host")
    assert questions_in(duties_of_all(day)) == []
    assert questions_in(duties_of(fresh(ground.host), day)) == [], "an answer is no duty"


def test_the_staff_have_one_duty_for_all_questions(ground):
    day = timezone.localdate()
    for _each in range(3):
        asked(ground)

    found = [each for each in duties_of(fresh(ground.staff), day) if each.code == "answer-question"]

    assert [str(each.state) for each in found] == ["3"]
    assert questions_in(duties_of_all(day)) == [
        (ground.staff.email, "accounts.Thread:operator"),
    ]


def test_the_duty_ends_with_the_cycle_and_with_the_membership(ground):
    day = timezone.localdate()
    asked(ground, addressee="relay")
    Membership.objects.filter(user=ground.relay).update(ends_on=day - timedelta(days=1))
    assert questions_in(duties_of_all(day)) == []
    Membership.objects.filter(user=ground.relay).update(ends_on=None)
    Cycle.objects.update(state=Cycle.State.CLOSED)
    assert questions_in(duties_of_all(day)) == questions_in(duties_of(ground.relay, day)) == []


def test_the_duties_of_all_cost_the_same_for_one_and_three_questions(
    ground, django_assert_num_queries
):
    day = timezone.localdate()
    asked(ground, addressee="relay")
    with django_assert_num_queries(3):
        questions.waiting_people(day)
    for row in (ground.request, ground.request):
        asked(ground, addressee="relay", row=row)
    with django_assert_num_queries(3):
        questions.waiting_people(day)


def test_a_reminder_of_a_question_does_not_name_it(ground):
    day = timezone.localdate()
    asked(ground, addressee="relay", title=CANARY, answer_by=day + timedelta(days=3))

    queue_reminders(day)

    (mail,) = Mail.objects.filter(purpose="reminder", to=ground.relay.email)
    assert CANARY not in mail.subject + mail.body
    assert "【】" not in mail.subject


def test_every_row_that_may_be_asked_about_has_what_its_pages_need(ground):
    for subject in (subject_of("hosts.HostRequest"), subject_of("hosts.SurveyAnswer")):
        row = subject.rows().first()
        assert str(row.public_id) in subject.address(row)
        assert subject.title(row)
        assert [party.name(row) for party in subject.parties_of(row)]


def test_asking_is_refused_before_anything_is_written(ground):
    subject = subject_of("hosts.HostRequest")
    with pytest.raises(QuestionError):
        ask(
            subject,
            subject.rows().get(pk=ground.request.pk),
            by=ground.neighbour,
            addressee="operator",
            title="x",
            text="x",
        )
    assert (Thread.objects.count(), Mail.objects.count()) == (0, 0)
