"""What must hold on the board whoever comes in between."""

from threading import Barrier, Thread

import pytest
from django.db import connection
from django.urls import reverse

from accounts.models import User
from hosts.models import HostRequest
from hosts.services import HostError, return_answer
from hosts.states import RequestState
from notices.models import Letter, Mail
from placements.models import Placement
from placements.queries import matching_instance
from placements.services import (
    BoardChangedError,
    PlacementError,
    decide,
    place_by_hand,
    propose,
    take_back,
)
from placements.states import PlacementState
from placements.tasks import announce_issued
from schedule.models import Cycle
from tests.factories import (
    CycleFactory,
    LocalGovernmentFactory,
    PlacementFactory,
    coordinator_of,
    open_request,
    staff_member,
    submitted_application,
)
from trainees.models import Application
from trainees.states import ApplicationState

pytestmark = pytest.mark.django_db
ROUNDS = 5


@pytest.fixture
def cycle() -> Cycle:
    return CycleFactory()


@pytest.fixture
def staff() -> User:
    return staff_member()


def test_a_decided_placement_is_not_taken_back_by_somebody_who_saw_the_proposal(cycle, staff):
    seen = PlacementFactory(application=submitted_application(cycle))
    decide(cycle, by=staff)

    with pytest.raises(PlacementError, match="decided"):
        take_back(seen, reason="A mistake.", by=staff)

    assert Placement.objects.get().state == PlacementState.APPROVED


@pytest.mark.parametrize("state", [ApplicationState.WITHDRAWN, ApplicationState.RETURNED])
def test_decide_names_the_person_whose_application_is_no_longer_open(cycle, staff, state):
    placement = PlacementFactory(application=submitted_application(cycle))
    Application.objects.update(state=state)

    with pytest.raises(PlacementError, match=placement.application.trainee.passport_name):
        decide(cycle, by=staff)

    assert not Letter.objects.exists()


def test_decide_refuses_a_request_that_was_returned(cycle, staff):
    PlacementFactory(application=submitted_application(cycle))
    HostRequest.objects.update(state=RequestState.DRAFT)

    with pytest.raises(PlacementError):
        decide(cycle, by=staff)

    assert not Letter.objects.exists()


def test_decide_decides_nothing_that_was_not_shown(cycle, staff):
    shown = PlacementFactory(application=submitted_application(cycle))
    PlacementFactory(application=submitted_application(cycle))

    with pytest.raises(BoardChangedError):
        decide(cycle, by=staff, expected={shown.public_id})

    assert not Placement.objects.exclude(state=PlacementState.PROPOSED).exists()


def test_a_seat_is_held_by_a_person_whose_application_was_returned(cycle, staff):
    request = open_request(cycle, number=1)
    held = submitted_application(cycle)
    place_by_hand(held, request, reason="They know each other.", by=staff)
    Application.objects.filter(pk=held.pk).update(state=ApplicationState.RETURNED)
    submitted_application(cycle)

    propose(cycle, by=staff)

    assert matching_instance(cycle)["requests"][0]["capacity"] == 0
    assert Placement.objects.seated().count() == 1


def test_propose_bears_a_number_that_was_lowered_below_the_people_placed(cycle, staff):
    request = open_request(cycle, number=2)
    for _person in range(2):
        place_by_hand(submitted_application(cycle), request, reason="Agreed.", by=staff)
    HostRequest.objects.update(number=1)

    propose(cycle, by=staff)

    assert Placement.objects.seated().count() == 2


@pytest.mark.parametrize("state", [Cycle.State.CLOSED, Cycle.State.CALLED_OFF])
def test_the_board_of_a_cycle_that_is_over_is_only_read(cycle, staff, state):
    placement = PlacementFactory(application=submitted_application(cycle))
    other, request = submitted_application(cycle), open_request(cycle)
    Cycle.objects.update(state=state)
    verbs = [
        lambda: propose(cycle, by=staff),
        lambda: place_by_hand(other, request, reason="Agreed.", by=staff),
        lambda: take_back(placement, reason="A mistake.", by=staff),
        lambda: decide(cycle, by=staff),
    ]

    for verb in verbs:
        with pytest.raises(PlacementError, match="not open"):
            verb()

    assert [each.state for each in Placement.objects.all()] == [PlacementState.PROPOSED]


def test_one_person_who_cannot_be_told_keeps_nobody_else_from_it(cycle, staff):
    for _host in range(2):
        government = LocalGovernmentFactory()
        coordinator_of(government)
        PlacementFactory(
            application=submitted_application(cycle),
            host_request=open_request(cycle, government),
        )
    decide(cycle, by=staff)
    first = Placement.objects.order_by("pk")[0].host_request.government.organisation
    User.objects.filter(memberships__organisation=first).update(name="A\nB")

    announce_issued()

    states = Placement.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == [PlacementState.APPROVED, PlacementState.ANNOUNCED]
    assert Mail.objects.count() == 1


def test_propose_on_a_cycle_that_is_over_is_a_message_on_the_desk(client, cycle, staff):
    Cycle.objects.update(state=Cycle.State.CLOSED)
    client.force_login(staff)
    address = reverse("desk:propose", args=[cycle.programme.code, cycle.fiscal_year])

    page = client.post(address, follow=True)

    assert page.status_code == 200
    assert "この年度は受付中ではありません。" in page.content.decode()


@pytest.mark.django_db(transaction=True)
def test_propose_and_placing_by_hand_at_once_never_oversell_a_seat():
    for _round in range(ROUNDS):
        cycle, staff = CycleFactory(), staff_member()
        request = open_request(cycle, number=1)
        person, _other = submitted_application(cycle), submitted_application(cycle)
        start, faults = Barrier(2), []
        together(
            start,
            faults,
            lambda: propose(cycle, by=staff),  # noqa: B023 - joined within the round
            lambda: place_by_hand(person, request, reason="Agreed.", by=staff),  # noqa: B023
        )

        assert [fault for fault in faults if not isinstance(fault, PlacementError)] == []
        assert request.placements.seated().count() == 1


@pytest.mark.django_db(transaction=True)
def test_deciding_and_placing_by_hand_at_once_wait_for_each_other():
    for _round in range(ROUNDS):
        cycle, staff = CycleFactory(), staff_member()
        first, second = open_request(cycle), open_request(cycle)
        person = submitted_application(cycle)
        place_by_hand(person, first, reason="Agreed.", by=staff)
        start, faults = Barrier(2), []
        together(
            start,
            faults,
            lambda: decide(cycle, by=staff),  # noqa: B023
            lambda: place_by_hand(person, second, reason="Better.", by=staff),  # noqa: B023
        )

        assert [fault for fault in faults if not isinstance(fault, PlacementError)] == []
        assert Placement.objects.seated().filter(application=person).count() == 1


def together(start: Barrier, faults: list[Exception], *verbs) -> None:
    """Run both verbs at once, each with a connection of its own; what they raise is kept."""

    def run(verb) -> None:
        try:
            start.wait()
            verb()
        except Exception as fault:  # whatever it is, the test looks at it
            faults.append(fault)
        finally:
            connection.close()

    threads = [Thread(target=run, args=[verb]) for verb in verbs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_an_answer_is_not_returned_while_somebody_is_proposed_for_its_request(cycle, staff):
    placement = PlacementFactory(application=submitted_application(cycle))
    answer = placement.host_request.answer

    with pytest.raises(HostError, match=placement.application.trainee.passport_name):
        return_answer(answer, reason="Please add the weeks.", by=staff)

    take_back(placement, reason="A mistake.", by=staff)
    return_answer(answer, reason="Please add the weeks.", by=staff)

    answer.refresh_from_db()
    assert answer.state == "returned"


def test_the_notice_prints_the_person_as_they_were_judged(cycle, staff):
    application = submitted_application(cycle)
    application.trainee.passport_name = "Judged Name"
    application.trainee.save()
    PlacementFactory(application=Application.objects.get(pk=application.pk))
    decide(cycle, by=staff)

    assert "Judged Name" in Letter.objects.get(language="en").addressee


def test_propose_bears_more_people_under_correction_than_seats(cycle, staff):
    request = open_request(cycle, number=2)
    for _person in range(2):
        place_by_hand(submitted_application(cycle), request, reason="Agreed.", by=staff)
    Application.objects.update(state=ApplicationState.RETURNED)
    HostRequest.objects.update(number=1)

    propose(cycle, by=staff)

    assert matching_instance(cycle)["requests"][0]["capacity"] == 0
