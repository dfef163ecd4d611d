from datetime import date

import pytest
from django.utils import timezone

from outreach.queries import host_counts
from placements.models import Placement
from placements.states import PlacementState
from tests.factories import HostRequestFactory, LocalGovernmentFactory
from trainees.models import Application, Trainee

pytestmark = pytest.mark.django_db


def _placement(code: str, state: str, number: int) -> Placement:
    """One placement at the local government with this code."""
    request = HostRequestFactory(answer__government=LocalGovernmentFactory(code=code))
    trainee = Trainee.objects.create(
        email=f"t{number}@example.org", passport_name="SURYANI", nationality="ID"
    )
    application = Application.objects.create(
        trainee=trainee, cycle=request.answer.survey.cycle, number=number
    )
    return Placement.objects.create(
        application=application,
        host_request=request,
        state=state,
        reason="独自選考のため",
        starts_on=date(2027, 5, 17),
        ends_on=date(2027, 12, 16),
        decided_on=date(2027, 2, 19),
        announced_at=timezone.now(),
    )


def test_host_counts_is_empty_before_the_first_placement():
    assert host_counts() == {}


def test_host_counts_counts_what_was_announced_by_prefecture():
    _placement("382060", PlacementState.ANNOUNCED, 1)
    _placement("382019", PlacementState.ENDED, 2)
    _placement("221309", PlacementState.ANNOUNCED, 3)
    _placement("131016", PlacementState.APPROVED, 4)

    assert host_counts() == {"38": 2, "22": 1}
