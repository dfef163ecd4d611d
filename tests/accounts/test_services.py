from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.db import connection
from django.utils import timezone

from accounts.models import INVITATION_DAYS, Invitation, Membership, Organisation, Role, User
from accounts.services import (
    AccountError,
    accept_invitation,
    end_membership,
    find_invitation,
    invite,
    revoke_invitation,
)
from notices.models import Mail
from tests.factories import (
    InvitationFactory,
    MembershipFactory,
    OrganisationFactory,
    UserFactory,
    staff_member,
)

pytestmark = pytest.mark.django_db


def invited(**fields) -> Invitation:
    values = {
        "email": "ochi@example.jp",
        "name": "越智 美咲",
        "role": Role.COORDINATOR,
        "by": None,
        "language": "ja",
        **fields,
    }
    if values["role"] == Role.COORDINATOR:
        values.setdefault("organisation", OrganisationFactory())
    return invite(**values)


def token_in(mail: Mail) -> str:
    return mail.body.split("/invitation/")[1].split("/")[0]


def test_invite_mails_a_link_and_keeps_only_its_hash():
    invitation = invited(email=" Ochi@Example.JP ")

    mail = Mail.objects.get()
    token = token_in(mail)
    assert (mail.to, mail.purpose, mail.forget_body) == ("ochi@example.jp", "invitation", True)
    assert len(token) >= 43
    assert find_invitation(token) == invitation
    stored = Invitation.objects.filter(pk=invitation.pk).values().get()
    assert token not in "".join(map(str, stored.values()))
    assert stored["token_hash"] == Invitation.hash_of(token)


def test_invite_ends_an_earlier_invitation_to_the_same_role():
    organisation = OrganisationFactory()
    first = invited(organisation=organisation)

    second = invited(organisation=organisation)

    first.refresh_from_db()
    assert (first.is_usable(), second.is_usable()) == (False, True)


def test_invite_leaves_an_invitation_to_another_role_alone():
    organisation = OrganisationFactory()
    first = invited(organisation=organisation)

    invited(organisation=organisation, role=Role.RELAY)

    first.refresh_from_db()
    assert first.is_usable()


@pytest.mark.parametrize(("role", "with_body"), [(Role.COORDINATOR, False), (Role.TRAINEE, True)])
def test_invite_needs_an_organisation_for_officials_only(role: str, with_body: bool):
    organisation = OrganisationFactory() if with_body else None

    with pytest.raises(AccountError):
        invite(
            email="a@example.jp",
            name="A",
            role=role,
            by=None,
            language="en",
            organisation=organisation,
        )

    assert (Invitation.objects.count(), Mail.objects.count()) == (0, 0)


def test_an_invitation_works_for_seven_days_and_not_longer():
    made = datetime(2026, 11, 2, 3, 0, tzinfo=UTC)
    with time_machine.travel(made, tick=False):
        invitation = invited()

    usable = []
    for late in (timedelta(seconds=-1), timedelta(0)):
        with time_machine.travel(made + timedelta(days=INVITATION_DAYS) + late, tick=False):
            usable.append(invitation.is_usable())

    assert usable == [True, False]


def test_accept_invitation_gives_the_role_to_the_invited_address_only():
    invitation = invited()
    other = UserFactory(email="somebody@example.jp")

    with pytest.raises(AccountError):
        accept_invitation(invitation, by=other)

    invitation.refresh_from_db()
    assert (invitation.accepted_at, Membership.objects.count()) == (None, 0)


def test_accept_invitation_is_refused_the_second_time():
    invitation = invited()
    user = UserFactory(email=invitation.email)
    accept_invitation(invitation, by=user)

    with pytest.raises(AccountError):
        accept_invitation(invitation, by=user)

    assert list(user.memberships.values_list("role", flat=True)) == [Role.COORDINATOR]


def test_accept_invitation_adds_a_role_to_an_account_that_has_others():
    invitation = invited()
    user = MembershipFactory(user__email=invitation.email, role=Role.RELAY).user

    accept_invitation(invitation, by=user)

    assert set(user.memberships.values_list("role", flat=True)) == {Role.RELAY, Role.COORDINATOR}
    invitation.refresh_from_db()
    assert invitation.accepted_by == user


def test_accept_invitation_makes_an_account_without_password_for_a_trainee():
    invitation = invited(role=Role.TRAINEE, email="suryani@example.org", language="en")

    user = accept_invitation(invitation)

    assert (user.email, user.language, user.signs_in_by_code) == ("suryani@example.org", "en", True)
    assert user.emailaddress_set.get().verified


def test_accept_invitation_never_makes_an_official_without_password():
    invitation = invited()

    with pytest.raises(AccountError):
        accept_invitation(invitation)

    assert not User.objects.filter(email=invitation.email).exists()


def test_revoke_invitation_closes_the_link():
    invitation = invited()

    revoke_invitation(invitation)

    invitation.refresh_from_db()
    assert not invitation.is_usable()
    with pytest.raises(AccountError):
        accept_invitation(invitation, by=UserFactory(email=invitation.email))


def test_revoke_invitation_leaves_an_accepted_one():
    invitation = InvitationFactory(accepted_at=timezone.now())

    with pytest.raises(AccountError):
        revoke_invitation(invitation)

    invitation.refresh_from_db()
    assert invitation.revoked_at is None


def test_end_membership_takes_the_role_from_the_day_after():
    membership = MembershipFactory(role=Role.RELAY)
    today = timezone.localdate()

    end_membership(membership, on=today - timedelta(days=1))

    assert not User.objects.get(pk=membership.user_id).has_role(Role.RELAY)


def test_end_membership_is_refused_before_its_first_day():
    today = timezone.localdate()
    membership = MembershipFactory(starts_on=today)

    with pytest.raises(AccountError):
        end_membership(membership, on=today - timedelta(days=1))

    membership.refresh_from_db()
    assert membership.ends_on is None


@pytest.mark.parametrize(
    "days",
    [{"ends_on": -1}, {"starts_on": -400, "ends_on": -30}, {"starts_on": 10, "ends_on": 20}],
    ids=["ended", "ended long ago", "not yet begun"],
)
def test_a_returning_official_has_the_role_again_from_today(days: dict[str, int]):
    today = timezone.localdate()
    invitation = invited()
    membership = MembershipFactory(
        user__email=invitation.email,
        organisation=invitation.organisation,
        role=invitation.role,
        **{name: today + timedelta(days=count) for name, count in days.items()},
    )

    user = accept_invitation(invitation, by=membership.user)

    membership.refresh_from_db()
    assert (membership.starts_on, membership.ends_on) == (today, None)
    assert User.objects.get(pk=user.pk).has_role(invitation.role)


def test_a_membership_in_force_keeps_its_days():
    today = timezone.localdate()
    invitation = invited()
    membership = MembershipFactory(
        user__email=invitation.email,
        organisation=invitation.organisation,
        role=invitation.role,
        starts_on=today - timedelta(days=30),
        ends_on=today + timedelta(days=30),
    )

    accept_invitation(invitation, by=membership.user)

    kept = Membership.objects.get()
    assert (kept.starts_on, kept.ends_on) == (membership.starts_on, membership.ends_on)


def test_find_invitation_knows_no_other_token():
    invited()

    assert find_invitation("x" * 43) is None


@pytest.mark.django_db(transaction=True)
def test_two_acceptances_at_once_make_one_account_and_one_membership():
    invitation = InvitationFactory(email="parallel@example.org")
    outcomes = []

    def accept():
        try:
            accept_invitation(invitation)
            outcomes.append("accepted")
        except AccountError:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [Thread(target=accept) for _each in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["accepted", "refused"]
    assert User.objects.filter(email=invitation.email).count() == 1
    assert Membership.objects.count() == 1


def test_staff_see_every_organisation_and_others_their_own():
    own = MembershipFactory().organisation
    OrganisationFactory()
    user = own.memberships.get().user

    assert list(Organisation.objects.visible_to(user)) == [own]
    staff = staff_member()
    assert Organisation.objects.visible_to(staff).count() == Organisation.objects.count()


@pytest.mark.django_db
def test_an_address_that_another_account_has_confirmed_is_refused_in_words():
    other = UserFactory(email="other@example.org")
    EmailAddress.objects.create(user=other, email="suryani@example.org", verified=True)
    invitation = InvitationFactory(email="suryani@example.org")

    with pytest.raises(AccountError, match="another account"):
        accept_invitation(invitation)

    invitation.refresh_from_db()
    assert invitation.is_usable()
