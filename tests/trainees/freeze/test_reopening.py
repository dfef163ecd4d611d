"""Single fields of a submitted dossier: opened, sent, approved or refused; the versions stay."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from notices.models import Mail
from schedule.duties import duties_of
from schedule.models import Cycle
from tests.factories import CycleFactory, application_of, staff_member, trainee_person
from trainees.models import Application, DossierVersion, Reopening
from trainees.reopening.ending import end_overdue
from trainees.reopening.fields import is_reopenable, labels_of, reopenable_fields
from trainees.reopening.verbs import (
    approve_change,
    end_reopening,
    propose_change,
    refuse_change,
    reopen_fields,
    stamp_of,
)
from trainees.services import (
    TraineeError,
    mark_complete,
    return_application,
    submit_application,
    withdraw_application,
)
from trainees.states import ApplicationState, ReopeningState
from trainees.versions import is_intact, judged

pytestmark = pytest.mark.django_db

FIELDS = ["person.katakana", "application.employer_position"]
VALUES = {"person.katakana": "スルヤニ", "application.employer_position": "Director"}


@pytest.fixture
def today() -> date:
    return timezone.localdate()


@pytest.fixture
def staff():
    return staff_member(language="en")


@pytest.fixture
def application() -> Application:
    """A submitted dossier of a person who signs in."""
    found = application_of(trainee_person(), cycle=CycleFactory())
    submitted = submit_application(found, by=found.trainee.user)
    Mail.objects.all().delete()
    return submitted


@pytest.fixture
def opened(application, staff, today) -> Reopening:
    return reopen_fields(
        application, FIELDS, reason="Please add it.", open_until=today + timedelta(7), by=staff
    )


def send(opened: Reopening, values: dict | None = None, seen: str | None = None) -> Reopening:
    opened.refresh_from_db()
    by = opened.application.trainee.user
    stamp = stamp_of(opened) if seen is None else seen
    return propose_change(opened, values or VALUES, by=by, seen=stamp)


def test_opening_mails_the_person_and_gives_them_a_duty(opened, today):
    user = opened.application.trainee.user

    mail = Mail.objects.get()
    duty = next(duty for duty in duties_of(user, today) if duty.code == "change-fields")
    assert (mail.to, mail.purpose) == (user.email, "fields_reopened")
    assert "Please add it." in mail.body
    assert duty.due_on == today + timedelta(7)


def test_what_is_sent_changes_nothing_until_it_is_approved(opened):
    send(opened)

    read = judged(Application.objects.get())
    assert (read.person.katakana, read.application.employer_position) == ("", "Section head")
    assert DossierVersion.objects.count() == 1
    assert Application.objects.get().trainee.katakana == ""


def test_an_approved_change_is_a_further_version_and_the_first_stays(opened, staff):
    row = send(opened)

    approve_change(row, by=staff, seen=stamp_of(row))
    approve_change(row, by=staff, seen=stamp_of(row))

    first, second = DossierVersion.objects.order_by("number")
    live = Application.objects.get()
    read = judged(live)
    assert [first.number, second.number, second.reason] == [1, 2, "Please add it."]
    assert is_intact(first)
    assert is_intact(second)
    assert first.data["person"]["katakana"] == ""
    assert (read.person.katakana, read.application.employer_position) == ("スルヤニ", "Director")
    assert (live.trainee.katakana, live.employer_position) == ("スルヤニ", "Director")
    assert live.judged_person.katakana == "スルヤニ"
    assert [mail.purpose for mail in Mail.objects.order_by("pk")] == [
        "fields_reopened",
        "change_approved",
    ]


def test_an_approval_takes_over_nothing_but_the_opened_fields(opened, staff):
    """What was changed in the rows behind the back is not judged by an approval either."""
    Application.objects.update(statement="Changed behind the back")
    row = send(opened, {**VALUES, "application.statement": "Not opened"})

    approve_change(row, by=staff, seen=stamp_of(row))

    assert judged(Application.objects.get()).application.statement.startswith("I want to learn")
    assert "application.statement" not in row.proposed


def test_a_refused_change_leaves_everything_and_says_why(opened, staff):
    row = send(opened)

    refuse_change(row, reason="The post is another.", by=staff, seen=stamp_of(row))

    row.refresh_from_db()
    mail = Mail.objects.get(purpose="change_refused")
    assert (row.state, row.decision_reason) == ("refused", "The post is another.")
    assert DossierVersion.objects.count() == 1
    assert "The post is another." in mail.body


def test_the_person_sends_again_and_the_old_page_of_staff_decides_nothing(opened, staff):
    row = send(opened)
    seen = stamp_of(row)
    again = send(opened, {**VALUES, "person.katakana": "スルヤーニ"})

    for decide in (
        lambda: approve_change(row, by=staff, seen=seen),
        lambda: refuse_change(row, reason="No.", by=staff, seen=seen),
    ):
        with pytest.raises(TraineeError, match="sent another change"):
            decide()

    approve_change(again, by=staff, seen=stamp_of(again))
    assert judged(Application.objects.get()).person.katakana == "スルヤーニ"


def test_without_the_stamp_an_unseen_change_would_be_approved_control(opened, staff, monkeypatch):
    row = send(opened)
    seen = stamp_of(row)
    send(opened, {**VALUES, "person.katakana": "スルヤーニ"})
    monkeypatch.setattr(
        "trainees.reopening.verbs._refuse_what_was_not_seen", lambda row, seen: None
    )

    approve_change(row, by=staff, seen=seen)

    assert judged(Application.objects.get()).person.katakana == "スルヤーニ"


def test_two_devices_do_not_overwrite_each_other_unseen(opened):
    send(opened)

    with pytest.raises(TraineeError, match="another page"):
        send(opened, {**VALUES, "person.katakana": "スルヤーニ"}, seen="")
    assert send(opened, seen="").state == "proposed"  # the same values: a second click


def test_nothing_different_is_no_change(opened):
    with pytest.raises(TraineeError, match="Nothing is different"):
        send(opened, {"person.katakana": "", "application.employer_position": "Section head"})


def test_fields_are_opened_once_at_a_time(opened, staff, today):
    with pytest.raises(TraineeError, match="open already"):
        reopen_fields(opened.application, FIELDS, reason="Again.", open_until=today, by=staff)

    assert Reopening.objects.count() == 1


def test_the_database_holds_that_too_control(opened):
    from django.db import IntegrityError, transaction

    with pytest.raises(IntegrityError), transaction.atomic():
        Reopening.objects.create(
            application=opened.application, fields=FIELDS, reason="x", open_until=date.today()
        )


def test_after_the_day_nothing_is_sent_and_the_opening_ends_by_itself(opened, today):
    later = today + timedelta(8)
    with pytest.raises(TraineeError, match="closed again"):
        propose_change(opened, VALUES, by=opened.application.trainee.user, seen="", on=later)

    assert (end_overdue(today + timedelta(7)), end_overdue(later), end_overdue(later)) == (0, 1, 0)
    opened.refresh_from_db()
    assert opened.state == ReopeningState.ENDED


def test_what_was_sent_in_time_waits_for_its_decision(opened, staff, today):
    row = send(opened)

    assert end_overdue(today + timedelta(30)) == 0
    approve_change(row, by=staff, seen=stamp_of(row))


@pytest.mark.parametrize("state", ["draft", "returned", "withdrawn"])
def test_only_what_was_submitted_is_opened(application, staff, today, state):
    Application.objects.update(state=state)

    with pytest.raises(TraineeError):
        reopen_fields(application, FIELDS, reason="x", open_until=today, by=staff)


@pytest.mark.parametrize(
    ("fields", "reason", "days"),
    [
        ([], "x", 1),
        (["person.email"], "x", 1),
        (["person.nothing"], "x", 1),
        (["application.state"], "x", 1),
        (["document.nothing"], "x", 1),
        (FIELDS, " ", 1),
        (FIELDS, "<b>x</b>", 1),
        (FIELDS, "x\x00", 1),
        (FIELDS, "x", -1),
        (FIELDS, "x", 400),
    ],
)
def test_bad_openings_are_refused(application, staff, today, fields, reason, days):
    with pytest.raises((TraineeError, ValidationError)):
        reopen_fields(
            application, fields, reason=reason, open_until=today + timedelta(days), by=staff
        )

    assert not Reopening.objects.exists()


def test_a_closed_cycle_takes_nothing_more(opened, staff):
    row = send(opened)
    Cycle.objects.update(state=Cycle.State.CLOSED)

    for act in (
        lambda: approve_change(row, by=staff, seen=stamp_of(row)),
        lambda: refuse_change(row, reason="No.", by=staff, seen=stamp_of(row)),
        lambda: end_reopening(row, reason="No.", by=staff),
    ):
        with pytest.raises(TraineeError):
            act()


@pytest.mark.parametrize("act", ["return", "withdraw"])
def test_a_return_or_a_withdrawal_ends_what_is_open(opened, staff, act):
    row = send(opened)
    application = Application.objects.get()
    if act == "return":
        return_application(application, reason="Everything.", by=staff)
    else:
        withdraw_application(application, by=staff)

    row.refresh_from_db()
    assert row.state == ReopeningState.ENDED
    with pytest.raises(TraineeError):
        approve_change(row, by=staff, seen=stamp_of(row))


def test_staff_close_the_fields_before_their_day(opened, staff):
    end_reopening(opened, reason="Settled by telephone.", by=staff)
    end_reopening(opened, reason="Settled by telephone.", by=staff)

    opened.refresh_from_db()
    assert (opened.state, opened.moves.count()) == ("ended", 1)


def test_every_field_that_can_be_opened_has_words():
    fields = reopenable_fields({})

    assert len({field.code for field in fields}) == len(fields)
    assert all(field.label and is_reopenable(field.code) for field in fields)
    assert labels_of(["person.katakana"]) == ["Name in katakana"]


def test_a_complete_application_keeps_its_state_through_a_change(application, staff, today):
    mark_complete(application, by=staff)
    row = reopen_fields(application, FIELDS, reason="x", open_until=today, by=staff)
    row = send(row)

    approve_change(row, by=staff, seen=stamp_of(row))

    assert Application.objects.get().state == ApplicationState.COMPLETE


# --- the person's page -----------------------------------------------------------------------


def page_of(application: Application) -> str:
    return reverse("trainees:reopened", args=[application.public_id])


def test_the_person_sees_just_the_opened_fields_and_sends_them(client, opened):
    application = opened.application
    client.force_login(application.trainee.user)

    page = client.get(page_of(application))
    html = page.content.decode()
    asked = [field.name for field in page.context["questions"].fields]
    sent = client.post(
        page_of(application), {"katakana": "すルヤニ", "employer_position": "Director", "seen": ""}
    )
    good = client.post(
        page_of(application), {"katakana": "ｽﾙﾔﾆ", "employer_position": "Director", "seen": ""}
    )
    opened.refresh_from_db()

    assert asked == ["katakana", "employer_position"]
    assert 'name="passport_name"' not in html
    assert sent.status_code == 422
    assert good.status_code == 302
    assert opened.proposed == VALUES
    assert "Director" in client.get(page_of(application)).content.decode()


def test_fields_that_were_not_opened_are_not_taken(client, opened):
    application = opened.application
    client.force_login(application.trainee.user)

    client.post(
        page_of(application),
        {
            "katakana": "スルヤニ",
            "employer_position": "Director",
            "passport_name": "Another",
            "statement": "Another",
            "seen": "",
        },
    )

    opened.refresh_from_db()
    assert set(opened.proposed) == set(FIELDS)


def test_nobody_else_sees_the_page(client, opened):
    client.force_login(trainee_person())

    assert client.get(page_of(opened.application)).status_code == 404
    assert client.post(page_of(opened.application), {}).status_code == 404


def test_without_an_opening_the_page_leads_to_the_application(client, application):
    client.force_login(application.trainee.user)

    assert client.get(page_of(application)).status_code == 302


def test_after_the_day_the_page_says_so_and_takes_nothing(client, opened, today):
    Reopening.objects.update(open_until=today - timedelta(1))
    client.force_login(opened.application.trainee.user)

    page = client.get(page_of(opened.application)).content.decode()
    sent = client.post(
        page_of(opened.application),
        {"katakana": "スルヤニ", "employer_position": "Director", "seen": ""},
    )

    assert "closed again" in page
    assert sent.status_code == 422
    assert Reopening.objects.get().state == "open"
