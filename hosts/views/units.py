"""The parts of a training programme: its units, and what the trainee gives."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from accounts.editing import (
    autosave_answer,
    differences,
    draft_of,
    drop_draft,
    initial_from,
    keep_draft,
    keeps_draft,
    once,
)
from accounts.models import FormDraft

from ..forms import ContributionForm, InstructorRows, PlaceForm, UnitForm
from ..models import Contribution, HostRequest, TrainingUnit
from ..outline import Outline, outline_of
from ..programme_parts import move_part, next_position
from ..remarks import remarks_on
from ..services import HostError, lock_request
from .answers import no_longer_kept, say_closed
from .finding import find_request, is_open


@dataclass(frozen=True)
class PartKind:
    """What the pages of units and of contributions do not share."""

    model: type[TrainingUnit] | type[Contribution]
    form: type[UnitForm] | type[ContributionForm]
    name: str  # in addresses, templates and anchors
    saved: Promise
    deleted: Promise
    gone: Promise


UNIT = PartKind(
    TrainingUnit,
    UnitForm,
    "unit",
    gettext_lazy("The unit was saved."),
    gettext_lazy("The unit was deleted."),
    gettext_lazy("This unit was deleted meanwhile. Nothing was saved."),
)
CONTRIBUTION = PartKind(
    Contribution,
    ContributionForm,
    "contribution",
    gettext_lazy("The contribution was saved."),
    gettext_lazy("The contribution was deleted."),
    gettext_lazy("This contribution was deleted meanwhile. Nothing was saved."),
)


def draft_name(page: str) -> Callable[[uuid.UUID], str]:
    """Under which name a person's unsaved typing into this page is kept."""

    def name_of(public_id: uuid.UUID) -> str:
        return f"hosts.{page}:{public_id}"

    return name_of


@keeps_draft(draft_name("unit_add"))
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def unit_add(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Add a unit; sending the same form twice adds one."""
    return _add(request, public_id, UNIT)


@keeps_draft(draft_name("unit_add"))
@login_required
@require_POST
def unit_add_autosave(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Keep what is being typed into a new unit, for this person only."""
    return _keep_new(request, public_id, UNIT)


@keeps_draft(draft_name("unit"))
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def unit(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Edit a unit; an edit that went stale shows both versions."""
    return _edit(request, public_id, UNIT)


@keeps_draft(draft_name("unit"))
@login_required
@require_POST
def unit_autosave(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Keep what is being typed into a unit, for this person only."""
    return _keep(request, public_id, UNIT)


@login_required
@require_POST
def unit_delete(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Take a unit out of a draft; the change log keeps what it said."""
    return _delete(request, public_id, UNIT)


@login_required
@require_POST
def unit_move(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Put a unit one place up or down."""
    return _move(request, public_id, UNIT)


@keeps_draft(draft_name("contribution_add"))
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def contribution_add(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Add what the trainee gives; sending the same form twice adds one."""
    return _add(request, public_id, CONTRIBUTION)


@keeps_draft(draft_name("contribution_add"))
@login_required
@require_POST
def contribution_add_autosave(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Keep what is being typed into a new contribution, for this person only."""
    return _keep_new(request, public_id, CONTRIBUTION)


@keeps_draft(draft_name("contribution"))
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def contribution(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Edit what the trainee gives; an edit that went stale shows both versions."""
    return _edit(request, public_id, CONTRIBUTION)


@keeps_draft(draft_name("contribution"))
@login_required
@require_POST
def contribution_autosave(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Keep what is being typed into a contribution, for this person only."""
    return _keep(request, public_id, CONTRIBUTION)


@login_required
@require_POST
def contribution_delete(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Take a contribution out of a draft; the change log keeps what it said."""
    return _delete(request, public_id, CONTRIBUTION)


@login_required
@require_POST
def contribution_move(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Put a contribution one place up or down."""
    return _move(request, public_id, CONTRIBUTION)


@dataclass
class _Page:
    """A form with the rows of instructors beside it, as they stand on the page."""

    kind: PartKind
    found: HostRequest
    outline: Outline
    form: Any
    rows: InstructorRows | None
    row: Any = None
    draft: FormDraft | None = None

    @property
    def draft_name(self) -> str:
        return _draft_name(self.kind, self.found, self.row)

    def restored(self) -> dict[str, object] | None:
        """What was typed before and stands in the form again, beside what is saved."""
        if self.draft is None:
            return None
        saved = self.kind.form(instance=self.form.instance, outline=self.outline).initial
        rows = differences(self.form, saved)
        rows += self.rows.differences() if self.rows else []
        return {"at": self.draft.saved_at, "differences": rows} if rows else None

    def conflicts(self) -> list[dict[str, object]]:
        """What somebody else has saved meanwhile, beside what was typed."""
        if not (self.form.is_bound and self.form.stale):
            return []
        return [*self.form.conflicts(), *(self.rows.differences() if self.rows else [])]

    def is_valid(self) -> bool:
        rows_are_valid = self.rows is None or self.rows.is_valid()
        return self.form.is_valid() and rows_are_valid

    def save(self) -> None:
        saved = self.form.save()
        if self.rows is not None:
            self.rows.save(saved)


def _draft_name(kind: PartKind, found: HostRequest, row: Any) -> str:
    if row is None or row.pk is None:
        return draft_name(f"{kind.name}_add")(found.public_id)
    return draft_name(kind.name)(row.public_id)


def _page(
    request: HttpRequest, kind: PartKind, found: HostRequest, row: Any, *, complete: bool = False
) -> _Page:
    """The page with what was saved, typed before or typed now."""
    outline = outline_of(found)
    is_sent = request.method == "POST"
    draft = None if is_sent else draft_of(request.user, _draft_name(kind, found, row))
    sent = (request.POST, request.FILES) if is_sent else (None, None)
    initial = initial_from(draft, kind.form)
    form = kind.form(*sent, instance=row, complete=complete, outline=outline, initial=initial)
    rows = None
    if kind is UNIT:
        data = request.POST if is_sent else None
        rows = InstructorRows(row, data, add=is_sent and "more" in request.POST, draft=draft)
    return _Page(kind, found, outline, form, rows, row if row.pk else None, draft)


def _keep(request: HttpRequest, public_id: uuid.UUID, kind: PartKind) -> HttpResponse:
    row, found = _find(request, public_id, kind)
    if not is_open(found):
        return no_longer_kept()
    return autosave_answer(request, _draft_name(kind, found, row))


def _keep_new(request: HttpRequest, public_id: uuid.UUID, kind: PartKind) -> HttpResponse:
    found = find_request(request.user, public_id, to_edit=True)
    if not is_open(found):
        return no_longer_kept()
    return autosave_answer(request, _draft_name(kind, found, None))


def _forget(request: HttpRequest, kind: PartKind, found: HostRequest, row: Any) -> HttpResponse:
    drop_draft(request.user, _draft_name(kind, found, row))
    return redirect(request.path)


def _add(request: HttpRequest, public_id: uuid.UUID, kind: PartKind) -> HttpResponse:
    found = find_request(request.user, public_id, to_edit=True)
    if not is_open(found):
        return say_closed(request, found.answer)
    blank = kind.model(training_programme=found.training_programme)
    if "forget" in request.POST:
        return _forget(request, kind, found, None)
    if request.method != "POST" or _asks_for_help(request):
        return _help(request, _page(request, kind, found, blank))
    page = _page(request, kind, found, blank, complete=True)
    if not page.is_valid():
        keep_draft(request.user, page.draft_name, request.POST)
        return _show(request, page)

    def create() -> str:
        lock_request(found)
        blank.position = next_position(kind.model, found.training_programme)
        page.save()
        return _address(found, kind)

    try:
        address = once(request.user, page.form.cleaned_data["once"], create)
    except HostError:
        return say_closed(request, find_request(request.user, public_id).answer)
    except ValidationError as error:
        page.form.add_error(None, error)
        return _show(request, page)
    drop_draft(request.user, _draft_name(kind, found, None))
    messages.success(request, kind.saved)
    return redirect(address)


def _edit(request: HttpRequest, public_id: uuid.UUID, kind: PartKind) -> HttpResponse:
    row, found = _find(request, public_id, kind)
    if not is_open(found):
        return say_closed(request, found.answer)
    if "forget" in request.POST:
        return _forget(request, kind, found, row)
    if request.method != "POST" or _asks_for_help(request):
        return _help(request, _page(request, kind, found, row))
    with transaction.atomic():
        try:
            lock_request(found)
        except HostError:
            return say_closed(request, find_request(request.user, found.public_id).answer)
        try:
            row.refresh_from_db(from_queryset=kind.model.objects.select_for_update())
            row.__dict__.pop("instructor_rows", None)  # who teaches it is read anew as well
        except kind.model.DoesNotExist:
            messages.error(request, kind.gone)
            return redirect(_address(found, kind))
        page = _page(request, kind, found, row, complete=True)
        if is_saved := page.is_valid():
            page.save()
    if not is_saved:
        keep_draft(request.user, page.draft_name, request.POST)
        return _show(request, page)
    drop_draft(request.user, page.draft_name)
    messages.success(request, kind.saved)
    return redirect(_address(found, kind))


def _delete(request: HttpRequest, public_id: uuid.UUID, kind: PartKind) -> HttpResponse:
    row, found = _find(request, public_id, kind)
    try:
        with transaction.atomic():
            lock_request(found)
            row.delete()
    except HostError:
        return say_closed(request, find_request(request.user, found.public_id).answer)
    messages.success(request, kind.deleted)
    return redirect(_address(found, kind))


def _move(request: HttpRequest, public_id: uuid.UUID, kind: PartKind) -> HttpResponse:
    row, found = _find(request, public_id, kind)
    asked = PlaceForm(request.POST)
    if not asked.is_valid():
        messages.error(request, _("Choose a place in the list."))
        return redirect(_address(found, kind))
    try:
        with transaction.atomic():
            lock_request(found)
            move_part(row, to=asked.cleaned_data["to"])
    except HostError:
        return say_closed(request, find_request(request.user, found.public_id).answer)
    return redirect(_address(found, kind))


def _find(request: HttpRequest, public_id: uuid.UUID, kind: PartKind) -> tuple[Any, HostRequest]:
    """The part in the reader's scope, and its request with all that its page shows."""
    rows = kind.model.objects.visible_to(request.user)
    if kind is UNIT:
        rows = rows.with_instructors()
    row = get_object_or_404(
        rows.select_related("training_programme__host_request"), public_id=public_id
    )
    request_id = row.training_programme.host_request.public_id
    found = find_request(request.user, request_id, to_edit=True)
    row.training_programme = found.training_programme
    return row, found


def _address(found: HostRequest, kind: PartKind) -> str:
    page = reverse("hosts:request_step", args=[found.public_id, "programme"])
    return f"{page}#{kind.name}s"


def _autosave_address(page: _Page) -> str:
    if page.row is None:
        return reverse(f"hosts:{page.kind.name}_add_autosave", args=[page.found.public_id])
    return reverse(f"hosts:{page.kind.name}_autosave", args=[page.row.public_id])


def _asks_for_help(request: HttpRequest) -> bool:
    """A button that shows something and saves nothing: the address, one more row."""
    return "lookup" in request.POST or "more" in request.POST


def _help(request: HttpRequest, page: _Page) -> HttpResponse:
    """Show the address of the postal code or one more row; nothing is saved, the typing is kept."""
    if request.method == "POST":
        keep_draft(request.user, page.draft_name, request.POST)
    if "lookup" in request.POST and page.kind is UNIT:
        page.form.look_up()
    elif request.method == "POST":
        page.form.is_valid()
        page.form.errors.clear()
    return _show(request, page)


def _show(request: HttpRequest, page: _Page) -> HttpResponse:
    found, form, row = page.found, page.form, page.row
    parts = page.outline.units if page.kind is UNIT else page.outline.contributions
    places = [part.pk for part in parts]
    faulty = [form, *(each for each in (page.rows.forms if page.rows else []) if each.is_bound)]
    context = {
        "form": form,
        "instructors": page.rows,
        "part": row,
        "number": places.index(row.pk) + 1 if row and row.pk in places else len(places) + 1,
        "host_request": found,
        "answer": found.answer,
        "cycle": found.cycle,
        "back": _address(found, page.kind),
        "remarks": remarks_on(found.training_programme, page.outline.units, page.outline),
        "forms": faulty[1:],
        "autosave": _autosave_address(page),
        "restored": page.restored(),
        "conflicts": page.conflicts(),
    }
    is_refused = any(each.is_bound and each.errors for each in faulty)
    template = f"hosts/{page.kind.name}.html"
    return render(request, template, context, status=422 if is_refused else 200)
