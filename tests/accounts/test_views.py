from datetime import timedelta

import pytest
from django.contrib.auth.hashers import make_password
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from accounts.editing import version_of
from accounts.models import Membership, Role, User
from notices.models import Mail
from tests.factories import (
    CycleFactory,
    InvitationFactory,
    LocalGovernmentFactory,
    MembershipFactory,
    OrganisationFactory,
    UserFactory,
    coordinator_of,
    member_of,
    staff_member,
    trainee_person,
)

pytestmark = pytest.mark.django_db

PASSWORD = "correct horse battery"


def link(token: str = "a-token") -> str:
    return reverse("accounts:invitation", args=[token])


def accept(client, token: str = "a-token"):
    """Open the link of the mail and press the button on the page that it leads to."""
    client.get(link(token))
    return client.post(reverse("accounts:accept"))


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


# The invitation ---------------------------------------------------------------------------------


def test_opening_a_link_spends_nothing(client):
    invitation = InvitationFactory(token="a-token", email="suryani@example.org")

    opened, page = client.get(link()), client.get(reverse("accounts:accept"))

    invitation.refresh_from_db()
    assert (opened.url, page.status_code) == (reverse("accounts:accept"), 200)
    assert invitation.accepted_at is None
    assert "suryani@example.org" in text_of(page)
    assert opened.headers["Referrer-Policy"] == "no-referrer"
    assert "no-store" in page.headers["Cache-Control"]


def test_the_invitation_says_who_invites_and_until_when_in_japan(client):
    InvitationFactory(
        token="a-token",
        role=Role.COORDINATOR,
        organisation=OrganisationFactory(name_en="Saijo City"),
        invited_by=UserFactory(name="MORITA Riho"),
        expires_at=timezone.datetime(2127, 3, 5, 16, 30, tzinfo=timezone.get_fixed_timezone(0)),
    )

    shown = text_of(client.get(link(), follow=True))

    assert "Saijo City" in shown
    assert "MORITA Riho" in shown
    assert "6 March 2127 01:30 (time in Japan)" in shown


def test_a_trainee_accepts_by_post_and_then_asks_for_a_code(client):
    InvitationFactory(token="a-token", email="suryani@example.org")

    response = accept(client)

    assert response.status_code == 302
    assert response.url.startswith(reverse("account_request_login_code"))
    user = User.objects.get(email="suryani@example.org")
    assert user.memberships.get().role == Role.TRAINEE
    assert "_auth_user_id" not in client.session


def test_a_used_invitation_says_so(client):
    InvitationFactory(token="a-token")
    accept(client)

    responses = [client.get(link()), client.post(reverse("accounts:accept"))]

    assert [response.status_code for response in responses] == [410, 410]
    assert "This invitation has been used." in text_of(responses[0])


@pytest.mark.parametrize(
    ("fields", "status", "words"),
    [
        ({"token": "another"}, 404, "We do not know this link."),
        ({"expires_at": timezone.now() - timedelta(minutes=1)}, 410, "has expired"),
        ({"revoked_at": timezone.now()}, 410, "was withdrawn"),
    ],
)
def test_a_link_that_does_not_work_explains_why(client, fields: dict, status: int, words: str):
    InvitationFactory(**{"token": "a-token", **fields})

    response = client.get(link())

    assert response.status_code == status
    assert words in text_of(response)


def test_an_official_without_account_chooses_a_password_first(client):
    InvitationFactory(
        token="a-token",
        email="ochi@example.jp",
        name="越智 美咲",
        role=Role.COORDINATOR,
        organisation=OrganisationFactory(),
    )

    first = accept(client)
    response = client.post(
        reverse("account_signup"),
        {"email": "ochi@example.jp", "password1": PASSWORD, "password2": PASSWORD},
    )

    assert first.url == reverse("account_signup")
    assert response.status_code == 302
    user = User.objects.get(email="ochi@example.jp")
    assert (user.name, user.memberships.get().role) == ("越智 美咲", Role.COORDINATOR)


def test_sign_up_with_another_address_than_the_invited_one_is_refused(client):
    InvitationFactory(
        token="a-token",
        email="ochi@example.jp",
        role=Role.COORDINATOR,
        organisation=OrganisationFactory(),
    )
    accept(client)

    client.post(
        reverse("account_signup"),
        {"email": "thief@example.jp", "password1": PASSWORD, "password2": PASSWORD},
    )

    assert not User.objects.filter(email="thief@example.jp").exists()
    assert Membership.objects.count() == 0


def test_nobody_signs_up_without_an_invitation(client):
    client.post(
        reverse("account_signup"),
        {"email": "thief@example.jp", "password1": PASSWORD, "password2": PASSWORD},
    )

    assert not User.objects.exists()


def test_an_official_with_an_account_is_asked_to_sign_in(client):
    user = MembershipFactory(role=Role.RELAY, user__password=make_password(PASSWORD)).user
    InvitationFactory(
        token="a-token", email=user.email, role=Role.COORDINATOR, organisation=OrganisationFactory()
    )

    response = accept(client)

    assert response.url == f"{reverse('account_login')}?next=%2Fen%2Finvitation%2F"
    assert user.memberships.count() == 1


def test_a_signed_in_official_gets_the_role_added(client):
    organisation = OrganisationFactory()
    user = member_of(OrganisationFactory(), Role.RELAY)
    InvitationFactory(
        token="a-token", email=user.email, role=Role.COORDINATOR, organisation=organisation
    )
    client.force_login(user)

    response = accept(client)

    assert response.url == reverse("accounts:home")
    assert user.memberships.filter(organisation=organisation, role=Role.COORDINATOR).exists()


def test_a_signed_in_person_cannot_take_the_invitation_of_another(client):
    invitation = InvitationFactory(token="a-token", email="suryani@example.org")
    client.force_login(member_of(OrganisationFactory(), Role.RELAY))

    response = accept(client)

    invitation.refresh_from_db()
    assert (response.status_code, invitation.accepted_at) == (409, None)
    assert "for another address" in text_of(response)


# Home, profile, language ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "role",
    [Role.MIC, Role.REVIEWER, Role.TRAINING_INSTITUTE, Role.TAX_OFFICER],
)
def test_officials_without_pages_of_their_own_see_the_cycle(client, role: str):
    year = timezone.localdate().year + 1
    cycle = CycleFactory(fiscal_year=year)
    client.force_login(member_of(OrganisationFactory(), role, language="en"))

    home = client.get(reverse("accounts:home"))
    response = client.get(home.url)

    assert home.url == reverse("accounts:overview")
    shown = text_of(response)
    assert str(cycle) in shown
    assert "There is nothing for you to do now." in shown


def test_the_overview_says_when_no_cycle_runs_and_when_no_role_is_left(client):
    client.force_login(UserFactory(language="en"))

    shown = text_of(client.get(reverse("accounts:overview")))

    assert "No cycle is running." in shown
    assert "No role belongs to your account now." in shown


def test_home_leads_each_role_to_its_place(client):
    places = []
    for user in (staff_member(), coordinator_of(LocalGovernmentFactory()), trainee_person()):
        client.force_login(user)
        places.append(client.get(reverse("accounts:home")).url)

    assert places == [reverse("desk:start"), reverse("hosts:home"), reverse("trainees:status")]


def test_the_overview_takes_the_same_queries_for_one_and_three_cycles(
    client, django_assert_max_num_queries
):
    client.force_login(member_of(OrganisationFactory(), Role.MIC))
    year = timezone.localdate().year

    for years in ([year + 1], [year + 2, year + 3]):
        for each in years:
            CycleFactory(fiscal_year=each)
        with django_assert_max_num_queries(4 + 12):
            client.get(reverse("accounts:overview"))


def test_people_change_their_own_name_and_language(client):
    user = trainee_person()
    client.force_login(user)

    response = client.post(
        reverse("accounts:profile"),
        {
            "name": "Suryani B.",
            "language": "ja",
            "email": "x@y.org",
            "version": version_of(user, ["name", "telephone", "language"]),
        },
    )

    user.refresh_from_db()
    assert response.status_code == 302
    assert (user.name, user.language, user.email != "x@y.org") == ("Suryani B.", "ja", True)


def test_a_profile_without_name_is_refused_at_the_field(client):
    user = trainee_person()
    client.force_login(user)
    sent = {
        "name": "",
        "language": "ja",
        "version": version_of(user, ["name", "telephone", "language"]),
    }

    response = client.post(reverse("accounts:profile"), sent)

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["name"]


def test_the_language_switch_changes_no_row(client, django_assert_num_queries):
    user = trainee_person()
    client.force_login(user)

    response = client.get(reverse("switch_language", args=["ja"]), {"next": "/en/home/"})

    user.refresh_from_db()
    assert (response.url, user.language) == ("/ja/home/", "en")
    assert client.cookies["django_language"].value == "ja"


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/", "javascript:x"])
def test_the_language_switch_leads_nowhere_else(client, target: str):
    response = client.get(reverse("switch_language", args=["en"]), {"next": target})

    assert response.url in {"/", "/en/", "/ja/"}


def test_pages_without_a_language_speak_the_chosen_one_else_the_persons(client):
    client.force_login(staff_member(language="ja"))

    first = client.get(reverse("desk:start"))
    client.get(reverse("switch_language", args=["en"]))
    second = client.get(reverse("desk:start"))

    assert [b'<html lang="ja"' in first.content, b'<html lang="en"' in second.content] == [
        True,
        True,
    ]


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_pages_stand_in_both_languages(client, language: str):
    client.force_login(trainee_person())
    with override(language):
        addresses = [reverse("accounts:overview"), reverse("accounts:profile")]

    assert [client.get(address).status_code for address in addresses] == [200, 200]


def test_no_mail_was_sent_by_looking(client):
    client.force_login(trainee_person())

    client.get(reverse("accounts:profile"))

    assert Mail.objects.count() == 0
