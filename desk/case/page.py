"""Everything that belongs to one application, in one view."""

from itertools import groupby
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.db.models import TextChoices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.trail import Act
from accounts.trail_events import record_for
from placements.models import Nomination, Placement
from schedule.models import Cycle
from trainees.contents import Said
from trainees.documents.checklist import checklist_of
from trainees.duplicates import duplicates_of
from trainees.eligibility import verdicts_on
from trainees.models import Application, Document
from trainees.reopening.verbs import CAN_BE_REOPENED
from trainees.reopening.version_pages import versions_context
from trainees.states import (
    APPLICATION_MOVES,
    EDITABLE,
    REOPENING_OPEN,
    ApplicationState,
    DocumentState,
)
from trainees.versions import Judged, judged

desk_page = admin.site.admin_view


def application_or_404(public_id: UUID) -> Application:
    """Staff see all; with what every page of it shows."""
    rows = Application.objects.with_names().select_related(
        "trainee__user", "cycle__programme__operator"
    )
    return get_object_or_404(rows, public_id=public_id)


@desk_page
@require_safe
def application(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The whole case: what was said, the rules, the papers, who nominated, and what happened. The
    passport is masked and what tells of health is shut; opening the page leaves a record.
    """
    found = application_or_404(public_id)
    record_for(request, Act.READ, found)
    today = timezone.localdate()
    read = judged(found)
    rules = verdicts_on(read, found, today)
    papers = list(
        Document.objects.filter(application=found)
        .select_related("kind", "file")
        .order_by("kind__order", "-pk")
    )
    reopenings = list(found.reopenings.select_related("opened_by", "decided_by"))
    context = {
        "application": found,
        "today": today,
        "read": read,
        "groups": groups_of(read.said()),
        "rules": rules,
        "against": [row for row in rules if row.stands_against],
        "open_rules": [row for row in rules if row.is_open],
        "papers": checklist_of(found, today, papers=papers),
        "unchecked": [paper for paper in papers if paper.state == DocumentState.HANDED_IN],
        "statements": list(found.statements.select_related("entered_by")),
        "nominations": _nominations(found),
        "placements": Placement.objects.filter(application=found).with_names().order_by("-pk"),
        "reopenings": reopenings,
        "waiting": next((row for row in reopenings if row.state in REOPENING_OPEN), None),
        "duplicates": duplicates_of(found.trainee),
        "history": with_words(found.moves, ApplicationState),
        **acts_of(found),
    }
    return render(request, "desk/case/application.html", context)


def with_words(moves: Any, states: type[TextChoices]) -> list[Any]:
    """The moves of a row, the last one first, with the words of its states."""
    rows = list(moves.select_related("by").order_by("-at", "-pk"))
    for row in rows:
        row.word = states(row.to_state).label
    return rows


def groups_of(said: list[Said]) -> list[tuple[str, list[Said]]]:
    """What was said, place by place."""
    return [(place, list(rows)) for place, rows in groupby(said, key=lambda row: row.place)]


def _nominations(found: Application):
    return (
        Nomination.objects.filter(application=found)
        .select_related(
            "office__organisation",
            "agency__organisation",
            "nominated_by",
            "host_request__answer__government__organisation",
            "host_request__answer__government__prefecture__organisation",
        )
        .order_by("-pk")
    )


def acts_of(found: Application) -> dict[str, bool]:
    """What can be done with it now."""
    moves = APPLICATION_MOVES.get(found.state, set())
    is_open = found.cycle.state == Cycle.State.OPEN
    return {
        "is_open": is_open,
        "can_edit": found.state in EDITABLE,
        "can_complete": is_open and ApplicationState.COMPLETE in moves,
        "can_freeze": is_open and ApplicationState.FROZEN in moves,
        "can_return": is_open and ApplicationState.RETURNED in moves,
        "can_withdraw": is_open and ApplicationState.WITHDRAWN in moves,
        "can_reopen": is_open and found.state in CAN_BE_REOPENED,
    }


@desk_page
@require_safe
def versions(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Everything that was submitted, version by version, and what differs."""
    found = application_or_404(public_id)
    record_for(request, Act.READ, found, fields=("versions",))
    context = {"application": found, **versions_context(request, found)}
    return render(request, "desk/case/versions.html", context)


@desk_page
@require_POST
def passport(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The whole number of the passport, for whoever asks for it; each look is recorded."""
    found = application_or_404(public_id)
    record_for(request, Act.READ, found.trainee, fields=("passport_number",))
    read = judged(found)
    lines = [row for row in read.said(full=True) if row.code == "person.passport_number"]
    return _secret(request, found, read, lines, what="passport")


@desk_page
@require_POST
def health(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The health declaration and the needs, which tell of health or belief (要配慮個人情報: Act on
    the Protection of Personal Information, article 2(3)); each look is recorded.
    """
    found = application_or_404(public_id)
    record_for(request, Act.READ, found, fields=("health", "dietary_needs", "religious_needs"))
    read = judged(found)
    needs = {"application.dietary_needs", "application.religious_needs"}
    lines = [
        row
        for row in read.said(full=True)
        if row.code in needs or row.code.partition(".")[0] == "health"
    ]
    return _secret(request, found, read, lines, what="health")


def _secret(
    request: HttpRequest, found: Application, read: Judged, lines: list[Said], *, what: str
) -> HttpResponse:
    context = {"application": found, "read": read, "lines": lines, "what": what}
    response = render(request, "desk/case/secret.html", context)
    response["Cache-Control"] = "private, no-store"
    return response
