"""The units of a training programme."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.editing import once
from accounts.models import User

from ..forms import UnitForm
from ..models import HostRequest, TrainingUnit
from ..permissions import can_edit
from ..services import HostError, lock_request
from .answers import say_closed
from .finding import find_request, is_open


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def unit_add(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Add a unit; sending the same form twice adds one."""
    found = find_request(request.user, public_id, to_edit=True)
    if not is_open(found):
        return say_closed(request, found.answer)
    blank = TrainingUnit(training_programme=found.training_programme)
    if request.method != "POST":
        return _show(request, found, UnitForm(instance=blank))
    if "lookup" in request.POST:
        return _look_up(request, found, UnitForm(request.POST, request.FILES, instance=blank))
    form = UnitForm(request.POST, request.FILES, instance=blank, complete=True)
    if not form.is_valid():
        return _show(request, found, form)

    def create() -> str:
        lock_request(found)
        form.save()
        return _address_of_units(found)

    try:
        address = once(request.user, form.cleaned_data["once"], create)
    except HostError:
        return say_closed(request, find_request(request.user, public_id).answer)
    except ValidationError as error:
        form.add_error(None, error)
        return _show(request, found, form)
    messages.success(request, _("The unit was saved."))
    return redirect(address)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def unit(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Edit a unit; an edit that went stale shows both versions."""
    row = _find_unit(request.user, public_id)
    found = row.training_programme.host_request
    if not is_open(found):
        return say_closed(request, found.answer)
    if request.method != "POST":
        return _show(request, found, UnitForm(instance=row), row)
    if "lookup" in request.POST:
        return _look_up(request, found, UnitForm(request.POST, request.FILES, instance=row), row)
    with transaction.atomic():
        try:
            lock_request(found)
        except HostError:
            return say_closed(request, find_request(request.user, found.public_id).answer)
        try:
            row.refresh_from_db(from_queryset=TrainingUnit.objects.select_for_update())
        except TrainingUnit.DoesNotExist:
            messages.error(request, _("This unit was deleted meanwhile. Nothing was saved."))
            return redirect(_address_of_units(found))
        form = UnitForm(request.POST, request.FILES, instance=row, complete=True)
        if is_saved := form.is_valid():
            form.save()
    if not is_saved:
        return _show(request, found, form, row)
    messages.success(request, _("The unit was saved."))
    return redirect(_address_of_units(found))


@login_required
@require_POST
def unit_delete(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Take a unit out of a draft; the change log keeps what it said."""
    row = _find_unit(request.user, public_id)
    found = row.training_programme.host_request
    try:
        with transaction.atomic():
            lock_request(found)
            row.delete()
    except HostError:
        return say_closed(request, find_request(request.user, found.public_id).answer)
    messages.success(request, _("The unit was deleted."))
    return redirect(_address_of_units(found))


def _find_unit(user: User, public_id: uuid.UUID) -> TrainingUnit:
    rows = TrainingUnit.objects.visible_to(user).select_related(
        "training_programme__host_request__answer__survey__cycle__programme",
        "training_programme__host_request__answer__government__organisation",
        "training_programme__host_request__answer__government__prefecture__organisation",
    )
    row = get_object_or_404(rows, public_id=public_id)
    if not can_edit(user, row.training_programme.host_request.answer):
        raise PermissionDenied
    return row


def _address_of_units(found: HostRequest) -> str:
    return reverse("hosts:request_step", args=[found.public_id, "programme"]) + "#units"


def _look_up(
    request: HttpRequest, found: HostRequest, form: UnitForm, row: TrainingUnit | None = None
) -> HttpResponse:
    """Show the address of the postal code; nothing is saved."""
    form.look_up()
    return _show(request, found, form, row)


def _show(
    request: HttpRequest, found: HostRequest, form: UnitForm, row: TrainingUnit | None = None
) -> HttpResponse:
    others = [
        each for each in found.training_programme.units.all() if row is None or each.pk != row.pk
    ]
    context = {
        "form": form,
        "unit": row,
        "number": sum(each.pk < row.pk for each in others) + 1 if row else len(others) + 1,
        "others": others,
        "other_hours": sum(each.hours_per_week for each in others),
        "host_request": found,
        "answer": found.answer,
        "cycle": found.cycle,
        "back": _address_of_units(found),
        "conflicts": form.conflicts() if form.is_bound and form.stale else [],
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "hosts/unit.html", context, status=status)
