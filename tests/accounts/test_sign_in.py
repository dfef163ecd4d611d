"""The ways in: a code for trainees, password and second factor for everybody else."""

import re
from datetime import timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role
from accounts.services import accept_invitation
from notices.models import Mail
from tests.factories import (
    InvitationFactory,
    MembershipFactory,
    OrganisationFactory,
    give_second_factor,
    member_of,
    staff_member,
    trainee_person,
)

pytestmark = pytest.mark.django_db

PASSWORD = "correct horse battery"


def ask_for_code(client, email: str):
    return client.post(reverse("account_request_login_code"), {"email": email})


def official(role: str = Role.COORDINATOR, **fields):
    user = MembershipFactory(role=role, user__password=make_password(PASSWORD), **fields).user
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def code_in(mail: Mail) -> str:
    return re.search(r"^\s*([A-Z0-9]{4,}(?:-[A-Z0-9]+)?)\s*$", mail.body, re.MULTILINE)[1]


def sign_in(client, user):
    return client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})


def test_a_trainee_signs_in_with_the_code_from_the_outbox(client):
    user = accept_invitation(InvitationFactory())

    ask_for_code(client, user.email)
    mail = Mail.objects.get(to=user.email)
    code = code_in(mail)
    response = client.post(reverse("account_confirm_login_code"), {"code": code})

    assert response.status_code == 302
    assert client.session["_auth_user_id"] == str(user.pk)
    assert (mail.priority, mail.forget_body) == (0, True)


def test_a_wrong_code_lets_nobody_in(client):
    user = trainee_person()
    ask_for_code(client, user.email)

    for _each in range(settings.ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS):
        client.post(reverse("account_confirm_login_code"), {"code": "WRONG1"})

    assert "_auth_user_id" not in client.session


def test_a_code_ends_after_ten_minutes(client):
    user = trainee_person()
    start = timezone.now()
    with time_machine.travel(start, tick=False):
        ask_for_code(client, user.email)
    code = code_in(Mail.objects.get())

    with time_machine.travel(start + timedelta(seconds=601), tick=False):
        client.post(reverse("account_confirm_login_code"), {"code": code})

    assert "_auth_user_id" not in client.session


def test_a_code_is_sent_neither_to_password_users_nor_to_strangers(client):
    user = official()

    answers = [ask_for_code(client, email) for email in (user.email, "stranger@example.org")]

    assert not Mail.objects.exists()
    assert [(a.status_code, a.headers.get("Location")) for a in answers] == [
        (302, reverse("account_confirm_login_code"))
    ] * 2


def test_the_answer_to_a_stranger_looks_like_the_answer_to_a_trainee(client):
    user = trainee_person()
    pages = []
    for email in (user.email, "suryano@example.org"):
        client.logout()
        answer = ask_for_code(client, email)
        page = client.get(answer.url).content.decode().replace(email, "")
        page = re.sub(r'value="[A-Za-z0-9]{64}"', "", page)
        pages.append((answer.status_code, answer.url, page))

    assert pages[0] == pages[1]


def test_an_official_signs_in_by_password_and_is_led_to_the_second_factor(client):
    user = official(Role.STAFF)

    sign_in(client, user)

    assert client.session["_auth_user_id"] == str(user.pk)
    for address in (reverse("desk:start"), reverse("accounts:overview"), "/admin/accounts/user/"):
        assert client.get(address).url == reverse("mfa_index")
    assert client.get(reverse("mfa_index")).status_code == 200


def test_an_official_with_a_second_factor_is_asked_for_it(client):
    user = give_second_factor(official(Role.STAFF))

    response = sign_in(client, user)

    assert response.url == reverse("mfa_authenticate")
    assert "_auth_user_id" not in client.session


def test_a_wrong_password_lets_nobody_in(client):
    user = official()

    response = client.post(reverse("account_login"), {"login": user.email, "password": "wrong"})

    assert response.status_code == 200
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(("production", "status"), [(False, 200), (True, 302)])
def test_demonstration_sign_ins_are_exempt_in_the_embedded_mode_only(
    client, settings, production: bool, status: int
):
    settings.PRODUCTION = production
    client.force_login(official(Role.STAFF, user__is_demo=True))

    assert client.get(reverse("desk:start")).status_code == status


def test_a_person_who_may_not_sign_in_is_refused(client):
    user = official(user__is_active=False)

    sign_in(client, user)

    assert "_auth_user_id" not in client.session


# The age of a session ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("make", "minutes", "stays"),
    [
        (staff_member, 29, True),
        (staff_member, 31, False),
        (trainee_person, 119, True),
        (trainee_person, 121, False),
    ],
)
def test_a_session_ends_after_a_time_without_a_request(client, make, minutes: int, stays: bool):
    user = make()
    start = timezone.now()
    with time_machine.travel(start, tick=False):
        client.force_login(user)
        client.get(reverse("accounts:profile"))

    with time_machine.travel(start + timedelta(minutes=minutes), tick=False):
        response = client.get(reverse("accounts:profile"))

    assert (response.status_code == 200) is stays
    assert ("_auth_user_id" in client.session) is stays


def test_a_session_ends_twelve_hours_after_sign_in_whatever_is_done(client):
    user = trainee_person()
    start = timezone.now()
    statuses = []
    with time_machine.travel(start, tick=False) as now:
        client.force_login(user)
        client.get(reverse("accounts:profile"))
        now.shift(timedelta(minutes=1))
        for _each in range(13):
            statuses.append(client.get(reverse("accounts:profile")).status_code)
            now.shift(timedelta(hours=1))

    assert statuses == [200] * 12 + [302]


def test_a_role_that_ended_is_refused_at_the_next_request(client):
    user = member_of(OrganisationFactory(), Role.STAFF)
    client.force_login(user)
    assert client.get(reverse("desk:start")).status_code == 200

    user.memberships.update(ends_on=timezone.localdate() - timedelta(days=1))

    assert client.get(reverse("desk:start")).status_code != 200


# The address ------------------------------------------------------------------------------------


def new_address(client, user, typed: str) -> None:
    """Add an address on the account's page, confirm it by its code and use it from now on."""
    client.post(reverse("account_email"), {"action_add": "", "email": typed})
    code = code_in(Mail.objects.filter(to=typed.lower()).latest("pk"))
    client.post(reverse("account_email_verification_sent"), {"code": code})
    client.post(reverse("account_email"), {"action_primary": "", "email": typed.lower()})


def test_a_changed_address_is_the_same_everywhere_and_takes_the_code(client):
    user = accept_invitation(InvitationFactory(email="old@example.org"))
    client.force_login(user)

    new_address(client, user, "New@Example.ORG")

    user.refresh_from_db()
    primary = EmailAddress.objects.get(user=user, primary=True)
    assert (user.email, primary.email, primary.verified) == (
        "new@example.org",
        "new@example.org",
        True,
    )
    client.logout()
    ask_for_code(client, "NEW@example.org")
    code = code_in(Mail.objects.filter(purpose="login_code").latest("pk"))
    client.post(reverse("account_confirm_login_code"), {"code": code})
    assert client.session["_auth_user_id"] == str(user.pk)


def test_an_address_that_was_removed_lets_nobody_in(client):
    user = accept_invitation(InvitationFactory(email="old@example.org"))
    client.force_login(user)
    new_address(client, user, "new@example.org")

    client.post(reverse("account_email"), {"action_remove": "", "email": "old@example.org"})

    user.refresh_from_db()
    assert (user.email, user.emailaddress_set.get().email) == ("new@example.org",) * 2
    client.logout()
    Mail.objects.all().delete()
    ask_for_code(client, "old@example.org")
    assert not Mail.objects.exists()


def test_an_address_in_use_is_not_removed_and_an_unconfirmed_one_not_used(client):
    user = accept_invitation(InvitationFactory(email="old@example.org"))
    client.force_login(user)
    client.post(reverse("account_email"), {"action_add": "", "email": "new@example.org"})

    client.post(reverse("account_email"), {"action_primary": "", "email": "new@example.org"})
    client.post(reverse("account_email"), {"action_remove": "", "email": "old@example.org"})

    user.refresh_from_db()
    assert user.email == "old@example.org"
    assert EmailAddress.objects.get(user=user, primary=True).email == "old@example.org"
