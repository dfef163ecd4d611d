"""Which requests a nominee wishes for, in order: one section of the dossier."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.editing import (
    autosave_answer,
    draft_of,
    drop_draft,
    initial_from,
    keeps_draft,
)
from hosts.models import HostRequest
from schedule.vocabulary import Route
from trainees.answers import confirm_address, progress_of
from trainees.models import Application
from trainees.models.applications import ApplicationQuerySet
from trainees.services import deadline_of, reason_against_edit
from trainees.steps import steps_of_dossier

from .forms import WishesForm
from .models import Nomination, RequestWish
from .services import PlacementError, save_wishes
from .states import NOMINATION_OPEN
from .steps import CODE, TITLE
from .wishes import requests_shown


def draft_name(public_id: uuid.UUID) -> str:
    """Under which name the page keeps what was typed and not saved."""
    return f"placements.wishes:{public_id}"


def _wishes(application: Application) -> list[RequestWish]:
    return list(
        RequestWish.objects.filter(application=application)
        .select_related(
            "host_request__answer__government__organisation",
            "host_request__answer__government__prefecture__organisation",
            "host_request__training_programme",
        )
        .order_by("rank")
    )


def _with_nomination(rows: ApplicationQuerySet) -> ApplicationQuerySet:
    """With the request of the nomination, in the same query."""
    nominations = Nomination.objects.filter(
        application=OuterRef("pk"), state__in=NOMINATION_OPEN
    ).order_by("-pk")
    request = Coalesce("host_request", "opening__host_request")
    return rows.annotate(nominated_for=Subquery(nominations.values_list(request)[:1]))


@login_required
@keeps_draft(draft_name)
@require_http_methods(["GET", "HEAD", "POST"])
def wishes(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The person chooses among what is open to them; once submitted, whoever reads the application
    reads the wishes.
    """
    rows = Application.objects.visible_to(request.user).with_names().for_dossier()
    found = get_object_or_404(_with_nomination(rows), public_id=public_id)
    is_own = found.trainee.user_id == request.user.pk
    known = _wishes(found)
    if not is_own or reason_against_edit(found):
        if request.method == "POST":
            if not is_own:
                raise PermissionDenied
            messages.error(request, reason_against_edit(found) or "")
            return redirect("placements:wishes", public_id)
        context = {"application": found, "wishes": known, "is_own": is_own}
        return render(request, "placements/wishes_read.html", context)
    name = draft_name(public_id)
    if request.method == "POST" and "forget" in request.POST:
        drop_draft(request.user, name)
        return redirect("placements:wishes", public_id)
    shown = requests_shown(found, found.nominated_for)
    requests = [row for row in shown if row.is_open]
    named = next((row for row in shown if row.pk == found.nominated_for), None)
    if request.method != "POST":
        draft = draft_of(request.user, name)
        form = WishesForm(requests=requests, wishes=known, initial=initial_from(draft, WishesForm))
        return _show(request, found, form, requests, named, draft=draft)
    with transaction.atomic():
        Application.objects.select_for_update().get(pk=found.pk)
        form = WishesForm(request.POST, request.FILES, requests=requests, wishes=_wishes(found))
        if form.is_valid():
            try:
                save_wishes(found, form.chosen(), by=request.user)
            except PlacementError as error:
                form.add_error(None, str(error))
            else:
                drop_draft(request.user, name)
                messages.success(request, _("Your wishes were saved."))
                return redirect(_next(found) if "next" in request.POST else request.path)
    return _show(request, found, form, requests, named)


def _next(application: Application) -> str:
    """The section that follows in the dossier."""
    steps = steps_of_dossier(application)
    place = [step.code for step in steps].index(CODE) + 1
    return steps[place].url(application) if place < len(steps) else confirm_address(application)


def _show(
    request: HttpRequest,
    found: Application,
    form: WishesForm,
    requests: list[HostRequest],
    named: HostRequest | None,
    draft: object = None,
) -> HttpResponse:
    progress = progress_of(found, whole=False)
    place = [section.step.code for section in progress.sections].index(CODE)
    context = {
        "application": found,
        "step": CODE,
        "title": TITLE,
        "number": place + 1,
        "progress": progress,
        "before": progress.sections[place - 1] if place else None,
        "after": _next(found),
        "form": form,
        "rows": form.rows(),
        "requests": requests,
        "named": named,
        "is_fixed": named is not None and named.route == Route.OWN_SELECTION,
        "deadline": deadline_of(found),
        "today": timezone.localdate(),
        "draft": draft,
        "differences": form.conflicts() if form.is_bound and form.stale else [],
    }
    status = 422 if form.is_bound else 200
    return render(request, "placements/wishes.html", context, status=status)


@login_required
@require_POST
def wishes_autosave(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Keep what was typed so far."""
    if not Application.objects.own(request.user).filter(public_id=public_id).exists():
        raise Http404
    return autosave_answer(request, draft_name(public_id))
