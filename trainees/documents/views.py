"""The person's pages about their papers, and the one place from which papers are downloaded."""

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.editing import in_words, once
from accounts.trail import Act
from accounts.trail_events import record_for
from files.limits import FILE_MEGABYTES, accepts_upload
from files.received import FileRefused, is_given_out, response_for

from ..answers import confirm_address, progress_of
from ..models import Application, Document, DocumentKind
from ..services import TraineeError, deadline_of
from ..states import DocumentState
from .checklist import Item, checklist_of
from .forms import PaperForm
from .handing_in import hand_in, reason_against_handing_in, reopened_papers, take_back
from .step import CODE, TITLE

PHOTO = DocumentKind.Format.PHOTO


@login_required
@require_safe
def documents(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Every paper that is asked of the person, what is missing in words, and by when."""
    own = Application.objects.own(request.user).for_dossier()
    application = get_object_or_404(own, public_id=public_id)
    today = timezone.localdate()
    items = checklist_of(application, today)
    groups = [
        (pgettext("documents", "Needed now"), [each for each in items if each.is_needed]),
        (pgettext("documents", "Needed later"), [each for each in items if each.is_later]),
        (
            pgettext("documents", "If you have them"),
            [each for each in items if each.is_offered or each.rule is None],
        ),
    ]
    reopened = reopened_papers(application, today)
    context = {
        "application": application,
        "groups": [
            (title, [_line(application, each, reopened) for each in found])
            for title, found in groups
            if found
        ],
        "missing": [each for each in items if each.is_missing],
        "today": today,
        **(_frame(application) if application.is_editable else {}),
    }
    return render(request, "trainees/documents.html", context)


def _frame(application: Application) -> dict[str, Any]:
    """What stands around a section of the dossier while it is filled in."""
    progress = progress_of(application, whole=False)
    place = [section.step.code for section in progress.sections].index(CODE)
    more = progress.sections[place + 1 :]
    return {
        "step": CODE,
        "title": TITLE,
        "number": place + 1,
        "progress": progress,
        "before": progress.sections[place - 1] if place else None,
        "after": more[0].url if more else confirm_address(application),
        "deadline": deadline_of(application),
    }


def _line(application: Application, item: Item, reopened: set[str]) -> dict[str, Any]:
    """One line of the checklist with what the person can do about it."""
    paper = item.document
    return {
        "item": item,
        "kind": item.kind,
        "paper": paper,
        "is_changed": reason_against_handing_in(application, item, reopened) is None,
        "is_given_out": paper is not None and is_given_out(paper.file),
        "is_taken_back": bool(
            application.is_editable and paper and paper.state == DocumentState.HANDED_IN
        ),
    }


@accepts_upload(megabytes=FILE_MEGABYTES + 1)
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def document_hand_in(request: HttpRequest, public_id: uuid.UUID, kind: str) -> HttpResponse:
    """Hand in one paper; of a photo the part that was kept is shown."""
    application = _own_or_404(request, public_id)
    today = timezone.localdate()
    items = checklist_of(application, today)
    item = next((each for each in items if each.kind.code == kind), None)
    if item is None:
        raise Http404
    reopened = reopened_papers(application, today)
    if reason := reason_against_handing_in(application, item, reopened):
        messages.error(request, reason)
        return redirect("trainees:documents", public_id)
    form = PaperForm(
        request.POST if request.method == "POST" else None,
        request.FILES if request.method == "POST" else None,
        kind=item.kind,
        by=request.user,
    )
    if form.is_valid() and (address := _handed_in(request, application, form)):
        return redirect(address)
    context = {
        "application": application,
        "item": item,
        "kind": item.kind,
        "paper": item.document,
        "is_photo": item.kind.format == PHOTO,
        "is_given_out": item.document is not None and is_given_out(item.document.file),
        "form": form,
    }
    status = 422 if form.errors else 200
    return render(request, "trainees/document_hand_in.html", context, status=status)


def _handed_in(request: HttpRequest, application: Application, form: PaperForm) -> str | None:
    """Hand the paper in, once for each form; where it leads, or None where the form says why not.

    A photo leads back to its own page, which shows what was kept of it.
    """
    kind, data = form.kind, form.cleaned_data

    def create() -> str:
        hand_in(
            application, kind, data["examined"], by=request.user, issued_on=data.get("issued_on")
        )
        if kind.format == PHOTO:
            messages.success(request, _("The photo was handed in. Look at the part that was kept."))
            return reverse("trainees:document_hand_in", args=[application.public_id, kind.code])
        text = _("“{paper}” was handed in.")
        messages.success(request, text.format(paper=kind.name))
        return reverse("trainees:documents", args=[application.public_id])

    try:
        return once(request.user, data["once"], create)
    except (TraineeError, FileRefused, ValidationError) as error:
        form.add_error(None, in_words(error))
        return None


@login_required
@require_POST
def document_take_back(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Take back a paper that nobody has looked at."""
    own = Document.objects.filter(application__trainee__user=request.user)
    paper = get_object_or_404(own.select_related("application"), public_id=public_id)
    try:
        take_back(paper, by=request.user)
    except TraineeError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The paper was taken back."))
    return redirect("trainees:documents", paper.application.public_id)


@login_required
@require_safe
def document(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """A paper, for whoever may read it at this moment. Each look at papers about health is recorded
    (P4), and each look at another person's; what the person took back is nobody else's.
    """
    rows = Document.objects.visible_to(request.user)
    rows = rows.select_related("file", "kind", "application__trainee")
    paper = get_object_or_404(rows, public_id=public_id)
    is_own = paper.application.trainee.user_id == request.user.pk
    if paper.state == DocumentState.REMOVED and not is_own:
        raise Http404
    if paper.kind.is_special_care or not is_own:
        record_for(request, Act.DOWNLOAD, paper, digest=paper.file.sha256)
    return response_for(paper.file)


def _own_or_404(request: HttpRequest, public_id: uuid.UUID) -> Application:
    own = Application.objects.own(request.user).with_names().with_deadlines().with_selection()
    return get_object_or_404(own, public_id=public_id)
