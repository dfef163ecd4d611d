"""Who may take part. Each small rule gives its verdict on one dossier, with a reason for the staff
and kind words for the person.

Rules are found by autodiscovery: this app's stand in `requirements.py`, an app above declares its
own in a module of the same name. A rule reads a `Case` and the day given, and changes nothing.
Whether two sides fit each other, the matching asks pair by pair (`placements/eligibility.py`);
a rule on a request asks the same functions.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from accounts.json_rows import json_rows, related_from, row_from
from accounts.models import User
from accounts.plain_text import check_plain_text
from japan.dates import end_of_stay
from schedule.models import Cycle

from .models import Application, SenderStatement, Trainee, Waiver
from .models.applications import ApplicationQuerySet
from .reading import statements_of
from .services import CYCLE_CLOSED, TraineeError
from .states import ApplicationState
from .versions import Judged, judged


class Standing(StrEnum):
    """What a rule says: met, not met, or that it cannot be said yet."""

    MET = "met"
    NOT_MET = "not_met"
    OPEN = "open"


WORDS = {
    Standing.MET: pgettext_lazy("rule", "met"),
    Standing.NOT_MET: pgettext_lazy("rule", "not met"),
    Standing.OPEN: pgettext_lazy("rule", "open"),
}
WAIVER_READ = [
    *("id", "rule", "reason", "at", "ended_at"),
    *("by__id", "by__name", "by__email", "ended_by__id", "ended_by__name", "ended_by__email"),
]
MARKS = {Standing.MET: "done", Standing.NOT_MET: "late", Standing.OPEN: "half"}


@dataclass(frozen=True)
class Verdict:
    """What one rule says of one dossier: `reason` is for the staff, `words` for the person."""

    standing: Standing
    reason: str
    words: str = ""


def met(reason: object, words: object = "") -> Verdict:
    return Verdict(Standing.MET, str(reason), str(words))


def not_met(reason: object, words: object) -> Verdict:
    return Verdict(Standing.NOT_MET, str(reason), str(words))


def still_open(reason: object, words: object) -> Verdict:
    return Verdict(Standing.OPEN, str(reason), str(words))


@dataclass(frozen=True)
class Stay:
    """One stay that the dossier may lead to: at whose place, from when until when."""

    name: str
    starts_on: date
    ends_on: date


StaySource = Callable[["Case"], list[Stay]]
_stay_sources: list[StaySource] = []


def stay_source(source: StaySource) -> StaySource:
    """Declare who knows the days of the stays that a dossier may lead to; the first that knows any
    is taken.
    """
    _stay_sources.append(source)
    return source


@dataclass
class Case:
    """One dossier on a day, as the rules read it: what was submitted, or the rows while the person
    may change them. What the employer states later counts too.
    """

    judged: Judged
    live: Application
    on: date
    kept: dict[str, object] = field(default_factory=dict)  # what several rules of an app have read

    @property
    def application(self) -> Application:
        return self.judged.application

    @property
    def person(self) -> Trainee:
        return self.judged.person

    @cached_property
    def stays(self) -> list[Stay]:
        """The stays that it may lead to; where no request is named, the shortest usual stay of the
        cycle.
        """
        for source in _stay_sources:
            if found := source(self):
                return found
        cycle = self.live.cycle
        ends_on = end_of_stay(cycle.arrival_on, cycle.programme.months_from)
        return [Stay(cycle.year_label, cycle.arrival_on, ends_on)]

    @property
    def first_day(self) -> date:
        return min(stay.starts_on for stay in self.stays)

    @cached_property
    def statement(self) -> SenderStatement | None:
        """What the employer has said last."""
        return next(iter(statements_of(self.live)), None)


@dataclass(frozen=True)
class Rule:
    """One rule; what the law asks cannot be waived by anybody."""

    code: str
    title: object
    check: Callable[[Case], Verdict | None]
    order: int
    can_be_waived: bool = True


_rules: dict[str, Rule] = {}


def rule(code: str, *, title: object, order: int = 100, can_be_waived: bool = True):
    """Declare a rule: the decorated function gives its verdict, or None where it asks nothing of
    this dossier.
    """

    def register(check: Callable[[Case], Verdict | None]):
        _rules[code] = Rule(code, title, check, order, can_be_waived)
        return check

    return register


def all_rules() -> list[Rule]:
    return sorted(_rules.values(), key=lambda each: (each.order, each.code))


@dataclass(frozen=True)
class Row:
    """One line of the table: the rule, its verdict, and the waivers of it, the last one first."""

    rule: Rule
    verdict: Verdict
    waivers: list[Waiver]

    @property
    def waiver(self) -> Waiver | None:
        """The waiver in force."""
        return next((each for each in self.waivers if each.ended_at is None), None)

    @property
    def stands_against(self) -> bool:
        """Not met, and not waived."""
        return self.verdict.standing == Standing.NOT_MET and self.waiver is None

    @property
    def is_open(self) -> bool:
        return self.verdict.standing == Standing.OPEN and self.waiver is None

    @property
    def word(self) -> object:
        if self.waiver:
            return pgettext_lazy("rule", "waived")
        return WORDS[self.verdict.standing]

    @property
    def mark(self) -> str:
        return "full" if self.waiver else MARKS[self.verdict.standing]


def verdicts_of(application: Application, on: date) -> list[Row]:
    """The verdict of every rule that asks something of this dossier, in order, with its waivers."""
    return verdicts_in(Case(judged(application), application, on))


def verdicts_in(case: Case) -> list[Row]:
    """The same of a dossier that was read already."""
    waivers: dict[str, list[Waiver]] = {}
    for waiver in waivers_of(case.live):
        waivers.setdefault(waiver.rule, []).append(waiver)
    rows = []
    for each in all_rules():
        verdict = each.check(case)
        if verdict is None and each.code in waivers:
            verdict = met(_("This rule asks nothing of this dossier now."))
        if verdict is not None:
            rows.append(Row(each, verdict, waivers.get(each.code, [])))
    return rows


def with_waivers(rows: ApplicationQuerySet) -> ApplicationQuerySet:
    """Applications with their waivers, in the same query."""
    return rows.annotate(waiver_rows=json_rows(Waiver.objects.all(), "application", WAIVER_READ))


def waivers_of(application: Application) -> list[Waiver]:
    """Every waiver, the last one first; without a query where `with_waivers` has read them."""
    rows = getattr(application, "waiver_rows", None)
    if rows is None:
        return list(application.waivers.select_related("by", "ended_by").order_by("-at", "-pk"))
    found = [
        row_from(
            Waiver,
            row,
            by=related_from(User, row, "by"),
            ended_by=related_from(User, row, "ended_by"),
        )
        for row in rows
    ]
    return sorted(found, key=lambda each: (each.at, each.pk), reverse=True)


@transaction.atomic
def waive_rule(application: Application, code: str, *, reason: str, by: User) -> Waiver:
    """Waive one rule for one person, with a reason that stays. Waiving it twice changes nothing.

    Raises TraineeError where the rule cannot be waived, or the application is over.
    """
    reason = reason.strip()
    if not reason:
        raise TraineeError(_("Write the reason; it stays with the application."))
    check_plain_text(reason)
    found = _rules.get(code)
    if found is None:
        raise TraineeError(_("There is no such rule."))
    if not found.can_be_waived:
        raise TraineeError(_("This rule cannot be waived: the law asks for it."))
    locked = _lock_alive(application)
    known = locked.waivers.filter(rule=code, ended_at=None).first()
    if known is not None:
        return known
    try:
        with transaction.atomic():
            return Waiver.objects.create(application=locked, rule=code, reason=reason, by=by)
    except IntegrityError as error:
        raise TraineeError(_("A colleague has just waived this rule. Look at it again.")) from error


@transaction.atomic
def end_waiver(waiver: Waiver, *, by: User) -> Waiver:
    """The rule counts again; the waiver stays readable with its reason."""
    _lock_alive(waiver.application)
    locked = Waiver.objects.select_for_update().get(pk=waiver.pk)
    if locked.ended_at is None:
        locked.ended_at, locked.ended_by = timezone.now(), by
        locked.save(update_fields=["ended_at", "ended_by"])
    return locked


def _lock_alive(application: Application) -> Application:
    locked = Application.objects.select_for_update(of=("self",)).get(pk=application.pk)
    if locked.cycle.state != Cycle.State.OPEN:
        raise TraineeError(str(CYCLE_CLOSED))
    if locked.state == ApplicationState.WITHDRAWN:
        raise TraineeError(_("This application was withdrawn."))
    return locked
