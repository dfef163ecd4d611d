"""Until a second factor is set up, an official reaches nothing but its set-up: every role, every
route; and neither a reset nor a changed address goes round it.
"""

import re
from collections.abc import Iterator

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP
from django.contrib.auth.hashers import make_password
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts import middleware
from accounts.models import PERSONAL_ROLES, STAFF_ROLES, Role, User
from notices.models import Mail
from tests.accounts.test_second_factor import SECRET
from tests.factories import MembershipFactory, OrganisationFactory

pytestmark = pytest.mark.django_db

PASSWORD = "correct horse battery"
OFFICIALS = sorted(set(Role) - PERSONAL_ROLES)
SET_UP = {
    "/en/account/2fa/",
    "/en/account/2fa/totp/activate/",
    "/en/account/2fa/webauthn/",
    "/en/account/2fa/webauthn/add/",
    "/en/account/2fa/webauthn/reauthenticate/",
    "/en/account/2fa/reauthenticate/",
    "/en/account/2fa/sheet/",
    "/en/account/reauthenticate/",
    "/en/account/login/",
    "/en/account/logout/",
    "/language/en/",
}
VALUES = {
    "int": "1",
    "uuid": "00000000-0000-0000-0000-000000000000",
    "slug": "en",
    "str": "x",
    "path": "x",
}


def routes(resolver: URLResolver | None = None, prefix: str = "/") -> Iterator[str]:
    """An address for every route of the portal, the admin's among them."""
    for each in (resolver or get_resolver()).url_patterns:
        part = str(each.pattern)
        if part.startswith("^"):
            part = re.sub(r"\(\?P<\w+>[^()]*(\([^()]*\))*[^()]*\)", "1", part.strip("^"))
            part = re.sub(r"\\Z|\$|\\", "", part)
        part = re.sub(r"<(?:(\w+):)?\w+>", lambda found: VALUES[found[1] or "str"], part)
        if isinstance(each, URLPattern):
            yield prefix + part
        else:
            yield from routes(each, prefix + part)


def official(role: str) -> User:
    kind = "operator" if role in STAFF_ROLES else "local_government"
    user = MembershipFactory(
        role=role,
        organisation=OrganisationFactory(kind=kind),
        user__password=make_password(PASSWORD),
    ).user
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def reached(client: Client, addresses: list[str], method: str) -> set[str]:
    """Where the answer is another than the way to the set-up."""
    found = set()
    for address in addresses:
        response = getattr(client, method)(address)
        if response.status_code != 302 or response.headers["Location"] != reverse("mfa_index"):
            found.add(address)
    return found


def check_sweep(role: str, *, method: str = "get") -> int:
    addresses = sorted(set(routes()) - {"/en/account/logout/"})
    client = Client()
    client.force_login(official(role))
    assert reached(client, addresses, method) <= SET_UP
    return len(addresses)


@pytest.mark.parametrize("role", OFFICIALS)
def test_without_a_factor_every_role_reaches_nothing_but_its_set_up(role: str, record_property):
    count = check_sweep(role)

    assert count > 200
    record_property("routes", count)


def test_posting_reaches_no_more():
    check_sweep(Role.ADMINISTRATOR, method="post")


def test_the_old_rule_by_beginnings_of_names_let_pages_through_control(monkeypatch):
    class Beginnings:
        def __contains__(self, name: str) -> bool:
            return (name or "").startswith(("mfa_", "account_", "switch_language"))

    monkeypatch.setattr(middleware, "OPEN_WITHOUT_SECOND_FACTOR", Beginnings())

    with pytest.raises(AssertionError):
        check_sweep(Role.COORDINATOR)


# Ways round it ------------------------------------------------------------------------------------


def sign_in(user: User, password: str) -> Client:
    client = Client()
    client.post(reverse("account_login"), {"login": user.email, "password": password})
    return client


def test_a_reset_password_still_asks_for_the_factor():
    user = official(Role.MIC)
    TOTP.activate(user, SECRET)
    client, new = Client(), "another horse battery"
    client.post(reverse("account_reset_password"), {"email": user.email})
    link = re.search(r"https?://[^/\s]+(/\S+)", Mail.objects.latest("pk").body)[1]
    client.post(client.get(link).url, {"password1": new, "password2": new})

    afterwards = "_auth_user_id" in client.session
    again = sign_in(user, new)

    assert not afterwards
    assert "_auth_user_id" not in again.session
    assert again.get(reverse("mfa_authenticate")).status_code == 200


def test_a_login_code_is_no_way_round_it():
    user = official(Role.MIC)
    TOTP.activate(user, SECRET)

    Client().post(reverse("account_request_login_code"), {"email": user.email})

    assert not Mail.objects.exists()


def test_before_the_factor_the_address_of_the_account_cannot_be_changed():
    user = official(Role.MIC)
    client = sign_in(user, PASSWORD)

    response = client.post(
        reverse("account_email"), {"action_add": "", "email": "thief@example.org"}
    )

    assert response.url == reverse("mfa_index")
    assert not Mail.objects.filter(to="thief@example.org").exists()


def test_a_changed_address_still_asks_for_the_factor():
    user = official(Role.MIC)
    TOTP.activate(user, SECRET)
    EmailAddress.objects.filter(user=user).update(email="new@example.jp")
    User.objects.filter(pk=user.pk).update(email="new@example.jp")
    user.refresh_from_db()

    client = sign_in(user, PASSWORD)

    assert client.get(reverse("accounts:profile")).status_code == 302
    assert client.get(reverse("mfa_authenticate")).status_code == 200


def test_the_password_step_alone_opens_no_page_of_the_set_up():
    """Who knows the password of somebody with a factor cannot add one of their own."""
    user = official(Role.MIC)
    TOTP.activate(user, SECRET)
    client = sign_in(user, PASSWORD)

    pages = [client.get(reverse(name)) for name in ("mfa_activate_totp", "mfa_sheet", "mfa_index")]

    assert [page.status_code for page in pages] == [302, 302, 302]
    assert all("/account/login/" in page.url or "2fa" in page.url for page in pages)
    assert not any(page.url == reverse("mfa_index") for page in pages)
