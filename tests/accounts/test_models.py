from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import Membership, Organisation, Role, User
from tests.factories import MembershipFactory, OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_a_person_is_named_by_an_address_whatever_its_case():
    user = User.objects.create_user("Ochi@Example.JP", name="越智 美咲")

    assert user.email == "ochi@example.jp"
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.bulk_create([User(email="OCHI@example.jp", name="other")])


def test_create_superuser_makes_an_administrator_of_the_operator():
    user = User.objects.create_superuser("admin@example.jp", "a long password", name="Admin")

    assert (user.is_staff, user.is_superuser, user.needs_second_factor) == (True, True, True)


@pytest.mark.parametrize(
    ("role", "desk", "second_factor"),
    [
        (Role.STAFF, True, True),
        (Role.ADMINISTRATOR, True, True),
        (Role.COORDINATOR, False, True),
        (Role.OVERSEAS_OFFICE, False, True),
    ],
)
def test_rights_follow_from_the_role(role: str, desk: bool, second_factor: bool):
    user = MembershipFactory(role=role).user

    assert (user.is_staff, user.needs_second_factor) == (desk, second_factor)


def test_a_trainee_needs_no_second_factor():
    user = UserFactory()
    Membership.objects.create(user=user, role=Role.TRAINEE)

    assert not user.needs_second_factor


def test_a_trainee_who_is_an_official_too_needs_a_second_factor():
    user = MembershipFactory(role=Role.COORDINATOR).user
    Membership.objects.create(user=user, role=Role.ALUMNUS)

    assert user.needs_second_factor


def test_a_demonstration_sign_in_needs_no_second_factor_in_the_embedded_mode_only(settings):
    user = MembershipFactory(role=Role.STAFF, user__is_demo=True).user

    needs = []
    for production in (False, True):
        settings.PRODUCTION = production
        needs.append(user.needs_second_factor)

    assert needs == [False, True]


@pytest.mark.parametrize(
    ("starts", "ends", "holds"),
    [(None, None, True), (0, 0, True), (1, None, False), (None, -1, False), (-5, 5, True)],
)
def test_a_membership_holds_on_its_days(starts: int | None, ends: int | None, holds: bool):
    today = timezone.localdate()
    user = MembershipFactory(
        role=Role.STAFF,
        starts_on=None if starts is None else today + timedelta(days=starts),
        ends_on=None if ends is None else today + timedelta(days=ends),
    ).user

    assert user.is_staff is holds


def test_an_inactive_person_has_no_desk():
    assert not MembershipFactory(role=Role.STAFF, user__is_active=False).user.is_staff


def test_staff_may_look_at_people_and_only_administrators_change_them():
    staff = MembershipFactory(role=Role.STAFF).user
    administrator = MembershipFactory(role=Role.ADMINISTRATOR).user

    assert [
        each.has_perm(perm)
        for each in (staff, administrator)
        for perm in ("accounts.view_user", "accounts.change_user", "hosts.change_localgovernment")
    ] == [True, False, True, True, True, True]


def test_a_personal_role_has_no_organisation():
    with pytest.raises(IntegrityError), transaction.atomic():
        MembershipFactory(role=Role.TRAINEE, organisation=OrganisationFactory())
    with pytest.raises(IntegrityError), transaction.atomic():
        MembershipFactory(role=Role.STAFF, organisation=None)


@pytest.mark.django_db
def test_the_first_administrator_joins_the_first_operator_where_there_are_two():
    first = OrganisationFactory(kind=Organisation.Kind.OPERATOR)
    OrganisationFactory(kind=Organisation.Kind.OPERATOR)

    user = User.objects.create_superuser("first@example.jp", "correct horse battery", name="Sato")

    assert user.memberships.get().organisation == first
