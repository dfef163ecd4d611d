"""An announced last day: the role ends by itself, the successor is let in."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from accounts.models import Invitation, Membership, Role, User
from accounts.services import accept_invitation
from accounts.succession import HandOver, MembershipEvent
from hosts.handing_over import announce_leaving, is_last, take_back_leaving
from hosts.services import HostError
from notices.models import Mail
from tests.factories import LocalGovernmentFactory, UserFactory, coordinator_of

pytestmark = pytest.mark.django_db

LAST_DAY = date(2027, 3, 31)
SUCCESSOR = {"successor_name": "佐伯 翔", "successor_email": "saeki@city.saijo.lg.jp"}


def membership_of(user: User) -> Membership:
    return Membership.objects.get(user=user)


def announce(government, user, **changes) -> HandOver:
    values = {"last_day": LAST_DAY, **SUCCESSOR, **changes}
    return announce_leaving(government, membership_of(user), by=user, **values)


def test_the_role_ends_on_the_last_day_and_the_successor_begins_after_it(
    saijo, coordinator, officer, desk
):
    hand_over = announce(saijo, coordinator, note="鍵は総務課。")
    accept_invitation(hand_over.invitation, by=UserFactory(email="saeki@city.saijo.lg.jp"))
    roles = Membership.objects.filter(organisation=saijo.organisation)

    assert membership_of(coordinator).ends_on == LAST_DAY
    assert hand_over.successor_from == date(2027, 4, 1)
    assert roles.in_force(LAST_DAY).count() == 1
    assert roles.in_force(date(2027, 4, 1)).get().user.email == "saeki@city.saijo.lg.jp"
    told = Mail.objects.filter(purpose="people_leaving")
    assert {mail.to for mail in told} == {officer.email, desk.email}
    assert "鍵は" not in "".join(mail.body for mail in Mail.objects.all())


def test_the_last_one_without_a_successor_is_told_of_to_those_who_watch(
    saijo, coordinator, officer
):
    announce(saijo, coordinator, successor_name="", successor_email="")

    body = Mail.objects.get(to=officer.email).body
    assert "後任の登録はありません" in body
    assert "登録されていません" in body
    assert not Invitation.objects.exists()


def test_one_of_two_is_not_the_last(saijo, coordinator):
    assert is_last(membership_of(coordinator), LAST_DAY)

    coordinator_of(saijo)
    assert not is_last(membership_of(coordinator), LAST_DAY)


@pytest.mark.parametrize("days", [-1, 500])
def test_a_day_out_of_reach_is_refused(saijo, coordinator, days):
    with pytest.raises(HostError):
        announce(saijo, coordinator, last_day=timezone.localdate() + timedelta(days=days))

    assert membership_of(coordinator).ends_on is None


def test_twice_is_once(saijo, coordinator):
    announce(saijo, coordinator)

    with pytest.raises(HostError, match="already"):
        announce(saijo, coordinator)
    assert HandOver.objects.count() == 1


def test_nobody_announces_the_end_of_another(saijo, coordinator):
    other = coordinator_of(saijo)

    with pytest.raises(HostError):
        announce_leaving(saijo, membership_of(coordinator), by=other, last_day=LAST_DAY)


def test_a_role_that_ended_a_minute_ago_is_not_ended_again(saijo, coordinator):
    yesterday = timezone.localdate() - timedelta(days=1)
    Membership.objects.filter(user=coordinator).update(ends_on=yesterday)

    with pytest.raises(HostError):
        announce(saijo, coordinator)


def test_oneself_is_no_successor(saijo, coordinator):
    with pytest.raises(HostError, match="your own"):
        announce(saijo, coordinator, successor_email=coordinator.email.upper())


def test_a_colleague_who_has_the_role_needs_no_invitation(saijo, coordinator):
    colleague = coordinator_of(saijo)
    hand_over = announce(saijo, coordinator, successor_email=colleague.email)

    assert hand_over.invitation is None
    assert not Invitation.objects.exists()


def test_a_hostile_successor_changes_nothing(saijo, coordinator):
    with pytest.raises(HostError):
        announce(saijo, coordinator, successor_name="<script>")

    assert membership_of(coordinator).ends_on is None
    assert not HandOver.objects.exists()


def test_taken_back_the_role_goes_on_and_the_invitation_ends(saijo, coordinator):
    hand_over = announce(saijo, coordinator)
    take_back_leaving(hand_over, by=coordinator)

    assert membership_of(coordinator).ends_on is None
    assert Invitation.objects.get().revoked_at is not None
    kinds = MembershipEvent.objects.order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["invited", "ends", "stays", "uninvited"]
    announce(saijo, coordinator)
    with pytest.raises(HostError):
        take_back_leaving(hand_over, by=coordinator)


def test_after_the_last_day_nothing_is_taken_back(saijo, coordinator, march):
    hand_over = announce(saijo, coordinator)
    march.shift(timedelta(days=15))

    with pytest.raises(HostError):
        take_back_leaving(hand_over, by=User.objects.get(pk=coordinator.pk))
    assert membership_of(coordinator).ends_on == LAST_DAY


def test_a_relay_officer_hands_over_alike(ehime, officer):
    hand_over = announce(ehime, officer, successor_email="new@pref.ehime.lg.jp")

    assert hand_over.invitation.role == Role.RELAY


def test_the_office_of_another_is_not_touched(saijo, coordinator):
    neighbour = coordinator_of(LocalGovernmentFactory(prefecture=saijo.prefecture))
    announce(saijo, coordinator)

    assert membership_of(neighbour).ends_on is None
