"""The staff see the fate of each mail and decide about those that stopped."""

from collections.abc import Callable

import pytest
from django.core import mail as django_mail
from django.urls import reverse
from django.utils import timezone

from notices.mails import deliver, queue_mail
from notices.models import Mail, MailEvent
from notices.states import MailState
from tests.factories import (
    LocalGovernmentFactory,
    SurveyAnswerFactory,
    coordinator_of,
    staff_member,
    trainee_person,
)

pytestmark = pytest.mark.django_db

LIST = "admin:notices_mail_changelist"
SEND_AGAIN, ARRIVED = "desk:mails_send_again", "desk:mails_arrived"
BUDGET = 4 + 6
Make = Callable[..., Mail]


@pytest.fixture
def staff(client):
    user = staff_member(language="en", email="ando@lgotp.example.jp")
    client.force_login(user)
    client.get(reverse("accounts:profile"))  # notes when the session began
    return user


@pytest.fixture
def mail() -> Make:
    """A mail in the state that is named."""

    def make(state: str = MailState.UNCERTAIN, key: str = "", **changes) -> Mail:
        values = {
            "purpose": "placement_decided_host",
            "to": "host@example.jp",
            "to_name": "西条市　森田",
            "language": "ja",
            "subject": "受入決定のお知らせ",
            "body": "受入れを決定しました。",
            "related": "placements.Placement:12",
        }
        queued = queue_mail(key=key or f"mail:{Mail.objects.count()}", **{**values, **changes})
        sent_at = timezone.now() if state == MailState.SENT else None
        Mail.objects.filter(pk=queued.pk).update(state=state, attempts=1, sent_at=sent_at)
        queued.refresh_from_db()
        return queued

    return make


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


def test_the_list_shows_the_fate_of_each_mail_in_the_same_queries(
    client, staff, mail, django_assert_max_num_queries
):
    for rows in (1, 3):
        for _each in range(rows):
            mail(MailState.FAILED)
        Mail.objects.update(last_error="550 no such user")
        with django_assert_max_num_queries(BUDGET):
            shown = text_of(client.get(reverse(LIST)))
        assert shown.count("550 no such user") == Mail.objects.count()


def test_a_mail_shows_its_steps_and_leads_to_its_cause(client, staff, mail):
    answer = SurveyAnswerFactory()
    reminder = mail(related=f"duty:answer-survey:hosts.SurveyAnswer:{answer.pk}:3")
    MailEvent.objects.create(
        mail=reminder, from_state="in_flight", to_state="uncertain", note="lease lost"
    )

    shown = text_of(client.get(reverse("admin:notices_mail_change", args=[reminder.pk])))

    assert reverse("admin:hosts_surveyanswer_change", args=[answer.pk]) in shown
    assert "lease lost" in shown
    assert f"{reverse(SEND_AGAIN)}?mails={reminder.pk}" in shown
    assert f"{reverse(ARRIVED)}?mails={reminder.pk}" in shown


@pytest.mark.parametrize(
    "related", ["accounts.adapter", "nobody.Nothing:1", "japan.X:1", "a:b", "<b>x</b>:1"]
)
def test_a_cause_that_has_no_page_is_named(client, staff, mail, related: str):
    shown = client.get(reverse("admin:notices_mail_change", args=[mail(related=related).pk]))

    assert shown.status_code == 200
    assert "<b>x</b>" not in shown.content.decode()


def test_a_mail_on_its_way_offers_nothing_to_decide(client, staff, mail):
    queued = mail(MailState.QUEUED)

    shown = text_of(client.get(reverse("admin:notices_mail_change", args=[queued.pk])))
    asked = client.get(reverse(SEND_AGAIN), {"mails": queued.pk}, follow=True)

    assert reverse(SEND_AGAIN) not in shown
    assert "None of the selected mails waits for a person." in text_of(asked)


def test_send_again_warns_that_an_uncertain_mail_may_arrive_twice(client, staff, mail):
    pair = [mail(), mail(MailState.FAILED)]
    numbers = ",".join(str(each.pk) for each in pair)

    asked = text_of(client.get(reverse(SEND_AGAIN), {"mails": numbers}))

    assert "Nobody knows whether 1 of them has arrived: its reader may get it twice." in asked
    assert "Send 2 mails again" in asked
    assert set(Mail.objects.values_list("state", flat=True)) == {"uncertain", "failed"}


def test_send_again_queues_once_and_says_who(client, staff, mail, mailoutbox):
    stopped = mail()

    for _click in range(2):
        client.post(reverse(SEND_AGAIN), {"mails": stopped.pk})
    deliver()
    deliver()

    stopped.refresh_from_db()
    assert stopped.state == MailState.SENT
    assert [sent.extra_headers["Message-ID"] for sent in mailoutbox] == [stopped.message_id]
    decided = MailEvent.objects.get(mail=stopped, from_state="uncertain")
    assert (decided.to_state, decided.by_label) == ("queued", "ando@lgotp.example.jp")


def test_it_has_arrived_needs_a_reason_and_keeps_it(client, staff, mail, mailoutbox):
    stopped = mail()

    refused = client.post(reverse(ARRIVED), {"mails": stopped.pk, "reason": " "})
    client.post(reverse(ARRIVED), {"mails": stopped.pk, "reason": "The host telephoned."})
    deliver()

    stopped.refresh_from_db()
    decided = MailEvent.objects.get(mail=stopped, from_state="uncertain")
    assert (refused.status_code, stopped.state, mailoutbox) == (422, MailState.SENT, [])
    assert (decided.to_state, decided.by_label, decided.note) == (
        "sent",
        "ando@lgotp.example.jp",
        "The host telephoned.",
    )


@pytest.mark.parametrize("action", ["send_again", "have_arrived"])
def test_the_list_asks_before_it_decides_about_many(client, staff, mail, action: str):
    mails = [mail(), mail(MailState.FAILED), mail(MailState.SENT)]
    chosen = {"action": action, "_selected_action": [each.pk for each in mails]}

    asked = client.post(reverse(LIST), chosen)

    assert asked.context["number"] == 2
    assert asked.context["form"].initial == {
        "mails": ",".join(str(each.pk) for each in reversed(mails[:2]))
    }
    assert MailEvent.objects.filter(from_state__in=["uncertain", "failed"]).count() == 0


def test_many_mails_are_decided_at_once_and_one_that_moved_stays(client, staff, mail):
    mails = [mail(MailState.FAILED) for _each in range(25)]
    numbers = ",".join(str(each.pk) for each in mails)
    Mail.objects.filter(pk=mails[0].pk).update(state=MailState.NOT_NEEDED)

    asked = client.get(reverse(SEND_AGAIN), {"mails": numbers})
    done = text_of(client.post(reverse(SEND_AGAIN), {"mails": numbers}, follow=True))

    assert "and 4 more" in text_of(asked)
    assert "24 mails were decided." in done
    assert "1 mail no longer waits for a person; it was left as it is." in done
    assert Mail.objects.filter(state=MailState.QUEUED).count() == 24


@pytest.mark.parametrize("numbers", ["", "x", "1;2", "-1", "9" * 30, "1,,2", "\x00", "1" * 30000])
@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("page", [SEND_AGAIN, ARRIVED])
def test_numbers_that_are_none_lead_back_to_the_list(client, staff, mail, page, method, numbers):
    stopped = mail()

    answer = getattr(client, method)(reverse(page), {"mails": numbers, "reason": "x"})

    stopped.refresh_from_db()
    assert (answer.status_code, answer["Location"]) == (302, reverse(LIST))
    assert stopped.state == MailState.UNCERTAIN


@pytest.mark.parametrize("page", [SEND_AGAIN, ARRIVED])
def test_only_staff_decide_about_mails(client, mail, page: str):
    stopped = mail()
    for person in (coordinator_of(LocalGovernmentFactory()), trainee_person(), None):
        client.logout()
        if person:
            client.force_login(person)
        answer = client.post(reverse(page), {"mails": stopped.pk, "reason": "x"})
        assert answer.status_code in (302, 403, 404)

    stopped.refresh_from_db()
    assert stopped.state == MailState.UNCERTAIN


def test_the_start_page_says_when_mails_wait_for_a_person(client, staff, mail):
    words = "Mails wait for your decision"
    mail(MailState.SENT)
    before = text_of(client.get(reverse("desk:start")))
    mail(), mail(MailState.FAILED), mail(MailState.FAILED)

    response = client.get(reverse("desk:start"))

    found = [
        (bar.count, client.get(bar.url).context["cl"].result_count)
        for bar in response.context["stopped_mails"]
    ]
    assert words not in before
    assert words in text_of(response)
    assert found == [(1, 1), (2, 2)]


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_pages_open_in_both_languages(client, mail, language: str):
    client.force_login(staff_member(language=language))
    stopped = mail()

    codes = [
        client.get(reverse(page), {"mails": stopped.pk}).status_code
        for page in (SEND_AGAIN, ARRIVED)
    ]

    assert codes == [200, 200]
    assert django_mail.outbox == []
