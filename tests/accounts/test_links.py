"""Links of mails work once, for a time, for one address, and tell nobody; a late form is kept."""

import re
from contextlib import nullcontext
from datetime import timedelta
from types import SimpleNamespace

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP
from django.contrib.auth.hashers import check_password, make_password
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import adapter, middleware, services, views
from accounts.models import FormDraft, Invitation, Membership, Role, User
from accounts.services import invite
from notices.models import Mail
from tests.accounts.test_second_factor import SECRET, code_of
from tests.factories import (
    CycleFactory,
    DemandSurveyFactory,
    HostRequestFactory,
    InvitationFactory,
    LocalGovernmentFactory,
    MembershipFactory,
    OrganisationFactory,
    SurveyAnswerFactory,
    coordinator_of,
    staff_member,
)
from tests.faults.barrier import at_once, failures

PASSWORD = "correct horse battery"
pytestmark = pytest.mark.django_db
together = pytest.mark.django_db(transaction=True)


def official(**fields) -> User:
    user = MembershipFactory(role=Role.MIC, user__password=make_password(PASSWORD), **fields).user
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def link_in_last_mail() -> str:
    return re.search(r"https?://[^/\s]+(/\S+)", Mail.objects.latest("pk").body)[1]


def opened(token: str = "token") -> Client:
    client = Client()
    client.get(reverse("accounts:invitation", args=[token]))
    return client


def reset_link(user: User, **extra: str) -> str:
    Client(**extra).post(reverse("account_reset_password"), {"email": user.email})
    return link_in_last_mail()


def new_password(client: Client, link: str, password: str) -> int:
    page = client.get(link)
    address = page.url if page.status_code == 302 else link
    return client.post(address, {"password1": password, "password2": password}).status_code


# Once ---------------------------------------------------------------------------------------------


def check_one_winner_of_an_invitation() -> None:
    InvitationFactory(token="token", email="suryani@example.org")
    clients = [opened() for _each in range(4)]

    answers = at_once(*[lambda c=c: c.post(reverse("accounts:accept")) for c in clients])

    assert failures(answers) == []
    assert [answer.status_code for answer in answers].count(302) == 1
    assert Membership.objects.count() == 1


@together
def test_of_many_who_accept_at_once_one_wins():
    check_one_winner_of_an_invitation()


@together
def test_without_the_check_under_lock_several_win_control(monkeypatch):
    monkeypatch.setattr(services, "lock_usable", lambda invitation: invitation)

    with pytest.raises(AssertionError):
        check_one_winner_of_an_invitation()


CLOSED = "account/signup_closed.html"


def check_one_winner_of_a_sign_up(token: str = "token") -> None:
    email = f"{token}@example.jp"
    organisation = OrganisationFactory()
    InvitationFactory(token=token, email=email, role=Role.COORDINATOR, organisation=organisation)
    clients = [opened(token) for _each in range(3)]
    for client in clients:
        client.post(reverse("accounts:accept"))
    words = [f"correct horse battery {number}" for number in range(3)]

    def sign_up(client: Client, word: str):
        sent = {"email": email, "password1": word, "password2": word}
        return client.post(reverse("account_signup"), sent)

    jobs = zip(clients, words, strict=True)
    answers = at_once(*[lambda job=job: sign_up(*job) for job in jobs])

    assert failures(answers) == []
    # Who comes while the winner is at it is led on like them; who comes later finds it closed.
    for answer in answers:
        assert answer.status_code == 302 or CLOSED in {each.name for each in answer.templates}
    inside = ["_auth_user_id" in client.session for client in clients]
    assert inside.count(True) == 1
    user = User.objects.get(email=email)
    assert check_password(words[inside.index(True)], user.password)
    assert clients[inside.index(False)].get(reverse("accounts:accept")).status_code == 410


@together
def test_of_many_who_sign_up_with_one_invitation_one_wins():
    check_one_winner_of_a_sign_up()


@together
def test_without_the_lock_before_the_account_the_others_fail_control(monkeypatch):
    monkeypatch.setattr(adapter, "lock_usable", lambda invitation: invitation)

    def check_in_rounds() -> None:
        for number in range(5):  # now and then the threads happen to come one after another
            check_one_winner_of_a_sign_up(f"token{number}")

    with pytest.raises(AssertionError):
        check_in_rounds()


def check_one_winner_of_a_reset() -> None:
    user = official()
    link = reset_link(user)
    words = [f"another horse battery {number}" for number in range(4)]
    clients = [Client() for _each in words]
    pages = [client.get(link).url for client in clients]

    def send(client: Client, page: str, word: str) -> int:
        return client.post(page, {"password1": word, "password2": word}).status_code

    jobs = zip(clients, pages, words, strict=True)
    statuses = at_once(*[lambda j=job: send(*j) for job in jobs])

    assert sorted(statuses) == [200, 200, 200, 302], statuses
    user.refresh_from_db()
    assert check_password(words[statuses.index(302)], user.password)


@together
def test_of_many_who_use_a_reset_link_at_once_one_wins():
    check_one_winner_of_a_reset()


def check_one_winner_of_ten_resets() -> None:
    for _each in range(10):
        check_one_winner_of_a_reset()


@together
def test_allauths_own_page_has_several_winners_control(monkeypatch):
    """Its check of the token and its change of the password are two steps."""
    monkeypatch.setattr(views, "transaction", SimpleNamespace(atomic=nullcontext))
    monkeypatch.setattr(views, "_lock_person", lambda uidb36: None)

    with pytest.raises(AssertionError):
        check_one_winner_of_ten_resets()


def test_a_reset_link_works_once(client):
    user = official()
    link = reset_link(user)

    statuses = [new_password(Client(), link, f"another horse {n} battery") for n in (1, 2)]

    user.refresh_from_db()
    assert statuses == [302, 200]
    assert check_password("another horse 1 battery", user.password)


# For a time, for one address ----------------------------------------------------------------------


@pytest.mark.parametrize(("minutes", "works"), [(59, True), (61, False)])
def test_a_reset_link_ends_after_an_hour(minutes: int, works: bool):
    user, start, new = official(), timezone.now(), "another horse battery"
    with time_machine.travel(start, tick=False):
        link = reset_link(user)
    with time_machine.travel(start + timedelta(minutes=minutes), tick=False):
        new_password(Client(), link, new)

    user.refresh_from_db()
    assert check_password(new, user.password) is works


@pytest.mark.parametrize(("minutes", "statuses"), [(-1, [302, 302]), (1, [410, 410])])
def test_an_invitation_ends_after_seven_days_also_where_it_was_opened(minutes: int, statuses):
    """The link, and the page of somebody who had opened it a little earlier."""
    end = timezone.now() + timedelta(days=7)
    with time_machine.travel(end - timedelta(days=7), tick=False):
        InvitationFactory(token="token")
        assert Invitation.objects.get().expires_at == end
    with time_machine.travel(end - timedelta(minutes=30), tick=False):
        client = opened()
    with time_machine.travel(end + timedelta(minutes=minutes), tick=False):
        link = Client().get(reverse("accounts:invitation", args=["token"]))
        response = client.post(reverse("accounts:accept"))

    assert [link.status_code, response.status_code] == statuses


def test_a_reset_link_is_bound_to_the_address_it_was_sent_to():
    user = official()
    link = reset_link(user)
    EmailAddress.objects.filter(user=user).update(email="new@example.jp")
    User.objects.filter(pk=user.pk).update(email="new@example.jp")

    new_password(Client(), link, "another horse battery")

    user.refresh_from_db()
    assert check_password(PASSWORD, user.password)


def test_a_reset_link_of_one_person_opens_no_other_account():
    one, other = official(), official()
    key = reset_link(one).split("-", 1)[1].rstrip("/")
    uid = reset_link(other).rsplit("/key/", 1)[1].split("-", 1)[0]
    forged = reverse("account_reset_password_from_key", args=[uid, key])

    new_password(Client(), forged, "another horse battery")

    other.refresh_from_db()
    assert check_password(PASSWORD, other.password)


@pytest.mark.parametrize("uid", ["0", "z" * 13, "z" * 40, "ABC"])
@pytest.mark.parametrize("key", ["x", "set-password", "x" * 3000, "-", "%00"])
def test_a_hostile_reset_link_is_just_over(client, uid: str, key: str):
    address = f"/en/account/password/reset/key/{uid}-{key}/"

    for method in (client.get, client.post):
        response = method(address)
        assert response.status_code in (200, 404)


# Telling nobody -----------------------------------------------------------------------------------


def check_no_page_has_the_token(link: str, token: str) -> None:
    """The address with the token is a redirect that sends no referrer; nothing later names it."""
    client = Client()
    first = client.get(link)
    page = client.get(first.url)
    assert (first.status_code, page.status_code) == (302, 200)
    assert first.headers["Referrer-Policy"] == "no-referrer"
    assert token not in first.url
    assert token not in page.content.decode()
    assert page.headers["Referrer-Policy"] == "same-origin"


def test_the_pages_of_links_do_not_carry_their_tokens():
    InvitationFactory(token="token-of-the-invitation", email="suryani@example.org")
    invitation = reverse("accounts:invitation", args=["token-of-the-invitation"])
    check_no_page_has_the_token(invitation, "token-of-the-invitation")
    link = reset_link(official())
    check_no_page_has_the_token(link, link.split("-", 1)[1].rstrip("/"))


def test_a_page_at_the_address_of_the_link_shows_the_token_control(monkeypatch):
    monkeypatch.setattr(
        views, "redirect", lambda name: views.render(None, "accounts/invitation_over.html", {})
    )
    InvitationFactory(token="token", email="suryani@example.org")

    with pytest.raises((AssertionError, AttributeError)):
        check_no_page_has_the_token(reverse("accounts:invitation", args=["token"]), "token")


@pytest.mark.parametrize("host", ["evil.example", "localhost:6666"])
def test_a_forged_host_changes_no_link(host: str, settings):
    settings.ALLOWED_HOSTS = ["*"]
    user = official()
    reset_link(user, HTTP_HOST=host)
    desk = Client(HTTP_HOST=host)
    desk.force_login(staff_member(Role.ADMINISTRATOR))
    organisation = OrganisationFactory(kind="ministry")
    sent = {"email": "new@example.jp", "name": "越智 美咲", "language": "ja", "role": "mic"}
    desk.post(reverse("desk:invite"), {**sent, "organisation": organisation.pk})

    bodies = list(Mail.objects.values_list("body", flat=True))
    links = [found for body in bodies for found in re.findall(r"https?://[\w.:\[\]-]+", body)]
    assert len(bodies) == 2
    assert set(links) == {settings.SITE_URL}


def test_an_unknown_host_is_refused(client):
    response = client.get(reverse("account_login"), HTTP_HOST="evil.example")

    assert response.status_code == 400


def test_only_the_hash_of_a_token_is_kept():
    invite(
        email="new@example.jp",
        name="越智 美咲",
        role=Role.MIC,
        by=None,
        language="ja",
        organisation=OrganisationFactory(kind="ministry"),
    )
    token = link_in_last_mail().rstrip("/").rsplit("/", 1)[1]

    row = Invitation.objects.values().get()
    assert token not in str(row)


# A late form --------------------------------------------------------------------------------------


@pytest.fixture
def late():
    """A coordinator whose session ends in the middle of a form; gives the person and the page."""
    year = timezone.localdate().year + 1
    survey = DemandSurveyFactory(cycle=CycleFactory(fiscal_year=year))
    answer = SurveyAnswerFactory(survey=survey, government=LocalGovernmentFactory(), state="draft")
    request = HostRequestFactory(answer=answer)
    user = coordinator_of(answer.government)
    user.set_password(PASSWORD)
    user.save()
    user.authenticator_set.all().delete()
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    TOTP.activate(user, SECRET)
    return user, reverse("hosts:request_step", args=[request.public_id, "programme"])


def sign_in(client: Client, user: User):
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    return client.post(reverse("mfa_authenticate"), {"code": code_of(SECRET)})


def check_late_form_is_shown_again(late) -> None:
    user, page = late
    client, start = Client(), timezone.now()
    with time_machine.travel(start, tick=False):
        sign_in(client, user)
        assert client.get(page).status_code == 200
    with time_machine.travel(start + timedelta(minutes=31), tick=False):
        refused = client.post(page, {"theme_ja": "ごみの減量"})
        sign_in(client, user)
        shown = client.get(page).content.decode()
    assert refused.url.startswith(reverse("account_login"))
    assert "ごみの減量" in shown


def test_a_form_that_is_sent_after_the_session_has_ended_is_shown_again(late):
    check_late_form_is_shown_again(late)


def test_without_the_draft_it_is_lost_control(late, monkeypatch):
    monkeypatch.setattr(middleware, "_keep_what_was_sent", lambda request: False)

    with pytest.raises(AssertionError):
        check_late_form_is_shown_again(late)


def test_a_forged_late_form_is_not_kept(late):
    user, page = late
    client, start = Client(enforce_csrf_checks=True), timezone.now()
    with time_machine.travel(start, tick=False):
        client.force_login(user)
        client.get(page)
    with time_machine.travel(start + timedelta(minutes=31), tick=False):
        client.post(page, {"theme_ja": "forged"})

    assert not FormDraft.objects.exists()
