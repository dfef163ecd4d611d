"""The office telephone of people: who may type it, what is refused, where it stands."""

import pytest
from django.urls import reverse

from accounts.editing import version_of
from accounts.models import Invitation, Role
from accounts.services import accept_invitation
from tests.accounts.ground_of_questions import asked, build
from tests.factories import (
    InvitationFactory,
    LocalGovernmentFactory,
    OrganisationFactory,
    UserFactory,
    coordinator_of,
    staff_member,
    trainee_person,
)

pytestmark = pytest.mark.django_db

FIELDS = ["name", "telephone", "language"]


def save_profile(client, user, telephone: str):
    client.force_login(user)
    sent = {"name": user.name, "language": "ja", "telephone": telephone}
    return client.post(reverse("accounts:profile"), {**sent, "version": version_of(user, FIELDS)})


@pytest.mark.parametrize(
    ("typed", "kept"), [("０８９８−５６−５１５１", "0898-56-5151"), ("", ""), ("  ", "")]
)
def test_officials_type_their_number_in_any_width(client, typed, kept):
    user = coordinator_of(LocalGovernmentFactory(), telephone="0898-00-0000")

    assert save_profile(client, user, typed).status_code == 302

    user.refresh_from_db()
    assert user.telephone == kept


@pytest.mark.parametrize("typed", ["12", "<b>0898-56-5151</b>", "代表", "0" * 41])
def test_what_is_no_number_is_refused_at_the_field_and_kept_there(client, typed):
    user = coordinator_of(LocalGovernmentFactory(), telephone="0898-00-0000")

    page = save_profile(client, user, typed)

    user.refresh_from_db()
    assert (page.status_code, list(page.context["form"].errors)) == (422, ["telephone"])
    assert page.context["form"]["telephone"].value() == typed
    assert user.telephone == "0898-00-0000"


def test_trainees_have_no_office_to_be_called_at(client):
    user = trainee_person()

    assert save_profile(client, user, "0898-56-5151").status_code == 302

    user.refresh_from_db()
    assert user.telephone == ""
    assert b'name="telephone"' not in client.get(reverse("accounts:profile")).content


@pytest.mark.parametrize(
    ("typed", "status", "kept"),
    [("０３-1234-5678", 302, ["03-1234-5678"]), ("", 302, [""]), ("x", 422, [])],
)
def test_the_desk_invites_with_a_number(client, typed, status, kept):
    client.force_login(staff_member())
    sent = {"email": "ochi@example.jp", "name": "OCHI Misaki", "language": "en", "telephone": typed}
    ministry = OrganisationFactory(kind="ministry")

    page = client.post(
        reverse("desk:invite"), {**sent, "role": Role.MIC, "organisation": ministry.pk}
    )

    assert page.status_code == status
    assert list(Invitation.objects.values_list("telephone", flat=True)) == kept


@pytest.mark.parametrize(("own", "kept"), [("", "03-1"), ("03-2", "03-2")])
def test_an_accepted_invitation_gives_the_number_to_whoever_has_none(own, kept):
    user = UserFactory(email="ochi@example.jp", telephone=own)
    invitation = InvitationFactory(email=user.email, telephone="03-1")

    accept_invitation(invitation, by=user)

    user.refresh_from_db()
    assert user.telephone == kept


@pytest.mark.parametrize(("typed", "kept"), [("０３-1234-5678", "03-1234-5678"), ("x", "")])
def test_administrators_enter_it_for_somebody(client, typed, kept):
    client.force_login(staff_member(Role.ADMINISTRATOR))
    user = UserFactory()
    sent = {"name": user.name, "language": "ja", "telephone": typed}

    client.post(
        reverse("admin:accounts_user_change", args=[user.pk]),
        {
            **sent,
            "version": version_of(user, FIELDS),
            "memberships-TOTAL_FORMS": "0",
            "memberships-INITIAL_FORMS": "0",
        },
    )

    user.refresh_from_db()
    assert user.telephone == kept


@pytest.mark.parametrize("telephone", ["0898-56-5151", ""])
def test_a_question_shows_the_number_of_who_wrote(client, telephone):
    ground = build()
    place = asked(ground)
    ground.host.telephone = telephone
    ground.host.save()
    client.force_login(ground.colleague)

    page = client.get(reverse("accounts:question", args=[place.thread.public_id]))

    assert page.status_code == 200
    assert (b"tel:0898565151" in page.content) == bool(telephone)
