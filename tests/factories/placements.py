"""Nominations, runs of the solver, placements, and what they join."""

import uuid
from datetime import date

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from accounts.models import Invitation, Role
from hosts.models import DemandSurvey, HostRequest, LocalGovernment
from hosts.states import AnswerState, RequestState
from placements.models import MatchRun, Nomination, Placement
from schedule.models import Cycle
from schedule.vocabulary import Route
from tests.factories.hosts import (
    DemandSurveyFactory,
    HostRequestFactory,
    LocalGovernmentFactory,
    SurveyAnswerFactory,
)
from tests.factories.schedule import CycleFactory
from tests.factories.trainees import ApplicationFactory
from trainees.models import Application
from trainees.states import ApplicationState


class InvitationFactory(DjangoModelFactory):
    """An invitation of a nominee; `token` gives a link that opens it."""

    class Meta:
        model = Invitation

    class Params:
        token = factory.LazyFunction(lambda: uuid.uuid4().hex)

    email = factory.Sequence(lambda n: f"invited{n}@example.org")
    name = "Suryani"
    language = "en"
    role = Role.TRAINEE
    token_hash = factory.LazyAttribute(lambda row: Invitation.hash_of(row.token))


class NominationFactory(DjangoModelFactory):
    """A nomination that nobody has answered; with a `host_request` the host's own selection."""

    class Meta:
        model = Nomination

    application = factory.SubFactory(ApplicationFactory)
    host_request = None
    route = factory.LazyAttribute(
        lambda row: Route.OWN_SELECTION if row.host_request else Route.MEDIATED
    )
    invitation = factory.SubFactory(InvitationFactory)
    nominated_on = date(2026, 12, 1)


class MatchRunFactory(DjangoModelFactory):
    """A run of the solver that found nothing."""

    class Meta:
        model = MatchRun

    cycle = factory.SubFactory(CycleFactory)
    mode = "optimal"
    input = factory.LazyFunction(
        lambda: {name: [] for name in ("requests", "applications", "pairs", "fixed", "forbidden")}
    )
    output = factory.LazyFunction(
        lambda: {
            "placements": [],
            "unplaced": [],
            "unfilled": [],
            "objective": {
                "placed": 0,
                "host_rank_sum": 0,
                "applicant_rank_sum": 0,
                "score_sum": 0,
            },
            "blocking_pairs": [],
        }
    )
    made_with = "a test"


class PlacementFactory(DjangoModelFactory):
    """A proposal of the solver; `by_hand=True` for one that a person made."""

    class Meta:
        model = Placement

    class Params:
        by_hand = False

    application = factory.SubFactory(
        ApplicationFactory,
        state=ApplicationState.SUBMITTED,
        submitted_at=factory.LazyFunction(timezone.now),
    )
    host_request = factory.LazyAttribute(lambda row: open_request(row.application.cycle))
    run = factory.LazyAttribute(
        lambda row: None if row.by_hand else MatchRunFactory(cycle=row.application.cycle)
    )
    reason = factory.LazyAttribute(lambda row: "They know each other." if row.by_hand else "")
    starts_on = factory.LazyAttribute(lambda row: row.host_request.starts_on)
    ends_on = factory.LazyAttribute(lambda row: row.host_request.ends_on)


def open_request(cycle: Cycle, government: LocalGovernment | None = None, **fields) -> HostRequest:
    """A request that was received: open for placements; a new government asks if none is named."""
    survey = DemandSurvey.objects.filter(cycle=cycle).first() or DemandSurveyFactory(cycle=cycle)
    answer = SurveyAnswerFactory(
        survey=survey,
        government=government or LocalGovernmentFactory(),
        state=AnswerState.RECEIVED,
        has_demand=True,
        submitted_at=timezone.now(),
    )
    return HostRequestFactory(
        **{"answer": answer, "state": RequestState.OPEN, "field": "environment", **fields}
    )


def submitted_application(cycle: Cycle, **fields) -> Application:
    """An application that is to be judged."""
    return ApplicationFactory(
        **{
            "cycle": cycle,
            "state": ApplicationState.SUBMITTED,
            "submitted_at": timezone.now(),
            **fields,
        }
    )
