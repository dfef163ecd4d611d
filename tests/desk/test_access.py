"""What administrators do to another person's ways in."""

import pytest
from allauth.mfa.models import Authenticator
from django.urls import reverse

from accounts.models import AccessEvent, Role
from accounts.sheets import confirm_sheet, make_sheet, sheet_of
from notices.models import Mail
from tests.factories import OrganisationFactory, member_of, staff_member, trainee_person

pytestmark = pytest.mark.django_db

WHY = {"reason": "lost the telephone", "identity_check": "called back on the office number"}
VERBS = ["end_sessions", "close_account", "reopen_account", "reset_factor"]


def at(name: str, person) -> str:
    return reverse(f"desk:{name}", args=[person.public_id])


@pytest.fixture
def person():
    return member_of(OrganisationFactory(), Role.COORDINATOR, language="en")


@pytest.fixture
def administrator(client):
    user = staff_member(Role.ADMINISTRATOR)
    client.force_login(user)
    return user


def events() -> list[tuple]:
    return list(AccessEvent.objects.values_list("kind", "by", "reason", "detail"))


def test_a_lost_factor_is_reset_with_a_reason_a_check_and_a_mail(client, administrator, person):
    first, *_rest = make_sheet(person, is_factor=False)
    confirm_sheet(person, first)
    AccessEvent.objects.all().delete()

    response = client.post(at("reset_factor", person), WHY)

    assert response.url == at("access", person)
    assert not Authenticator.objects.filter(user=person).exists()
    assert sheet_of(person) is None
    assert events() == [("factor_reset", administrator.pk, WHY["reason"], WHY["identity_check"])]
    mail = Mail.objects.get(purpose="second_factor_reset")
    assert (mail.to, mail.language) == (person.email, "en")
    assert "second factor" in mail.body


@pytest.mark.parametrize("missing", ["reason", "identity_check"])
def test_without_a_reason_or_a_check_nothing_is_reset(client, administrator, person, missing):
    response = client.post(at("reset_factor", person), {**WHY, missing: " "})

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [missing]
    assert Authenticator.objects.filter(user=person).exists()
    assert events() == []


def test_closing_and_opening_again_are_logged(client, administrator, person):
    for name in ("close_account", "reopen_account"):
        client.post(at(name, person), WHY)
    person.refresh_from_db()

    assert person.is_active
    assert [event[0] for event in events()] == ["reopened", "closed"]


@pytest.mark.parametrize("name", ["close_account", "reopen_account"])
def test_twice_is_once(client, administrator, person, name: str):
    if name == "reopen_account":
        client.post(at("close_account", person), WHY)
    for _each in range(2):
        client.post(at(name, person), WHY)

    assert len([event for event in events() if event[0] in {"closed", "reopened"}]) == (
        1 if name == "close_account" else 2
    )


@pytest.mark.parametrize("name", VERBS)
def test_nobody_does_it_to_their_own_account(client, administrator, name: str):
    client.post(at(name, administrator), WHY)

    administrator.refresh_from_db()
    assert administrator.is_active
    assert Authenticator.objects.filter(user=administrator).exists()
    assert events() == []
    assert client.get(at("access", administrator)).status_code == 200


@pytest.mark.parametrize("name", VERBS)
@pytest.mark.parametrize("role", [Role.STAFF, Role.MIC, None])
def test_only_administrators_do_it(client, person, name: str, role):
    client.force_login(
        staff_member()
        if role == Role.STAFF
        else member_of(OrganisationFactory(), role)
        if role
        else trainee_person()
    )

    client.post(at(name, person), WHY)

    person.refresh_from_db()
    assert person.is_active
    assert Authenticator.objects.filter(user=person).exists()
    assert events() == []


def test_the_list_of_people_ends_sessions_of_those_selected(client, administrator, person):
    before = person.session_round

    client.post(
        reverse("admin:accounts_user_changelist"),
        {"action": "end_sessions", "_selected_action": [person.pk, administrator.pk]},
    )

    person.refresh_from_db()
    administrator.refresh_from_db()
    assert (person.session_round, administrator.session_round) == (before + 1, 0)
    assert events() == [("sessions_ended", administrator.pk, "", "")]


def test_the_form_of_a_person_neither_closes_nor_opens_the_account(client, administrator, person):
    address = reverse("admin:accounts_user_change", args=[person.pk])
    page = client.get(address)
    sent = {
        "name": "越智 美咲",
        "language": "ja",
        "is_active": "",
        "memberships-TOTAL_FORMS": "0",
        "memberships-INITIAL_FORMS": "0",
    }

    client.post(address, sent)

    person.refresh_from_db()
    assert person.is_active
    assert at("access", person) in page.content.decode()


def test_a_page_for_nobody_is_not_found(client, administrator):
    nobody = "00000000-0000-0000-0000-000000000000"

    assert client.get(reverse("desk:access", args=[nobody])).status_code == 404
    assert client.post(reverse("desk:close_account", args=[nobody]), WHY).status_code == 404
