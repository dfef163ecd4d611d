"""The trainee's home: where the application stands, with whom, since when, what usually follows,
what is to be done, who helps, and all letters and documents.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.panels import render_panels
from accounts.templatetags.portal import era_date
from schedule.duties import duties_of

from .contacts import help_of
from .duties import keep_own, with_duties
from .models import Application
from .papers_list import letters_of
from .reading import keep_papers_read_with, read_once, with_papers
from .services import deadline_of
from .states import ApplicationState
from .timeline import WAITING, Facts, Step, facts_of, is_over, standing_of, steps_of
from .usual import Usual, usual_steps


@login_required
@require_safe
def status(request: HttpRequest) -> HttpResponse:
    """Where the person's application stands, since when, and what comes next."""
    applications = _own(cast(User, request.user))
    today = timezone.localdate()
    context: dict[str, object] = {"top": render_panels("trainee_top", request), "today": today}
    if applications:
        shown = next(
            (each for each in applications if each.state != ApplicationState.WITHDRAWN),
            applications[0],
        )
        context |= _standing(shown, today)
        context["earlier"] = [each for each in applications if each is not shown]
        duties = duties_of(cast(User, request.user), today)
        shown.__dict__["duties"] = context["duties"] = duties
        context["panels"] = render_panels("trainee_status", request, shown)
    return render(request, "trainees/status.html", context)


def _own(user: User) -> list[Application]:
    """The person's applications with all that the page and its panels ask of them, in one query;
    the newest first.
    """
    rows = (
        Application.objects.own(user)
        .with_names()
        .select_related("trainee__user", "cycle__programme__operator")
        .with_since()
        .with_deadlines()
        .with_phases()
        .with_selection()
        .order_by("-cycle__fiscal_year", "-number")
    )
    found = list(with_papers(with_duties(rows)))
    for application in found:
        read_once(application)
        keep_papers_read_with(application)
    keep_own(user, found)
    return found


def _standing(application: Application, today: date) -> dict[str, object]:
    """What the status page says of one application."""
    facts = facts_of(application)
    deadline = deadline_of(application) if application.is_editable else None
    if deadline:
        facts["submit_by"] = deadline.due_on
    phases = application.phases_by_kind
    steps = steps_of(application, facts, phases, today)
    standing = standing_of(application, facts, steps, phases)
    over = is_over(application, facts)
    usual = {} if over else usual_steps(application)
    next_step = facts.get("next_step") or {}
    day_number = standing.day(today)
    waits = application.state in WAITING and not facts.get("decided_on") and not over
    in_state = usual.get(application.state, Usual(cases=0)) if waits else None
    counted_from = day_number
    decision = usual.get("decided")
    is_of_decision = bool(waits and in_state and not in_state.is_known and decision)
    if is_of_decision:  # what is known of the decision says more than that nothing is known
        in_state, counted_from = decision, _day_since_submission(application, today)
    return {
        "application": application,
        "facts": facts,
        "way": list(_way(application, steps, usual, goes_no_further=over)),
        "standing": standing,
        "day_number": day_number,
        "usual": in_state,
        "is_of_decision": is_of_decision,
        "counted_from": counted_from,
        "scale": _scale(in_state, counted_from, today),
        "next_step": next_step,
        "next_day": deadline.due_on if deadline else next_step.get("due_on"),
        "is_over": over,
        "has_plans": not over and any(not step.is_done for step in steps),
        "can_withdraw": not over and not _has_begun(facts, today),
        "deadline": deadline,
        "helpers": help_of(application, facts.get("contacts") or []),
        "letters": letters_of(application, facts.get("letters") or []),
    }


def _day_since_submission(application: Application, today: date) -> int | None:
    """The day of the submission is day 1."""
    submitted = application.submitted_at
    return (today - timezone.localtime(submitted).date()).days + 1 if submitted else None


def _has_begun(facts: Facts, today: date) -> bool:
    starts_on = facts.get("starts_on")
    return bool(starts_on and starts_on <= today)


def _way(
    application: Application,
    steps: Iterable[Step],
    usual: dict[str, Usual],
    *,
    goes_no_further: bool = False,
) -> Iterable[dict[str, object]]:
    """Each step, and of those ahead how long they took in earlier cycles; where nothing follows any
    more, only what has been.
    """
    submitted = application.submitted_at if application.state in WAITING else None
    submitted_on = timezone.localtime(submitted).date() if submitted else None
    for step in steps:
        if goes_no_further and not step.is_done:
            continue
        cases = None if step.is_done else usual.get(step.code)
        base = submitted_on if step.code in {"reviewed", "decided"} else None
        yield {"step": step, "usual": _usual_words(step.code, cases, base) if cases else ""}


def _usual_words(code: str, usual: Usual, base: date | None) -> str:
    """How long it took, with the number of cases; few cases are said to be few."""
    if not usual.cases:
        return ""
    if not usual.is_known:
        text = ngettext(
            "{n} earlier case, too few to say how long it takes.",
            "{n} earlier cases, too few to say how long it takes.",
            usual.cases,
        )
        return text.format(n=usual.cases)
    forms = {
        "reviewed": _("checked {days} after the submission"),
        "decided": _("decided {days} after the submission"),
        "arrival": _("{days} after the decision"),
        "return": _("{days} after the arrival"),
    }
    text = forms[code].format(days=usual.words) if code in forms else ""
    if not text:
        return ""
    if base:
        text += _(" (about {first} to {last})").format(
            first=era_date(base + timedelta(days=usual.low)),
            last=era_date(base + timedelta(days=usual.high)),
        )
    cases = ngettext("{n} earlier case", "{n} earlier cases", usual.cases).format(n=usual.cases)
    return _("Usually: {text}; the middle four fifths of {cases}.").format(text=text, cases=cases)


def _scale(usual: Usual | None, day: int | None, today: date) -> dict[str, object] | None:
    """The bar under the usual days, in percent of its width, and their dates."""
    if usual is None or not usual.is_known or day is None:
        return None
    days = max(usual.high, day) * 5 // 4 + 1
    return {
        "days": days,
        "first": today + timedelta(days=usual.low - day + 1),
        "last": today + timedelta(days=usual.high - day + 1),
        "today": f"{min(day, days) * 100 / days:.1f}%",
        "from": f"{usual.low * 100 / days:.1f}%",
        "width": f"{max(usual.high - usual.low, 1) * 100 / days:.1f}%",
    }
