"""The trainee's pages: the status, and what was submitted."""

import uuid
from datetime import date

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from accounts.panels import render_panels
from schedule.models import Programme

from .answers import groups_of
from .forms import FORMS
from .models import Application
from .services import deadline_of, open_until
from .states import ApplicationState
from .timeline import (
    WAITING,
    Usual,
    facts_of,
    is_over,
    standing_of,
    steps_of,
    usual_days,
)

FIRST = next(iter(FORMS))


@login_required
@require_safe
def status(request: HttpRequest) -> HttpResponse:
    """Where the person's application stands, since when, and what comes next."""
    applications = list(
        Application.objects.own(request.user)
        .with_names()
        .select_related("cycle__programme__operator")
        .with_since()
        .order_by("-cycle__fiscal_year", "-number")
    )
    context = {"top": render_panels("trainee_top", request), "today": timezone.localdate()}
    if applications:
        shown = next(
            (each for each in applications if each.state != ApplicationState.WITHDRAWN),
            applications[0],
        )
        context |= _standing(shown, context["today"])
        context["earlier"] = [each for each in applications if each is not shown]
        context["panels"] = render_panels("trainee_status", request, shown)
    return render(request, "trainees/status.html", context)


def _standing(application: Application, today: date) -> dict[str, object]:
    """What the status page says of one application."""
    facts = facts_of(application)
    phases = {phase.kind: phase for phase in application.cycle.phases.all()}
    steps = steps_of(application, facts, phases, today)
    standing = standing_of(application, facts, steps, phases)
    waits = application.state in WAITING and not facts.get("decided_on")
    waits = waits and not is_over(application, facts)
    usual = usual_days(application) if waits else None
    deadline = deadline_of(application.cycle) if application.is_editable else None
    next_step = facts.get("next_step") or {}
    return {
        "application": application,
        "facts": facts,
        "steps": steps,
        "standing": standing,
        "day_number": standing.day(today),
        "usual": usual,
        "scale": _scale(usual, standing.day(today)),
        "next_step": next_step,
        "next_day": deadline.due_on if deadline else next_step.get("due_on"),
        "is_over": is_over(application, facts),
        "deadline": deadline,
        "contact_unit": _contact_unit(application.cycle.programme),
    }


def _contact_unit(programme: Programme) -> str:
    japanese = (get_language() or "ja") == "ja"
    return programme.contact_unit_ja if japanese else programme.contact_unit_en


def _scale(usual: Usual | None, day: int | None) -> dict[str, str] | None:
    """The bar under the usual days, in percent of its width."""
    if usual is None or not usual.is_known or day is None:
        return None
    days = max(usual.high, day) * 5 // 4 + 1
    return {
        "days": days,
        "today": f"{min(day, days) * 100 / days:.1f}%",
        "from": f"{usual.low * 100 / days:.1f}%",
        "width": f"{max(usual.high - usual.low, 1) * 100 / days:.1f}%",
    }


@login_required
@require_safe
def application(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """What was submitted, to read and print; until then the way to the steps."""
    found = get_object_or_404(
        Application.objects.visible_to(request.user).for_dossier(),
        public_id=public_id,
    )
    is_own = found.trainee.user_id == request.user.pk
    if is_own and found.state == ApplicationState.DRAFT and found.is_editable:
        return redirect("trainees:application_step", public_id, FIRST)
    context = {
        "application": found,
        "groups": groups_of(found, request.user),
        "is_own": is_own,
        "open_until": open_until(found.cycle, timezone.localdate()),
    }
    return render(request, "trainees/application.html", context)
