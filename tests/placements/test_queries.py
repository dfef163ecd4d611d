import pytest

from hosts.states import RequestState
from placements.matching import parse
from placements.queries import (
    applications_of,
    matching_instance,
    offered_by,
    own_nominations,
    requests_of,
)
from placements.states import NominationState
from schedule.vocabulary import Route
from tests.factories import (
    ApplicationFactory,
    CycleFactory,
    NominationFactory,
    PlacementFactory,
    open_request,
    submitted_application,
)
from trainees.models import Application, Trainee

pytestmark = pytest.mark.django_db


def test_the_problem_of_a_cycle_holds_seats_ranks_and_reasons():
    cycle = CycleFactory()
    request = open_request(cycle, number=2, field="environment", countries=["VN", "ID"])
    other = open_request(cycle, field="fire")
    application = submitted_application(cycle, field="environment")

    problem = matching_instance(cycle)

    assert problem["requests"] == [
        {"id": f"R{row.pk}", "capacity": row.number} for row in requests_of(cycle)
    ]
    assert problem["applications"] == [{"id": f"A{application.pk}"}]
    assert problem["pairs"] == [
        {
            "application": f"A{application.pk}",
            "request": f"R{request.pk}",
            "host_rank": 2,
            "applicant_rank": 1,
            "score": 750,
        }
    ]
    assert problem["forbidden"] == [
        {"application": f"A{application.pk}", "request": f"R{other.pk}", "reason": "field"}
    ]
    assert parse(problem)


def test_what_was_placed_by_hand_is_fixed_and_asked_no_more():
    placement = PlacementFactory(by_hand=True)

    problem = matching_instance(placement.application.cycle)

    assert problem["fixed"] == [
        {
            "application": f"A{placement.application_id}",
            "request": f"R{placement.host_request_id}",
        }
    ]
    assert (problem["pairs"], problem["forbidden"]) == ([], [])


def test_an_own_selection_is_fixed_only_while_a_seat_is_free():
    cycle = CycleFactory()
    request = open_request(cycle, number=1, route=Route.OWN_SELECTION)
    for _each in range(2):
        NominationFactory(
            application=submitted_application(cycle),
            host_request=request,
            state=NominationState.CONFIRMED,
        )

    assert len(matching_instance(cycle)["fixed"]) == 1


def test_a_refused_nomination_is_no_own_selection():
    cycle = CycleFactory()
    NominationFactory(
        application=submitted_application(cycle),
        host_request=open_request(cycle),
        state=NominationState.REFUSED,
    )

    assert own_nominations(cycle) == {}


def test_only_submitted_applications_and_received_requests_of_the_cycle_count():
    cycle = CycleFactory()
    open_request(cycle, state=RequestState.DRAFT)
    ApplicationFactory(cycle=cycle)
    open_request(CycleFactory())

    assert (list(requests_of(cycle)), list(applications_of(cycle))) == ([], [])


def test_an_applicant_is_matched_as_they_submitted():
    application = submitted_application(CycleFactory())
    application.person = {**application.trainee.snapshot, "nationality": "VN"}
    application.save()
    Trainee.objects.update(nationality="ID")

    brought = offered_by(Application.objects.get(pk=application.pk))

    assert brought.nationality == "VN"
