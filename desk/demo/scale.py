"""The demonstration in large: many more hosts and people in the same cycles, in few statements.

One unit stands for a year of a hundred applications. The running year grows to three times a real
year at most, since its board is one page on which people are placed; the rest stands in the years
before, whose placements have ended. Their letters are not printed: that would take hours, and
nobody needs thousands of sheets to look at a list.
"""

import random
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.db.models import Max, Model
from django.utils import timezone

from accounts.models import Invitation, Membership, Role, User
from hosts.models import (
    Contribution,
    DemandSurvey,
    HostRequest,
    HostRequestMove,
    LocalGovernment,
    SurveyAnswer,
    SurveyAnswerMove,
    TrainingProgramme,
    TrainingUnit,
    UnitInstructor,
    WishedCountry,
)
from hosts.states import AnswerState, RequestState
from japan.business_days import roll
from japan.dates import end_of_stay
from notices.models import Mail, MailEvent
from notices.states import MailState
from placements.models import Nomination, NominationMove, Placement, PlacementMove
from placements.states import NominationState, PlacementState
from schedule.models import Cycle, PhaseKind
from trainees.consents import texts_in_force
from trainees.models import (
    Application,
    ApplicationMove,
    Consent,
    ConsentKind,
    Education,
    SendingGovernment,
    Trainee,
)
from trainees.states import ApplicationState

from . import data, offers, training
from .dossiers import answers_of, complete_person
from .names import NAMES
from .records import at_ten

APPLICATIONS, REQUESTS = 100, 40  # of one unit
RUNNING_AT_MOST = 300  # applications of the running year
NO_PASSWORD = "!"  # noqa: S105 - what Django writes for people who sign in by code
TOGETHER = 2_000  # rows of one statement
FIELDS = ["environment", "water", "tourism", "exchange", "city_planning", "health", "agriculture"]
FIELDS += ["education", "fire", "civil_engineering", "general", "economy", "architecture"]
Say = Callable[[str], None]


def shares(units: int, years: list[int]) -> dict[int, int]:
    """How many applications each year gets, the running one last."""
    whole = APPLICATIONS * units
    running = min(RUNNING_AT_MOST, whole // 10)
    past = [year for year in years if year != years[-1]]
    found = {year: (whole - running) // len(past) for year in past}
    found[past[-1]] += whole - running - sum(found.values())
    return found | {years[-1]: running}


def multiply(*, on: date, units: int, rng: random.Random, staff: User, say: Say) -> None:
    """Add so many units to the cycles that stand; the same dice give the same rows."""
    cycles = {cycle.fiscal_year: cycle for cycle in Cycle.objects.order_by("fiscal_year")}
    for year, number in shares(units, list(cycles)).items():
        crowd = _Crowd(cycles[year], on, rng, staff, is_running=year == max(cycles))
        crowd.add(number)
        say(f"FY{year}: {number} applications more")


class _Crowd:
    """Hosts and people of one cycle."""

    def __init__(
        self, cycle: Cycle, on: date, rng: random.Random, staff: User, *, is_running: bool
    ):
        self.cycle, self.rng, self.staff, self.is_running = cycle, rng, staff, is_running
        year = cycle.fiscal_year
        self.asked_on = roll(on - timedelta(days=12), "before")
        if not is_running:
            self.asked_on = roll(date(year - 1, 11, 20), "before")
        self.decided_on = roll(date(year, 2, 19), "before")
        self.senders = {
            str(sender.country): sender for sender in SendingGovernment.objects.order_by("pk")
        }

    def add(self, applications: int) -> None:
        if not applications:
            return
        requests = self._requests(max(1, applications * REQUESTS // APPLICATIONS))
        people = self._people(applications)
        rows = self._applications(people, requests)
        self._nominations(rows)
        self._receipts(rows)
        if not self.is_running:
            self._placements(rows, requests)

    # Hosts -----------------------------------------------------------------------------------

    def _requests(self, number: int) -> list[HostRequest]:
        survey = DemandSurvey.objects.get(cycle=self.cycle)
        told = data.ASKING | data.SPOKEN_FOR
        answers = SurveyAnswer.objects.filter(survey=survey).exclude(government__code__in=told)
        answers = answers.select_related("government").order_by("government__code")
        hosts = sorted(self.rng.sample(list(answers), min(700, number)), key=lambda row: row.pk)
        at = at_ten(self.asked_on)
        SurveyAnswer.objects.filter(pk__in=[host.pk for host in hosts]).update(
            state=AnswerState.RECEIVED,
            has_demand=True,
            submitted_at=at,
            no_demand_reason="",
            no_demand_kind="",
        )
        _coordinators([host.government for host in hosts])
        starts_on = self.cycle.arrival_on
        rows = [
            HostRequest(
                answer=hosts[n % len(hosts)],
                state=RequestState.OPEN if self.is_running else RequestState.FILLED,
                field=self.rng.choice(FIELDS),
                number=self.rng.choice([1, 1, 1, 2, 2, 3]),
                language=self.rng.choice(["either", "either", "english", "japanese"]),
                level=self.rng.randint(1, 3),
                starts_on=starts_on,
                ends_on=end_of_stay(starts_on, self.rng.randint(6, 11 if self.is_running else 6)),
            )
            for n in range(number)
        ]
        for row in rows:
            for name, value in offers.levels_of(row.language, row.level).items():
                setattr(row, name, value)
        _create(HostRequest, rows)
        self._programmes(rows)
        _create(SurveyAnswerMove, (
            SurveyAnswerMove(answer=host, at=at + timedelta(days=later), by=by,
                             from_state=before, to_state=after)
            for host in hosts
            for later, by, before, after in [
                (0, None, AnswerState.DRAFT, AnswerState.SUBMITTED),
                (2, self.staff, AnswerState.SUBMITTED, AnswerState.RECEIVED),
            ]
        ))  # fmt: skip
        _create(HostRequestMove, (
            HostRequestMove(host_request=row, at=at + timedelta(days=2), by=self.staff,
                            from_state=RequestState.SUBMITTED, to_state=RequestState.OPEN)
            for row in rows
        ))  # fmt: skip
        return rows

    def _programmes(self, requests: list[HostRequest]) -> None:
        texts = {row[1]: row[7:] for row in data.REQUESTS}
        plain = data.REQUESTS[3][7:]
        programmes = [
            TrainingProgramme(
                host_request=request,
                theme_ja=theme_ja,
                theme_en=theme_en,
                aim_ja=aim_ja,
                aim_en=aim_en,
            )
            for request in requests
            for theme_ja, theme_en, aim_ja, aim_en in [texts.get(request.field, plain)]
        ]
        starts_on = self.cycle.phase_starts_on(PhaseKind.SPECIALISED)
        for programme in programmes:
            training.fill(programme, starts_on, self.rng)
        _create(TrainingProgramme, programmes)
        units = _create(TrainingUnit, (
            unit
            for programme in programmes
            for unit in training.units_of(
                programme, starts_on, programme.host_request.ends_on, self.rng
            )
        ))  # fmt: skip
        _create(UnitInstructor, (
            person for unit in units for person in training.instructors_of(unit, self.rng)
        ))  # fmt: skip
        _create(Contribution, (
            each for row in programmes for each in training.contributions_of(row, self.rng)
        ))  # fmt: skip
        _create(WishedCountry, (
            WishedCountry(host_request=request, rank=1, country=self.rng.choice(list(NAMES)))
            for request in requests
            if self.rng.random() < 0.5
        ))  # fmt: skip

    # People ----------------------------------------------------------------------------------

    def _people(self, number: int) -> list[Trainee]:
        year, countries = self.cycle.fiscal_year, list(NAMES)
        addresses = [f"fy{year}-crowd-{n}@example.org" for n in range(1, number + 1)]
        named = [(country := self.rng.choice(countries), self._name(country)) for _a in addresses]
        users = [
            User(email=address, name=name, language="en", is_demo=True, password=NO_PASSWORD)
            for address, (_country, name) in zip(addresses, named, strict=True)
        ]
        _create(User, users)
        _create(EmailAddress, (
            EmailAddress(user=user, email=user.email, verified=True, primary=True)
            for user in users
        ))  # fmt: skip
        role = Role.TRAINEE if self.is_running else Role.ALUMNUS
        _create(Membership, (Membership(user=user, role=role) for user in users))
        people = [
            Trainee(
                user=user,
                email=user.email,
                passport_name=user.name,
                has_single_name=" " not in user.name,
                nationality=country,
                salutation=self.rng.choice(["mr", "ms"]),
                born_on=date(1985, 1, 1) + timedelta(days=self.rng.randint(0, 4000)),
            )
            for user, (country, _name) in zip(users, named, strict=True)
        ]
        for person in people:
            complete_person(person)
        return _create(Trainee, people)

    def _name(self, country: str) -> str:
        first, second = NAMES[country]
        return f"{self.rng.choice(first)} {self.rng.choice(second)}".strip()

    def _applications(
        self, people: list[Trainee], requests: list[HostRequest]
    ) -> list[Application]:
        last = self.cycle.applications.aggregate(last=Max("number"))["last"] or 0
        at = at_ten(self.asked_on)
        rows = []
        for number, person in enumerate(people, start=last + 1):
            state = self._state()
            is_draft = state == ApplicationState.DRAFT
            field = requests[number % len(requests)].field
            second = self.rng.choice(["", "general", "exchange", "environment", "tourism"])
            rows.append(
                Application(
                    trainee=person,
                    cycle=self.cycle,
                    state=state,
                    number=number,
                    sending_government=self.senders.get(str(person.nationality)),
                    employer_department=self.rng.choice(data.DEPARTMENTS),
                    employer_position="" if is_draft else self.rng.choice(data.POSITIONS),
                    employed_since=date(2015, 4, 1) + timedelta(days=self.rng.randint(0, 2500)),
                    english_level=self.rng.randint(2, 4),
                    japanese_level=self.rng.randint(0, 3),
                    field=field,
                    second_field="" if second == field else second,
                    statement="" if is_draft else self.rng.choice(data.STATEMENTS),
                    future_use="" if is_draft else self.rng.choice(data.USES),
                    submitted_at=None if is_draft else at + timedelta(minutes=number % 480),
                    person={} if is_draft else person.snapshot,
                )
            )
        for row in rows:
            if row.submitted_at:
                for name, value in answers_of(row).items():
                    setattr(row, name, value)
                row.declines_needs = row.declines_health = row.never_in_japan = True
        _create(Application, rows)
        text = texts_in_force(timezone.localdate())[ConsentKind.SHARING]
        whole = [row for row in rows if row.submitted_at]
        _create(Education, (
            Education(application=row, school="State University", degree="Bachelor")
            for row in whole
        ))  # fmt: skip
        _create(Consent, (
            Consent(application=row, text=text, language="en", given_at=row.submitted_at or at)
            for row in whole
        ))  # fmt: skip
        _create(ApplicationMove, (
            ApplicationMove(application=row, at=row.submitted_at, by_id=row.trainee.user_id,
                            from_state=ApplicationState.DRAFT, to_state=ApplicationState.SUBMITTED)
            for row in rows
            if row.submitted_at
        ))  # fmt: skip
        return rows

    def _state(self) -> str:
        draw = self.rng.random()
        if draw < 0.04:
            return ApplicationState.WITHDRAWN
        if self.is_running:
            return ApplicationState.DRAFT if draw < 0.2 else ApplicationState.SUBMITTED
        return ApplicationState.FROZEN

    def _nominations(self, applications: list[Application]) -> None:
        day = self.asked_on - timedelta(days=14)
        invitations = [
            Invitation(
                email=row.trainee.email,
                name=row.trainee.passport_name,
                language="en",
                role=Role.TRAINEE,
                token_hash=Invitation.hash_of(f"demonstration-crowd-{row.trainee.email}"),
                invited_by=self.staff,
                expires_at=at_ten(day + timedelta(days=7)),
                accepted_at=at_ten(day + timedelta(days=1)),
                accepted_by_id=row.trainee.user_id,
            )
            for row in applications
        ]
        _create(Invitation, invitations)
        rows = [
            Nomination(
                application=row,
                route="mediated",
                state=NominationState.CONFIRMED,
                invitation=invitation,
                nominated_by=self.staff,
                nominated_on=day,
            )
            for row, invitation in zip(applications, invitations, strict=True)
        ]
        _create(Nomination, rows)
        _create(NominationMove, (
            NominationMove(nomination=row, by_id=row.invitation.accepted_by_id,
                           at=at_ten(day + timedelta(days=1)),
                           from_state=NominationState.PROPOSED,
                           to_state=NominationState.CONFIRMED)
            for row in rows
        ))  # fmt: skip

    def _receipts(self, applications: list[Application]) -> None:
        """The mails that these people got when they applied."""
        rows = [
            Mail(
                key=f"application_receipt:{row.public_id}:1",
                purpose="application_receipt",
                to=row.trainee.email,
                to_name=row.trainee.passport_name[:200],
                language="en",
                subject=f"We have received your application ({row.case_number})",
                body=f"Dear {row.trainee.passport_name},\n\nyour application has arrived.\n",
                related=f"trainees.Application:{row.pk}",
                due_at=row.submitted_at,
                state=MailState.SENT,
                attempts=1,
                sent_at=row.submitted_at,
            )
            for row in applications
            if row.submitted_at
        ]
        _create(Mail, rows)
        _create(MailEvent, (
            MailEvent(mail=row, from_state=before, to_state=after)
            for row in rows
            for before, after in [("", MailState.QUEUED), (MailState.QUEUED, MailState.SENT)]
        ))  # fmt: skip

    def _placements(self, applications: list[Application], requests: list[HostRequest]) -> None:
        """Seat after seat is filled in order, as far as there are people and seats."""
        seats = [request for request in requests for _seat in range(request.number)]
        judged = [row for row in applications if row.state == ApplicationState.FROZEN]
        rows = [
            Placement(
                application=application,
                host_request=request,
                state=PlacementState.ENDED,
                reason="候補者と受入団体の希望による",
                starts_on=self.cycle.arrival_on,
                ends_on=request.ends_on or self.cycle.arrival_on,
                decided_on=self.decided_on,
                decided_by=self.staff,
            )
            for application, request in zip(judged, seats, strict=False)
        ]
        _create(Placement, rows)
        _create(PlacementMove, (
            PlacementMove(placement=row, by=self.staff, at=at_ten(self.decided_on),
                          from_state=PlacementState.PROPOSED, to_state=PlacementState.APPROVED)
            for row in rows
        ))  # fmt: skip


def _coordinators(governments: list[LocalGovernment]) -> None:
    """Each host has somebody who answers; their password is the demonstration's, hashed once."""
    from accounts.demo_sign_ins import PASSWORD

    known = set(
        Membership.objects.filter(role=Role.COORDINATOR).values_list("organisation", flat=True)
    )
    missing = [each for each in governments if each.organisation_id not in known]
    password = make_password(PASSWORD)
    people = [
        User(
            email=f"coordinator-{each.code}@lgotp.example.jp",
            name=data.COORDINATORS[int(each.code) % len(data.COORDINATORS)],
            language="ja",
            is_demo=True,
            password=password,
        )
        for each in missing
    ]
    _create(User, people)
    _create(EmailAddress, (
        EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in people
    ))  # fmt: skip
    _create(Membership, (
        Membership(user=user, organisation_id=each.organisation_id, role=Role.COORDINATOR)
        for user, each in zip(people, missing, strict=True)
    ))  # fmt: skip


def _create(model: type[Model], rows: Iterable[Any]) -> list[Any]:
    return model._default_manager.bulk_create(list(rows), batch_size=TOGETHER)
