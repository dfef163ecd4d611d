"""Queries and bytes of an open survey of 1,788 governments and five past years against one of a
single prefecture: `python -m bench.survey`.

The overview, its list and the preview of a reminder for everybody who is silent are opened on a
throw-away database, once with one prefecture, once with the whole country. Ends with 1 where a
number of queries grows or breaks its budget, or the page with map and table weighs 150 KB or more.
"""

import argparse
import os
import sys
import tempfile
import time
from datetime import timedelta
from typing import Any

MOST = {"survey_overview": 12, "survey_governments": 6, "survey_remind": 6}
PERSON = 4  # session, person, memberships, second factor
MOST_BYTES = 150_000
PAST_YEARS = 5
ANSWERED_OF = 20  # one of so many has answered


def main() -> int:
    words = argparse.ArgumentParser(description=__doc__.partition(":")[0])
    words.add_argument("--rounds", type=int, default=3, help="requests of which the fastest counts")
    asked = words.parse_args()
    with tempfile.TemporaryDirectory(prefix="portal-survey-") as folder:
        os.environ |= {"PORTAL_DATA_DIR": folder, "DJANGO_SETTINGS_MODULE": "lgotp.settings"}
        os.environ.pop("DATABASE_URL", None)
        import django

        django.setup()
        return _measure_both(asked.rounds)


def _measure_both(rounds: int) -> int:
    from django.conf import settings
    from django.core.management import call_command
    from django.test.utils import setup_test_environment

    setup_test_environment()
    settings.STORAGES["staticfiles"]["BACKEND"] = (
        "django.contrib.staticfiles.storage.StaticFilesStorage"
    )
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    country = _surveys(governments=None, first_year=2040)
    prefecture = _surveys(governments="38", first_year=2060)
    faults = []
    for name in MOST:
        small, large = (_opened(name, survey, rounds) for survey in (prefecture, country))
        print(
            f"{name:20} queries {small['queries']:3} -> {large['queries']:3}   "
            f"KB {small['bytes'] / 1000:6.1f} -> {large['bytes'] / 1000:6.1f}   "
            f"ms {small['ms']:6.0f} -> {large['ms']:6.0f} ({large['ms'] / small['ms']:.1f} times)"
        )
        if large["queries"] != small["queries"] or large["queries"] > MOST[name] + PERSON:
            faults.append(f"{name}: {large['queries']} queries")
        if name == "survey_overview" and large["bytes"] >= MOST_BYTES:
            faults.append(f"{name}: {large['bytes']} bytes")
    faults += _send(country)
    for fault in faults:
        print("BROKEN", fault)
    return 1 if faults else 0


def _surveys(governments: str | None, first_year: int) -> Any:
    """An open survey of these governments, five closed ones before it, one coordinator each."""
    from django.core.management import call_command

    from accounts.models import Membership, Role, User
    from hosts.models import DemandSurvey, LocalGovernment, SurveyAnswer
    from tests.factories import CycleFactory, DemandSurveyFactory

    if not LocalGovernment.objects.exists():
        call_command("load_local_governments", verbosity=0)
    rows = LocalGovernment.objects.select_related("prefecture").order_by("code")
    if governments:
        rows = rows.filter(code__startswith=governments)
    asked = list(rows)
    if not governments:
        people = [
            User(email=f"bench-{row.pk}@example.jp", name=f"担当 {row.pk}", password="!")
            for row in asked
        ]
        User.objects.bulk_create(people)
        Membership.objects.bulk_create(
            Membership(user=user, organisation_id=row.organisation_id, role=Role.COORDINATOR)
            for user, row in zip(people, asked, strict=True)
        )
    survey: DemandSurvey | None = None
    for year in range(first_year, first_year + PAST_YEARS + 1):
        is_last = year == first_year + PAST_YEARS
        cycle = CycleFactory(fiscal_year=year)
        opened = cycle.opened_at
        closed = None if is_last else opened + timedelta(days=90)
        survey = DemandSurveyFactory(cycle=cycle, opened_at=opened, closed_at=closed)
        SurveyAnswer.objects.bulk_create(
            _answer(survey, row, has_answered=not is_last or number % ANSWERED_OF == 0)
            for number, row in enumerate(asked)
        )
        _wishes(survey)
    return survey


def _answer(survey: Any, government: Any, *, has_answered: bool) -> Any:
    from hosts.models import SurveyAnswer

    fields: dict[str, Any] = {"state": "not_opened"}
    if has_answered:
        wants = government.pk % 3 == 0
        fields = {"state": "received", "has_demand": wants, "submitted_at": survey.opened_at}
        fields |= {} if wants else {"no_demand_kind": "budget"}
    return SurveyAnswer(
        survey=survey, government=government, relay=government.usual_relay, **fields
    )


def _wishes(survey: Any) -> None:
    from hosts.models import HostRequest
    from schedule.vocabulary import TrainingField

    fields = TrainingField.values
    HostRequest.objects.bulk_create(
        HostRequest(
            answer=answer,
            state="open",
            field=fields[answer.pk % len(fields)],
            starts_on=survey.cycle.arrival_on,
            ends_on=survey.cycle.arrival_on + timedelta(days=200),
        )
        for answer in survey.answers.filter(has_demand=True)
    )


def _opened(name: str, survey: Any, rounds: int) -> dict[str, Any]:
    """The page as staff open it: queries, bytes, and the time of the fastest request."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext
    from django.urls import reverse

    from tests.factories import staff_member

    client = Client()
    client.force_login(staff_member())
    cycle = survey.cycle
    address = reverse(f"desk:{name}", args=[cycle.programme.code, cycle.fiscal_year])
    client.get(address)
    times = []
    for _round in range(rounds):
        with CaptureQueriesContext(connection) as captured:
            started = time.perf_counter()
            response = client.get(address)
            times.append((time.perf_counter() - started) * 1000)
        if response.status_code != 200:
            raise SystemExit(f"{address}: {response.status_code}")
    return {"queries": len(captured), "bytes": len(response.content), "ms": min(times)}


def _send(survey: Any) -> list[str]:
    """One round to everybody who is silent: how many mails, queries and seconds it takes."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext
    from django.utils import timezone

    from hosts.reminding import Choice, send_reminder, silent_answers
    from tests.factories import staff_member

    answers = [answer.pk for answer in silent_answers(survey, Choice())]
    with CaptureQueriesContext(connection) as captured:
        started = time.perf_counter()
        reminder = send_reminder(
            survey,
            answers=answers,
            looked_at=timezone.now(),
            choice=Choice(),
            by=staff_member(),
        )
        seconds = time.perf_counter() - started
    per_mail = len(captured) / reminder.people
    print(
        f"{'send_reminder':20} mails {reminder.people}   queries {len(captured)} "
        f"({per_mail:.3f} for each mail)   s {seconds:.1f}"
    )
    return [] if per_mail < 0.2 else [f"send_reminder: {len(captured)} queries"]


if __name__ == "__main__":
    sys.exit(main())
