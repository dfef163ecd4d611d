"""Letting colleagues in: who may, who is told, what is refused."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from accounts.models import Invitation, Membership, Role
from accounts.services import accept_invitation
from accounts.succession import MembershipEvent
from hosts.handing_over import (
    colleagues,
    invite_colleague,
    open_invitations,
    renew_invitation,
    roles_to_give,
    take_back_invitation,
)
from hosts.models import LocalGovernment
from hosts.services import HostError
from notices.models import Mail
from tests.factories import LocalGovernmentFactory, UserFactory, coordinator_of, relay_officer_of

pytestmark = pytest.mark.django_db

COLLEAGUE = {"role": Role.COORDINATOR, "name": "佐伯　翔", "email": "Saeki@city.saijo.lg.jp"}


def test_a_coordinator_invites_a_colleague_and_relay_and_staff_are_told(
    saijo, coordinator, officer, desk
):
    invitation = invite_colleague(saijo, by=coordinator, **COLLEAGUE)

    assert (invitation.email, invitation.name) == ("saeki@city.saijo.lg.jp", "佐伯 翔")
    told = Mail.objects.filter(purpose="people_invited").order_by("pk")
    assert {mail.to for mail in told} == {officer.email, desk.email}
    assert "saeki@city.saijo.lg.jp" in told[0].body
    event = MembershipEvent.objects.get()
    assert (event.kind, event.name, event.by) == ("invited", "佐伯 翔", coordinator)


@pytest.mark.parametrize(
    ("who", "roles"),
    [
        ("own", [Role.COORDINATOR]),
        ("relay", [Role.COORDINATOR]),
        ("staff", [Role.COORDINATOR]),
        ("neighbour", []),
        ("foreign relay", []),
        ("ended", []),
    ],
)
def test_who_may_invite_to_a_municipality(saijo, ehime, desk, who, roles):
    people = {
        "own": lambda: coordinator_of(saijo),
        "relay": lambda: relay_officer_of(ehime),
        "staff": lambda: desk,
        "neighbour": lambda: coordinator_of(LocalGovernmentFactory(prefecture=ehime)),
        "foreign relay": lambda: relay_officer_of(LocalGovernmentFactory().prefecture),
        "ended": lambda: coordinator_of(saijo),
    }
    person = people[who]()
    if who == "ended":  # a minute ago: the day before this one is over since midnight
        yesterday = timezone.localdate() - timedelta(days=1)
        Membership.objects.filter(user=person).update(ends_on=yesterday)

    assert roles_to_give(person, saijo) == roles
    if not roles:
        with pytest.raises(HostError):
            invite_colleague(saijo, by=person, **COLLEAGUE)
        assert not Invitation.objects.exists()


def test_a_relay_invites_nobody_to_a_city_that_answers_directly(ehime, officer):
    kind = LocalGovernment.Kind.DESIGNATED_CITY
    city = LocalGovernmentFactory(prefecture=ehime, kind=kind)

    assert roles_to_give(officer, city) == []


def test_a_relay_officer_invites_to_the_relay_and_a_coordinator_does_not(ehime, officer):
    other = coordinator_of(ehime)

    assert roles_to_give(officer, ehime) == [Role.RELAY]
    assert roles_to_give(other, ehime) == [Role.COORDINATOR]
    with pytest.raises(HostError):
        invite_colleague(ehime, by=other, **{**COLLEAGUE, "role": Role.RELAY})


def test_a_role_that_begins_later_is_not_in_force_before(saijo, coordinator):
    invitation = invite_colleague(saijo, by=coordinator, starts_on=date(2027, 4, 1), **COLLEAGUE)
    person = accept_invitation(invitation, by=UserFactory(email=invitation.email))
    membership = Membership.objects.get(user=person)

    assert membership.starts_on == date(2027, 4, 1)
    assert person.roles == frozenset()
    assert "2027年4月1日" in Mail.objects.get(purpose="invitation").body


def test_one_who_has_the_role_is_not_invited(saijo, coordinator):
    with pytest.raises(HostError, match="already"):
        invite_colleague(saijo, by=coordinator, **{**COLLEAGUE, "email": coordinator.email})


def test_only_so_many_invitations_wait(saijo, coordinator, monkeypatch):
    monkeypatch.setattr(colleagues, "OPEN_INVITATIONS_MAX", 1)
    invite_colleague(saijo, by=coordinator, **COLLEAGUE)

    with pytest.raises(HostError, match="Too many"):
        invite_colleague(saijo, by=coordinator, **{**COLLEAGUE, "email": "b@city.saijo.lg.jp"})


@pytest.mark.parametrize("name", ["<b>x</b>", "x\x00y", "\u202emorita"])
def test_a_hostile_name_is_refused_and_nothing_is_written(saijo, coordinator, name):
    with pytest.raises(HostError):
        invite_colleague(saijo, by=coordinator, **{**COLLEAGUE, "name": name})

    assert not Invitation.objects.exists()
    assert not MembershipEvent.objects.exists()


def test_a_line_break_in_a_name_becomes_a_space_and_no_header(saijo, coordinator, desk):
    values = {**COLLEAGUE, "name": "佐伯\r\nBcc: x@example.org"}
    invite_colleague(saijo, by=coordinator, **values)

    assert Invitation.objects.get().name == "佐伯 Bcc: x@example.org"
    assert all("\n" not in mail.subject + mail.to_name for mail in Mail.objects.all())


def test_a_new_link_ends_the_one_before(saijo, coordinator):
    first = invite_colleague(saijo, by=coordinator, **COLLEAGUE)
    second = renew_invitation(saijo, first, by=coordinator)
    first.refresh_from_db()

    assert first.revoked_at is not None
    assert second.is_usable()
    assert list(open_invitations(saijo)) == [second]


def test_taking_back_twice_is_told(saijo, coordinator):
    invitation = invite_colleague(saijo, by=coordinator, **COLLEAGUE)
    take_back_invitation(saijo, invitation, by=coordinator)

    with pytest.raises(HostError):
        take_back_invitation(saijo, invitation, by=coordinator)
    with pytest.raises(HostError):
        renew_invitation(saijo, invitation, by=coordinator)
    kinds = list(MembershipEvent.objects.order_by("pk").values_list("kind", flat=True))
    assert kinds == ["invited", "uninvited"]
