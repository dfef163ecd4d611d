"""The numbers of one survey as its overview shows them, in a fixed number of queries."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, Q, Sum
from django.db.models.functions import Substr
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import pgettext

from hosts.models import DemandSurvey, HostRequest, RelayRound, SurveyAnswer, SurveyReminder
from hosts.selecting import SELECTIONS
from hosts.states import ANSWER_SILENT, REQUEST_UNSENT, AnswerState
from outreach.prefectures import PREFECTURES, Prefecture
from schedule.models import Deadline
from schedule.vocabulary import DeadlineCode, Route, TrainingField

PAST_YEARS = 5
# The least share of each shade, from the darkest; the legend prints the same steps.
SHADES = [(100, "v5"), (90, "v4"), (75, "v3"), (60, "v2"), (1, "v1"), (0, "v0")]
STATIONS = [
    "not_opened",
    "opened",
    "draft",
    "submitted",
    "held",
    "returned",
    "forwarded",
    "received",
]


@dataclass
class Tally:
    """How many governments stand where."""

    asked: int = 0
    counts: Counter = field(default_factory=Counter)
    seats: int = 0

    @property
    def silent(self) -> int:
        return self.counts["not_opened"] + self.counts["opened"] + self.counts["draft"]

    @property
    def answered(self) -> int:
        return self.asked - self.silent

    @property
    def opened(self) -> int:
        """Whoever has looked at it, or gone further."""
        return self.asked - self.counts["not_opened"]

    @property
    def percent(self) -> int:
        """The share that has answered; a hundred only when nobody is silent."""
        return self.answered * 100 // self.asked if self.asked else 0

    def add(self, row: Mapping[str, Any]) -> None:
        """Count one group of the query."""
        state, number = row["state"], row["n"]
        self.asked += number
        if state == AnswerState.NOT_OPENED:
            self.counts["opened"] += row["looked"]
            self.counts["not_opened"] += number - row["looked"]
        else:
            self.counts[state] += number
        if state not in ANSWER_SILENT:
            self.counts["demand" if row["has_demand"] else "no_demand"] += number
        self.counts["extended"] += row["extended"]
        self.counts["entered"] += row["entered"]
        self.counts["reopened"] += row["reopened"]


@dataclass(frozen=True)
class Tile:
    """One prefecture on the map and in the table."""

    place: Prefecture
    tally: Tally
    shade: str
    is_overdue: bool
    url: str


@dataclass(frozen=True)
class Length:
    """One row of a picture: its words, its number, its share of the longest, where it leads."""

    label: object
    count: int
    percent: float
    url: str = ""


@dataclass
class Year:
    """One fiscal year in the comparison."""

    fiscal_year: int
    label: str
    tally: Tally
    requests: int = 0
    url: str = ""


@dataclass(frozen=True)
class Figures:
    """Everything that the overview of one survey shows."""

    total: Tally
    stations: list[Length]
    others: list[Length]
    tiles: list[Tile]
    fields: list[Length]
    routes: list[Length]
    requests: int
    years: list[Year]
    reasons: list[dict[str, object]]
    reason_years: list[str]
    deadlines: list[Deadline]
    reminders: list[SurveyReminder]


def figures_of(survey: DemandSurvey, on: date) -> Figures:
    """The whole overview: eight queries, however many governments and years there are."""
    deadlines = [each for each in survey.cycle.deadlines.all() if each.code.startswith("survey-")]
    total, places = _tallies(survey)
    fields, routes, requests = _seats(survey, total, places)
    years = _years(survey, total, requests)
    return Figures(
        total=total,
        stations=[_length(survey, name, total, total.asked) for name in STATIONS],
        others=[_length(survey, name, total, total.asked) for name in ("demand", "no_demand")]
        + [
            _length(survey, name, total, total.asked)
            for name in ("extended", "entered", "reopened")
            if total.counts[name]
        ],
        tiles=_tiles(survey, places, deadlines, on),
        fields=fields,
        routes=routes,
        requests=requests,
        years=years,
        reasons=_reasons(survey, years),
        reason_years=[each.label for each in years],
        deadlines=sorted(deadlines, key=lambda each: each.due_on),
        reminders=list(survey.reminders.select_related("by")[:10]),
    )


def list_url(survey: DemandSurvey, **chosen: str) -> str:
    """The list of governments that these words choose."""
    cycle = survey.cycle
    address = reverse("desk:survey_governments", args=[cycle.programme.code, cycle.fiscal_year])
    wanted = {name: value for name, value in chosen.items() if value}
    return f"{address}?{urlencode(wanted)}" if wanted else address


def _tallies(survey: DemandSurvey) -> tuple[Tally, dict[str, Tally]]:
    rows = (
        survey.answers.order_by()
        .annotate(place=Substr("government__code", 1, 2))
        .values("place", "state", "has_demand")
        .annotate(
            n=Count("pk"),
            looked=Count("pk", filter=Q(first_opened_at__isnull=False)),
            extended=Count("pk", filter=SELECTIONS["extended"][1]),
            entered=Count("pk", filter=SELECTIONS["entered"][1]),
            reopened=Count("pk", filter=SELECTIONS["reopened"][1]),
        )
    )
    total = Tally()
    places: dict[str, Tally] = defaultdict(Tally)
    for row in rows:
        total.add(row)
        places[row["place"]].add(row)
    return total, places


def _seats(
    survey: DemandSurvey, total: Tally, places: dict[str, Tally]
) -> tuple[list[Length], list[Length], int]:
    """The seats that are asked for, by field and by way of selection, most wanted first."""
    rows = (
        HostRequest.objects.filter(answer__survey=survey)
        .exclude(state__in=REQUEST_UNSENT)
        .order_by()
        .annotate(place=Substr("answer__government__code", 1, 2))
        .values("place", "field", "route")
        .annotate(wanted=Sum("number"), n=Count("pk"))
    )
    fields: Counter = Counter()
    routes: Counter = Counter()
    requests = 0
    for row in rows:
        fields[row["field"]] += row["wanted"]
        routes[row["route"]] += row["wanted"]
        places[row["place"]].seats += row["wanted"]
        total.seats += row["wanted"]
        requests += row["n"]
    return _ranked(fields, TrainingField), _ranked(routes, Route), requests


def _ranked(counts: Counter, choices: type[TrainingField] | type[Route]) -> list[Length]:
    most = max(counts.values(), default=0)
    labels = dict(choices.choices)
    return [
        Length(labels.get(value, value), number, number * 100 / most)
        for value, number in counts.most_common()
    ]


def _length(survey: DemandSurvey, name: str, tally: Tally, whole: int) -> Length:
    count = tally.counts[name]
    percent = count * 100 / whole if whole else 0
    return Length(SELECTIONS[name][0], count, percent, list_url(survey, state=name))


def _tiles(
    survey: DemandSurvey, places: dict[str, Tally], deadlines: Iterable[Deadline], on: date
) -> list[Tile]:
    due = {each.code: each.due_on for each in deadlines}
    usual = due.get(DeadlineCode.SURVEY_MUNICIPALITY)
    own = _own_days(survey)
    tiles = []
    for place in PREFECTURES:
        tally = places.get(place.code, Tally())
        day = min(filter(None, [usual, own.get(place.code)]), default=None)
        tiles.append(
            Tile(
                place=place,
                tally=tally,
                shade=next(shade for least, shade in SHADES if tally.percent >= least),
                is_overdue=bool(tally.silent and day and day < on and survey.is_open),
                url=list_url(survey, prefecture=place.code),
            )
        )
    return tiles


def _own_days(survey: DemandSurvey) -> dict[str, date]:
    """The own deadlines of the prefectures, by the first two digits of their codes."""
    rounds = RelayRound.objects.filter(survey=survey, own_due_on__isnull=False)
    days = rounds.values_list("relay__code", "own_due_on")
    return {code[:2]: day for code, day in days if day}


def _years(survey: DemandSurvey, total: Tally, requests: int) -> list[Year]:
    """This year and the five before it, the newest first."""
    cycle = survey.cycle
    past = Q(
        survey__cycle__programme=cycle.programme_id,
        survey__cycle__fiscal_year__lt=cycle.fiscal_year,
        survey__cycle__fiscal_year__gte=cycle.fiscal_year - PAST_YEARS,
        survey__opened_at__isnull=False,
    )
    rows = (
        SurveyAnswer.objects.filter(past)
        .order_by()
        .values("survey__cycle__fiscal_year", "state", "has_demand")
        .annotate(n=Count("pk"), looked=Count("pk", filter=Q(first_opened_at__isnull=False)))
    )
    years = {cycle.fiscal_year: Year(cycle.fiscal_year, cycle.year_label, total, requests)}
    for row in rows:
        number = row["survey__cycle__fiscal_year"]
        if number not in years:
            years[number] = _year(survey, number)
        years[number].tally.add({"extended": 0, "entered": 0, "reopened": 0, **row})
    wanted = (
        HostRequest.objects.filter(
            answer__survey__cycle__programme=cycle.programme_id,
            answer__survey__cycle__fiscal_year__in=[
                each for each in years if each != cycle.fiscal_year
            ],
        )
        .exclude(state__in=REQUEST_UNSENT)
        .order_by()
        .values("answer__survey__cycle__fiscal_year")
        .annotate(wanted=Sum("number"), n=Count("pk"))
    )
    for each in wanted:
        year = years[each["answer__survey__cycle__fiscal_year"]]
        year.tally.seats, year.requests = each["wanted"], each["n"]
    return [years[number] for number in sorted(years, reverse=True)]


def _year(survey: DemandSurvey, fiscal_year: int) -> Year:
    cycle = type(survey.cycle)(programme=survey.cycle.programme, fiscal_year=fiscal_year)
    address = reverse("desk:survey_overview", args=[cycle.programme.code, fiscal_year])
    return Year(fiscal_year, cycle.year_label, Tally(), url=address)


def _reasons(survey: DemandSurvey, years: list[Year]) -> list[dict[str, object]]:
    """Why nobody is wanted, year by year: the kinds of reasons, and how many gave none."""
    cycle = survey.cycle
    rows = (
        SurveyAnswer.objects.filter(
            survey__cycle__programme=cycle.programme_id,
            survey__cycle__fiscal_year__in=[year.fiscal_year for year in years],
            has_demand=False,
        )
        .exclude(state__in=ANSWER_SILENT)
        .order_by()
        .values_list("survey__cycle__fiscal_year", "no_demand_kind")
        .annotate(n=Count("pk"))
    )
    counts: dict[str, Counter] = defaultdict(Counter)
    for fiscal_year, kind, number in rows:
        counts[kind][fiscal_year] = number
    labels: dict[str, object] = dict(SurveyAnswer.NoDemandKind.choices)
    labels[""] = pgettext("reason for no demand", "no kind of reason given")
    return [
        {
            "label": label,
            "counts": [counts[kind][year.fiscal_year] for year in years],
        }
        for kind, label in labels.items()
        if counts[kind]
    ]
