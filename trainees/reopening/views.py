"""The person's pages of a submitted dossier: the fields opened again, and the versions."""

import uuid

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from ..answers import confirm_address
from ..contents import overlaid
from ..eligibility import verdicts_of, with_waivers
from ..models import Application, Reopening
from ..reading import read_once, with_statements
from ..said import said_of
from ..services import TraineeError
from ..states import ReopeningState
from ..versions import Difference, differences, judged
from .fields import ChangeForms, document_codes, labels_of
from .verbs import is_open_on, papers_since, propose_change, stamp_of
from .version_pages import versions_context


class SeenForm(forms.Form):
    """Which proposal the page showed."""

    seen = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def reopened(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Just the fields that staff opened for this person; what is sent waits for approval."""
    if request.method == "POST":
        with transaction.atomic():
            return _send(request, _own_or_404(request, public_id, lock=True))
    found = _own_or_404(request, public_id)
    reopening = _newest(found)
    if reopening is None:
        return redirect(found)
    return _show(request, found, reopening, None)


def _send(request: HttpRequest, found: Application) -> HttpResponse:
    reopening = _newest(found)
    if reopening is None:
        return redirect(found)
    seen = SeenForm(request.POST)
    read = judged(found)
    questions = ChangeForms(reopening.fields, read, reopening.proposed, request.POST)
    seen.full_clean()
    if "add" in request.POST:
        return _show(request, found, reopening, questions)
    if not questions.is_valid():
        return _show(request, found, reopening, questions, status=422)
    try:
        propose_change(
            reopening,
            questions.values(),
            by=request.user,
            seen=seen.cleaned_data.get("seen", ""),
        )
    except TraineeError as error:
        messages.error(request, str(error))
        reopening.refresh_from_db()
        return _show(request, found, reopening, questions, status=422)
    messages.success(
        request, _("Your change was sent. It counts once we have approved it; we mail you then.")
    )
    return redirect("trainees:reopened", found.public_id)


def _show(
    request: HttpRequest,
    found: Application,
    reopening: Reopening,
    questions: ChangeForms | None,
    *,
    status: int = 200,
) -> HttpResponse:
    today = timezone.localdate()
    read = judged(found)
    is_open = is_open_on(reopening, today)
    if questions is None and is_open:
        questions = ChangeForms(reopening.fields, read, reopening.proposed)
    context = {
        "application": found,
        "reopening": reopening,
        "labels": labels_of(reopening.fields),
        "is_open": is_open,
        "questions": questions if is_open else None,
        "papers": papers_since(reopening).select_related("kind", "file"),
        "papers_address": reverse("trainees:documents", args=[found.public_id]),
        "asks_papers": bool(document_codes(reopening.fields)),
        "differences": waiting_changes(reopening, found) if is_waiting(reopening) else [],
        "seen": stamp_of(reopening),
        "today": today,
    }
    return render(request, "trainees/reopened.html", context, status=status)


def is_waiting(reopening: Reopening) -> bool:
    return reopening.state == ReopeningState.PROPOSED


def waiting_changes(reopening: Reopening, application: Application) -> list[Difference]:
    """What was submitted and what is proposed, side by side."""
    read = judged(application)
    proposed = overlaid(read.data, reopening.proposed)
    return differences(said_of(read.data), said_of(proposed))


def _newest(application: Application) -> Reopening | None:
    """The reopening that the person hears of: the last one, whatever became of it."""
    return application.reopenings.order_by("-opened_at", "-pk").first()


def _own_or_404(request: HttpRequest, public_id: uuid.UUID, *, lock: bool = False) -> Application:
    own = Application.objects.own(request.user).with_names()
    own = own.select_related("trainee__user", "cycle__programme__operator")
    if lock:
        own = own.select_for_update(of=("self",))
    return get_object_or_404(own, public_id=public_id)


@login_required
@require_safe
def versions(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Everything that the person has submitted, version by version, and what differs. What staff
    have kept is the operator's: nobody there is named.
    """
    found = _own_or_404(request, public_id)
    operator = found.cycle.programme.operator
    context = {"application": found, "operator": operator, **versions_context(request, found)}
    return render(request, "trainees/versions.html", context)


@login_required
@require_safe
def conditions(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """How the application stands to the rules, in kind words; it keeps nobody from submitting."""
    own = with_statements(with_waivers(Application.objects.own(request.user).for_dossier()))
    found = get_object_or_404(own, public_id=public_id)
    read_once(found)
    context = {
        "application": found,
        "rules": verdicts_of(found, timezone.localdate()),
        "back": confirm_address(found) if found.is_editable else found.get_absolute_url(),
    }
    return render(request, "trainees/conditions.html", context)
