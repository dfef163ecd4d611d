"""A name stands on one line, wherever it is typed."""

from hashlib import sha256

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from accounts.editing import version_of
from accounts.models import Invitation, Role, User
from accounts.names import clean_name
from accounts.services import AccountError, invite
from notices.mails import queue_mail
from notices.models import Mail
from tests.factories import (
    OrganisationFactory,
    UserFactory,
    staff_member,
    trainee_person,
)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("OCHI Misaki", "OCHI Misaki"),
        ("OCHI\r\nMisaki", "OCHI Misaki"),
        (" OCHI\t  Misaki\u2028", "OCHI Misaki"),
        ("安藤　恒一", "安藤 恒一"),
        (
            "\u0646\u06cc\u200c\u0645\u0627",
            "\u0646\u06cc\u200c\u0645\u0627",
        ),  # a joiner belongs to it
    ],
)
def test_a_name_is_kept_on_one_line(typed: str, kept: str):
    assert clean_name(typed) == kept


@pytest.mark.parametrize("character", ["\x00", "\x07", "\x7f", "\x9b", "\u202e", "\ud800"])
def test_a_name_with_a_character_that_cannot_be_seen_is_refused(character: str):
    with pytest.raises(ValidationError, match="cannot be seen"):
        clean_name(f"OCHI{character}Misaki")


@pytest.mark.django_db
@given(typed=st.text(max_size=60))
def test_every_name_that_is_kept_can_stand_in_a_mail(typed: str):
    try:
        name = clean_name(typed)
    except ValidationError:
        return

    mail = queue_mail(
        key=f"name:{sha256(name.encode()).hexdigest()}",  # a key has 250 characters at most
        purpose="test",
        to="ochi@example.jp",
        to_name=name,
        language="en",
        subject="Subject",
        body="Text",
        related="a test",
    )

    assert len(f"<{mail.to_name}>".splitlines()) == 1


@pytest.mark.django_db
def test_the_profile_keeps_a_name_on_one_line(client):
    user = trainee_person()
    client.force_login(user)

    sent = {"name": "Suryani\nDewi", "language": "en"}
    version = version_of(user, ["name", "telephone", "language"])

    client.post(reverse("accounts:profile"), {**sent, "version": version})

    user.refresh_from_db()
    assert user.name == "Suryani Dewi"


@pytest.mark.django_db
def test_the_profile_says_what_is_wrong_with_a_name(client):
    user = trainee_person()
    client.force_login(user)

    response = client.post(reverse("accounts:profile"), {"name": "Sur\x07yani", "language": "en"})

    user.refresh_from_db()
    assert (response.status_code, user.name) == (422, "Suryani")
    assert "cannot be seen" in response.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("typed", "status", "kept"),
    [("OCHI \u3000 Misaki", 302, ["OCHI Misaki"]), ("OCHI\nMisaki", 422, []), ("O\x07", 422, [])],
)
def test_the_desk_invites_under_a_name_on_one_line(client, typed: str, status: int, kept: list):
    client.force_login(staff_member())
    ministry = OrganisationFactory(kind="ministry")

    response = client.post(
        reverse("desk:invite"),
        {
            "email": "ochi@example.jp",
            "name": typed,
            "language": "en",
            "role": Role.MIC,
            "organisation": ministry.pk,
        },
    )

    assert response.status_code == status
    assert list(Invitation.objects.values_list("name", flat=True)) == kept


@pytest.mark.django_db
def test_the_admin_keeps_a_name_on_one_line_and_the_address_as_it_is(client):
    client.force_login(staff_member(Role.ADMINISTRATOR))
    user = UserFactory(email="ochi@example.jp")
    inline = "memberships"

    response = client.post(
        reverse("admin:accounts_user_change", args=[user.pk]),
        {
            "version": version_of(user, ["name", "telephone", "language"]),
            "name": "OCHI\nMisaki",
            "email": "thief@example.jp",
            "language": "ja",
            "is_active": "on",
            f"{inline}-TOTAL_FORMS": "0",
            f"{inline}-INITIAL_FORMS": "0",
        },
    )

    user.refresh_from_db()
    assert response.status_code == 302
    assert (user.name, user.email) == ("OCHI Misaki", "ochi@example.jp")


@pytest.mark.django_db
def test_invite_refuses_a_name_that_cannot_be_read():
    with pytest.raises(AccountError, match="cannot be seen"):
        invite(email="a@example.jp", name="A\x07", role=Role.TRAINEE, by=None, language="en")

    assert not Mail.objects.exists()


@pytest.mark.django_db
def test_create_user_keeps_a_name_on_one_line():
    assert User.objects.create_user("a@example.jp", name="A\nB").name == "A B"


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "<b>Ochi", "Ochi</b>"])
def test_a_name_has_no_tags(name):
    with pytest.raises(ValidationError, match="tags"):
        clean_name(name)
