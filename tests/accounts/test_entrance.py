"""What a stranger tried at the doors of the portal."""

import uuid

import pytest
from django.urls import reverse

from accounts.models import Invitation, Role, User
from notices.models import Mail
from tests.factories import InvitationFactory, UserFactory, staff_member, trainee_person

pytestmark = pytest.mark.django_db


def test_a_trainee_cannot_set_a_password_and_keeps_to_codes(client):
    person = trainee_person()
    client.force_login(person)

    words = {"password1": "a long word for tests", "password2": "a long word for tests"}
    answers = [
        client.get(reverse("account_set_password")).status_code,
        client.post(reverse("account_set_password"), words).status_code,
    ]

    person.refresh_from_db()
    assert answers == [404, 404]
    assert person.signs_in_by_code


@pytest.mark.parametrize("target", ["abc", "1e9", "[]", "%ff", "😀", "//evil.example", ""])
def test_switching_the_language_never_fails_and_never_leads_away(client, target):
    response = client.get("/language/en/", {"next": target})

    assert response.status_code == 302
    assert response.url.startswith("/")
    assert not response.url.startswith("//")


@pytest.mark.parametrize("code", ["xx", "JA", "fr"])
def test_only_the_portals_languages_can_be_chosen(client, code):
    response = client.get(f"/language/{code}/")

    assert response.status_code == 404
    assert "django_language" not in response.cookies


def test_an_official_who_is_nominated_is_asked_to_sign_in_with_the_password(client):
    UserFactory(email="ochi@example.jp", password="a long word for tests")
    InvitationFactory(email="ochi@example.jp", token="token")

    client.get(reverse("accounts:invitation", args=["token"]))
    response = client.post(reverse("accounts:accept"))

    assert response.url == f"{reverse('account_login')}?next=%2Fen%2Finvitation%2F"
    assert Invitation.objects.get().is_usable()


def test_an_invitation_opened_by_somebody_else_offers_nothing_to_press(client):
    InvitationFactory(email="suryani@example.org", token="token")
    client.force_login(trainee_person())

    opened = client.get(reverse("accounts:invitation", args=["token"]), follow=True)
    page = opened.content.decode()

    assert "this invitation is for another address" in page
    assert 'method="post"' not in page.split("<main", 1)[1]


def test_the_code_page_after_an_invitation_names_the_address(client):
    page = client.get(reverse("account_request_login_code"), {"email": "suryani@example.org"})

    assert 'value="suryani@example.org"' in page.content.decode()


def test_sending_one_form_twice_says_that_nothing_was_sent_twice(client):
    client.force_login(staff_member(Role.ADMINISTRATOR))
    organisation = staff_member().memberships.get().organisation
    sent = {
        "email": "first@example.jp",
        "name": "越智 美咲",
        "language": "ja",
        "role": "staff",
        "organisation": str(organisation.pk),
        "once": str(uuid.uuid4()),
    }
    client.post(reverse("desk:invite"), sent)

    page = client.post(reverse("desk:invite"), {**sent, "email": "other@example.jp"}, follow=True)

    told = [str(message) for message in page.context["messages"]]
    assert told[1:] == ["このフォームはすでに送信されています。二重には送信していません。"]
    assert list(Invitation.objects.values_list("email", flat=True)) == ["first@example.jp"]
    assert Mail.objects.count() == 1


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "{{ 7*7 }}", "a\u202eb", "A\nB"])
def test_a_name_with_what_no_name_has_is_refused_at_its_field(client, name):
    client.force_login(staff_member(Role.ADMINISTRATOR))
    organisation = staff_member().memberships.get().organisation

    response = client.post(
        reverse("desk:invite"),
        {
            "email": "first@example.jp",
            "name": name,
            "language": "ja",
            "role": "staff",
            "organisation": str(organisation.pk),
        },
    )

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["name"]
    assert not User.objects.filter(email="first@example.jp").exists()


@pytest.mark.parametrize("address", ["/", "/robots.txt", "/en/account/login/", "/no-such-page/"])
def test_a_form_without_its_boundary_is_a_bad_request(client, address):
    response = client.generic("POST", address, b"x", content_type="multipart/form-data")

    assert response.status_code == 400


@pytest.mark.parametrize(
    ("model", "query"),
    [
        ("hosts_hostrequest", {"id__in": "99999999999999999999"}),
        ("auditlog_logentry", {"resource_type": "abc"}),
        ("notices_mail", {"p": "abc"}),
        ("accounts_user", {"o": "x.y"}),
    ],
)
def test_a_list_of_the_desk_bears_any_filter_in_its_address(client, model, query):
    client.force_login(staff_member(Role.ADMINISTRATOR))

    response = client.get(reverse(f"admin:{model}_changelist"), query, follow=True)

    assert response.status_code == 200
