"""Loading the demonstration: the same arguments give the same rows, in one transaction."""

import random
from datetime import date, timedelta

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import connection, transaction
from django.db.models import F

from accounts.demo_sign_ins import PASSWORD
from accounts.models import Membership, Organisation, Role, User
from hosts.models import (
    Contribution,
    DemandSurvey,
    HostRequest,
    HostRequestMove,
    LocalGovernment,
    RelayLetter,
    SurveyAnswer,
    SurveyAnswerMove,
    TrainingProgramme,
    TrainingUnit,
    UnitInstructor,
    WishedCountry,
)
from hosts.opening import open_survey
from hosts.programme_versions import record_version
from hosts.register import take_in
from hosts.states import AnswerState, RequestState
from japan.business_days import roll
from japan.dates import end_of_stay
from japan.governments import load_governments
from notices.letters import render_waiting
from notices.models import Mail
from notices.states import MailState
from placements.letters import draft_notices
from placements.models import Placement
from placements.services import announce
from placements.states import PlacementState
from schedule.lgotp import ensure_lgotp
from schedule.models import Cycle, PhaseKind, Programme
from schedule.services import open_cycle
from schedule.vocabulary import DeadlineCode, Route
from trainees.models import (
    Application,
    OfficeCountry,
    SendingGovernment,
)
from trainees.states import ApplicationState

from . import data, offers, recruiting, training
from .answers import answer_so_far
from .applications import add_application, add_trainee, keep_submissions
from .dossiers import promise_passport
from .papers import hand_in_papers, hand_in_what_is_needed
from .questions import compose_questions, reply_to_questions
from .records import at_ten, put_on_record, received_on_of
from .relays import begin_round, finish_round
from .scale import Say, multiply
from .story import Story

RUNNING_YEAR = 2027
# Three days more than usual for the municipalities: whoever looks at the demonstration finds the
# survey running, and the earlier date of a prefecture still ahead.
MUNICIPALITIES_UNTIL = date(2026, 11, 27)
# What has become of a request, by where its answer stands.
REQUEST_STATES: dict[str, str] = {
    AnswerState.SUBMITTED: RequestState.SUBMITTED,
    AnswerState.RETURNED: RequestState.DRAFT,
    AnswerState.FORWARDED: RequestState.SUBMITTED,
    AnswerState.RECEIVED: RequestState.OPEN,
}


class DemoError(Exception):
    """The demonstration cannot be loaded here. The message is written for the operator."""


def demo_exists() -> bool:
    """Whether a demonstration was loaded into this database."""
    return User.objects.filter(is_demo=True).exists()


def load_demo(
    *, on: date, scale: int = 1, seed: int = 1, say: Say = lambda line: None
) -> dict[str, int]:
    """Load the programme as of `on`: closed cycles and the running FY2027; how many rows of each.

    `scale` makes it so many times as large; `say` is told how far it has come.

    Raises DemoError in production and where rows of real people stand in the database.
    """
    check_demo()
    rng = random.Random(seed)  # noqa: S311 - no secret is drawn
    with transaction.atomic():
        loader = _Loader(on, rng)
        loader.run()
        if scale > 1:
            say("the plain demonstration is loaded")
            staff = loader.users[Role.STAFF]
            multiply(on=on, units=scale - 1, rng=rng, staff=staff, say=say)
        take_stock()
        put_on_record(by=loader.users[Role.STAFF], running_year=RUNNING_YEAR)
        counts = loader.counts()
    render_waiting()
    finish_round(loader.letters, by=loader.users[Role.RELAY])
    decided = Placement.objects.filter(state=PlacementState.APPROVED).order_by("pk")
    for placement in decided.select_related("application"):
        announce(placement)
        # The papers for the certificate of eligibility followed.
        followed_on = (placement.decided_on or on) + timedelta(days=14)
        hand_in_what_is_needed(
            placement.application, on=followed_on, staff=loader.users[Role.STAFF]
        )
    # What was decided in earlier years was mailed then, not when the demonstration starts.
    queued = Mail.objects.filter(state=MailState.QUEUED)
    queued.update(state=MailState.SENT, sent_at=F("created_at"), attempts=1)
    loader.end_closed_cycle()
    return counts


def check_demo() -> None:
    """Raise DemoError where the demonstration cannot be loaded."""
    if settings.PRODUCTION:
        raise DemoError("The demonstration exists only in the embedded mode.")
    if demo_exists():
        raise DemoError("The demonstration was loaded already.")
    if User.objects.exists() or Cycle.objects.exists():
        raise DemoError("This database is in use; load the demonstration into an empty one.")


def take_stock() -> None:
    """Let PostgreSQL count the rows that this transaction wrote: without it plans are guesses, and
    some of them take longer than a statement may. Only our own tables: those of the whole server
    would stay locked until the end of this transaction, for every other database as well.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            names = sorted(connection.introspection.django_table_names(only_existing=True))
            tables = ", ".join(connection.ops.quote_name(name) for name in names)
            cursor.execute(f"ANALYZE {tables}")


class _Loader:
    def __init__(self, on: date, rng: random.Random):
        self.on, self.rng = on, rng
        self.bodies: dict[str, Organisation] = {}
        self.users: dict[str, User] = {}
        self.letters: list[RelayLetter] = []

    def run(self) -> None:
        programme = ensure_lgotp()
        take_in(load_governments())
        self.governments = {
            row.code: row for row in LocalGovernment.objects.select_related("organisation")
        }
        self._bodies(programme)
        self._people()
        for year in (2025, 2026):
            self._past_cycle(programme, year)
        self._running_cycle(programme)

    def counts(self) -> dict[str, int]:
        return {
            "local governments": len(self.governments),
            "people": User.objects.count(),
            "cycles": Cycle.objects.count(),
            "host requests": HostRequest.objects.count(),
            "applications": Application.objects.count(),
            "placements": Placement.objects.count(),
        }

    def end_closed_cycle(self) -> None:
        """The oldest cycle is over: its placements have ended and it is closed."""
        cycle = Cycle.objects.get(fiscal_year=2025)
        placements = Placement.objects.filter(application__cycle=cycle)
        placements.update(state=PlacementState.ENDED)
        Cycle.objects.filter(pk=cycle.pk).update(state=Cycle.State.CLOSED)

    # People and bodies ---------------------------------------------------------------------

    def _bodies(self, programme: Programme) -> None:
        kinds = Organisation.Kind
        self.bodies["operator"] = programme.operator
        self.bodies["ministry"] = Organisation.objects.create(
            kind=kinds.MINISTRY,
            name_ja="総務省 自治行政局 国際室",
            name_en="Ministry of Internal Affairs and Communications (MIC)",
        )
        self.bodies["jiam"] = Organisation.objects.create(
            kind=kinds.TRAINING_INSTITUTE,
            name_ja="全国市町村国際文化研修所（JIAM）",
            name_en="Japan Intercultural Academy of Municipalities (JIAM)",
        )
        for code, name_ja, name_en, countries in data.OFFICES:
            body = Organisation.objects.create(
                kind=kinds.OVERSEAS_OFFICE, name_ja=name_ja, name_en=name_en
            )
            self.bodies[code] = body
            office = recruiting.add_office(body, code)
            for country in countries:
                OfficeCountry.objects.create(office=office, country=country)
        for country, name_ja, name_en, name_local in data.SENDERS:
            body = Organisation.objects.create(
                kind=kinds.SENDING_GOVERNMENT, name_ja=name_ja, name_en=name_en
            )
            SendingGovernment.objects.create(
                organisation=body, country=country, name_local=name_local
            )
        recruiting.add_agencies()

    def _people(self) -> None:
        for role, email, name, language, key in data.SIGN_INS:
            telephone = data.TELEPHONES.get(role, "")
            user = self._person(email, name, language, PASSWORD, telephone)
            body = self.bodies.get(key) or self.governments[key].organisation
            Membership.objects.create(user=user, organisation=body, role=role)
            self.users[role] = user
        for code, (_clock, _telephone, name) in data.CLOCKS.items():
            if name:
                user = self._person(f"office-{code}@lgotp.example.jp", name, "en", PASSWORD)
                body = self.bodies[code]
                Membership.objects.create(user=user, organisation=body, role=Role.OVERSEAS_OFFICE)
        for role, (email, name, language) in {
            Role.TRAINEE: data.TRAINEE,
            Role.ALUMNUS: data.ALUMNUS,
        }.items():
            self.users[role] = self._person(email, name, language, None)
            Membership.objects.create(user=self.users[role], role=role)

    def _coordinator(self, government: LocalGovernment) -> None:
        """A host that asks for trainees has somebody who answers; one is enough."""
        role, organisation = Role.COORDINATOR, government.organisation
        if not Membership.objects.filter(role=role, organisation=organisation).exists():
            name = data.COORDINATORS[int(government.code) % len(data.COORDINATORS)]
            email = f"coordinator-{government.code}@lgotp.example.jp"
            user = self._person(email, name, "ja", PASSWORD)
            Membership.objects.create(user=user, organisation=organisation, role=role)

    def _person(
        self, email: str, name: str, language: str, password: str | None, telephone: str = ""
    ) -> User:
        user = User.objects.create_user(
            email, password, name=name, telephone=telephone, language=language, is_demo=True
        )
        EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
        return user

    # Cycles ----------------------------------------------------------------------------------

    def _past_cycle(self, programme: Programme, year: int) -> None:
        """A cycle that was decided: everybody answered, some asked, the notices were issued."""
        cycle = open_cycle(programme, year)
        take_stock()
        survey = self._date_opening(cycle)
        received_on = received_on_of(year)
        decided_on = roll(date(year, 2, 19), "before")
        asking = data.REQUESTS[:5] if year == 2025 else data.REQUESTS[:8]
        codes = {row[0] for row in asking}
        # By their keys: a join over rows that the database has no statistics of yet is slow.
        asked = list(LocalGovernment.objects.filter(code__in=codes).values_list("pk", flat=True))
        others = SurveyAnswer.objects.filter(survey=survey).exclude(government__in=asked)
        others.update(
            state=AnswerState.RECEIVED,
            has_demand=False,
            submitted_at=at_ten(received_on),
        )
        first = 13 if year == 2025 else 0
        for number, row in enumerate(asking):
            request = self._request(survey, row, AnswerState.RECEIVED, received_on)
            name = data.PEOPLE[(first + number) % len(data.PEOPLE)]
            if year == 2026 and number == 0:
                name = data.PEOPLE[19]
            person = add_trainee(name, f"fy{year}-{number + 1}@example.org", self.rng)
            if year == 2025 and number == 0:
                person.user = self.users[Role.ALUMNUS]
                person.save()
            application = add_application(
                person,
                request,
                number=number + 1,
                state=ApplicationState.FROZEN,
                on=received_on,
                rng=self.rng,
                staff=self.users[Role.STAFF],
            )
            hand_in_what_is_needed(application, on=received_on, staff=self.users[Role.STAFF])
            placement = Placement.objects.create(
                application=application,
                host_request=request,
                state=PlacementState.APPROVED,
                reason="前年度からの継続分" if year == 2025 else "候補者と受入団体の希望による",
                starts_on=cycle.arrival_on,
                ends_on=request.ends_on or cycle.arrival_on,
                decided_on=decided_on,
                decided_by=self.users[Role.STAFF],
            )
            placement.moves.create(
                by=self.users[Role.STAFF],
                at=at_ten(decided_on),
                from_state=PlacementState.PROPOSED,
                to_state=PlacementState.APPROVED,
            )
            full = Placement.objects.with_names().get(pk=placement.pk)
            draft_notices(full, on=decided_on)
            HostRequest.objects.filter(pk=request.pk).update(
                state=RequestState.FILLED if request.number == 1 else RequestState.OPEN
            )
        keep_submissions(cycle)

    def _running_cycle(self, programme: Programme) -> None:
        """FY2027: the survey is on, some requests are in, the first candidates have applied."""
        cycle = open_cycle(programme, RUNNING_YEAR)
        municipalities = cycle.deadlines.filter(code=DeadlineCode.SURVEY_MUNICIPALITY)
        municipalities.update(due_on=MUNICIPALITIES_UNTIL)
        take_stock()
        survey = self._date_opening(cycle)
        answer_so_far(survey, on=self.on, rng=self.rng, staff=self.users[Role.STAFF])
        early = roll(self.on - timedelta(days=12), "before")
        requests = [
            self._request(survey, row, AnswerState.RECEIVED, early) for row in data.REQUESTS[1:]
        ]
        for state, *row in data.RELAYED:
            self._request(survey, tuple(row), state, early)
        staff, officer = self.users[Role.STAFF], self.users[Role.RELAY]
        story = Story(survey, self.governments, staff, officer, self.on)
        story.tell()
        reply_to_questions(survey, random.Random(RUNNING_YEAR))  # noqa: S311 - no secret
        story.remind()
        for number, name in enumerate(data.PEOPLE[:12], start=1):
            is_begun = number in {1, 11}
            address = f"nominee-{number}@example.org"
            person = add_trainee(name, address, self.rng, is_whole=not is_begun)
            if number == 4:  # whose passport follows
                promise_passport(person, self.on)
                person.save()
            state = ApplicationState.DRAFT if is_begun else ApplicationState.SUBMITTED
            if number == 1:
                person.user = self.users[Role.TRAINEE]
                person.email = person.user.email
            else:
                person.user = self._person(person.email, person.passport_name, "en", None)
                Membership.objects.create(user=person.user, role=Role.TRAINEE)
            person.save()
            application = add_application(
                person,
                requests[number % len(requests)],
                number=number,
                state=state,
                on=early,
                rng=self.rng,
                staff=staff,
            )
            hand_in_papers(application, on=early, staff=staff, is_begun=is_begun)
        recruiting.recruit(cycle, on=self.on, staff=staff, officer=self.users[Role.OVERSEAS_OFFICE])
        keep_submissions(cycle)
        relay = self.governments["380008"]
        self.letters = begin_round(survey, relay, by=officer, on=self.on)

    def _date_opening(self, cycle: Cycle) -> DemandSurvey:
        """Cycles are opened when their survey begins; what is due before is no reminder."""
        first = cycle.phases.order_by("starts_on").values_list("starts_on", flat=True)[0]
        Cycle.objects.filter(pk=cycle.pk).update(opened_at=at_ten(first))
        survey = DemandSurvey.objects.get(cycle=cycle)
        if cycle.fiscal_year in (RUNNING_YEAR - 1, RUNNING_YEAR):
            compose_questions(survey)
        open_survey(survey, by=self.users[Role.STAFF], at=at_ten(first))
        return survey

    # Rows --------------------------------------------------------------------------------------

    def _request(
        self,
        survey: DemandSurvey,
        row: tuple,
        state: str,
        on: date,
    ) -> HostRequest:
        code, field, number, language, level, countries, months, *texts = row
        self._coordinator(self.governments[code])
        answer = SurveyAnswer.objects.get(survey=survey, government__code=code)
        starts_on = survey.cycle.arrival_on
        at = at_ten(on)
        request = HostRequest.objects.create(
            answer=answer,
            state=REQUEST_STATES[state],
            field=field,
            number=number,
            language=language,
            level=level,
            starts_on=starts_on,
            ends_on=end_of_stay(starts_on, months),
            tie=offers.tie_of(self.governments[code]),
            route=Route.OWN_SELECTION if code in offers.OWN_SELECTION else Route.MEDIATED,
            **offers.levels_of(language, level),
        )
        wishes = [*countries, *([offers.REGIONS[code]] if code in offers.REGIONS else [])]
        for rank, wish in enumerate(wishes, start=1):
            WishedCountry.named(request, rank, wish).save()
        offers.host_together(request, self.governments)
        offers.treatment_of(request, self.rng).save()
        theme_ja, theme_en, aim_ja, aim_en = texts
        programme = TrainingProgramme(
            host_request=request,
            theme_ja=theme_ja,
            theme_en=theme_en,
            aim_ja=aim_ja,
            aim_en=aim_en,
        )
        training_from = survey.cycle.phase_starts_on(PhaseKind.SPECIALISED)
        training.fill(programme, training_from, self.rng)
        programme.save()
        units = training.units_of(programme, training_from, request.ends_on, self.rng)
        for unit in TrainingUnit.objects.bulk_create(units):
            UnitInstructor.objects.bulk_create(training.instructors_of(unit, self.rng))
        Contribution.objects.bulk_create(training.contributions_of(programme, self.rng))
        SurveyAnswer.objects.filter(pk=answer.pk).update(
            state=state, has_demand=True, submitted_at=at
        )
        SurveyAnswerMove.objects.create(
            answer=answer, at=at, from_state=AnswerState.DRAFT, to_state=AnswerState.SUBMITTED
        )
        HostRequestMove.objects.create(
            host_request=request,
            at=at,
            from_state=RequestState.DRAFT,
            to_state=RequestState.SUBMITTED,
        )
        record_version(programme, by=None, at=at)
        if state != AnswerState.SUBMITTED:
            is_received = state == AnswerState.RECEIVED
            acts = self.users[Role.STAFF if is_received else Role.RELAY]
            later = {"at": at + timedelta(days=2), "by": acts}
            SurveyAnswerMove.objects.create(
                answer=answer, from_state=AnswerState.SUBMITTED, to_state=state, **later
            )
            if request.state != RequestState.SUBMITTED:
                HostRequestMove.objects.create(
                    host_request=request,
                    from_state=RequestState.SUBMITTED,
                    to_state=request.state,
                    **later,
                )
        return request
