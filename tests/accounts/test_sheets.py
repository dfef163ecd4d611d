"""Printed codes: a second factor for desks without telephones, a way back in for everyone else."""

import re

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP
from django.contrib.auth.hashers import make_password
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts import forms, sheets
from accounts.models import AccessEvent, Membership, Role, SheetCode, User
from accounts.second_factor import has_second_factor
from accounts.services import AccountError
from accounts.sheets import confirm_sheet, make_sheet, sheet_of, unused_numbers, use_code
from notices.models import Mail
from tests.accounts.test_second_factor import SECRET, code_of
from tests.factories import LocalGovernmentFactory, MembershipFactory
from tests.faults.barrier import at_once

pytestmark = pytest.mark.django_db

PASSWORD = "correct horse battery"
SHEET = "mfa_sheet"


def official(role: str = Role.COORDINATOR) -> User:
    organisation = LocalGovernmentFactory().organisation
    user = MembershipFactory(
        role=role, organisation=organisation, user__password=make_password(PASSWORD)
    ).user
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def type_password(user: User) -> Client:
    client = Client()
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    return client


def codes_on(response) -> list[str]:
    return re.findall(r"[0-9A-Z]{5}-[0-9A-Z]{5}", response.content.decode())


def is_in(client: Client) -> bool:
    return client.get(reverse("hosts:home")).status_code == 200


def enrolled(user: User) -> tuple[Client, list[str]]:
    """Make a sheet over the page and put it in force with its first code."""
    client = type_password(user)
    codes = codes_on(client.post(reverse(SHEET), {"make": "1"}))
    client.post(reverse(SHEET), {"code": codes[0]})
    return client, codes


# The whole way of a desk without a telephone ------------------------------------------------------


def test_a_person_without_a_telephone_enrols_and_signs_in_with_a_printed_sheet():
    user = official()
    client = type_password(user)
    before = client.get(reverse("hosts:home")).url
    explained = client.get(reverse("mfa_index")).content.decode()

    made = client.post(reverse(SHEET), {"make": "1"})
    codes = codes_on(made)
    not_yet = client.get(reverse("hosts:home")).url
    confirmed = client.post(reverse(SHEET), {"code": codes[0].lower().replace("-", " ")})

    assert before == not_yet == reverse("mfa_index")
    assert reverse(SHEET) in explained
    assert len(set(codes)) == 40
    assert confirmed.url == reverse("accounts:home")
    assert is_in(client)

    again = type_password(user)
    asked = "_auth_user_id" not in again.session
    again.post(reverse("mfa_authenticate"), {"code": codes[6]})
    assert (asked, is_in(again)) == (True, True)
    assert list(
        AccessEvent.objects.filter(user=user).order_by("pk").values_list("kind", "detail")
    ) == [("sheet_made", ""), ("code_used", "7")]
    assert Mail.objects.filter(purpose="code_sheet", to=user.email).count() == 1


def test_the_codes_are_shown_once_and_kept_as_hashes_only():
    user = official()
    client = type_password(user)
    made = client.post(reverse(SHEET), {"make": "1"})
    codes = codes_on(made)

    later = client.get(reverse(SHEET))

    assert codes_on(later) == []
    assert "no-store" in made.headers["Cache-Control"]
    with connection.cursor() as cursor:
        for model in connection.introspection.table_names():
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(model)}")  # noqa: S608
            kept = str(cursor.fetchall())
            assert codes[1] not in kept, model
            assert codes[1].replace("-", "") not in kept, model


def test_a_sheet_that_keeps_its_codes_readable_is_found_control(monkeypatch):
    monkeypatch.setattr(sheets.CodeSheet, "hash_of", lambda self, code: code)

    with pytest.raises(AssertionError):
        test_the_codes_are_shown_once_and_kept_as_hashes_only()


def test_a_code_works_once():
    user = official()
    _client, codes = enrolled(user)

    for _each in range(2):
        client = type_password(user)
        client.post(reverse("mfa_authenticate"), {"code": codes[1]})

    assert "_auth_user_id" not in client.session


def test_a_naive_sheet_lets_a_code_in_twice_control(monkeypatch):
    def use_and_forget(user: User, typed: str) -> int | None:
        number = use_code(user, typed)
        SheetCode.objects.filter(sheet__user=user).update(used_at=None)
        return number

    monkeypatch.setattr(forms, "use_code", use_and_forget)

    with pytest.raises(AssertionError):
        test_a_code_works_once()


@pytest.mark.django_db(transaction=True)
def test_one_code_typed_twice_at_once_opens_one_door():
    user = official()
    first, second, *_rest = make_sheet(user, is_factor=True)
    confirm_sheet(user, first)

    results = at_once(*[lambda: use_code(user, second)] * 6)

    assert sorted(results, key=str) == [2, None, None, None, None, None]


def test_the_new_sheet_replaces_the_old_one_when_it_is_confirmed():
    user = official()
    client, old = enrolled(user)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})

    new = codes_on(client.post(reverse(SHEET), {"make": "1"}))
    assert use_code(user, old[1]) == 2  # nothing is lost before the paper is in hand
    assert use_code(user, new[1]) is None
    client.post(reverse(SHEET), {"code": new[0]})

    assert use_code(user, old[2]) is None
    assert use_code(user, new[1]) == 2


def test_making_a_sheet_asks_again_who_one_is():
    user = official()
    client, _codes = enrolled(user)

    response = client.post(reverse(SHEET), {"make": "1"})

    assert response.status_code == 302
    assert "reauthenticate" in response.url
    assert AccessEvent.objects.filter(kind="sheet_made").count() == 1


def test_few_codes_left_are_told_of():
    user = official()
    client, _codes = enrolled(user)
    SheetCode.objects.filter(number__gt=9).update(used_at=sheet_of(user).made_at)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})

    page = client.get(reverse(SHEET)).content.decode()

    assert unused_numbers(sheet_of(user)) == [2, 3, 4, 5, 6, 7, 8, 9]
    assert "8 codes are left" in page
    assert "Please make a new sheet now" in page
    assert "8 codes are left" in client.get(reverse("mfa_index")).content.decode()


@pytest.mark.parametrize("typed", ["", " ", "22222-22222", "x" * 5000, "\x00", "é", "'; --"])
def test_what_is_no_code_of_the_new_sheet_puts_nothing_in_force(typed: str):
    user = official()
    client = type_password(user)
    client.post(reverse(SHEET), {"make": "1"})

    response = client.post(reverse(SHEET), {"code": typed})

    assert response.status_code == 422
    assert sheet_of(user) is None


def test_the_code_of_another_persons_sheet_is_none():
    one, other = official(), official()
    _client, codes = enrolled(one)
    enrolled(other)

    assert use_code(other, codes[1]) is None


def test_full_width_and_small_letters_are_fine():
    user = official()
    _client, codes = enrolled(user)
    wide = "".join(chr(ord(sign) + 0xFEE0) for sign in codes[1].lower())

    assert use_code(user, wide) == 2


# Whose factor it may be ---------------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.STAFF, Role.ADMINISTRATOR])
def test_a_sheet_is_never_the_factor_of_staff(role: str):
    user = official(role)
    client = type_password(user)

    client.post(reverse(SHEET), {"make": "1"})

    assert not sheets.unconfirmed_sheet_of(user)
    with pytest.raises(AccountError):
        make_sheet(user, is_factor=True)


def test_who_becomes_staff_is_asked_for_the_sheet_and_sets_up_an_app_or_key():
    user = official()
    _client, codes = enrolled(user)
    Membership.objects.filter(user=user).update(role=Role.STAFF)

    client = type_password(user)
    asked = client.get(reverse("mfa_index")).url  # the password alone opens nothing, not even this
    client.post(reverse("mfa_authenticate"), {"code": codes[1]})

    assert asked.startswith(reverse("account_login"))
    assert client.get(reverse("desk:start")).url == reverse("mfa_index")
    assert client.get(reverse("mfa_activate_totp")).status_code in (200, 302)
    assert not has_second_factor(User.objects.get(pk=user.pk))


def test_a_sheet_printed_as_a_way_back_is_no_second_factor():
    user = official()
    TOTP.activate(user, SECRET)
    first, *_rest = make_sheet(user, is_factor=False)
    confirm_sheet(user, first)
    user.authenticator_set.all().delete()

    assert not has_second_factor(user)


def test_the_way_back_works_beside_the_app_and_never_twice():
    user = official()
    TOTP.activate(user, SECRET)
    first, second, *_rest = make_sheet(user, is_factor=False)
    confirm_sheet(user, first)

    outcomes = []
    for code in (second, second):
        client = type_password(user)
        client.post(reverse("mfa_authenticate"), {"code": code})
        outcomes.append(is_in(client))

    assert outcomes == [True, False]


# The app's code, the other factor -----------------------------------------------------------------


def check_no_replay(user: User) -> None:
    code = code_of(SECRET)
    outcomes = []
    for _each in range(2):
        client = type_password(user)
        client.post(reverse("mfa_authenticate"), {"code": code})
        outcomes.append(is_in(client))
    assert outcomes == [True, False]


def test_a_code_of_the_app_works_once():
    user = official()
    TOTP.activate(user, SECRET)

    check_no_replay(user)


def test_without_the_mark_the_code_works_twice_control(monkeypatch):
    monkeypatch.setattr(TOTP, "_mark_code_used", lambda self, code: True)
    user = official()
    TOTP.activate(user, SECRET)

    with pytest.raises(AssertionError):
        check_no_replay(user)


@pytest.mark.django_db(transaction=True)
def test_the_code_that_set_up_the_app_opens_nothing_more():
    user = official()
    client = type_password(user)
    secret = client.get(reverse("mfa_activate_totp")).context["form"].secret
    code = code_of(secret)
    client.post(reverse("mfa_activate_totp"), {"code": code})
    assert is_in(client)

    other = type_password(user)
    other.post(reverse("mfa_authenticate"), {"code": code})

    assert not is_in(other)
