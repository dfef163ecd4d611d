"""Addresses and facts that the tests of composing a survey share."""

from django.urls import reverse

from hosts.models import DemandSurvey, LocalGovernment


def at(name: str, survey: DemandSurvey, *more: object) -> str:
    cycle = survey.cycle
    return reverse(f"desk:{name}", args=[cycle.programme.code, cycle.fiscal_year, *more])


def asked(survey: DemandSurvey) -> set[str]:
    return set(survey.answers.values_list("government__code", flat=True))


def relay_of(survey: DemandSurvey, government: LocalGovernment) -> LocalGovernment | None:
    return survey.answers.get(government=government).relay
