"""A person takes back their own application: what follows is said, done once, and told."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from hosts.states import RequestState
from notices.models import Mail
from placements.models import Nomination, Placement
from placements.states import NominationState, PlacementState
from tests.factories import (
    NominationFactory,
    OverseasOfficeFactory,
    PlacementFactory,
    application_of,
    coordinator_of,
    open_request,
    trainee_person,
)
from trainees import withdrawals
from trainees.models import Application
from trainees.services import TraineeError
from trainees.withdrawals import what_follows, withdraw_own

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    return trainee_person(email="suryani@example.org")


@pytest.fixture
def own(person):
    return application_of(person)


def submitted(own, state="submitted"):
    Application.objects.filter(pk=own.pk).update(state=state, submitted_at=timezone.now())
    own.refresh_from_db()
    return own


def placed(own, state=PlacementState.ANNOUNCED, starts_in: int = 90):
    submitted(own, "frozen")
    NominationFactory(application=own)
    request = open_request(own.cycle, number=1)
    day = timezone.localdate() + timedelta(days=starts_in)
    placement = PlacementFactory(
        application=own,
        host_request=request,
        by_hand=True,
        state=state,
        decided_on=timezone.localdate(),
        announced_at=timezone.now(),
        starts_on=day,
        ends_on=day + timedelta(days=200),
    )
    request.state = RequestState.FILLED
    request.save()
    return placement


def send(person, own, **typed):
    client = Client()
    client.force_login(person)
    data = {"reason": "My city cannot spare me.", "is_sure": "on", **typed}
    return client.post(reverse("trainees:withdraw", args=[own.public_id]), data)


def test_the_page_says_what_follows_before_anything_is_done(client, person, own):
    client.force_login(person)

    shown = client.get(reverse("trainees:withdraw", args=[own.public_id])).content.decode()

    assert "Your application is not submitted, and nobody will read or judge it." in shown
    assert "Your nomination ends." in shown
    own.refresh_from_db()
    assert own.state == "draft"


@pytest.mark.parametrize("typed", [{"reason": ""}, {"reason": "  "}, {"is_sure": ""}])
def test_without_a_reason_or_the_tick_nothing_is_done(person, own, typed):
    answer = send(person, own, **typed)

    assert answer.status_code == 422
    own.refresh_from_db()
    assert own.state == "draft"


@pytest.mark.parametrize("reason", ["<b>x</b>", "a\u202eb", "x" * 2001])
def test_a_reason_that_is_no_plain_text_is_refused(person, own, reason):
    assert send(person, own, reason=reason).status_code == 422


@pytest.mark.parametrize("state", ["draft", "submitted", "returned", "complete", "frozen"])
def test_it_is_withdrawn_once_and_mailed_once(person, own, state):
    if state != "draft":
        submitted(own, state)
    nomination = NominationFactory(application=own)

    for _click in range(2):
        assert send(person, own).status_code in {302, 422}

    own.refresh_from_db()
    assert own.state == "withdrawn"
    assert own.moves.get().reason == "My city cannot spare me."
    assert Nomination.objects.get(pk=nomination.pk).state == NominationState.WITHDRAWN
    told = sorted(Mail.objects.values_list("purpose", "to"))
    office = own.cycle.programme.contact_email
    assert told == [("withdrawal_confirmed", person.email), ("withdrawal_told", office)]


def test_the_reason_stands_in_no_mail(person, own):
    send(person, own, reason="I am ill.")

    assert not any("I am ill" in mail.body for mail in Mail.objects.all())


def test_a_placement_is_cancelled_and_its_host_is_told(person, own):
    placement = placed(own)
    user = coordinator_of(placement.host_request.government, email="host@example.jp")
    host = placement.host_request.government.full_name
    assert f"Your placement at {host} is cancelled." in " ".join(what_follows(own))

    send(person, own)

    placement.refresh_from_db()
    assert placement.state == PlacementState.CANCELLED
    assert Mail.objects.filter(purpose="withdrawal_told", to=user.email).count() == 1
    placement.host_request.refresh_from_db()
    assert placement.host_request.state == RequestState.OPEN  # the seat is free


def test_a_placement_that_was_not_announced_is_not_betrayed(person, own):
    placement = placed(own, PlacementState.PROPOSED)
    Placement.objects.update(announced_at=None)
    coordinator_of(placement.host_request.government, email="host@example.jp")
    host = placement.host_request.government.full_name

    assert host not in " ".join(what_follows(own))
    withdraw_own(own, reason="x", by=person)

    placement.refresh_from_db()
    assert placement.state == PlacementState.CANCELLED
    assert not Mail.objects.filter(to="host@example.jp").exists()


def test_the_overseas_office_is_told(person, own):
    office = OverseasOfficeFactory(email="office@example.org")
    NominationFactory(application=own, office=office)

    withdraw_own(own, reason="x", by=person)

    assert Mail.objects.filter(to="office@example.org").count() == 1


def test_once_the_stay_has_begun_nobody_leaves_by_a_click(person, own, client):
    placed(own, starts_in=0)

    with pytest.raises(TraineeError, match="Your stay in Japan has begun"):
        withdraw_own(own, reason="x", by=person)

    client.force_login(person)
    shown = client.get(reverse("trainees:withdraw", args=[own.public_id])).content.decode()
    assert "talk to your host" in shown
    assert reverse("trainees:withdraw", args=[own.public_id]) not in (
        client.get(reverse("trainees:status")).content.decode()
    )


def test_without_that_rule_it_would_be_withdrawn(person, own, monkeypatch):
    """The control: the rule is off, and the same person is gone."""
    placed(own, starts_in=0)
    monkeypatch.setattr(withdrawals, "reason_against_withdrawal", lambda application: None)

    withdraw_own(own, reason="x", by=person)

    own.refresh_from_db()
    assert own.state == "withdrawn"


def test_a_closed_cycle_is_not_written(person, own):
    own.cycle.state = "closed"
    own.cycle.save()

    with pytest.raises(TraineeError):
        withdraw_own(own, reason="x", by=person)


def test_nobody_withdraws_for_another(own):
    assert send(trainee_person(), own).status_code == 404
