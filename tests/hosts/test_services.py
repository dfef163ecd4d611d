from datetime import date

import pytest
from django.utils import timezone, translation

from accounts.models import Role, User
from hosts import holds
from hosts.holds import holds_request
from hosts.models import HostRequest, SurveyAnswer
from hosts.services import (
    HostError,
    discard_request,
    faults_of,
    forward_answer,
    hold_answer,
    length_warning,
    lock_request,
    receive_answer,
    return_answer,
    return_by_relay,
    set_filled,
    start_request,
    submit_demand,
    submit_no_demand,
)
from hosts.states import RELAY_MOVES, AnswerState, RequestState
from notices.models import Mail
from schedule.models import Cycle
from tests.factories import (
    HostRequestFactory,
    LocalGovernmentFactory,
    MembershipFactory,
    SurveyAnswerFactory,
    UserFactory,
    coordinator_of,
    relay_officer_of,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def answer():
    return SurveyAnswerFactory()


@pytest.fixture
def coordinator(answer):
    return coordinator_of(answer.government)


@pytest.fixture
def submitted(answer, coordinator):
    HostRequestFactory(answer=answer)
    return submit_demand(answer, by=coordinator)


def test_start_request_makes_a_draft_with_a_programme(answer, coordinator):
    request = start_request(answer, by=coordinator)

    answer.refresh_from_db()
    assert answer.state == AnswerState.DRAFT
    assert request.state == RequestState.DRAFT
    assert request.starts_on == answer.survey.cycle.arrival_on
    assert request.training_programme.theme_ja == ""


def test_start_request_refuses_a_submitted_answer(submitted, coordinator):
    with pytest.raises(HostError):
        start_request(submitted, by=coordinator)

    assert HostRequest.objects.count() == 1


def test_submit_demand_moves_the_answer_and_its_requests(answer, coordinator):
    request = HostRequestFactory(answer=answer)

    submit_demand(answer, by=coordinator)

    answer.refresh_from_db()
    request.refresh_from_db()
    assert (answer.state, answer.has_demand, answer.submitted_by) == (
        "submitted",
        True,
        coordinator,
    )
    assert request.state == RequestState.SUBMITTED
    assert [(move.from_state, move.to_state, move.by) for move in answer.moves.all()] == [
        ("not_opened", "submitted", coordinator)
    ]


def test_submit_demand_mails_a_receipt_and_tells_the_relay(answer, coordinator):
    HostRequestFactory(answer=answer)
    officer = relay_officer_of(answer.government.prefecture, language="en")
    cycle = answer.survey.cycle

    submit_demand(answer, by=coordinator)

    mails = Mail.objects.order_by("pk")
    assert [(mail.purpose, mail.to, mail.language) for mail in mails] == [
        ("survey_receipt", coordinator.email, "ja"),
        ("survey_arrived", officer.email, "en"),
    ]
    for mail in mails:
        assert str(cycle.fiscal_year) in mail.subject
    assert cycle.programme.name_ja in mails[0].subject
    assert cycle.programme.name_en in mails[1].subject
    assert f"/ja/hosts/survey/{answer.public_id}/" in mails[0].body
    assert f"/en/hosts/survey/{answer.public_id}/" in mails[1].body


def test_submit_demand_of_a_designated_city_tells_no_relay(coordinator):
    city = LocalGovernmentFactory(kind="designated_city")
    relay_officer_of(city.prefecture)
    answer = SurveyAnswerFactory(government=city)
    HostRequestFactory(answer=answer)

    submit_demand(answer, by=coordinator_of(city))

    assert [mail.purpose for mail in Mail.objects.all()] == ["survey_receipt"]


def test_submit_demand_twice_is_refused_and_doubles_nothing(submitted, coordinator):
    with pytest.raises(HostError):
        submit_demand(submitted, by=coordinator)

    assert submitted.moves.count() == 1
    assert Mail.objects.count() == 1


def test_submit_demand_without_a_request_is_refused(answer, coordinator):
    with pytest.raises(HostError):
        submit_demand(answer, by=coordinator)


def test_submit_demand_with_an_incomplete_request_changes_nothing(answer, coordinator):
    HostRequestFactory(answer=answer)
    HostRequestFactory(answer=answer, unit=False)

    with pytest.raises(HostError):
        submit_demand(answer, by=coordinator)

    answer.refresh_from_db()
    assert answer.state == AnswerState.NOT_OPENED
    assert set(HostRequest.objects.values_list("state", flat=True)) == {"draft"}
    assert not Mail.objects.exists()


def test_faults_of_names_what_is_missing_and_in_which_step(answer, coordinator):
    request = start_request(answer, by=coordinator)

    assert [(step, field) for step, field, _message in faults_of(request)] == [
        ("demand", "field"),
        ("period", "ends_on"),
        ("programme", "theme_ja"),
        ("programme", "aim_ja"),
        ("programme", "units"),
    ]


@pytest.mark.parametrize(
    ("ends_on", "is_warned"),
    [
        (date(2027, 11, 15), True),  # five months and 30 days
        (date(2027, 11, 16), False),  # six months
        (date(2028, 5, 16), False),  # twelve months
        (date(2028, 5, 17), True),  # twelve months and a day
        (None, False),
    ],
)
def test_length_warning_outside_six_to_twelve_months(answer, ends_on, is_warned):
    request = HostRequestFactory(answer=answer, starts_on=date(2027, 5, 17), ends_on=ends_on)

    assert (length_warning(request) is not None) is is_warned


def test_an_unusual_length_is_submitted_with_a_reason(answer, coordinator):
    HostRequestFactory(
        answer=answer,
        starts_on=date(2027, 5, 17),
        ends_on=date(2027, 8, 16),
        length_reason="三か月の研修計画",
    )

    assert submit_demand(answer, by=coordinator).state == AnswerState.SUBMITTED


def test_submit_no_demand_withdraws_the_drafts(answer, coordinator):
    request = start_request(answer, by=coordinator)

    submit_no_demand(answer, reason="予算がない", by=coordinator)

    answer.refresh_from_db()
    request.refresh_from_db()
    assert (answer.state, answer.has_demand) == ("submitted", False)
    assert answer.no_demand_reason == "予算がない"
    assert request.state == RequestState.WITHDRAWN


def test_discard_request_keeps_the_row(answer, coordinator):
    request = start_request(answer, by=coordinator)

    discard_request(request, by=coordinator)

    request.refresh_from_db()
    assert request.state == RequestState.WITHDRAWN


def test_lock_request_refuses_what_was_submitted(submitted):
    with pytest.raises(HostError):
        lock_request(submitted.requests.get())


def test_the_relay_holds_then_forwards_and_the_operator_receives(submitted):
    officer = relay_officer_of(submitted.government.prefecture)

    hold_answer(submitted, by=officer)
    forward_answer(submitted, by=officer)
    receive_answer(submitted, by=UserFactory())

    assert [move.to_state for move in submitted.moves.all()] == [
        "submitted",
        "held",
        "forwarded",
        "received",
    ]
    assert submitted.requests.get().state == RequestState.OPEN


def test_return_answer_needs_a_comment(submitted):
    with pytest.raises(HostError):
        return_answer(submitted, reason="  ", by=UserFactory())


def test_return_answer_makes_drafts_again_and_mails_the_coordinators(submitted, coordinator):
    second = MembershipFactory(
        organisation=submitted.government.organisation, role=Role.COORDINATOR
    ).user
    Mail.objects.all().delete()

    return_answer(submitted, reason="人数を\n確かめてください", by=UserFactory())

    assert submitted.state == AnswerState.RETURNED
    assert submitted.requests.get().state == RequestState.DRAFT
    mails = Mail.objects.order_by("pk")
    assert [mail.to for mail in mails] == [coordinator.email, second.email]
    assert "人数を\n確かめてください" in mails[0].body


def test_a_returned_answer_is_submitted_again_and_told_again(submitted, coordinator):
    return_answer(submitted, reason="人数", by=UserFactory())

    submit_demand(submitted, by=coordinator)

    assert Mail.objects.filter(purpose="survey_receipt").count() == 2


def test_a_forwarded_answer_cannot_be_held(submitted):
    forward_answer(submitted, by=UserFactory())

    with pytest.raises(HostError):
        hold_answer(submitted, by=UserFactory())


def test_set_filled_there_and_back(submitted):
    receive_answer(submitted, by=UserFactory())
    request = submitted.requests.get()

    set_filled(request, filled=True, by=UserFactory())
    set_filled(request, filled=False, by=UserFactory())

    assert [move.to_state for move in request.moves.all()] == [
        "submitted",
        "open",
        "filled",
        "open",
    ]


# What the relay may still do --------------------------------------------------------------------

RELAY_VERBS = {
    "forward": forward_answer,
    "hold": hold_answer,
    "return": lambda answer, *, by: return_by_relay(answer, reason="人数", by=by),
}


@pytest.mark.parametrize("state", AnswerState.values)
@pytest.mark.parametrize("verb", list(RELAY_VERBS))
def test_the_relay_acts_only_on_what_lies_with_it(coordinator, answer, state, verb):
    SurveyAnswer.objects.update(state=state, has_demand=False, submitted_at=timezone.now())
    target = {"forward": "forwarded", "hold": "held", "return": "returned"}[verb]

    if target in RELAY_MOVES.get(state, ()):
        RELAY_VERBS[verb](answer, by=UserFactory())
        assert answer.state == target
    else:
        with pytest.raises(HostError):
            RELAY_VERBS[verb](answer, by=UserFactory())
        answer.refresh_from_db()
        assert (answer.state, answer.moves.count(), Mail.objects.count()) == (state, 0, 0)


def test_the_operator_returns_what_it_has_received(submitted):
    receive_answer(submitted, by=UserFactory())

    return_answer(submitted, reason="人数", by=UserFactory())

    assert submitted.state == AnswerState.RETURNED
    assert submitted.requests.get().state == RequestState.DRAFT


# What stands on a request -----------------------------------------------------------------------


@pytest.fixture
def held(monkeypatch):
    monkeypatch.setattr(holds, "_providers", [lambda requests: "Somebody is proposed there."])


@pytest.mark.parametrize("state", [RequestState.FILLED, RequestState.UNFILLED])
def test_return_answer_refuses_once_the_placement_for_a_request_is_settled(submitted, state):
    receive_answer(submitted, by=UserFactory())
    HostRequestFactory(answer=submitted, state=state)
    Mail.objects.all().delete()

    with translation.override("en"), pytest.raises(HostError, match="has been decided"):
        return_answer(submitted, reason="人数", by=UserFactory())

    submitted.refresh_from_db()
    assert submitted.state == AnswerState.RECEIVED
    assert set(submitted.requests.values_list("state", flat=True)) == {"open", state}
    assert not Mail.objects.exists()


def test_return_answer_refuses_while_something_stands_on_a_request(submitted, held):
    receive_answer(submitted, by=UserFactory())

    with pytest.raises(HostError, match=r"Somebody is proposed there\."):
        return_answer(submitted, reason="人数", by=UserFactory())

    submitted.refresh_from_db()
    assert (submitted.state, submitted.requests.get().state) == ("received", "open")


def test_drafts_on_which_something_stands_are_not_withdrawn(answer, coordinator, held):
    request = start_request(answer, by=coordinator)

    with pytest.raises(HostError, match="Somebody"):
        discard_request(request, by=coordinator)
    with pytest.raises(HostError, match="Somebody"):
        submit_no_demand(answer, reason="", by=coordinator)

    answer.refresh_from_db()
    request.refresh_from_db()
    assert (answer.state, request.state) == ("draft", "draft")


def test_providers_are_asked_about_the_requests_of_the_answer(submitted, monkeypatch):
    asked = []
    monkeypatch.setattr(holds, "_providers", [])
    holds_request(asked.append)

    return_answer(submitted, reason="人数", by=UserFactory())

    assert asked == [[submitted.requests.get()]]


@pytest.mark.parametrize("state", ["submitted", "open", "filled", "unfilled"])
def test_submit_no_demand_refuses_while_a_request_is_more_than_a_draft(answer, coordinator, state):
    draft = start_request(answer, by=coordinator)
    HostRequestFactory(answer=answer, state=state)

    with pytest.raises(HostError):
        submit_no_demand(answer, reason="", by=coordinator)

    answer.refresh_from_db()
    draft.refresh_from_db()
    assert (answer.state, draft.state) == ("draft", "draft")


# A cycle that is over ---------------------------------------------------------------------------

VERBS = {
    "start": ("draft", lambda answer, by: start_request(answer, by=by)),
    "discard": ("draft", lambda answer, by: discard_request(answer.requests.get(), by=by)),
    "no demand": ("draft", lambda answer, by: submit_no_demand(answer, reason="", by=by)),
    "submit": ("draft", lambda answer, by: submit_demand(answer, by=by)),
    "forward": ("submitted", lambda answer, by: forward_answer(answer, by=by)),
    "hold": ("submitted", lambda answer, by: hold_answer(answer, by=by)),
    "relay's return": (
        "submitted",
        lambda answer, by: return_by_relay(answer, reason="人数", by=by),
    ),
    "return": ("received", lambda answer, by: return_answer(answer, reason="人数", by=by)),
    "receive": ("submitted", lambda answer, by: receive_answer(answer, by=by)),
}


@pytest.mark.parametrize("over", [Cycle.State.CLOSED, Cycle.State.CALLED_OFF])
@pytest.mark.parametrize("verb", list(VERBS))
def test_no_answer_is_moved_once_its_cycle_is_over(answer, coordinator, verb, over):
    state, act = VERBS[verb]
    request = HostRequestFactory(answer=answer, state="draft" if state == "draft" else "submitted")
    SurveyAnswer.objects.update(state=state, has_demand=True, submitted_at=timezone.now())
    Cycle.objects.update(state=over)  # the row in hand still says that it is open

    with translation.override("en"), pytest.raises(HostError, match="cycle is closed"):
        act(answer, coordinator)

    answer.refresh_from_db()
    assert answer.state == state
    assert list(answer.requests.values_list("pk", "state")) == [(request.pk, request.state)]
    assert not Mail.objects.exists()


# Mails that cannot be written -------------------------------------------------------------------


def test_return_without_a_mail_leaves_the_answer_and_its_requests(submitted, coordinator):
    User.objects.filter(pk=coordinator.pk).update(email="no address")

    with pytest.raises(HostError, match="no address"):
        return_answer(submitted, reason="人数", by=UserFactory())

    submitted.refresh_from_db()
    assert (submitted.state, submitted.moves.count()) == ("submitted", 1)
    assert submitted.requests.get().state == RequestState.SUBMITTED
