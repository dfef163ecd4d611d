"""One candidate's way from the nomination to the return, as the status page shows it.

What the apps above know (a decision, a host) they add as facts: they declare a provider in their
own `timeline.py`, found by autodiscovery. A step is done when a fact or a date says so, never by a
tick of its own.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, TypedDict, cast

from django.utils import timezone
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from japan.dates import era_date
from schedule.models import Cycle, Phase, PhaseKind

from .contacts import HelpDesk
from .models import Application
from .papers_list import Letter
from .states import EDITABLE, ApplicationState

IN_REVIEW = [ApplicationState.COMPLETE, ApplicationState.FROZEN]
WAITING = [ApplicationState.SUBMITTED, *IN_REVIEW]


class NextStep(TypedDict, total=False):
    """What the person has to do next beside the application; texts in the reader's language."""

    title: str
    text: str
    url: str
    button: str
    due_on: date | None


class Facts(TypedDict, total=False):
    """What an app above knows of one application. Everything may be left out."""

    nominated_on: date
    confirmed_on: date
    reviewed: date  # the day on which the review ended
    decided_on: date  # told to the trainee, not merely decided inside the office
    host_name: str
    theme: str
    starts_on: date  # the stay: first and last day
    ends_on: date
    arrived_on: date
    returned_on: date
    standing: str  # one sentence in place of ours, where an app above knows better
    since: date  # since when that holds
    outlook: str  # what comes next, in place of ours
    is_over: bool  # nothing follows any more: not placed, cancelled, called off
    submit_by: date  # until when the person may submit
    next_step: NextStep
    contacts: list[HelpDesk]  # who helps beside the offices
    letters: list[Letter]  # what was sent to the person
    ask: str  # the address at which the person asks a question


Provider = Callable[[Application], Facts]

_providers: list[Provider] = []


def timeline_fact(provider: Provider) -> Provider:
    """Declare what an app knows of an application; a later provider adds to the earlier ones."""
    _providers.append(provider)
    return provider


def facts_of(application: Application) -> Facts:
    """What all apps together know of this application; keys without a value count as absent."""
    facts: dict[str, Any] = {}
    for provider in _providers:
        facts |= {key: value for key, value in provider(application).items() if value}
    return cast(Facts, facts)


@dataclass(frozen=True)
class Step:
    """One step of the way: done, the present one, or to come, with its first and last day."""

    code: str
    title: str
    is_done: bool
    is_current: bool
    first: date | None
    last: date | None
    text: str


def steps_of(
    application: Application, facts: Facts, phases: dict[str, Phase], on: date
) -> list[Step]:
    """The ten steps in their order; the first that is not done is the present one."""
    rows = _rows(application, facts, phases, on)
    goes_on = not is_over(application, facts)
    current = next((row["code"] for row in rows if not row["is_done"]), None) if goes_on else None
    return [Step(is_current=row["code"] == current, **row) for row in rows]


def is_over(application: Application, facts: Facts) -> bool:
    """Whether nothing follows any more: withdrawn, never submitted, called off, not placed."""
    return (
        application.state == ApplicationState.WITHDRAWN
        or application.cycle.state == Cycle.State.CALLED_OFF
        or (application.state in EDITABLE and not application.is_editable)
        or bool(facts.get("is_over"))
    )


@dataclass(frozen=True)
class _Way:
    """What the steps look at: the application, what is known of it, the phases, and the day."""

    application: Application
    facts: Facts
    phases: dict[str, Phase]
    on: date

    def begin(self, kind: str) -> date | None:
        return self.phases[kind].starts_on if kind in self.phases else None

    def end(self, kind: str) -> date | None:
        return self.phases[kind].ends_on if kind in self.phases else None

    def is_past(self, day: date | None) -> bool:
        """The days of the cycle count for those who were placed in it."""
        return bool(self.decided_on and day and day < self.on)

    @property
    def is_submitted(self) -> bool:
        return self.application.submitted_at is not None and self.application.state not in EDITABLE

    @property
    def decided_on(self) -> date | None:
        return self.facts.get("decided_on")

    @property
    def arrival_on(self) -> date:
        stay = self.facts.get("arrived_on") or self.facts.get("starts_on")
        return stay or self.application.cycle.arrival_on

    @property
    def has_arrived(self) -> bool:
        return bool(self.facts.get("arrived_on")) or self.is_past(self.arrival_on)

    @property
    def ends_on(self) -> date | None:
        stay = self.facts.get("returned_on") or self.facts.get("ends_on")
        return stay or self.end(PhaseKind.RETURN)


def _rows(
    application: Application, facts: Facts, phases: dict[str, Phase], on: date
) -> list[dict[str, Any]]:
    way = _Way(application, facts, phases, on)
    return [
        _row(
            "nominated",
            pgettext("step of the way", "Nominated"),
            is_done=True,
            first=facts.get("nominated_on"),
            text=_nomination_text(application.employer, facts.get("confirmed_on")),
        ),
        _submitted(way),
        _reviewed(way),
        _decided(way),
        _row(
            "procedures",
            pgettext("step of the way", "Entry procedures"),
            is_done=way.has_arrived,
            first=way.begin(PhaseKind.PROCEDURES),
            last=way.end(PhaseKind.PROCEDURES),
            text=_("Certificate of eligibility, visa, flight, insurance and lodging."),
        ),
        _row(
            "arrival",
            pgettext("step of the way", "Arrival in Japan"),
            is_done=way.has_arrived,
            first=way.arrival_on,
            text=_("We meet you at the airport."),
        ),
        _row(
            "orientation",
            _orientation(application.cycle.programme.orientation_place),
            is_done=way.is_past(way.end(PhaseKind.ARRIVAL)),
            first=way.begin(PhaseKind.ARRIVAL),
            last=way.end(PhaseKind.ARRIVAL),
            text=_("On the second day there is a Japanese placement test."),
        ),
        _row(
            "group_training",
            pgettext("step of the way", "Group training"),
            is_done=way.is_past(way.end(PhaseKind.GROUP_TRAINING)),
            first=way.begin(PhaseKind.GROUP_TRAINING),
            last=way.end(PhaseKind.GROUP_TRAINING),
            text=_("Japanese, local government and culture, together with all trainees."),
        ),
        _row(
            "specialised",
            pgettext("step of the way", "Training at the host"),
            is_done=way.is_past(way.ends_on),
            first=way.begin(PhaseKind.SPECIALISED),
            last=facts.get("ends_on") or way.end(PhaseKind.SPECIALISED),
            text=facts.get("theme", "") if way.decided_on else "",
        ),
        _row(
            "return",
            pgettext("step of the way", "Return home"),
            is_done=bool(facts.get("returned_on")) or way.is_past(way.ends_on),
            last=way.ends_on,
            text=_("With your certificate of completion."),
        ),
    ]


def _row(
    code: str,
    title: str,
    *,
    is_done: bool,
    first: date | None = None,
    last: date | None = None,
    text: str = "",
) -> dict[str, Any]:
    return {
        "code": code,
        "title": title,
        "is_done": is_done,
        "first": first,
        "last": last,
        "text": text,
    }


def _submitted(way: _Way) -> dict[str, Any]:
    if not way.is_submitted:
        title = pgettext("step of the way", "Your application")
        text = _("You complete it section by section.")
        return _row("submitted", title, is_done=False, last=way.facts.get("submit_by"), text=text)
    return _row(
        "submitted",
        pgettext("step of the way", "Application submitted"),
        is_done=True,
        first=way.application.submitted_at,
        text=_("A receipt was sent to you."),
    )


def _reviewed(way: _Way) -> dict[str, Any]:
    reviewed = way.facts.get("reviewed")
    if not (reviewed or way.decided_on):
        title = pgettext("step of the way", "Review")
        return _row("reviewed", title, is_done=False, text=_review_text(way.application))
    first = reviewed if isinstance(reviewed, date) else None
    return _row("reviewed", pgettext("step of the way", "Reviewed"), is_done=True, first=first)


def _decided(way: _Way) -> dict[str, Any]:
    if not way.decided_on:
        title = pgettext("step of the way", "Decision on the placement")
        return _row("decided", title, is_done=False, last=way.end(PhaseKind.RECRUITMENT))
    host = way.facts.get("host_name", "")
    return _row(
        "decided",
        pgettext("step of the way", "Placement decided"),
        is_done=True,
        first=way.decided_on,
        text=_("Your host is {host}.").format(host=host) if host else "",
    )


def _orientation(place: str) -> str:
    if not place:
        return pgettext("step of the way", "Orientation")
    return pgettext("step of the way", "Orientation in {place}").format(place=place)


def _nomination_text(nominated_by: str, confirmed_on: date | None) -> str:
    parts = [_("By {name}.").format(name=nominated_by)] if nominated_by else []
    if confirmed_on:
        parts.append(_("You confirmed it on {day}.").format(day=long_date(confirmed_on)))
    return ("" if (get_language() or "ja") == "ja" else " ").join(parts)


def _review_text(application: Application) -> str:
    if application.state == ApplicationState.SUBMITTED:
        return _("First we check whether your application is complete.")
    if application.state == ApplicationState.FROZEN:
        return _("The reviewers are reading your application.")
    return ""


@dataclass(frozen=True)
class Standing:
    """Where the application stands: one sentence, with whom, since which day, and what follows;
    `is_yours` while it lies with the person.
    """

    sentence: str
    holder: str
    since: date | None
    outlook: str
    is_yours: bool = False

    def day(self, on: date) -> int | None:
        """The first day is day 1."""
        return (on - self.since).days + 1 if self.since else None


def standing_of(
    application: Application, facts: Facts, steps: list[Step], phases: dict[str, Phase]
) -> Standing:
    """Where it stands, in the words of the app that knows best; read it `with_since`."""
    operator = application.cycle.programme.operator.name
    sentence, holder, outlook = _words_of(application, steps, facts, operator)
    since = facts.get("decided_on")
    moved_at = getattr(application, "since", None)
    if not since and moved_at:
        since = timezone.localtime(moved_at).date()
    is_yours = application.is_editable and not is_over(application, facts)
    if is_yours and not since:
        since = facts.get("confirmed_on")
    has_ended = bool(steps) and all(step.is_done for step in steps)
    if has_ended:
        since = facts.get("returned_on") or steps[-1].last
    decision = phases.get(PhaseKind.RECRUITMENT)
    awaits = application.state in IN_REVIEW and not facts.get("decided_on")
    if decision and awaits and not is_over(application, facts):
        outlook = _("The decisions of this cycle are planned by {day}.").format(
            day=long_date(decision.ends_on)
        )
    if not has_ended:
        outlook = facts.get("outlook") or outlook
    return Standing(
        sentence=facts.get("standing") or sentence,
        holder=holder,
        since=facts.get("since") or since,
        outlook=outlook,
        is_yours=is_yours,
    )


def _words_of(
    application: Application, steps: list[Step], facts: Facts, operator: str
) -> tuple[str, str, str]:
    """The sentence, with whom it lies, and what follows."""
    state = application.state
    if application.cycle.state == Cycle.State.CALLED_OFF:
        return _("This cycle has been called off."), "", _("The programme's office writes to you.")
    if state == ApplicationState.WITHDRAWN:
        return _("Your application has been withdrawn."), "", ""
    if facts.get("is_over"):
        return _("This cycle has ended for you."), "", ""
    if state in EDITABLE and not application.is_editable:
        return _("This cycle is closed. Your application was not submitted."), "", ""
    if facts.get("decided_on"):
        current = next((step for step in steps if step.is_current), None)
        if current is None:
            return _("You have completed the programme."), "", ""
        sentence = _("Your placement has been decided. Now: {step}.").format(step=current.title)
        return sentence, facts.get("host_name", ""), ""
    if state == ApplicationState.DRAFT:
        after = _("After you submit, {operator} checks your application and writes to you.")
        return _("Your application is not submitted yet."), "", after.format(operator=operator)
    if state == ApplicationState.RETURNED:
        after = _("After you submit it again, {operator} checks it and writes to you.")
        return _("Your application came back to you."), "", after.format(operator=operator)
    if state == ApplicationState.SUBMITTED:
        after = _("If something is missing, you get it back with a note by e-mail.")
        return _("We are checking whether your application is complete."), operator, after
    if state == ApplicationState.COMPLETE:
        return _("Your application is complete and waits for the review."), operator, ""
    return _("Your application is being reviewed."), operator, ""


def long_date(day: date) -> str:
    """The day in a sentence: 19 February 2027, 令和9年2月19日."""
    if (get_language() or "ja") == "ja":
        return era_date(day)
    return f"{day.day} {day:%B %Y}"
