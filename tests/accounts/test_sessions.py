"""Whose session lives: new keys where rights change, and an end that holds at the next request."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from accounts import middleware
from accounts.models import FormDraft, Membership, Role, User
from accounts.services import close_account, end_all_sessions, reopen_account, reset_second_factor
from tests.accounts.test_second_factor import SECRET, code_of
from tests.factories import (
    LocalGovernmentFactory,
    MembershipFactory,
    OrganisationFactory,
    coordinator_of,
    give_second_factor,
    member_of,
    staff_member,
    trainee_person,
)

pytestmark = pytest.mark.django_db

PASSWORD = "correct horse battery"


def official(role: str = Role.STAFF) -> User:
    user = MembershipFactory(role=role, user__password=make_password(PASSWORD)).user
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def type_password(client: Client, user: User, password: str = PASSWORD):
    return client.post(reverse("account_login"), {"login": user.email, "password": password})


def with_cookies_of(client: Client) -> Client:
    """Somebody who has copied the browser's cookies."""
    thief = Client()
    thief.cookies = client.cookies.copy()
    return thief


def is_in(client: Client, name: str = "accounts:profile") -> bool:
    return client.get(reverse(name)).status_code == 200


def two_browsers(user: User) -> list[Client]:
    clients = [Client(), Client()]
    for client in clients:
        client.force_login(user)
        assert is_in(client)
    return clients


# New keys ---------------------------------------------------------------------------------------


def test_a_key_that_was_planted_before_sign_in_is_dead_after_it():
    user = official()
    TOTP.activate(user, SECRET)
    victim = Client()
    type_password(victim, user, "wrong")  # a session before sign-in, known to the attacker
    victim.session["planted"] = True
    type_password(victim, user)
    half, attacker = victim.session.session_key, with_cookies_of(victim)

    victim.post(reverse("mfa_authenticate"), {"code": code_of(SECRET)})

    assert half
    assert is_in(victim)
    assert not is_in(attacker)
    assert not Session.objects.filter(session_key=half).exists()


def check_key_changes_with_the_role(user: User, change) -> None:
    client = Client()
    client.force_login(user)
    assert is_in(client)
    old_key, thief = client.session.session_key, with_cookies_of(client)

    change()

    assert is_in(client)
    assert not Session.objects.filter(session_key=old_key).exists()
    assert not is_in(thief)


@pytest.mark.parametrize("gained", [True, False])
def test_a_role_that_comes_or_goes_gives_the_session_a_new_key(gained: bool):
    user = member_of(OrganisationFactory(), Role.COORDINATOR)
    other = OrganisationFactory()
    if not gained:
        MembershipFactory(user=user, organisation=other, role=Role.RELAY)

    def change():
        if gained:
            MembershipFactory(user=user, organisation=other, role=Role.RELAY)
        else:
            Membership.objects.filter(user=user, organisation=other).delete()

    check_key_changes_with_the_role(user, change)


def test_without_the_guard_the_key_stays_control(monkeypatch):
    monkeypatch.setattr(
        middleware.RoleChangeMiddleware,
        "__call__",
        lambda self, request: self.get_response(request),
    )
    user = member_of(OrganisationFactory(), Role.COORDINATOR)

    with pytest.raises(AssertionError):
        check_key_changes_with_the_role(user, lambda: MembershipFactory(user=user, role=Role.RELAY))


def test_sign_out_kills_the_session_on_the_server():
    client = Client()
    client.force_login(trainee_person())
    key, copied = client.session.session_key, with_cookies_of(client)
    assert is_in(copied)

    client.post(reverse("account_logout"))

    assert not Session.objects.filter(session_key=key).exists()
    assert not is_in(copied)


# The next request -------------------------------------------------------------------------------


def check_next_request_is_refused(user: User, change, name: str = "accounts:profile") -> None:
    """Two open browsers: after the change not one request more is answered."""
    clients = two_browsers(user)

    change(user)

    assert [is_in(client, name) for client in clients] == [False, False]


ENDS = {
    "ended by staff": lambda user: end_all_sessions(user, by=staff_member(Role.ADMINISTRATOR)),
    "closed": lambda user: close_account(user, by=staff_member(Role.ADMINISTRATOR), reason="left"),
    "factor reset": lambda user: reset_second_factor(
        user, by=staff_member(Role.ADMINISTRATOR), identity_check="called back", reason="lost"
    ),
    "switched off": lambda user: User.objects.filter(pk=user.pk).update(is_active=False),
}


@pytest.mark.parametrize("how", ENDS)
def test_the_next_request_of_every_open_session_is_refused(how: str):
    check_next_request_is_refused(member_of(OrganisationFactory(), Role.MIC), ENDS[how])


@pytest.mark.parametrize("how", ["ended by staff", "factor reset"])
def test_with_djangos_own_hash_the_sessions_live_on_control(monkeypatch, how: str):
    monkeypatch.setattr(User, "_get_session_auth_hash", AbstractBaseUser._get_session_auth_hash)
    user = trainee_person() if how == "ended by staff" else member_of(OrganisationFactory(), "mic")
    if how == "factor reset":  # the second control: a session's mark is taken for a factor
        monkeypatch.setattr(middleware, "_is_open", lambda request: True)

    with pytest.raises(AssertionError):
        check_next_request_is_refused(user, ENDS[how])


def test_a_role_that_is_taken_away_closes_its_pages_at_the_next_request():
    user = coordinator_of(LocalGovernmentFactory())

    def yesterday(user: User) -> None:
        user.memberships.update(ends_on=timezone.localdate() - timedelta(days=1))

    check_next_request_is_refused(user, yesterday, "hosts:home")


def test_an_account_that_is_opened_again_does_not_wake_its_old_sessions():
    user = member_of(OrganisationFactory(), Role.MIC)
    clients = two_browsers(user)
    administrator = staff_member(Role.ADMINISTRATOR)

    close_account(user, by=administrator, reason="left")
    reopen_account(user, by=administrator, reason="came back")

    assert [is_in(client) for client in clients] == [False, False]


def test_a_new_password_ends_the_other_sessions_and_keeps_this_one():
    user = give_second_factor(official(Role.MIC))
    mine, other = two_browsers(user)
    new = "another horse battery"

    mine.post(
        reverse("account_change_password"),
        {"oldpassword": PASSWORD, "password1": new, "password2": new},
    )

    assert (is_in(mine), is_in(other)) == (True, False)


def test_a_reset_password_ends_every_session(client):
    user = give_second_factor(official(Role.MIC))
    clients = two_browsers(user)

    user.set_password("another horse battery")
    user.save()

    assert [is_in(each) for each in clients] == [False, False]


# A role that ends while somebody is at work ---------------------------------------------------


def at_work() -> tuple[Client, User, str, dict[str, str]]:
    """A coordinator who has a form open, whose role ended a minute ago, and what is typed there."""
    government = LocalGovernmentFactory()
    user = coordinator_of(government, language="en")
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    with translation.override("en"):
        address = reverse("hosts:people_leave", args=[government.organisation.public_id])
    assert client.get(address).status_code == 200
    yesterday = timezone.localdate() - timedelta(days=1)
    Membership.objects.filter(user=user).update(ends_on=yesterday)
    return client, user, address, {"role": "coordinator", "note": "The key lies in the safe."}


def messages_of(client: Client) -> str:
    return client.get("/en/home/", follow=True).content.decode()


def test_who_loses_a_role_at_work_is_told_so_and_what_was_typed_is_kept():
    client, user, address, typed = at_work()

    response = client.post(address, typed)

    assert (response.status_code, response["Location"]) == (302, "/en/home/")
    told = messages_of(client)
    assert "Your role has ended: host coordinator." in told
    assert "what you typed last was kept" in told
    assert FormDraft.objects.get(user=user).values["note"] == [typed["note"]]
    assert client.get(address).status_code == 404  # told once


def test_a_draft_that_saves_itself_does_not_use_the_telling_up():
    client, _user, address, typed = at_work()

    quiet = client.post(address, typed, headers={"sec-fetch-mode": "cors"})
    seen = client.get(address, headers={"sec-fetch-mode": "navigate"})

    assert (quiet.status_code, seen.status_code) == (404, 302)
    assert "Your role has ended: host coordinator. Nothing was changed. If" in messages_of(client)


def test_who_never_had_the_role_finds_nothing_control():
    _client, _user, address, typed = at_work()
    client = Client()
    client.force_login(coordinator_of(LocalGovernmentFactory()))

    assert client.post(address, typed).status_code == 404
    assert not FormDraft.objects.exists()
