from datetime import date

import pytest

from accounts.models import Role
from accounts.queries import people_by_organisation
from tests.factories import MembershipFactory, OrganisationFactory, UserFactory

ON = date(2026, 11, 22)


@pytest.mark.django_db
def test_people_are_those_who_hold_the_role_on_the_day():
    here, elsewhere = OrganisationFactory(), OrganisationFactory()
    first = MembershipFactory(organisation=here, role=Role.COORDINATOR).user
    second = MembershipFactory(organisation=here, role=Role.COORDINATOR).user
    MembershipFactory(organisation=here, role=Role.RELAY)
    MembershipFactory(organisation=here, role=Role.COORDINATOR, ends_on=date(2026, 11, 21))
    gone = UserFactory(is_active=False)
    MembershipFactory(organisation=here, role=Role.COORDINATOR, user=gone)
    other = MembershipFactory(organisation=elsewhere, role=Role.COORDINATOR).user

    everybody = people_by_organisation(Role.COORDINATOR, on=ON)
    narrowed = people_by_organisation(Role.COORDINATOR, on=ON, organisations=[here.pk])
    one = people_by_organisation(Role.COORDINATOR, on=ON, user=other)

    assert everybody == {here.pk: [first, second], elsewhere.pk: [other]}
    assert narrowed == {here.pk: [first, second]}
    assert one == {elsewhere.pk: [other]}
