"""The pages of the people of an office: what they show to whom, and what they refuse."""

import re
import uuid
from datetime import date, timedelta
from importlib import import_module

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Invitation, Membership, Role
from accounts.succession import HandOver, TakeOver, TakeOverState
from hosts.handing_over import announce_leaving, invite_colleague
from hosts.services import submit_no_demand
from notices.models import Mail
from tests.factories import (
    CycleFactory,
    DemandSurveyFactory,
    HostRequestFactory,
    LocalGovernmentFactory,
    SurveyAnswerFactory,
    coordinator_of,
    relay_officer_of,
)

from .test_take_overs import NEWCOMER, ask

pytestmark = pytest.mark.django_db

SESSION_QUERIES = 4


def page(name: str, government) -> str:
    return reverse(f"hosts:{name}", args=[government.organisation.public_id])


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def text_of(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def queries_of(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


@pytest.fixture
def as_coordinator(coordinator):
    return signed_in(coordinator)


@pytest.fixture
def answer(saijo):
    survey = DemandSurveyFactory(cycle=CycleFactory(fiscal_year=2028))
    return SurveyAnswerFactory(survey=survey, government=saijo)


# People -----------------------------------------------------------------------------------------


def test_people_shows_who_is_invited_who_leaves_and_who_asks(as_coordinator, saijo, coordinator):
    invite_colleague(
        saijo, by=coordinator, role=Role.COORDINATOR, name="真鍋 智子", email="m@example.jp"
    )
    ask(saijo)
    membership = Membership.objects.get(user=coordinator)
    announce_leaving(saijo, membership, by=coordinator, last_day=date(2027, 3, 31))

    text = text_of(as_coordinator, page("people", saijo))

    for said in ("真鍋 智子", "佐伯 翔 asked on", "31 March 2027", "Take the last day back"):
        assert said in text, said


def test_an_address_outside_an_office_is_marked(as_coordinator, saijo, coordinator):
    assert "not an address of an office" not in text_of(as_coordinator, page("people", saijo))
    coordinator_of(saijo, email="someone@gmail.com")

    assert "not an address of an office" in text_of(as_coordinator, page("people", saijo))


def test_others_find_nothing(saijo, ehime):
    for person in (
        coordinator_of(LocalGovernmentFactory(prefecture=ehime)),
        relay_officer_of(LocalGovernmentFactory().prefecture),
    ):
        client = signed_in(person)
        for name in ("people", "people_invite", "people_leave", "hand_over", "history"):
            assert client.get(page(name, saijo)).status_code == 404, name


def test_a_relay_reads_and_invites_but_leaves_for_nobody(saijo, officer):
    client = signed_in(officer)

    assert client.get(page("people", saijo)).status_code == 200
    assert client.get(page("people_invite", saijo)).status_code == 200
    assert client.get(page("people_leave", saijo)).status_code == 403


def test_who_ended_a_minute_ago_finds_nothing(saijo, coordinator):
    client = signed_in(coordinator)
    yesterday = timezone.localdate() - timedelta(days=1)
    Membership.objects.filter(user=coordinator).update(ends_on=yesterday)

    # The session ends with the role; whoever signs in again finds nothing.
    assert client.get(page("people", saijo)).status_code in {302, 404}
    assert signed_in(coordinator).get(page("people", saijo)).status_code in {302, 404}


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ({"name": "", "email": "a@city.saijo.lg.jp"}, "required"),
        ({"name": "<b>x</b>", "email": "a@city.saijo.lg.jp"}, "without tags"),
        ({"name": "佐伯 翔", "email": "no address"}, "valid email"),
        ({"name": "佐伯 翔", "email": "a@b.jp", "starts_on": "2027-02-31"}, ""),
        ({"name": "佐伯 翔", "email": "a@b.jp", "starts_on": "R8.1.1"}, "between today"),
        ({"name": "佐伯 翔", "email": "a@b.jp", "role": "staff"}, "Select a valid choice"),
        ({"name": "佐" * 300, "email": "a@b.jp"}, "at most 200"),
    ],
)
def test_a_bad_colleague_is_told_at_its_place(as_coordinator, saijo, typed, fault):
    response = as_coordinator.post(page("people_invite", saijo), {"role": "coordinator", **typed})

    assert response.status_code == 422
    assert fault in response.content.decode()
    assert not Invitation.objects.exists()


def test_a_good_colleague_with_full_width_address_and_era_date(as_coordinator, saijo):
    typed = {"role": "coordinator", "name": "佐伯　翔", "email": "ａ＠city.saijo.lg.jp"}
    response = as_coordinator.post(page("people_invite", saijo), {**typed, "starts_on": "R9.4.1"})

    assert response.status_code == 302
    invitation = Invitation.objects.get()
    assert (invitation.email, invitation.starts_on) == ("a@city.saijo.lg.jp", date(2027, 4, 1))


def test_leaving_with_half_a_successor_is_refused_and_kept(as_coordinator, saijo):
    typed = {"role": "coordinator", "last_day": "2027-03-31", "successor_name": "佐伯 翔"}
    typed["note"] = "鍵は総務課にあります。"
    response = as_coordinator.post(page("people_leave", saijo), typed)

    assert response.status_code == 422
    assert "both the name and the address" in response.content.decode()
    assert not HandOver.objects.exists()
    assert "鍵は総務課" in text_of(as_coordinator, page("people_leave", saijo))


def test_the_last_one_is_warned_and_can_take_it_back(as_coordinator, saijo, coordinator):
    warning = "Nobody else is in charge"
    assert warning in text_of(as_coordinator, page("people_leave", saijo))
    typed = {"role": "coordinator", "last_day": "2027-03-31"}
    assert as_coordinator.post(page("people_leave", saijo), typed).status_code == 302
    found = HandOver.objects.get()
    back = reverse("hosts:people_stay", args=[found.public_id])

    assert signed_in(coordinator_of(saijo)).post(back).status_code == 404
    assert as_coordinator.post(back).status_code == 302
    assert (
        as_coordinator.post(back).status_code == 302
    )  # a second click says so and changes nothing
    assert Membership.objects.get(user=coordinator).ends_on is None


def test_the_banner_stands_from_the_middle_of_march_to_the_end_of_april(
    as_coordinator, coordinator, march
):
    home = reverse("hosts:home")
    seen = {}
    for day in (date(2027, 3, 14), date(2027, 3, 15), date(2027, 4, 30), date(2027, 5, 1)):
        march.move_to(f"{day.isoformat()}T03:00:00+00:00")
        seen[day.isoformat()] = "Check who is in charge" in text_of(signed_in(coordinator), home)

    assert list(seen.values()) == [False, True, True, False]


# Hand-over and history --------------------------------------------------------------------------


def test_the_hand_over_page_says_what_is_open_and_whom_to_call(
    as_coordinator, saijo, coordinator, officer, answer
):
    answer.state = "draft"
    answer.save()
    HostRequestFactory(answer=answer, field="tourism")
    membership = Membership.objects.get(user=coordinator)
    announce_leaving(
        saijo, membership, by=coordinator, last_day=date(2027, 3, 31), note="鍵は総務課。"
    )

    text = text_of(as_coordinator, page("hand_over", saijo))

    for said in ("鍵は総務課。", "Nobody has been named.", "tourism", officer.name, "data-print"):
        assert said in text, said


def test_the_relay_finds_no_trainees_and_letters_on_the_hand_over_page_of_a_town(
    as_coordinator, officer, saijo
):
    said = "Trainees you will receive"

    assert said in text_of(as_coordinator, page("hand_over", saijo))
    assert said not in text_of(signed_in(officer), page("hand_over", saijo))


@pytest.mark.parametrize("name", ["people_invite", "people_leave"])
def test_who_is_told_names_the_relay_and_of_the_staff_only_that_they_are_told(
    as_coordinator, officer, desk, saijo, name
):
    text = text_of(as_coordinator, page(name, saijo))

    assert f"A mail goes to 2 people: {officer.name}, the staff of the operator" in text
    assert desk.name not in text


def test_history_tells_who_did_what_the_newest_first(
    as_coordinator, saijo, coordinator, answer, march
):
    submit_no_demand(answer, reason="体制が整わない", by=coordinator)
    march.shift(timedelta(hours=1))
    ask(saijo)
    march.shift(timedelta(hours=1))
    invite_colleague(
        saijo,
        by=coordinator,
        role=Role.COORDINATOR,
        name="<i>真鍋".replace("<i>", ""),
        email="m@x.jp",
    )

    text = text_of(as_coordinator, page("history", saijo))

    places = [text.index(said) for said in ("真鍋", "Take-over by 佐伯 翔", "demand survey")]
    assert places == sorted(places)
    assert coordinator.name in text


def test_history_shows_nothing_of_another_office(as_coordinator, saijo, ehime):
    other = LocalGovernmentFactory(prefecture=ehime)
    invite_colleague(
        other, by=coordinator_of(other), role=Role.COORDINATOR, name="他 人", email="x@x.jp"
    )

    assert "他 人" not in text_of(as_coordinator, page("history", saijo))


def test_history_is_paged(as_coordinator, saijo, answer, monkeypatch):
    monkeypatch.setattr(import_module("hosts.views.hand_over"), "PER_PAGE", 2)
    for place in range(3):
        at = timezone.now() + timedelta(minutes=place)
        answer.moves.create(at=at, from_state="draft", to_state="submitted", reason=f"no. {place}")

    assert "Page 1 of 2" in text_of(as_coordinator, page("history", saijo))
    assert "no. 0" in text_of(as_coordinator, page("history", saijo) + "?page=2")


@pytest.mark.parametrize(("name", "most"), [("people", 6), ("history", 6), ("hand_over", 12)])
def test_each_page_costs_the_same_for_one_and_three_rows(
    as_coordinator, saijo, coordinator, answer, name, most
):
    def add() -> None:
        coordinator_of(saijo)
        ask(saijo, email=f"{Invitation.objects.count()}@city.saijo.lg.jp")
        email = f"i{Invitation.objects.count()}@city.saijo.lg.jp"
        invite_colleague(saijo, by=coordinator, role=Role.COORDINATOR, name="x", email=email)
        answer.moves.create(from_state="draft", to_state="submitted")
        HostRequestFactory(answer=answer)

    add()
    one = queries_of(as_coordinator, page(name, saijo))
    add()
    add()

    assert one == queries_of(as_coordinator, page(name, saijo)) <= SESSION_QUERIES + most


# Taking over ------------------------------------------------------------------------------------

TYPED = {
    "role": "coordinator",
    "name": "佐伯 翔",
    "email": "saeki@city.saijo.lg.jp",
    "section": "観光課",
    "telephone": "０８９７－５６－５１５１",
}

SENT = "/ja/hosts/take-over/sent/"


def send(office, **changes):
    typed = {**TYPED, "government": office.code, **changes}
    return Client(REMOTE_ADDR="192.0.2.7").post(reverse("hosts:take_over"), typed)


def test_a_stranger_finds_the_government_and_asks(saijo, officer):
    found = Client().get(reverse("hosts:take_over"), {"q": "西条"}).content.decode()
    assert f"?government={saijo.code}" in found

    response = send(saijo)

    assert response.url == reverse("hosts:take_over_sent")
    assert TakeOver.objects.get().telephone == "0897-56-5151"
    assert Client().get(response.url).status_code == 200


def test_the_page_after_asking_has_the_link_that_takes_it_back(saijo, officer):
    client = Client(REMOTE_ADDR="192.0.2.7")
    typed = {**TYPED, "government": saijo.code, "once": str(uuid.uuid4())}
    client.post(reverse("hosts:take_over"), typed)
    client.post(reverse("hosts:take_over"), typed)  # the second click asks nothing, and keeps it
    link = re.search(r'href="([^"]+/take-over/withdraw/[^"]+)"', text_of(client, SENT))[1]

    assert client.get(link).status_code == 200
    assert TakeOver.objects.get().state == TakeOverState.ASKED  # filters of mails open links, too
    assert client.post(link).status_code == 200

    assert TakeOver.objects.get().state == TakeOverState.WITHDRAWN
    assert "/take-over/withdraw/" not in text_of(client, SENT)
    assert "/take-over/withdraw/" not in text_of(Client(), SENT)


def test_withdrawing_says_the_same_of_every_token(saijo, officer):
    client = Client(REMOTE_ADDR="192.0.2.7")
    client.post(reverse("hosts:take_over"), {**TYPED, "government": saijo.code})
    link = re.search(r'href="([^"]+/take-over/withdraw/[^"]+)"', text_of(client, SENT))[1]
    other = reverse("hosts:take_over_withdraw", args=["0" * 64])

    for asked in ("get", "post"):
        known, unknown = (getattr(Client(), asked)(each) for each in (link, other))
        assert masked(known, link) == masked(unknown, other)


def masked(response, address: str) -> tuple[int, str, str]:
    status, location, body = normal(response)
    return status, location, body.replace(address.split("/")[-2], "")


def normal(response) -> tuple[int, str, str]:
    """The answer without what differs between any two pages."""
    body = re.sub(r'value="[A-Za-z0-9]{64}"', "", response.content.decode())
    return response.status_code, response.headers.get("Location", ""), body


def test_the_answer_is_the_same_whatever_is_known(saijo, ehime, coordinator, officer):
    empty = LocalGovernmentFactory(prefecture=ehime)
    fresh = normal(send(saijo))

    assert normal(send(saijo)) == fresh  # asked before
    assert normal(send(saijo, email=coordinator.email)) == fresh  # has the role
    assert normal(send(saijo, email=officer.email)) == fresh  # is a person of the portal
    assert normal(send(empty, email="b@city.saijo.lg.jp")) == fresh  # has nobody
    assert normal(send(ehime, email="c@pref.ehime.lg.jp", role="relay")) == fresh


def test_too_many_from_one_place_are_refused_and_nothing_typed_is_lost(saijo, settings):
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "take_over": "2/h/ip"}
    answers = [send(saijo, email=f"{n}@city.saijo.lg.jp") for n in range(3)]

    assert [each.status_code for each in answers] == [302, 302, 429]
    assert "観光課" in answers[2].content.decode()
    assert TakeOver.objects.count() == 2


def test_without_the_limit_all_pass_control(saijo, settings):
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "take_over": "99/h/ip"}

    assert [send(saijo, email=f"{n}@x.lg.jp").status_code for n in range(3)] == [302] * 3


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"government": "382069"}, 422),
        ({"government": "３８２０６０"}, 422),
        ({"government": "' OR 1=1"}, 422),
        ({"name": "<script>alert(1)</script>"}, 422),
        ({"name": ""}, 422),
        ({"email": "x"}, 422),
        ({"section": "a\nb"}, 422),
        ({"section": "a\x00b"}, 422),
        ({"telephone": "12"}, 422),
        ({"telephone": "代表にかけてください"}, 422),
        ({"telephone": "9" * 100}, 422),
        ({"note": "x" * 5000}, 422),
        ({"role": "relay"}, 422),
        ({"role": "staff"}, 422),
    ],
)
def test_bad_input_is_told_and_nothing_is_written(saijo, changes, status):
    assert send(saijo, **changes).status_code == status
    assert not TakeOver.objects.exists()
    assert not Mail.objects.exists()


@pytest.mark.parametrize("q", ["", "x" * 60, "\x00", "%", "どこにもない町", "<b>"])
def test_any_search_is_answered(saijo, q):
    assert Client().get(reverse("hosts:take_over"), {"q": q}).status_code in {200, 422}


def test_a_line_break_in_the_name_stays_out_of_the_head_of_mails(saijo, officer):
    send(saijo, name="佐伯\r\nBcc: x@example.org")

    mail = Mail.objects.get(purpose="take_over_asked")
    assert "\n" not in mail.subject
    assert TakeOver.objects.get().name == "佐伯 Bcc: x@example.org"


def test_the_relay_confirms_on_its_page(saijo, coordinator, officer):
    asked = ask(saijo)
    client = signed_in(officer)
    address = reverse("hosts:take_over_decide", args=[asked.public_id])
    assert NEWCOMER["telephone"] in text_of(client, address)
    gone = Membership.objects.get(user=coordinator)

    refused = client.post(address, {"act": "confirm"})
    assert refused.status_code == 422
    typed = {"act": "confirm", "identity_check": "折り返し電話", "ends": [gone.pk]}
    assert client.post(address, typed).status_code == 302
    assert client.post(address, typed).status_code == 422  # the second click

    asked.refresh_from_db()
    gone.refresh_from_db()
    assert (asked.state, gone.ends_on) == (TakeOverState.CONFIRMED, timezone.localdate())
    assert Invitation.objects.count() == 1


def test_the_role_of_a_stranger_is_no_choice(saijo, coordinator, officer):
    asked = ask(saijo)
    other = Membership.objects.get(user=coordinator_of(LocalGovernmentFactory()))
    address = reverse("hosts:take_over_decide", args=[asked.public_id])

    typed = {"act": "confirm", "identity_check": "x", "ends": [other.pk]}
    assert signed_in(officer).post(address, typed).status_code == 422
    other.refresh_from_db()
    assert other.ends_on is None


def test_staff_refuse_on_their_desk(saijo, desk, officer):
    asked = ask(saijo)
    address = reverse("desk:take_over", args=[asked.public_id])
    client = signed_in(desk)
    assert client.get(address).status_code == 200

    assert client.post(address, {"act": "refuse", "reason": "確認できない"}).status_code == 302
    asked.refresh_from_db()
    assert asked.state == TakeOverState.REFUSED


def test_nobody_decides_their_own_on_the_page(saijo, officer):
    asked = ask(saijo, email=officer.email)
    address = reverse("hosts:take_over_decide", args=[asked.public_id])
    client = signed_in(officer)

    assert 'name="act"' not in text_of(client, address)
    assert client.post(address, {"act": "confirm", "identity_check": "x"}).status_code == 403
