"""Known and unknown accounts look alike: whole answers are compared, headers and cookies too."""

import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from allauth.account.models import EmailAddress
from allauth.account.utils import user_pk_to_url_str
from django.contrib.auth.hashers import make_password
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts import forms
from accounts.models import Role, User
from notices.models import Mail
from tests.factories import (
    InvitationFactory,
    OrganisationFactory,
    UserFactory,
    member_of,
    staff_member,
    trainee_person,
)

pytestmark = pytest.mark.django_db

PASSWORD = "correct horse battery"
NOBODY = "nobody@example.jp"  # as long as the others, so that lengths compare
KNOWN = "somone@example.jp"


@dataclass(frozen=True)
class Answer:
    """All that a reader can see of an answer, without what is random in every one."""

    status: int
    headers: tuple[tuple[str, str], ...]
    cookies: tuple[str, ...]
    body: str


def seen(response, typed: str) -> Answer:
    body = response.content.decode()
    body = re.sub(r'(name="csrfmiddlewaretoken" value=")[^"]+', r"\1-", body)
    body = re.sub(r'"challenge": "[^"]+"', '"challenge": "-"', body)
    body = re.sub(r'(name="once" value=")[^"]+', r"\1-", body)
    headers = {name: value for name, value in response.headers.items() if name != "Expires"}
    cookies = (
        re.sub(r"(=)[^;]+|expires=[^;]+", r"\1-", cookie.OutputString(), count=1)
        for cookie in response.cookies.values()
    )
    return Answer(
        response.status_code,
        tuple(sorted((name, value.replace(typed, "-")) for name, value in headers.items())),
        tuple(sorted(re.sub(r"expires=[^;]+", "", cookie) for cookie in cookies)),
        body.replace(typed, "-"),
    )


Way = Callable[[Client, str], list]


def sign_in(client: Client, email: str) -> list:
    sent = {"login": email, "password": "wrong horse battery"}
    return [client.post(reverse("account_login"), sent) for _each in range(6)]


def ask_for_code(client: Client, email: str) -> list:
    answers = [client.post(reverse("account_request_login_code"), {"email": email})]
    confirm = reverse("account_confirm_login_code")
    answers.append(client.get(confirm))
    answers.append(client.post(confirm, {"action": "resend"}))
    answers += [client.post(confirm, {"code": "WRONG1"}) for _each in range(3)]
    return [*answers, client.get(reverse("account_login"))]


def reset(client: Client, email: str) -> list:
    address = reverse("account_reset_password")
    answers = [client.post(address, {"email": email}) for _each in range(6)]
    return [*answers, client.get(reverse("account_reset_password_done"))]


def forged_reset_key(client: Client, email: str) -> list:
    user = User.objects.filter(email=email).first()
    known = User.objects.get(email=KNOWN)
    uid = user_pk_to_url_str(known)
    uid = uid if user else "z" * len(uid)
    address = reverse("account_reset_password_from_key", args=[uid, "abc123-" + "0" * 32])
    answers = [client.get(address), client.post(address, {"password1": PASSWORD})]
    for answer in answers:  # the address itself, in the links to the other language
        answer.content = answer.content.replace(f"/key/{uid}-".encode(), b"/key/-")
    return answers


def sign_up(client: Client, email: str) -> list:
    sent = {"email": email, "password1": PASSWORD, "password2": PASSWORD}
    return [client.post(reverse("account_signup"), sent)]


def sign_up_with_anothers_invitation(client: Client, email: str) -> list:
    InvitationFactory(
        email="ochi@example.jp",
        role=Role.COORDINATOR,
        organisation=OrganisationFactory(),
        token=f"token-{email}",
    )
    client.get(reverse("accounts:invitation", args=[f"token-{email}"]))
    client.post(reverse("accounts:accept"))
    return sign_up(client, email)


def change_address(client: Client, email: str) -> list:
    client.force_login(trainee_person(name="Suryani"))
    address = reverse("account_email")
    answers = [client.post(address, {"action_add": "", "email": email})]
    confirm = reverse("account_email_verification_sent")
    answers.append(client.get(confirm))
    answers += [client.post(confirm, {"code": "WRONG1"}) for _each in range(3)]
    return answers


def invite(client: Client, email: str) -> list:
    boss = User.objects.filter(email="boss@example.jp").first()
    client.force_login(boss or staff_member(Role.ADMINISTRATOR, email="boss@example.jp"))
    organisation = OrganisationFactory(kind="ministry")
    sent = {"email": email, "name": "越智 美咲", "language": "ja", "role": "mic"}
    answer = client.post(reverse("desk:invite"), {**sent, "organisation": organisation.pk})
    return [answer, client.get(reverse("desk:start"))]


WAYS: list[Way] = [
    sign_in,
    ask_for_code,
    reset,
    forged_reset_key,
    sign_up,
    sign_up_with_anothers_invitation,
    change_address,
    invite,
]
KINDS = ["password", "code", "closed"]


def person(kind: str) -> None:
    """The account behind the known address."""
    password = make_password(None if kind == "code" else PASSWORD)
    user = UserFactory(email=KNOWN, password=password, is_active=kind != "closed")
    EmailAddress.objects.create(user=user, email=KNOWN, verified=True, primary=True)


def check_alike(way: Way, kind: str) -> None:
    person(kind)
    answers = []
    for number, email in enumerate((KNOWN, NOBODY)):
        client = Client(REMOTE_ADDR=f"192.0.2.{number}")
        answers.append([seen(response, email) for response in way(client, email)])

    assert answers[0] == answers[1]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_known_and_unknown_look_alike(way: Way, kind: str):
    check_alike(way, kind)

    assert mail.outbox == []  # whatever is sent, is queued


@pytest.mark.parametrize(
    ("way", "switch"),
    [
        (sign_in, ("ACCOUNT_RATE_LIMITS", {})),
        (ask_for_code, ("ACCOUNT_PREVENT_ENUMERATION", False)),
        (reset, ("ACCOUNT_PREVENT_ENUMERATION", False)),
        (change_address, ("ACCOUNT_PREVENT_ENUMERATION", False)),
    ],
    ids=lambda each: getattr(each, "__name__", ""),
)
def test_with_the_guard_off_they_differ_control(way: Way, switch, settings, monkeypatch):
    if way is sign_in:
        # A portal that names the reason: the answer to a wrong password says that it is wrong.
        def naive(self, request, **credentials):
            user = User.objects.filter(email=credentials.get("email")).first()
            raise self.validation_error("incorrect_password" if user else "unknown_email")

        monkeypatch.setattr("accounts.adapter.AccountAdapter.authenticate", naive)
    else:
        setattr(settings, *switch)

    with pytest.raises(AssertionError):
        check_alike(way, "code" if way is ask_for_code else "password")


def test_without_our_form_a_person_with_a_password_is_told_from_a_stranger_control(monkeypatch):
    """allauth sends a code to everybody it knows: the mail itself would be the difference."""
    monkeypatch.delattr(forms.RequestCodeForm, "clean_email")
    person("password")

    ask_for_code(Client(), KNOWN)

    assert Mail.objects.exists()


def test_only_a_holder_of_the_mailbox_learns_more():
    """What differs is in the mail: a code, a link, or nothing at all."""
    person("code")
    for email in (KNOWN, NOBODY):
        ask_for_code(Client(), email)
        reset(Client(), email)

    assert set(Mail.objects.values_list("to", flat=True)) == {KNOWN}


def test_the_page_of_an_invitation_looks_alike_whether_the_person_has_an_account():
    pages = []
    person("password")
    for email in (KNOWN, NOBODY):
        InvitationFactory(
            email=email,
            name="越智 美咲",
            role=Role.MIC,
            organisation=OrganisationFactory(name_en="Ministry", name_ja="省"),
            token=f"token-{email}",
        )
        client = Client()
        opened = client.get(reverse("accounts:invitation", args=[f"token-{email}"]))
        pages.append([seen(opened, email), seen(client.get(opened.url), email)])

    assert pages[0] == pages[1]


def test_a_passkey_of_nobody_and_of_somebody_without_one_look_alike():
    known = member_of(OrganisationFactory(), Role.MIC)
    answers = []
    for user_id in (user_pk_to_url_str(known), "zzz"):
        client = Client(REMOTE_ADDR=f"192.0.2.{len(answers)}")
        client.get(reverse("mfa_login_webauthn"), headers={"accept": "application/json"})
        credential = '{"id":"AA","rawId":"AA","type":"public-key","response":{"userHandle":"%s"}}'
        sent = {"credential": credential % user_id}
        response = client.post(reverse("mfa_login_webauthn"), sent)
        answers.append([seen(response, ""), seen(client.get(reverse("account_login")), "")])

    assert answers[0] == answers[1]
