"""The end of a cycle on the desk, and that nothing of an ended cycle is written."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Invitation
from hosts.models import HostRequest, SurveyAnswer
from hosts.services import HostError, receive_answer, return_answer, start_request, submit_no_demand
from hosts.states import AnswerState
from placements.models import Nomination, Placement
from placements.services import (
    PlacementError,
    confirm_nomination,
    decide,
    invite_again,
    nominate,
    place_by_hand,
    propose,
    refuse_nomination,
    take_back,
)
from schedule.models import Cycle
from tests.factories import (
    CycleFactory,
    DemandSurveyFactory,
    InvitationFactory,
    LocalGovernmentFactory,
    NominationFactory,
    PlacementFactory,
    ProgrammeFactory,
    SurveyAnswerFactory,
    application_of,
    coordinator_of,
    open_request,
    staff_member,
    submitted_application,
    trainee_person,
)
from trainees.models import Application
from trainees.services import (
    TraineeError,
    create_application,
    freeze,
    mark_complete,
    return_application,
    submit_application,
    withdraw_application,
)

pytestmark = pytest.mark.django_db

REFUSED = (HostError, PlacementError, TraineeError)


@pytest.fixture
def staff(client):
    person = staff_member(language="en")
    client.force_login(person)
    return person


def address_of(cycle: Cycle, act: str) -> str:
    return reverse(f"desk:{act}_cycle", args=[cycle.programme.code, cycle.fiscal_year])


def old_cycle() -> Cycle:
    return CycleFactory(programme=ProgrammeFactory(), fiscal_year=2020)


def test_staff_close_a_cycle_whose_year_is_over(client, staff):
    cycle = old_cycle()
    page = client.get(address_of(cycle, "close"))

    client.post(address_of(cycle, "close"))
    again = client.post(address_of(cycle, "close"))

    assert "Close the cycle" in page.content.decode()
    cycle.refresh_from_db()
    move = cycle.moves.get()
    assert (cycle.state, move.to_state, move.by) == ("closed", "closed", staff)
    assert (again.status_code, cycle.moves.count()) == (422, 1)


def test_a_cycle_that_still_runs_is_not_closed(client, staff):
    cycle = CycleFactory(fiscal_year=timezone.localdate().year + 1)

    page = client.post(address_of(cycle, "close"))

    cycle.refresh_from_db()
    assert (page.status_code, cycle.state) == (422, "open")
    assert "call it off" in page.content.decode()


def test_staff_call_a_cycle_off_with_a_reason_that_stays(client, staff):
    cycle = CycleFactory(fiscal_year=timezone.localdate().year + 1)

    refused = client.post(address_of(cycle, "call_off"), {"reason": " "})
    client.post(address_of(cycle, "call_off"), {"reason": "The borders are closed."})
    shown = client.get(reverse("admin:schedule_cycle_change", args=[cycle.pk])).content.decode()

    cycle.refresh_from_db()
    assert (refused.status_code, cycle.state) == (422, "called_off")
    assert cycle.moves.get().reason == "The borders are closed."
    assert "The borders are closed." in shown
    assert "It has ended; nothing of it can be changed." in shown
    assert not client.get(address_of(cycle, "call_off")).context["is_open"]


@pytest.mark.parametrize("act", ["close", "call_off"])
def test_a_cycle_stays_open_while_its_notices_are_being_issued(client, staff, act):
    cycle = old_cycle()
    PlacementFactory(
        application=submitted_application(cycle), state="approved", decided_on=date(2020, 2, 1)
    )

    page = client.post(address_of(cycle, act), {"reason": "No."})

    cycle.refresh_from_db()
    assert (page.status_code, cycle.state) == (422, "open")
    assert "1 decided placement" in page.content.decode()


@pytest.mark.parametrize("act", ["close", "call_off"])
def test_a_cycle_that_is_not_there_answers_404(client, staff, act):
    assert client.get(reverse(f"desk:{act}_cycle", args=["lgotp", 1999])).status_code == 404


@pytest.mark.parametrize("act", ["close", "call_off"])
def test_nobody_but_staff_ends_a_cycle(client, act):
    cycle = old_cycle()
    client.force_login(coordinator_of(LocalGovernmentFactory()))

    client.post(address_of(cycle, act), {"reason": "No."})

    cycle.refresh_from_db()
    assert cycle.state == "open"


def test_the_days_of_an_ended_cycle_are_only_read(client, staff):
    cycle = old_cycle()
    deadline = cycle.deadlines.first()
    pages = [
        reverse("admin:schedule_cycle_change", args=[cycle.pk]),
        reverse("admin:schedule_deadline_change", args=[deadline.pk]),
    ]
    answers = []
    for state in (Cycle.State.OPEN, Cycle.State.CLOSED):
        Cycle.objects.update(state=state)
        answers.append([client.get(page).context["has_change_permission"] for page in pages])

    assert answers == [[True, True], [False, False]]
    assert client.post(pages[1], {"due_on": "2030-01-01"}).status_code == 403


# Nothing of an ended cycle is written -----------------------------------------------------------


def verbs_on(cycle: Cycle) -> dict[str, Callable[[], object]]:
    """Every verb that changes something of a cycle, each on a row on which it is possible."""
    by = staff_member()
    survey = DemandSurveyFactory(cycle=cycle)
    blank = SurveyAnswerFactory(survey=survey)
    sent = [
        SurveyAnswerFactory(
            survey=survey,
            state=AnswerState.FORWARDED,
            has_demand=False,
            submitted_at=timezone.now(),
        )
        for _each in range(2)
    ]
    drafts = [application_of(trainee_person(), cycle=cycle) for _each in range(2)]
    judged = [submitted_application(cycle) for _each in range(4)]
    complete = submitted_application(cycle, state="complete")
    proposed = PlacementFactory(application=submitted_application(cycle))
    nominee = trainee_person()
    nominations = [
        NominationFactory(
            application__cycle=cycle,
            invitation=InvitationFactory(accepted_by=nominee, accepted_at=timezone.now()),
        )
        for _each in range(2)
    ]
    unanswered = NominationFactory(application__cycle=cycle)
    Invitation.objects.filter(pk=unanswered.invitation_id).update(
        created_at=timezone.now() - timedelta(hours=1)
    )
    seat = open_request(cycle, number=5)
    stranger = submitted_application(CycleFactory()).trainee
    return {
        "start": lambda: start_request(blank, by=by),
        "no demand": lambda: submit_no_demand(blank, reason="", by=by),
        "receive": lambda: receive_answer(sent[0], by=by),
        "return": lambda: return_answer(sent[1], reason="Why?", by=by),
        "apply": lambda: create_application(trainee=stranger, cycle=cycle),
        "submit": lambda: submit_application(drafts[0], by=by),
        "withdraw": lambda: withdraw_application(drafts[1], by=by),
        "give back": lambda: return_application(judged[0], reason="Why?", by=by),
        "complete": lambda: mark_complete(judged[1], by=by),
        "freeze": lambda: freeze(complete, by=by),
        "place": lambda: place_by_hand(judged[2], seat, reason="They know it.", by=by),
        "take back": lambda: take_back(proposed, reason="Why?", by=by),
        "propose": lambda: propose(cycle, by=by),
        "decide": lambda: decide(cycle, by=by),
        "invite again": lambda: invite_again(unanswered, by=by),
        "confirm": lambda: confirm_nomination(nominations[0], by=nominee),
        "refuse": lambda: refuse_nomination(nominations[1], by=nominee),
        "nominate": lambda: nominate(
            cycle=cycle,
            email="new@example.org",
            passport_name="Asel",
            nationality="KG",
            language="en",
            by=by,
        ),
    }


def check_nothing_is_written(verbs: dict[str, Callable[[], object]]) -> None:
    models = [SurveyAnswer, HostRequest, Application, Nomination, Placement]
    before = [list(model.objects.order_by("pk").values()) for model in models]
    for name, verb in verbs.items():
        try:
            verb()
        except REFUSED:
            continue
        raise AssertionError(f"{name} was done")
    assert before == [list(model.objects.order_by("pk").values()) for model in models]


@pytest.mark.parametrize("state", [Cycle.State.CLOSED, Cycle.State.CALLED_OFF])
def test_no_verb_writes_into_an_ended_cycle(state):
    cycle = CycleFactory()
    verbs = verbs_on(cycle)
    Cycle.objects.filter(pk=cycle.pk).update(state=state)

    check_nothing_is_written(verbs)


POSSIBLE = ["start", "receive", "apply", "withdraw", "give back", "complete", "freeze", "place"]
POSSIBLE += ["propose", "take back", "invite again", "confirm", "refuse", "nominate"]


@pytest.mark.parametrize("name", POSSIBLE)
def test_no_verb_writes_into_an_ended_cycle_control(name):
    """The same verbs on an open cycle are done, and the check sees it."""
    verbs = verbs_on(CycleFactory())

    with pytest.raises(AssertionError, match=f"{name} was done"):
        check_nothing_is_written({name: verbs[name]})
