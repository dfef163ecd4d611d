"""The last seat, reached for by many at once; and the verbs of the board against each other."""

import itertools
from functools import partial
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.urls import reverse

from accounts.models import User
from hosts.models import HostRequest
from placements.models import MatchRun, Placement
from placements.services import (
    PlacementError,
    board,
    decide,
    place_by_hand,
    propose,
    take_back,
)
from placements.states import DECIDED, PlacementState
from schedule.models import Cycle
from tests.factories import (
    CycleFactory,
    UserFactory,
    open_request,
    staff_member,
    submitted_application,
)
from tests.faults.barrier import at_once, failures
from tests.faults.locks import without_row_locks
from tests.faults.pages import post_many
from trainees.models import Application
from trainees.services import withdraw_application
from trainees.states import ApplicationState

pytestmark = pytest.mark.django_db(transaction=True)

VERBS = ["propose", "decide", "place", "take back", "withdraw"]
PARTIES = [(2, 10), (10, 3), (20, 2)]  # how many reach for it, and how often; soak.races does 100


def last_seat(cycle: Cycle, parties: int) -> tuple[HostRequest, list[Application]]:
    """A request with one seat and several people who could take it, each with their own name."""
    people = [
        submitted_application(cycle, trainee__passport_name=f"Person {cycle.pk} {n} of {parties}")
        for n in range(parties)
    ]
    return open_request(cycle, number=1), people


def reach_for_it(request: HostRequest, people: list[Application], by: User) -> list[Any]:
    return at_once(
        *(
            lambda person=person: place_by_hand(person, request, reason="x", by=by)
            for person in people
        )
    )


def check_given_once(request: HostRequest, results: list[Any]) -> None:
    """One has the seat; everyone else was told in words who took it."""
    seated = list(Placement.objects.seated().filter(host_request=request))
    assert len(seated) == 1
    winner = seated[0].application.trainee.passport_name
    assert [result for result in results if isinstance(result, Placement)] == seated
    refused = failures(results)
    assert len(refused) == len(results) - 1
    assert {type(error) for error in refused} == {PlacementError}
    assert all(winner in str(error) for error in refused)


def check_one_seat_each(cycle: Cycle) -> None:
    """Nobody holds two placements, and no request more than it has seats."""
    people = list(
        Placement.objects.seated()
        .filter(application__cycle=cycle)
        .values_list("application", flat=True)
    )
    assert len(people) == len(set(people))
    for request in HostRequest.objects.filter(answer__survey__cycle=cycle):
        assert request.placements.seated().count() <= request.number


def test_the_last_seat_is_given_once_and_the_others_are_told_who_has_it():
    user = UserFactory()
    for parties in [parties for parties, rounds in PARTIES for _round in range(rounds)]:
        request, people = last_seat(CycleFactory(), parties)

        check_given_once(request, reach_for_it(request, people, user))


def test_without_the_lock_the_last_seat_is_given_twice_or_the_loser_is_told_nothing(
    monkeypatch: pytest.MonkeyPatch,
):
    """PostgreSQL oversells. SQLite without IMMEDIATE does not, but the loser gets an error of the
    database instead of a name.
    """
    monkeypatch.setattr(board, "lock_open", lambda cycle: cycle)
    user, broken, oversold, told_nothing = UserFactory(), 0, 0, 0
    with without_row_locks():
        for _round in range(10):
            request, people = last_seat(CycleFactory(), 2)
            results = reach_for_it(request, people, user)
            try:
                check_given_once(request, results)
            except AssertionError:
                broken += 1
            oversold += request.placements.seated().count() > 1
            told_nothing += any(isinstance(each, OperationalError) for each in results)

    assert broken > 0
    assert (oversold if connection.vendor == "postgresql" else told_nothing) > 0


def test_the_last_seat_is_given_once_over_http(live_server):
    for parties in (2, 2, 10):
        cycle = CycleFactory()
        request, people = last_seat(cycle, parties)
        address = reverse("desk:place", args=[cycle.programme.code, cycle.fiscal_year])
        posts = [
            (staff_member(language="en"), address, {**chosen(person, request), "reason": "x"})
            for person in people
        ]

        answers = post_many(live_server, posts)

        winner = Placement.objects.seated().get(host_request=request)
        name = winner.application.trainee.passport_name
        assert sorted(answer.status for answer in answers) == [302] + [422] * (parties - 1)
        refused = [answer for answer in answers if answer.status == 422]
        assert all(f"Taken by: {name}" in answer.text for answer in refused)


def chosen(person: Application, request: HostRequest) -> dict[str, str]:
    return {"application": str(person.pk), "host_request": str(request.pk)}


def test_one_person_reached_for_by_two_hosts_has_one_seat():
    user = UserFactory()
    for _round in range(5):
        cycle = CycleFactory()
        person = submitted_application(cycle)
        requests = [open_request(cycle) for _each in range(2)]

        results = at_once(
            *(partial(place_by_hand, person, to, reason="x", by=user) for to in requests)
        )

        check_one_seat_each(
            cycle
        )  # the second moves the person: both were done, one after the other
        assert failures(results) == []


def test_without_the_lock_one_person_is_reached_for_twice_and_one_verb_breaks(
    monkeypatch: pytest.MonkeyPatch,
):
    """The constraint of the database holds the seat all the same; the user meets its error."""
    monkeypatch.setattr(board, "lock_open", lambda cycle: cycle)
    user, broken = UserFactory(), 0
    with without_row_locks():
        for _round in range(10):
            cycle = CycleFactory()
            person = submitted_application(cycle)
            requests = [open_request(cycle) for _each in range(2)]
            results = at_once(
                *(partial(place_by_hand, person, to, reason="x", by=user) for to in requests)
            )
            check_one_seat_each(cycle)
            broken += bool(failures(results))

    assert broken > 0


def mixed_verbs(cycle: Cycle, user: User) -> dict[str, Any]:
    """Two people, two requests, one proposal: every verb of the board has something to do."""
    people = [submitted_application(cycle) for _each in range(2)]
    requests = [open_request(cycle, number=1) for _each in range(2)]
    propose(cycle, by=user)
    proposal = Placement.objects.filter(application__cycle=cycle, state="proposed").first()
    seen = set(
        Placement.objects.filter(application__cycle=cycle, state="proposed").values_list(
            "public_id", flat=True
        )
    )
    return {
        "propose": lambda: propose(cycle, by=user),
        "decide": lambda: decide(cycle, by=user, expected=seen),
        "place": lambda: place_by_hand(people[0], requests[1], reason="x", by=user),
        "take back": lambda: take_back(proposal, reason="x", by=user),
        "withdraw": lambda: withdraw_application(people[0], by=user, reason="x"),
    }


def check_board(cycle: Cycle) -> None:
    """What must be true of a board whatever was done to it, in whatever order."""
    check_one_seat_each(cycle)
    decided = Placement.objects.filter(application__cycle=cycle, state__in=DECIDED)
    for placement in decided.select_related("application"):
        assert placement.notices.count() == 2
        assert placement.decided_on is not None
        assert placement.moves.filter(to_state=PlacementState.APPROVED).count() == 1
        assert placement.application.moves.filter(to_state=ApplicationState.FROZEN).exists()
    for placement in Placement.objects.filter(application__cycle=cycle, state="proposed"):
        assert not placement.notices.exists()


def test_two_verbs_of_the_board_at_once_follow_each_other():
    user = staff_member()
    for pair in itertools.combinations(VERBS, 2):
        cycle = CycleFactory()
        verbs = mixed_verbs(cycle, user)

        results = at_once(*(verbs[name] for name in pair))

        check_board(cycle)
        assert {type(each).__name__ for each in failures(results)} <= {
            "PlacementError",
            "BoardChangedError",
            "TraineeError",
        }, pair


def test_propose_decide_place_take_back_and_withdraw_all_at_once():
    user = staff_member()
    for _round in range(2):
        cycle = CycleFactory()

        results = at_once(*mixed_verbs(cycle, user).values())

        check_board(cycle)
        assert len(failures(results)) < len(results)
        assert MatchRun.objects.filter(cycle=cycle).count() == 2
