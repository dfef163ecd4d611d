"""Everything that belongs to one application, in one view."""

from itertools import groupby
from typing import Any, cast
from uuid import UUID

from django.contrib import admin
from django.db.models import TextChoices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.json_rows import json_rows, related_from, row_from
from accounts.models import User
from accounts.trail import Act
from accounts.trail_events import record_for
from placements.known import nominations_of, placements_of
from schedule.models import Cycle
from trainees.contents import CONSENT, Data, Said, overlaid
from trainees.duplicates import duplicates_of
from trainees.eligibility import Case, verdicts_in, with_waivers
from trainees.models import Application, ApplicationMove, Reopening
from trainees.reading import papers_of, read_once, statements_of, with_statements
from trainees.reopening.verbs import CAN_BE_REOPENED
from trainees.reopening.version_pages import versions_context
from trainees.requirements import checklist_in
from trainees.said import said_of
from trainees.states import (
    APPLICATION_MOVES,
    EDITABLE,
    REOPENING_OPEN,
    ApplicationState,
    DocumentState,
    ReopeningState,
)
from trainees.versions import Judged, judged

MOVE_READ = ["id", "at", "to_state", "reason", "by__id", "by__name", "by__email"]
REOPENING_READ = ["id", "public_id", "opened_at", "state", "reason"]

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
    found = _whole_case_or_404(public_id)
    record_for(request, Act.READ, found)
    today = timezone.localdate()
    read_once(found)
    read = judged(found)
    case = Case(read, found, today)
    rules = verdicts_in(case)
    reopenings = _reopenings(found)
    context = {
        "application": found,
        "today": today,
        "read": read,
        "groups": groups_of(read.said()),
        "rules": rules,
        "against": [row for row in rules if row.stands_against],
        "open_rules": [row for row in rules if row.is_open],
        "papers": checklist_in(case),
        "unchecked": [
            paper for paper in papers_of(found) if paper.state == DocumentState.HANDED_IN
        ],
        "statements": statements_of(found),
        "nominations": sorted(nominations_of(found), key=lambda row: row.pk, reverse=True),
        "placements": [row for row in placements_of(found) if row.application_id == found.pk],
        "reopenings": reopenings,
        "waiting": next((row for row in reopenings if row.state in REOPENING_OPEN), None),
        "duplicates": duplicates_of(found.trainee),
        "history": _history(found),
        **acts_of(found),
    }
    return render(request, "desk/case/application.html", context)


def _whole_case_or_404(public_id: UUID) -> Application:
    """The application with the rows of its own that are few and small, in the same query."""
    moves = json_rows(ApplicationMove.objects.all(), "application", MOVE_READ)
    reopenings = json_rows(Reopening.objects.all(), "application", REOPENING_READ)
    rows = Application.objects.for_dossier().annotate(move_rows=moves, reopening_rows=reopenings)
    return get_object_or_404(with_statements(with_waivers(rows)), public_id=public_id)


def _reopenings(found: Application) -> list[Reopening]:
    rows = [row_from(Reopening, row) for row in vars(found)["reopening_rows"]]
    return sorted(rows, key=lambda row: (row.opened_at, row.pk), reverse=True)


def _history(found: Application) -> list[ApplicationMove]:
    """The moves, the last one first, with the words of the states."""
    rows = [
        row_from(ApplicationMove, row, by=related_from(User, row, "by"))
        for row in vars(found)["move_rows"]
    ]
    for row in rows:
        row.word = ApplicationState(row.to_state).label
    return sorted(rows, key=lambda row: (row.at, row.pk), reverse=True)


def with_words(moves: Any, states: type[TextChoices]) -> list[Any]:
    """The moves of a row, the last one first, with the words of its states."""
    rows = list(moves.select_related("by").order_by("-at", "-pk"))
    for row in rows:
        row.word = states(row.to_state).label
    return rows


def groups_of(said: list[Said]) -> list[tuple[str, list[Said]]]:
    """What was said, place by place."""
    return [(place, list(rows)) for place, rows in groupby(said, key=lambda row: row.place)]


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
    waiting = found.reopenings.filter(state=ReopeningState.PROPOSED).first()
    proposed = cast(Data, waiting.proposed) if waiting else {}
    after = []
    if waiting and any(code.startswith(f"{CONSENT}.") for code in proposed):
        record_for(request, Act.READ, waiting, fields=("proposed",))
        after = _of_care(said_of(overlaid(read.data, proposed), full=True))
    return _secret(request, found, read, _of_care(read.said(full=True)), what="health", after=after)


def _of_care(said: list[Said]) -> list[Said]:
    """What tells of health or belief."""
    needs = {"application.dietary_needs", "application.religious_needs"}
    return [row for row in said if row.code in needs or row.code.partition(".")[0] == "health"]


def _secret(
    request: HttpRequest,
    found: Application,
    read: Judged,
    lines: list[Said],
    *,
    what: str,
    after: list[Said] | None = None,
) -> HttpResponse:
    context = {"application": found, "read": read, "lines": lines, "what": what, "after": after}
    response = render(request, "desk/case/secret.html", context)
    response["Cache-Control"] = "private, no-store"
    return response
