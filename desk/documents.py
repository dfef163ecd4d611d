"""The staff's check of the papers of one application."""

from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from files.received import is_given_out
from schedule.models import Cycle
from trainees.documents.checking import accept_document, refuse_document
from trainees.documents.checklist import Item, checklist_of
from trainees.documents.forms import RefuseForm
from trainees.models import Application, Document, DocumentKind
from trainees.reading import papers_of, read_once
from trainees.services import TraineeError
from trainees.states import DOCUMENT_COUNTS, DOCUMENT_MOVES, ApplicationState, DocumentState

desk_page = admin.site.admin_view


@desk_page
@require_safe
def documents(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Every paper that is asked of the person, with what they handed in and what was before."""
    rows = Application.objects.with_names().with_deadlines().with_selection()
    application = get_object_or_404(rows, public_id=public_id)
    read_once(application)
    items = checklist_of(application, timezone.localdate())
    context = {
        "application": application,
        "lines": [_line(application, item) for item in items],
        "missing": [item for item in items if item.is_missing],
        "waiting": sum(_waits(item) for item in items),
        "before": [each for each in papers_of(application) if each.state not in DOCUMENT_COUNTS],
    }
    return render(request, "desk/documents.html", context)


def _waits(item: Item) -> bool:
    return bool(item.document and item.document.state == DocumentState.HANDED_IN)


def _line(application: Application, item: Item) -> dict[str, Any]:
    """One line of the checklist with what staff can do about it."""
    paper = item.document
    is_open = application.cycle.state == Cycle.State.OPEN
    is_open = is_open and application.state != ApplicationState.WITHDRAWN
    moves = DOCUMENT_MOVES.get(paper.state, ()) if paper and is_open else ()
    is_out = paper is not None and is_given_out(paper.file)
    return {
        "item": item,
        "kind": item.kind,
        "paper": paper,
        "is_photo": item.kind.format == DocumentKind.Format.PHOTO,
        "is_given_out": is_out,
        "can_accept": is_out and DocumentState.ACCEPTED in moves,
        "can_refuse": DocumentState.REFUSED in moves,
    }


@desk_page
@require_POST
def document_accept(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The paper is what it should be; a second click finds it accepted."""
    paper = _paper(public_id)
    try:
        accept_document(paper, by=request.user)
    except TraineeError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("“{paper}” was accepted.").format(paper=paper.kind.name))
    return redirect(_back(paper))


@desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def document_refuse(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Refuse a paper with a reason; the person is mailed and hands in another."""
    paper = _paper(public_id)
    form = RefuseForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            refuse_document(paper, reason=form.cleaned_data["reason"], by=request.user)
        except TraineeError as error:
            form.add_error(None, str(error))
        else:
            text = _("“{paper}” was refused; the person was mailed.")
            messages.success(request, text.format(paper=paper.kind.name))
            return redirect(_back(paper))
    context = {"paper": paper, "application": paper.application, "form": form, "back": _back(paper)}
    status = 422 if form.errors else 200
    return render(request, "desk/document_refuse.html", context, status=status)


def _paper(public_id: UUID) -> Document:
    rows = Document.objects.select_related("kind", "file", "application__trainee__user")
    return get_object_or_404(
        rows.select_related("application__cycle__programme"), public_id=public_id
    )


def _back(paper: Document) -> str:
    address = reverse("desk:documents", args=[paper.application.public_id])
    return f"{address}#id_document-{paper.kind.code}"
