"""The limits on failures, seen from inside: what they count by, and who gets in again."""

import re
from datetime import timedelta

import pytest
import time_machine
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP
from django.contrib.auth.hashers import make_password
from django.core.cache import cache
from django.core.cache.backends.db import DatabaseCache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.adapter import AccountAdapter
from accounts.counters import CounterCache
from accounts.models import Role, User
from notices.models import Mail
from tests.accounts.test_second_factor import SECRET, code_of
from tests.factories import MembershipFactory, trainee_person

pytestmark = pytest.mark.django_db

PASSWORD = "correct horse battery"
WRONG = "wrong horse battery"


@pytest.fixture
def official() -> User:
    user = MembershipFactory(role=Role.MIC, user__password=make_password(PASSWORD)).user
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def sign_in(email: str, password: str = WRONG, *, address: str = "192.0.2.1", **extra) -> str:
    client = Client(REMOTE_ADDR=address, **extra)
    response = client.post(reverse("account_login"), {"login": email, "password": password})
    if response.status_code == 302:
        return "in"
    return "held" if "Too many" in response.content.decode() else "checked"


def fail(email: str, times: int, **where) -> list[str]:
    return [sign_in(email, **where) for _each in range(times)]


# What is counted by -----------------------------------------------------------------------------


def check_hosts_share_a_count(official: User) -> None:
    hosts = [f"localhost:{port}" for port in range(1000, 1008)]
    outcomes = [sign_in(official.email, HTTP_HOST=host) for host in hosts]
    assert outcomes == ["checked"] * 5 + ["held"] * 3


def test_the_count_of_an_account_is_the_same_whatever_host_is_named(official):
    check_hosts_share_a_count(official)


def test_with_allauths_own_key_each_port_counts_anew_control(official, monkeypatch):
    own = DefaultAccountAdapter._get_login_attempts_cache_key
    monkeypatch.setattr(AccountAdapter, "_get_login_attempts_cache_key", own)

    with pytest.raises(AssertionError):
        check_hosts_share_a_count(official)


def test_the_count_of_an_account_is_the_same_however_it_is_spelt(official):
    spelt = [official.email.upper(), f" {official.email}", official.email.title(), official.email]

    assert [sign_in(each) for each in [*spelt, *spelt]] == ["checked"] * 5 + ["held"] * 3


def check_addresses(proxies: int, header: str, settings) -> list[str]:
    """Eleven failures of different accounts, each with another first part of the header."""
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    return [
        sign_in(f"stranger{n}@example.jp", HTTP_X_FORWARDED_FOR=header.format(n=n))
        for n in range(11)
    ]


HELD_AT_LAST = ["checked"] * 10 + ["held"]


@pytest.mark.parametrize(
    ("proxies", "header", "expected"),
    [
        (0, "198.51.100.{n}", HELD_AT_LAST),  # no proxy of ours: the header is hearsay
        (1, "198.51.100.{n}, 203.0.113.9", HELD_AT_LAST),  # ours wrote the last one
        (1, "203.0.113.9, 198.51.100.{n}", ["checked"] * 11),  # eleven different clients
        (2, "198.51.100.{n}", HELD_AT_LAST),  # shorter than our proxies: did not pass them
    ],
)
def test_only_what_our_own_proxies_wrote_tells_the_address(proxies, header, expected, settings):
    assert check_addresses(proxies, header, settings) == expected


def test_a_success_of_ones_own_does_not_lift_the_limit_of_the_address(official):
    """Somebody with an account of their own may not clear the count between guesses."""
    TOTP.activate(official, SECRET)
    for number in range(9):
        sign_in(f"stranger{number}@example.jp")
    client = Client(REMOTE_ADDR="192.0.2.1")
    client.post(reverse("account_login"), {"login": official.email, "password": PASSWORD})
    client.post(reverse("mfa_authenticate"), {"code": code_of(SECRET)})
    assert client.get(reverse("accounts:profile")).status_code == 200

    assert fail("another@example.jp", 2) == ["checked", "held"]


def check_many_accounts_do_not_wash_a_count_away(official: User) -> None:
    fail(official.email, 5)
    for number in range(400):  # as many live rows as an attacker likes
        cache.set(f"live-{number}", 1, 300)
    assert sign_in(official.email) == "held"


def test_many_counts_do_not_wash_one_away(official):
    check_many_accounts_do_not_wash_a_count_away(official)


def test_djangos_own_table_forgets_live_counts_control(official, monkeypatch):
    monkeypatch.setattr(CounterCache, "_cull", DatabaseCache._cull)

    with pytest.raises(AssertionError):
        check_many_accounts_do_not_wash_a_count_away(official)


def test_what_has_expired_leaves_the_table():
    with time_machine.travel(timezone.now() - timedelta(hours=1), tick=False):
        for number in range(350):
            cache.set(f"old-{number}", 1, 60)

    cache.set("new", 1, 60)

    assert cache.get("new") == 1
    assert not any(cache.get(f"old-{number}") for number in (0, 349))


# Other doors ------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["totp", "printed"])
def test_the_second_factor_is_held_after_five_failures(official, way: str):
    TOTP.activate(official, SECRET)
    client = Client()
    client.post(reverse("account_login"), {"login": official.email, "password": PASSWORD})
    wrong = "000000" if way == "totp" else "22222-22222"

    pages = [
        client.post(reverse("mfa_authenticate"), {"code": wrong}).content.decode()
        for _each in range(6)
    ]
    client.post(reverse("mfa_authenticate"), {"code": code_of(SECRET)})

    assert ["Too many" in page for page in pages] == [False] * 5 + [True]
    assert "_auth_user_id" not in client.session


def test_login_codes_are_few_and_their_failures_count_for_the_address():
    people = [trainee_person() for _each in range(4)]
    for person in people:
        client = Client()
        client.post(reverse("account_request_login_code"), {"email": person.email})
        for _each in range(3):
            client.post(reverse("account_confirm_login_code"), {"code": "WRONG1"})
    last = people[-1]

    client.post(reverse("account_request_login_code"), {"email": last.email})
    code = re.search(
        r"^\s*([A-Z0-9-]{6,9})\s*$", Mail.objects.filter(to=last.email).latest("pk").body, re.M
    )[1]
    client.post(reverse("account_confirm_login_code"), {"code": code})

    assert "_auth_user_id" not in client.session  # the eleventh failure: the address is held


@pytest.mark.parametrize(
    ("name", "args", "sent", "limit"),
    [
        ("mfa_login_webauthn", [], {"credential": "{}"}, 10),
        ("account_reset_password_from_key", ["1", "abc-def"], {"password1": "x"}, 20),
        ("account_login", [], {"login": "a@example.jp"}, 30),
    ],
)
def test_the_other_doors_have_limits_for_each_address(client, name, args, sent, limit: int):
    statuses = [
        client.post(reverse(name, args=args), sent).status_code for _each in range(limit + 1)
    ]

    assert statuses.index(429) == limit


def test_confirming_who_one_is_has_a_limit(client, official):
    client.force_login(official)
    TOTP.activate(official, SECRET)
    session = client.session
    session["second_factor_of"] = official.pk
    session.save()
    address = reverse("account_reauthenticate")

    statuses = [client.post(address, {"password": WRONG}).status_code for _each in range(11)]

    assert statuses[-1] == 429


# The owner --------------------------------------------------------------------------------------


def test_the_owner_gets_in_again_within_five_minutes(official):
    start = timezone.now()
    with time_machine.travel(start, tick=False):
        assert fail(official.email, 6)[-1] == "held"
    with time_machine.travel(start + timedelta(seconds=301), tick=False):
        assert sign_in(official.email, PASSWORD) == "in"


def test_the_owner_gets_in_at_once_by_the_reset_link(official):
    new = "another horse battery"
    outcome = fail(official.email, 6, address="192.0.2.66")
    client = Client(REMOTE_ADDR="192.0.2.7")
    client.post(reverse("account_reset_password"), {"email": official.email})
    link = re.search(r"https?://[^/\s]+(/\S+)", Mail.objects.latest("pk").body)[1]

    page = client.get(link)
    client.post(page.url, {"password1": new, "password2": new})

    assert outcome[-1] == "held"
    assert sign_in(official.email, new, address="192.0.2.7") == "in"


def test_a_page_that_holds_says_so_in_both_languages(client):
    for _each in range(31):
        response = client.post(reverse("account_login"), {"login": "a@example.jp"})

    page = response.content.decode()
    assert response.status_code == 429
    assert "しばらく待って" in page
    assert "Please wait" in page
