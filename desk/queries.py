"""What the start page shows of a cycle, in a fixed number of queries."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.db.models import Count, QuerySet, Sum
from django.urls import reverse

from hosts.models import TO_RECEIVE, HostRequest, SurveyAnswer
from hosts.states import AnswerState, RequestState
from notices.models import Mail
from notices.states import MailState
from placements.models import Placement
from placements.states import PlacementState
from schedule.models import Cycle, Deadline, Phase
from schedule.vocabulary import DeadlineCode
from trainees.models import Application
from trainees.states import ApplicationState

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# Mails that wait for a person.
STOPPED_MAILS = [MailState.UNCERTAIN, MailState.FAILED]


@dataclass(frozen=True)
class Bar:
    """One length of a picture: its word, its number, its share, and where its rows are listed."""

    label: "StrOrPromise"
    count: int
    percent: float
    url: str


@dataclass(frozen=True)
class Overview:
    """One cycle at a glance."""

    cycle: Cycle
    phases: list[Phase]
    phase_now: Phase | None
    deadlines: list[Deadline]
    answers: list[Bar]
    applications: list[Bar]
    placements: list[Bar]
    seats: int
    to_receive: int
    to_decide: int

    @property
    def has_something_ahead(self) -> bool:
        """Whether the operator has to act or a deadline comes; such cycles stand first."""
        return bool(self.to_receive or self.to_decide or self.deadlines)

    @property
    def survey_to_open(self) -> bool:
        """Whether its survey is still being composed."""
        survey = getattr(self.cycle, "survey", None)
        return survey is not None and survey.opened_at is None

    @property
    def due_on(self) -> date | None:
        """The day of the deadline that comes next."""
        return self.deadlines[0].due_on if self.deadlines else None

    @property
    def decide_by(self) -> date | None:
        """Until when the placements are to be decided, while that day has not passed."""
        return next(
            (each.due_on for each in self.deadlines if each.code == DeadlineCode.DECISION), None
        )


def running_cycles(on: date) -> list[Cycle]:
    """The open cycles that are not over on this day, the next arrival first."""
    cycles = Cycle.objects.running(on).select_related("programme", "survey")
    return list(cycles.prefetch_related("phases", "deadlines").order_by("fiscal_year"))


def next_cycle(on: date) -> Cycle | None:
    """The running cycle whose arrival is next, for the menu: one query, without its days."""
    cycles = Cycle.objects.running(on).select_related("programme")
    return cycles.order_by("fiscal_year", "pk").first()


def overviews_of(cycles: list[Cycle], on: date) -> list[Overview]:
    """What is answered, where the applications and the placements stand, what comes next.

    Four queries, however many cycles and rows there are.
    """
    answers, to_receive = _answers(cycles)
    applications = _counts(Application.objects.filter(cycle__in=cycles), "cycle")
    placements = _counts(
        Placement.objects.filter(application__cycle__in=cycles), "application__cycle"
    )
    requests = HostRequest.objects.filter(answer__survey__cycle__in=cycles).exclude(
        state__in=[RequestState.DRAFT, RequestState.WITHDRAWN]
    )
    seats = dict(requests.values_list("answer__survey__cycle").annotate(Sum("number")).order_by())
    overviews = [
        Overview(
            cycle=cycle,
            phases=sorted(cycle.phases.all(), key=lambda phase: phase.starts_on),
            phase_now=cycle.phase_on(on),
            deadlines=[
                deadline
                for deadline in sorted(cycle.deadlines.all(), key=lambda each: each.due_on)
                if deadline.due_on >= on
            ],
            answers=_survey_bars(answers[cycle.pk], cycle),
            applications=_bars(
                applications[cycle.pk],
                list(ApplicationState),
                "admin:trainees_application_changelist",
                {"cycle__fiscal_year": cycle.fiscal_year},
            ),
            placements=_bars(
                placements[cycle.pk],
                [PlacementState.PROPOSED, PlacementState.APPROVED, PlacementState.ANNOUNCED],
                "admin:placements_placement_changelist",
                {"application__cycle__fiscal_year": cycle.fiscal_year},
            ),
            seats=seats.get(cycle.pk, 0),
            to_receive=to_receive[cycle.pk],
            to_decide=placements[cycle.pk][PlacementState.PROPOSED],
        )
        for cycle in cycles
    ]
    return sorted(overviews, key=lambda each: not each.has_something_ahead)


def stopped_mails() -> list[Bar]:
    """How many mails wait for a person, by state, uncertain ones first; none where nobody waits."""
    counted = Mail.objects.filter(state__in=STOPPED_MAILS).values_list("state").order_by()
    counts = Counter(dict(counted.annotate(Count("pk"))))
    bars = _bars(counts, STOPPED_MAILS, "admin:notices_mail_changelist", {})
    return [bar for bar in bars if bar.count]


def _answers(cycles: list[Cycle]) -> tuple[dict[int, Counter], Counter]:
    """How many answers of each cycle are in which state, and how many wait for the operator."""
    found: dict[int, Counter] = defaultdict(Counter)
    to_receive: Counter = Counter()
    counted = SurveyAnswer.objects.filter(survey__cycle__in=cycles).order_by()
    rows = counted.values_list("survey__cycle", "state").annotate(
        number=Count("pk"), waiting=Count("pk", filter=TO_RECEIVE)
    )
    for cycle_pk, state, number, waiting in rows:
        found[cycle_pk][state] = number
        to_receive[cycle_pk] += waiting
    return found, to_receive


def _counts(rows: QuerySet, cycle: str) -> dict[int, Counter]:
    """How many rows of each cycle are in which state."""
    found: dict[int, Counter] = defaultdict(Counter)
    counted = rows.values_list(cycle, "state").annotate(number=Count("pk")).order_by()
    for cycle_pk, state, number in counted:
        found[cycle_pk][state] = number
    return found


def _survey_bars(counts: Counter, cycle: Cycle) -> list[Bar]:
    """The states of the survey answers; each leads to its governments in the survey's overview."""
    whole = sum(counts.values()) or 1
    address = reverse("desk:survey_governments", args=[cycle.programme.code, cycle.fiscal_year])
    asked = {AnswerState.NOT_OPENED: "untouched"}
    return [
        Bar(
            label=state.label,
            count=counts[state],
            percent=round(100 * counts[state] / whole, 1),
            url=f"{address}?{urlencode({'state': asked.get(state, state.value)})}",
        )
        for state in AnswerState
    ]


def _bars(counts: Counter, states: list, url_name: str, about: dict[str, int]) -> list[Bar]:
    whole = sum(counts[state] for state in states) or 1
    address = reverse(url_name)
    return [
        Bar(
            label=state.label,
            count=counts[state],
            percent=round(100 * counts[state] / whole, 1),
            url=f"{address}?{urlencode({'state__exact': state.value, **about})}",
        )
        for state in states
    ]
