"""The first placement board: requests and applications side by side, propose, adjust, decide."""

from contextlib import suppress
from dataclasses import dataclass, field, replace
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.editing import in_words, key_of, once
from accounts.models import Role
from accounts.queries import people_by_organisation
from hosts.models import HostRequest
from placements.eligibility import REASONS, reasons_against
from placements.forms import DecideForm, PlaceForm, ProposeForm, ReasonForm
from placements.models import MatchRun, Placement
from placements.queries import (
    applications_of,
    offered_by,
    own_nominations,
    placements_of,
    requests_of,
    wanted_by,
)
from placements.services import (
    BoardChangedError,
    PlacementError,
    decide,
    place_by_hand,
    propose,
    take_back,
)
from placements.states import PlacementState
from schedule.models import Cycle
from trainees.models import Application

desk_page = admin.site.admin_view
NAMED = 5  # more requests than these are counted, not named, in a sentence


@dataclass
class RequestRow:
    """One request on the board, with the people placed there."""

    request: HostRequest
    placed: list[Placement] = field(default_factory=list)

    @property
    def empty_seats(self) -> range:
        return range(max(0, self.request.number - len(self.placed)))


@dataclass
class ApplicationRow:
    """One applicant on the board: placed, or why not and where they could go."""

    application: Application
    placement: Placement | None
    why_not: str
    barred: list[tuple[HostRequest, list[object]]]


def _cycle(programme: str, year: int) -> Cycle:
    cycles = Cycle.objects.select_related("programme__operator")
    return get_object_or_404(cycles, programme__code=programme, fiscal_year=year)


def _address(cycle: Cycle) -> str:
    return reverse("desk:board", args=[cycle.programme.code, cycle.fiscal_year])


def _board_context(cycle: Cycle, form: PlaceForm | None = None) -> dict[str, object]:
    """Both sides of the board in a fixed number of queries."""
    requests = list(requests_of(cycle))
    applications = list(applications_of(cycle))
    placements = list(
        placements_of(cycle)
        .prefetch_related("notices__letter")
        .order_by("host_request__answer__government__code", "application__number")
    )
    run = MatchRun.objects.filter(cycle=cycle).select_related("made_by").first()
    rows = {request.pk: RequestRow(request) for request in requests}
    for placement in placements:
        if placement.host_request_id in rows:
            rows[placement.host_request_id].placed.append(placement)
    people = _people(cycle, requests, applications, placements, run)
    form = form or PlaceForm(cycle=cycle)
    _name_choices(form, list(rows.values()), people)
    return {
        "cycle": cycle,
        "rows": list(rows.values()),
        "people": people,
        "proposed": [each for each in placements if each.state == PlacementState.PROPOSED],
        "waiting_for_notices": [e for e in placements if e.state == PlacementState.APPROVED],
        "decided": [e for e in placements if e.state != PlacementState.PROPOSED],
        "run": run,
        "form": form,
        "propose_form": ProposeForm(auto_id=False),
        "empty": sum(len(row.empty_seats) for row in rows.values()),
        "seats": sum(request.number for request in requests),
        "unplaced": [row for row in people if row.placement is None],
        "barred": sum(len(row.barred) for row in people),
        "by_hand": [each for each in placements if each.is_by_hand],
    }


def _people(
    cycle: Cycle,
    requests: list[HostRequest],
    applications: list[Application],
    placements: list[Placement],
    run: MatchRun | None,
) -> list[ApplicationRow]:
    """Every applicant with their place, or with what stands against each place."""
    nominated = own_nominations(cycle)
    by_application = {placement.application_id: placement for placement in placements}
    known = {row["id"] for row in run.input["applications"]} if run else set()
    wanted = {request.pk: wanted_by(request) for request in requests}
    people = []
    for application in applications:
        barred, possible = [], []
        brought = offered_by(application)
        for request in requests:
            here = nominated.get(application.pk) == request.pk
            offered = replace(brought, nominated_here=here)
            if codes := reasons_against(wanted[request.pk], offered):
                barred.append((request, [REASONS[code] for code in codes]))
            else:
                possible.append(request)
        placement = by_application.get(application.pk)
        why_not = ""
        if placement is None and run:
            why_not = _why_not(f"A{application.pk}" in known, possible)
        people.append(ApplicationRow(application, placement, why_not, barred))
    return people


def _why_not(is_in_run: bool, possible: list[HostRequest]) -> str:
    """Why the last proposal left this person out, in the reader's words."""
    if not is_in_run:
        return _("The application came in after the last proposal.")
    if not possible:
        return _("No host request fits. The reasons stand with each request.")
    names = pgettext("between names", ", ").join(str(request) for request in possible[:NAMED])
    if (more := len(possible) - NAMED) > 0:
        text = ngettext("{names} and {count} other", "{names} and {count} others", more)
        names = text.format(names=names, count=more)
    return _("No seat was left at {requests}.").format(requests=names)


def _name_choices(form: PlaceForm, rows: list[RequestRow], people: list[ApplicationRow]) -> None:
    """Both lists of the form from what the page has loaded anyway, with what helps to choose."""
    nothing = ("", "---------")
    form.fields["application"].widget.choices = [nothing] + [
        (row.application.pk, f"{row.application} ({row.application.get_field_display()})")
        for row in people
        if row.placement is None or row.placement.state == PlacementState.PROPOSED
    ]
    form.fields["host_request"].widget.choices = [nothing] + [
        (
            row.request.pk,
            ngettext("{request}, {n} seat free", "{request}, {n} seats free", free).format(
                request=row.request, n=free
            ),
        )
        for row in rows
        for free in [len(row.empty_seats)]
    ]


@desk_page
@require_safe
def board(request: HttpRequest, programme: str, year: int) -> HttpResponse:
    """Requests with their seats on one side, applications on the other."""
    return render(request, "desk/board.html", _board_context(_cycle(programme, year)))


@desk_page
@require_POST
def propose_placements(request: HttpRequest, programme: str, year: int) -> HttpResponse:
    """Run the solver around what is decided and what was placed by hand."""
    cycle = _cycle(programme, year)

    def create() -> str:
        propose(cycle, by=request.user)
        return _address(cycle)

    try:
        once(request.user, key_of(request.POST), create)
    except (PlacementError, ValidationError) as error:
        messages.error(request, in_words(error))
        return redirect(_address(cycle))
    proposed = placements_of(cycle).filter(state=PlacementState.PROPOSED).count()
    if proposed:
        text = ngettext(
            "{n} placement is proposed. You decide.",
            "{n} placements are proposed. You decide.",
            proposed,
        )
        messages.success(request, text.format(n=proposed))
    else:
        messages.warning(
            request, _("The solver found no placement to propose. The reasons stand below.")
        )
    return redirect(_address(cycle))


@desk_page
@require_POST
def place(request: HttpRequest, programme: str, year: int) -> HttpResponse:
    """Place one person by hand, with a reason that stays."""
    cycle = _cycle(programme, year)
    form = PlaceForm(request.POST, cycle=cycle)
    if form.is_valid():
        values = form.cleaned_data

        def create() -> str:
            place_by_hand(
                values["application"],
                values["host_request"],
                reason=values["reason"],
                by=request.user,
            )
            return _address(cycle)

        try:
            address = once(request.user, values["once"], create)
        except (PlacementError, ValidationError) as error:
            form.add_error(None, in_words(error))
        else:
            messages.success(request, _("The person was placed by hand."))
            return redirect(address)
    return render(request, "desk/board.html", _board_context(cycle, form), status=422)


@desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def take_back_placement(request: HttpRequest, public_id: str) -> HttpResponse:
    """Take a proposal off the board, with a reason."""
    placement = get_object_or_404(Placement.objects.with_names(), public_id=public_id)
    cycle = placement.application.cycle
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            take_back(placement, reason=form.cleaned_data["reason"], by=request.user)
        except PlacementError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("The proposal was taken back."))
        return redirect(_address(cycle))
    status = 422 if form.errors else 200
    context = {"form": form, "placement": placement, "cycle": cycle, "back": _address(cycle)}
    return render(request, "desk/take_back.html", context, status=status)


@desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def decide_placements(request: HttpRequest, programme: str, year: int) -> HttpResponse:
    """A sheet that says to whom what is sent; the button decides and sends."""
    cycle = _cycle(programme, year)
    proposed = list(
        placements_of(cycle)
        .filter(state=PlacementState.PROPOSED)
        .select_related("application__trainee__user")
        .order_by("host_request__answer__government__code", "application__number")
    )
    if request.method == "POST":
        shown = _as_shown(request)

        def create() -> str:
            decide(cycle, by=request.user, expected=shown)
            return _address(cycle)

        try:
            address = once(request.user, key_of(request.POST), create)
        except BoardChangedError as error:
            messages.warning(request, str(error))
        except (PlacementError, ValidationError) as error:
            messages.error(request, in_words(error))
            return redirect(_address(cycle))
        else:
            text = ngettext(
                "{n} placement was decided. The notices are being issued and mailed.",
                "{n} placements were decided. The notices are being issued and mailed.",
                len(shown),
            )
            messages.success(request, text.format(n=len(shown)))
            return redirect(address)
    readers = people_by_organisation(
        Role.COORDINATOR,
        on=timezone.localdate(),
        organisations={p.host_request.government.organisation_id for p in proposed},
    )
    for placement in proposed:
        placement.host_readers = readers.get(placement.host_request.government.organisation_id, [])
    context = {
        "cycle": cycle,
        "form": DecideForm(),
        "placements": proposed,
        "letters": 2 * len(proposed),
        "mails": sum(len(p.host_readers) + bool(p.application.trainee.user) for p in proposed),
        "unheard_hosts": [p for p in proposed if not p.host_readers],
        "unheard_people": [p for p in proposed if not p.application.trainee.user],
        "back": _address(cycle),
    }
    status = 409 if request.method == "POST" else 200
    return render(request, "desk/decide.html", context, status=status)


def _as_shown(request: HttpRequest) -> set[UUID]:
    """The placements that the confirmed sheet named; what is no id names none."""
    shown = set()
    for text in request.POST.getlist("placement"):
        with suppress(ValueError):
            shown.add(UUID(text))
    return shown
