"""Whom the mails of a survey reach: who of those asked, and of their relays, has an account."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef

from accounts.models import Membership, Role

from .models import DemandSurvey, LocalGovernment, SurveyAnswer


@dataclass(frozen=True)
class Reach:
    """Governments that are asked and have nobody to read it; relays with nobody to check."""

    silent: list[LocalGovernment]
    silent_relays: list[tuple[LocalGovernment, int]]


def reach_of(survey: DemandSurvey, on: date) -> Reach:
    """In two queries, however many are asked."""
    answers = SurveyAnswer.objects.filter(survey=survey)
    silent = (
        answers.filter(~_has("government__organisation", Role.COORDINATOR, on))
        .select_related("government__organisation", "government__prefecture__organisation")
        .order_by("government__code")
    )
    relayed = answers.filter(~_has("relay__organisation", Role.RELAY, on), relay__isnull=False)
    relays = relayed.select_related("relay__organisation", "relay__prefecture__organisation")
    counts = Counter(answer.relay for answer in relays if answer.relay)
    return Reach(
        silent=[answer.government for answer in silent],
        silent_relays=sorted(counts.items(), key=lambda pair: pair[0].code),
    )


def _has(organisation: str, role: str, on: date) -> Exists:
    people = Membership.objects.in_force(on).filter(role=role, user__is_active=True)
    return Exists(people.filter(organisation=OuterRef(organisation)))
