"""The placement board: proposed, placed by hand, taken back, decided."""

from datetime import date
from threading import Barrier, Thread

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from hosts.states import RequestState
from notices.models import Letter, Mail
from notices.states import LetterState
from placements.models import MatchRun, Placement, PlacementNotice
from placements.services import PlacementError, board, decide, place_by_hand, propose, take_back
from placements.states import NominationState, PlacementState
from schedule.models import Cycle
from schedule.vocabulary import Route
from tests.factories import (
    ApplicationFactory,
    CycleFactory,
    NominationFactory,
    PlacementFactory,
    UserFactory,
    open_request,
    staff_member,
    submitted_application,
)
from trainees.models import Application
from trainees.states import ApplicationState

pytestmark = pytest.mark.django_db


SEATED_STATES = ["proposed", "approved", "announced"]


# Proposals ----------------------------------------------------------------------------------------


def test_propose_places_who_fits_and_keeps_the_run():
    cycle, staff = CycleFactory(), staff_member()
    request = open_request(cycle, field="environment")
    application = submitted_application(cycle, field="environment")

    run = propose(cycle, by=staff)

    placement = Placement.objects.get()
    assert (placement.application, placement.host_request) == (application, request)
    assert (placement.state, placement.run, placement.is_by_hand) == ("proposed", run, False)
    assert (placement.starts_on, placement.ends_on) == (request.starts_on, request.ends_on)
    assert run.made_by == staff
    assert run.output["objective"]["placed"] == 1


def test_propose_leaves_out_who_does_not_fit():
    cycle = CycleFactory()
    open_request(cycle, field="fire")
    submitted_application(cycle, field="environment")

    run = propose(cycle, by=None)

    assert not Placement.objects.exists()
    assert run.output["unplaced"][0]["reason"] == "forbidden"


def test_propose_judges_only_submitted_applications_and_received_requests():
    cycle = CycleFactory()
    open_request(cycle, state=RequestState.SUBMITTED)
    ApplicationFactory(cycle=cycle)

    run = propose(cycle, by=None)

    assert (run.input["requests"], run.input["applications"]) == ([], [])


def test_propose_twice_changes_nothing():
    cycle = CycleFactory()
    open_request(cycle)
    submitted_application(cycle)
    propose(cycle, by=None)

    propose(cycle, by=None)

    assert Placement.objects.count() == 1
    assert MatchRun.objects.count() == 2


def test_propose_leaves_what_was_placed_by_hand_and_what_is_decided():
    cycle = CycleFactory()
    requests = [open_request(cycle) for _each in range(3)]
    by_hand = place_by_hand(
        submitted_application(cycle), requests[2], reason="They know each other.", by=UserFactory()
    )
    decided = PlacementFactory(
        application=submitted_application(cycle, state=ApplicationState.FROZEN),
        host_request=requests[1],
        state=PlacementState.APPROVED,
        decided_on=date(2027, 2, 19),
    )
    free = submitted_application(cycle)

    propose(cycle, by=None)

    seated = dict(Placement.objects.seated().values_list("application", "host_request"))
    assert seated == {
        by_hand.application_id: requests[2].pk,
        decided.application_id: requests[1].pk,
        free.pk: requests[0].pk,
    }


def test_propose_cancels_what_it_no_longer_proposes_and_keeps_its_history():
    cycle = CycleFactory()
    request = open_request(cycle)
    application = submitted_application(cycle)
    propose(cycle, by=None)
    Application.objects.filter(pk=application.pk).update(field="fire")

    propose(cycle, by=None)

    placement = Placement.objects.get()
    assert (placement.state, placement.host_request) == (PlacementState.CANCELLED, request)
    assert placement.moves.get().reason


def test_propose_gives_a_hosts_own_selection_its_seat():
    cycle = CycleFactory()
    request = open_request(cycle, route=Route.OWN_SELECTION, field="fire")
    own = submitted_application(cycle, field="environment")
    NominationFactory(application=own, host_request=request, state=NominationState.CONFIRMED)
    submitted_application(cycle, field="fire")

    propose(cycle, by=None)

    assert list(Placement.objects.values_list("application", "host_request")) == [
        (own.pk, request.pk)
    ]


# By hand ------------------------------------------------------------------------------------------


def test_place_by_hand_keeps_its_reason():
    cycle = CycleFactory()

    placement = place_by_hand(
        submitted_application(cycle),
        open_request(cycle),
        reason=" A memorandum. ",
        by=UserFactory(),
    )

    assert (placement.is_by_hand, placement.reason) == (True, "A memorandum.")


def test_place_by_hand_moves_a_proposal_and_notes_why():
    cycle = CycleFactory()
    placement = PlacementFactory(application=submitted_application(cycle))
    there = open_request(cycle)

    new = place_by_hand(placement.application, there, reason="A memorandum.", by=UserFactory())

    placement.refresh_from_db()
    assert (placement.state, new.host_request) == (PlacementState.CANCELLED, there)
    assert placement.moves.get().reason == "A memorandum."


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_place_by_hand_needs_a_reason(reason: str):
    cycle = CycleFactory()

    with pytest.raises(PlacementError):
        place_by_hand(
            submitted_application(cycle), open_request(cycle), reason=reason, by=UserFactory()
        )

    assert not Placement.objects.exists()


def test_place_by_hand_gives_the_last_seat_once_and_says_who_has_it():
    cycle = CycleFactory()
    request = open_request(cycle, number=1)
    first = submitted_application(cycle, trainee__passport_name="OKELLO James")
    place_by_hand(first, request, reason="x", by=UserFactory())

    with pytest.raises(PlacementError, match="OKELLO James"):
        place_by_hand(submitted_application(cycle), request, reason="x", by=UserFactory())

    assert Placement.objects.seated().count() == 1


def test_place_by_hand_refuses_another_cycle():
    with pytest.raises(PlacementError):
        place_by_hand(
            submitted_application(CycleFactory()),
            open_request(CycleFactory()),
            reason="x",
            by=UserFactory(),
        )


def test_place_by_hand_refuses_a_person_whose_placement_is_decided():
    placement = PlacementFactory(state=PlacementState.APPROVED, decided_on=date(2027, 2, 19))
    there = open_request(placement.application.cycle)

    with pytest.raises(PlacementError):
        place_by_hand(placement.application, there, reason="x", by=UserFactory())


def test_place_by_hand_refuses_the_place_where_the_person_is():
    placement = PlacementFactory()

    with pytest.raises(PlacementError):
        place_by_hand(placement.application, placement.host_request, reason="x", by=UserFactory())


@pytest.mark.parametrize("which", ["draft application", "withdrawn request"])
def test_place_by_hand_needs_a_submitted_application_and_an_open_request(which: str):
    cycle = CycleFactory()
    if which == "draft application":
        pair = ApplicationFactory(cycle=cycle), open_request(cycle)
    else:
        pair = submitted_application(cycle), open_request(cycle, state=RequestState.WITHDRAWN)

    with pytest.raises(PlacementError):
        place_by_hand(*pair, reason="x", by=UserFactory())


@pytest.mark.django_db(transaction=True)
def test_the_last_seat_is_given_once_when_two_reach_for_it():
    cycle, user = CycleFactory(), UserFactory()
    request = open_request(cycle, number=1)
    applications = [submitted_application(cycle) for _each in range(2)]
    start, outcomes = Barrier(2), []

    def place(application: Application):
        try:
            start.wait()
            place_by_hand(application, request, reason="x", by=user)
            outcomes.append("placed")
        except PlacementError:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [Thread(target=place, args=[each]) for each in applications]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["placed", "refused"]
    assert Placement.objects.seated().count() == 1


def test_take_back_frees_the_seat_and_keeps_the_reason():
    placement, user = PlacementFactory(), UserFactory()

    take_back(placement, reason="The host asked.", by=user)

    placement.refresh_from_db()
    move = placement.moves.get()
    assert (placement.state, move.reason, move.by) == ("cancelled", "The host asked.", user)


@pytest.mark.parametrize(
    ("state", "reason"), [(PlacementState.APPROVED, "x"), (PlacementState.PROPOSED, " ")]
)
def test_take_back_is_for_proposals_and_needs_a_reason(state: str, reason: str):
    placement = PlacementFactory(state=state, decided_on=date(2027, 2, 19))

    with pytest.raises(PlacementError):
        take_back(placement, reason=reason, by=UserFactory())

    placement.refresh_from_db()
    assert placement.state == state


# Decision -----------------------------------------------------------------------------------------


def test_decide_drafts_two_numbered_letters_for_each_and_freezes_what_was_judged():
    placement, staff = PlacementFactory(), staff_member()
    cycle = placement.application.cycle

    decided = decide(cycle, by=staff, on=date(2027, 2, 19))

    placement.refresh_from_db()
    assert decided == [placement]
    assert (placement.state, placement.decided_on, placement.decided_by) == (
        PlacementState.APPROVED,
        date(2027, 2, 19),
        staff,
    )
    notices = {n.audience: n.letter for n in placement.notices.select_related("letter")}
    assert {each: letter.language for each, letter in notices.items()} == {
        "host": "ja",
        "trainee": "en",
    }
    assert [letter.number for letter in notices.values()] == [1, 2]
    assert {letter.state for letter in notices.values()} == {LetterState.DRAFT}
    assert placement.application.state == ApplicationState.FROZEN
    assert placement.host_request.state == RequestState.FILLED


def test_decide_numbers_the_letters_without_a_gap_in_the_order_of_the_hosts():
    cycle = CycleFactory()
    for _each in range(3):
        PlacementFactory(application=submitted_application(cycle))

    decided = decide(cycle, by=staff_member())

    codes = [placement.host_request.government.code for placement in decided]
    numbers = [
        number
        for placement in decided
        for number in placement.notices.order_by("pk").values_list("letter__number", flat=True)
    ]
    assert codes == sorted(codes)
    assert numbers == [1, 2, 3, 4, 5, 6]


def test_decide_leaves_a_request_open_while_it_has_a_seat():
    cycle = CycleFactory()
    request = open_request(cycle, number=2)
    PlacementFactory(application=submitted_application(cycle), host_request=request)

    decide(cycle, by=staff_member())

    request.refresh_from_db()
    assert request.state == RequestState.OPEN


def test_decide_a_second_time_finds_nothing_and_drafts_nothing():
    cycle = PlacementFactory().application.cycle
    decide(cycle, by=staff_member())

    with pytest.raises(PlacementError):
        decide(cycle, by=staff_member())

    assert (Letter.objects.count(), PlacementNotice.objects.count()) == (2, 2)


def test_decide_does_nothing_when_a_letter_cannot_be_drafted(monkeypatch: pytest.MonkeyPatch):
    cycle = CycleFactory()
    for _each in range(2):
        PlacementFactory(application=submitted_application(cycle))
    drafted = []

    def fail_second(placement, *, on):
        if drafted:
            raise RuntimeError("no number")
        drafted.append(real(placement, on=on))

    real = board.draft_notices
    monkeypatch.setattr(board, "draft_notices", fail_second)

    with pytest.raises(RuntimeError):
        decide(cycle, by=staff_member())

    assert set(Placement.objects.values_list("state", flat=True)) == {PlacementState.PROPOSED}
    assert set(Application.objects.values_list("state", flat=True)) == {"submitted"}
    assert (Letter.objects.count(), Mail.objects.count()) == (0, 0)


def test_decide_needs_an_open_cycle():
    placement = PlacementFactory(
        application=submitted_application(CycleFactory(state=Cycle.State.CLOSED))
    )

    with pytest.raises(PlacementError):
        decide(placement.application.cycle, by=staff_member())


def test_decide_leaves_other_cycles_alone():
    here, there = PlacementFactory(), PlacementFactory()

    decide(here.application.cycle, by=staff_member())

    there.refresh_from_db()
    assert there.state == PlacementState.PROPOSED


# What the database itself holds ------------------------------------------------------------------


def test_a_person_has_one_seat_in_a_cycle():
    placement = PlacementFactory()

    with pytest.raises(IntegrityError), transaction.atomic():
        PlacementFactory(
            application=placement.application,
            host_request=open_request(placement.application.cycle),
        )


def test_a_placement_by_hand_has_a_reason():
    with pytest.raises(IntegrityError), transaction.atomic():
        PlacementFactory(by_hand=True, reason="")


def test_an_own_selection_names_its_request():
    with pytest.raises(IntegrityError), transaction.atomic():
        NominationFactory(route=Route.OWN_SELECTION)


def test_match_command_proposes_and_a_dry_run_writes_nothing(capsys):
    cycle = CycleFactory(fiscal_year=2027)
    open_request(cycle)
    submitted_application(cycle)

    call_command("match", "2027", "--dry-run")
    dry = Placement.objects.count()
    call_command("match", "2027")

    assert (dry, Placement.objects.count()) == (0, 1)
    assert "1 placements proposed, mode optimal." in capsys.readouterr().out
