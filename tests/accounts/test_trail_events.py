"""Sign-ins, credentials, letters and opened rows write themselves into the audit trail."""

import pytest
from allauth.account import signals as account_signals
from allauth.account.models import EmailAddress
from allauth.mfa import signals as mfa_signals
from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import translation

from accounts.addresses import client_address
from accounts.editing import version_of
from accounts.models import AuditRecord, Role, User
from accounts.services import close_account, reopen_account
from accounts.trail import Act
from tests.factories import (
    CycleFactory,
    MembershipFactory,
    OrganisationFactory,
    give_second_factor,
    member_of,
    staff_member,
    submitted_application,
)
from trainees.models import Application

pytestmark = pytest.mark.django_db

PASSWORD = "correct horse battery"


@pytest.fixture
def official():
    """A coordinator with a password and a confirmed address."""
    user = MembershipFactory(user__password=make_password(PASSWORD)).user
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def written(*acts: Act) -> list[AuditRecord]:
    return list(AuditRecord.objects.filter(act__in=acts).order_by("pk"))


def sign_in(email: str, password: str = PASSWORD, **headers) -> Client:
    client = Client()
    data = {"login": email, "password": password}
    client.post(reverse("account_login"), data, headers=headers)
    return client


def test_a_sign_in_and_a_sign_out_tell_who_and_from_where(official):
    client = sign_in(official.email)
    client.post(reverse("account_logout"))

    records = written(Act.SIGN_IN, Act.SIGN_OUT)
    assert [each.act for each in records] == [Act.SIGN_IN, Act.SIGN_OUT]
    assert {(each.actor_id, each.object_id, each.address) for each in records} == {
        (official.pk, str(official.pk), "127.0.0.1")
    }


def test_a_refused_sign_in_tells_whose_account_was_tried(official):
    sign_in(official.email.upper(), "wrong")
    sign_in("nobody@example.jp", "wrong")

    known, unknown = written(Act.SIGN_IN_FAILED)
    assert (known.actor_id, known.model, known.object_id) == (
        None,
        "accounts.User",
        str(official.pk),
    )
    assert (unknown.actor_id, unknown.model, unknown.object_id) == (None, "", "")


def test_a_password_in_the_field_of_the_address_is_kept_nowhere(official):
    sign_in(PASSWORD, "wrong")

    assert PASSWORD not in str(list(AuditRecord.objects.values()))


def test_a_changed_password_is_a_credential(official, client):
    client.force_login(give_second_factor(official))
    new = "a horse that is longer"

    data = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    client.post(reverse("account_change_password"), data)

    (record,) = written(Act.CREDENTIAL)
    assert (record.fields, record.actor_id, record.object_id) == (
        ["password changed"],
        official.pk,
        str(official.pk),
    )


@pytest.mark.parametrize(
    ("signal", "what"),
    [
        (account_signals.password_set, "password set"),
        (account_signals.password_reset, "password reset"),
        (account_signals.email_changed, "address changed"),
        (mfa_signals.authenticator_added, "second factor added"),
        (mfa_signals.authenticator_removed, "second factor removed"),
        (mfa_signals.authenticator_reset, "second factor renewed"),
    ],
)
def test_every_other_change_of_a_credential_is_one_too(official, signal, what):
    request = RequestFactory().post("/")
    request.user, request.session = official, SessionStore()
    request.session.create()
    authenticator = Authenticator(type=Authenticator.Type.RECOVERY_CODES)

    signal.send(User, request=request, user=official, authenticator=authenticator)

    (record,) = written(Act.CREDENTIAL)
    assert (record.fields, record.actor_id, record.object_id) == (
        [what],
        official.pk,
        str(official.pk),
    )


@pytest.mark.parametrize("method", ["get", "head"])
def test_opening_a_personal_row_on_the_desk_is_recorded(client, method):
    staff = staff_member()
    application = submitted_application(CycleFactory())
    client.force_login(staff)

    opened = getattr(client, method)(
        reverse("admin:trainees_application_change", args=[application.pk])
    )

    assert opened.status_code == 200
    (record,) = written(Act.READ)
    assert (record.actor_id, record.model, record.object_id, record.address) == (
        staff.pk,
        "trainees.Application",
        str(application.pk),
        "127.0.0.1",
    )


def test_opening_an_impersonal_row_or_a_missing_one_is_not(client):
    client.force_login(staff_member())

    client.get(reverse("admin:accounts_organisation_change", args=[OrganisationFactory().pk]))
    client.get(reverse("admin:trainees_application_change", args=[0]))

    assert written(Act.READ) == []


def test_the_trail_is_the_administrators_alone(client):
    address = reverse("admin:accounts_auditrecord_changelist")

    client.force_login(staff_member(Role.STAFF))
    assert client.get(address).status_code == 403
    assert address not in client.get(reverse("desk:start")).content.decode()

    client.force_login(staff_member(Role.ADMINISTRATOR))
    assert client.get(address).status_code == 200
    assert address in client.get(reverse("desk:start")).content.decode()


@pytest.mark.parametrize(("rows", "language"), [(1, "ja"), (3, "en")])
def test_the_list_names_people_rows_and_fields_in_few_queries(
    client, rows, language, django_assert_max_num_queries
):
    administrator = staff_member(Role.ADMINISTRATOR, language=language, name="Sato Hanako")
    client.force_login(administrator)
    for _each in range(rows):
        client.get(
            reverse(
                "admin:trainees_application_change", args=[submitted_application(CycleFactory()).pk]
            )
        )

    with django_assert_max_num_queries(4 + 6):
        page = client.get(reverse("admin:accounts_auditrecord_changelist"), {"act__exact": "read"})

    with translation.override(language):
        kind = str(Application._meta.verbose_name)
    text = page.content.decode()
    assert text.count("Sato Hanako") >= rows
    assert text.count(kind) >= rows


def test_a_made_up_address_is_not_recorded(client, official):
    sign_in(official.email, **{"X-Forwarded-For": "203.0.113.9, not-an-address"})

    assert [each.address for each in written(Act.SIGN_IN)] == ["127.0.0.1"]


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "203.0.113.9", "127.0.0.1"),
        (1, "198.51.100.1, 203.0.113.9", "203.0.113.9"),
        (2, "198.51.100.1, 203.0.113.9", "198.51.100.1"),
        (2, "203.0.113.9", "127.0.0.1"),  # shorter than our proxies: the line itself tells
        (1, "", "127.0.0.1"),
    ],
)
def test_only_trusted_proxies_say_where_a_request_comes_from(settings, proxies, forwarded, address):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}

    assert client_address(RequestFactory().get("/", headers=headers)) == address
    assert client_address(None) == ""


def test_a_change_with_a_garbled_forwarded_address_is_saved_and_logged(client):
    """The package believes the header; PostgreSQL would refuse its text as an address."""
    user = member_of(OrganisationFactory(), Role.COORDINATOR)
    client.force_login(user)

    answer = client.post(
        reverse("accounts:profile"),
        {
            "name": "Tanaka",
            "language": "ja",
            "version": version_of(user, ["name", "telephone", "language"]),
        },
        headers={"X-Forwarded-For": "'; DROP TABLE", "X-Forwarded-Port": "99999999999999999999"},
    )

    assert answer.status_code == 302
    assert written(Act.UPDATE)[-1].address == "127.0.0.1"


def test_what_an_administrator_does_to_somebodys_ways_in_is_recorded():
    boss, person = staff_member(Role.ADMINISTRATOR), member_of(OrganisationFactory(), Role.MIC)

    close_account(person, by=boss, reason="left the office")
    reopen_account(person, by=boss, reason="came back")

    records = [
        each for each in written(Act.PERMISSION) if each.fields in (["closed"], ["reopened"])
    ]
    assert [(each.actor_id, each.object_id) for each in records] == [(boss.pk, str(person.pk))] * 2
    assert "left the office" not in str(list(AuditRecord.objects.values()))
