"""Records that may be one person: the list with why, the two side by side, joining and taking it
back.
"""

from typing import Any, cast
from uuid import UUID

from django.contrib import admin, messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from accounts.trail import Act
from accounts.trail_events import record_for
from trainees.contents import said_fields
from trainees.duplicates import WHY, all_duplicates, reasons_for
from trainees.merging import (
    mark_as_two,
    merge_people,
    outlook,
    undo_merge,
    unmark_as_two,
)
from trainees.models import NotTheSame, PersonMerge, Trainee
from trainees.said import shown
from trainees.services import TraineeError

from .forms import ApartForm, MergeForm, UndoForm

desk_page = admin.site.admin_view
A_PAGE = 50


@desk_page
@require_safe
def duplicates(request: HttpRequest) -> HttpResponse:
    """Pairs of records that may be one person, the surest first, and what was joined before."""
    page = Paginator(all_duplicates(), A_PAGE).get_page(request.GET.get("p"))
    context = {
        "page": page,
        "merges": PersonMerge.objects.select_related("kept", "merged", "by", "undone_by")[:A_PAGE],
        "apart": NotTheSame.objects.select_related("first", "second", "by")[:A_PAGE],
    }
    return render(request, "desk/case/duplicates.html", context)


@desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def pair(request: HttpRequest, first: UUID, second: UUID) -> HttpResponse:
    """Both records side by side, what goes over, and the button that joins them."""
    one, other = _both(first, second)
    if one == other:
        raise Http404
    form = MergeForm(request.POST if request.method == "POST" else None, first=one, second=other)
    if form.is_valid():
        kept, merged = (one, other) if form.cleaned_data["kept"] == "first" else (other, one)
        try:
            merge = merge_people(
                kept, merged, reason=form.cleaned_data["reason"], by=cast(User, request.user)
            )
        except TraineeError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The two records are one now. This can be taken back."))
            return redirect("desk:merge", merge.public_id)
    if request.method != "POST":
        for row in (one, other):
            record_for(request, Act.READ, row)
    outlooks = [outlook(one, other), outlook(other, one)]
    joined = PersonMerge.objects.filter(undone_at=None, kept__in=[one, other])
    context = {
        "first": one,
        "second": other,
        "why": [WHY[each] for each in reasons_for(one, other)],
        "rows": _side_by_side(one, other),
        "outlooks": outlooks,
        "can_join": form.is_bound or not all(each.against for each in outlooks),
        "joined": joined.filter(merged__in=[one, other]).first(),
        "is_apart": NotTheSame.objects.filter(first__in=[one, other], second__in=[one, other]),
        "form": form,
        "apart_form": ApartForm(auto_id="id_apart_%s"),
    }
    return render(request, "desk/case/pair.html", context, status=422 if form.errors else 200)


def _side_by_side(one: Trainee, other: Trainee) -> list[dict[str, Any]]:
    """Every field of both, the passport masked."""
    rows = []
    for field in said_fields(Trainee):
        is_secret = field.name == "passport_number"
        first = one.masked_passport if is_secret else shown(one, field)
        second = other.masked_passport if is_secret else shown(other, field)
        same = getattr(one, field.attname) == getattr(other, field.attname)
        if first or second:
            label = str(field.verbose_name)
            rows.append({"label": label, "first": first, "second": second, "same": same})
    return rows


@desk_page
@require_POST
def apart(request: HttpRequest, first: UUID, second: UUID) -> HttpResponse:
    """These are two people: the pair is not shown again."""
    one, other = _both(first, second)
    form = ApartForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Write the reason as plain text."))
        return redirect("desk:pair", first, second)
    try:
        mark_as_two(one, other, reason=form.cleaned_data["reason"], by=cast(User, request.user))
    except TraineeError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Marked as two people. The pair is not shown again."))
    return redirect("desk:duplicates")


@desk_page
@require_POST
def not_apart(request: HttpRequest, first: UUID, second: UUID) -> HttpResponse:
    """Take the mark back: the pair is shown again."""
    unmark_as_two(*_both(first, second))
    messages.success(request, _("The mark was taken back. The pair is shown again."))
    return redirect("desk:pair", first, second)


@desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def merge(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """What was joined, by whom and why; and taking it back."""
    rows = PersonMerge.objects.select_related("kept", "merged__user", "by", "undone_by")
    found = get_object_or_404(rows, public_id=public_id)
    form = UndoForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            undo_merge(found, reason=form.cleaned_data["reason"], by=cast(User, request.user))
        except TraineeError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The two records stand apart again, as before."))
            return redirect("desk:merge", public_id)
    columns = {field.name: str(field.verbose_name) for field in Trainee._meta.concrete_fields}
    context = {
        "merge": found,
        "fields": [columns[name] for name in found.moved.get("fields", [])],
        "applications": found.kept.applications.filter(
            pk__in=found.moved.get("applications", [])
        ).with_names()
        if found.undone_at is None
        else [],
        "form": form,
    }
    return render(request, "desk/case/merge.html", context, status=422 if form.errors else 200)


def _both(first: UUID, second: UUID) -> tuple[Trainee, Trainee]:
    rows = Trainee.objects.select_related("user")
    return get_object_or_404(rows, public_id=first), get_object_or_404(rows, public_id=second)
