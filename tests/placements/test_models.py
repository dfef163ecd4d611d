"""Who sees which nomination, placement and letter."""

from datetime import date

import pytest
from django.utils import timezone

from hosts.models import LocalGovernment
from placements.models import Nomination, Placement, PlacementNotice
from placements.services import decide
from placements.states import PlacementState
from placements.tasks import announce_issued
from tests.factories import (
    CycleFactory,
    InvitationFactory,
    LocalGovernmentFactory,
    NominationFactory,
    PlacementFactory,
    PrefectureFactory,
    UserFactory,
    coordinator_of,
    open_request,
    relay_officer_of,
    staff_member,
    submitted_application,
    trainee_person,
)

pytestmark = pytest.mark.django_db


def placement_with_sides(state: str, kind: str = LocalGovernment.Kind.CITY):
    """A placement with its trainee, its coordinator, its relay officer, and strangers."""
    cycle = CycleFactory(fiscal_year=2027)
    government = LocalGovernmentFactory(kind=kind)
    user = trainee_person()
    application = submitted_application(cycle, trainee__user=user, trainee__email=user.email)
    placement = PlacementFactory(
        application=application,
        host_request=open_request(cycle, government),
        state=state,
        decided_on=date(2027, 2, 19),
        announced_at=timezone.now(),
    )
    people = {
        "staff": staff_member(),
        "trainee": user,
        "host": coordinator_of(government),
        "relay": relay_officer_of(government.prefecture),
        "other trainee": trainee_person(),
        "other host": coordinator_of(LocalGovernmentFactory(prefecture=government.prefecture)),
        "other relay": relay_officer_of(PrefectureFactory()),
        "nobody": UserFactory(),
    }
    return placement, people


def who_sees(rows, people: dict) -> set[str]:
    return {name for name, user in people.items() if rows.visible_to(user).exists()}


@pytest.mark.parametrize(
    ("state", "seen"),
    [
        (PlacementState.PROPOSED, {"staff"}),
        (PlacementState.APPROVED, {"staff"}),
        (PlacementState.CANCELLED, {"staff"}),
        (PlacementState.ANNOUNCED, {"staff", "trainee", "host", "relay"}),
        (PlacementState.ENDED, {"staff", "trainee", "host", "relay"}),
    ],
)
def test_a_placement_is_seen_by_its_sides_once_it_was_announced(state: str, seen: set[str]):
    _placement, people = placement_with_sides(state)

    assert who_sees(Placement.objects, people) == seen


def test_a_designated_city_has_no_relay():
    _placement, people = placement_with_sides(
        PlacementState.ANNOUNCED, LocalGovernment.Kind.DESIGNATED_CITY
    )

    assert who_sees(Placement.objects, people) == {"staff", "trainee", "host"}


def test_each_side_sees_its_own_letter_only():
    placement, people = placement_with_sides(PlacementState.PROPOSED)
    decide(placement.application.cycle, by=people["staff"])
    before = who_sees(PlacementNotice.objects, people)
    announce_issued()

    seen = {
        name: sorted(PlacementNotice.objects.visible_to(user).values_list("audience", flat=True))
        for name, user in people.items()
    }

    assert before == set()
    assert seen == {
        "staff": ["host", "trainee"],
        "trainee": ["trainee"],
        "host": ["host"],
        "relay": [],
        "other trainee": [],
        "other host": [],
        "other relay": [],
        "nobody": [],
    }


def test_a_nomination_is_seen_by_whom_it_names():
    cycle = CycleFactory()
    government = LocalGovernmentFactory()
    nominee = UserFactory()
    nomination = NominationFactory(
        application=submitted_application(cycle),
        host_request=open_request(cycle, government, route="own_selection"),
        invitation=InvitationFactory(accepted_by=nominee),
    )
    people = {
        "staff": staff_member(),
        "nominee": nominee,
        "host": coordinator_of(government),
        "other host": coordinator_of(LocalGovernmentFactory()),
        "other trainee": trainee_person(),
    }

    assert who_sees(Nomination.objects, people) == {"staff", "nominee", "host"}
    assert list(Nomination.objects.waiting_for(nominee)) == [nomination]
    assert list(Nomination.objects.waiting_for(people["host"])) == []
