"""Dossiers as PDF, one by one and all of a request; and the page of work that takes longer."""

import hashlib
import logging
from typing import cast
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.editing import OnceFormMixin, once
from accounts.models import Language, User
from accounts.trail import Act
from accounts.trail_events import record_for
from files.long_work import (
    begin,
    bytes_of_work,
    cancel,
    end_without_right,
    kind_of,
    may_have,
)
from files.models import LongWork
from hosts.models import HostRequest
from notices.doorbell import ring
from notices.pages import RETRY_AFTER_SECONDS
from notices.printing import LetterNotPrinted, PressAway, PressBusy
from placements.dossiers import NotBound, dossier_name, dossier_pdf
from placements.long_work import EXTENTS, FULL, subject_of_request
from placements.queries import nominees_of
from trainees.models import Application

logger = logging.getLogger(__name__)
desk_page = admin.site.admin_view
KIND = "dossiers"


class DossiersForm(OnceFormMixin, forms.Form):
    """Which version of the dossiers, in which language."""

    extent = forms.ChoiceField(
        label=gettext_lazy("Version"),
        choices=[
            ("full", pgettext_lazy("dossier", "full, for staff: with passport and health")),
            ("excerpt", pgettext_lazy("dossier", "without passport and health")),
        ],
        initial="full",
        widget=forms.RadioSelect,
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language"), choices=Language.choices, widget=forms.RadioSelect
    )


@desk_page
@require_safe
def dossier(request: HttpRequest, public_id: UUID, extent: str) -> HttpResponse:
    """One dossier as a PDF, in the language asked for (`?language=en`), else the reader's."""
    application = get_object_or_404(Application.objects.with_names(), public_id=public_id)
    if extent not in EXTENTS or application.submitted_at is None:
        raise Http404
    asked = request.GET.get("language", "")
    language = asked if asked in Language.values else get_language() or "ja"
    is_full = extent == FULL
    try:
        content = dossier_pdf(application, is_full=is_full, language=language)
    except (NotBound, LetterNotPrinted, PressAway, PressBusy) as error:
        logger.error("503, a dossier was not printed: %s", type(error).__name__)
        busy = {"is_busy": isinstance(error, PressBusy)}
        answer = render(request, "notices/not_printed.html", busy, status=503)
        answer["Retry-After"] = str(RETRY_AFTER_SECONDS)
        answer._has_been_logged = True  # type: ignore[attr-defined]
        return answer
    digest = hashlib.sha256(content).hexdigest()
    record_for(request, Act.DOWNLOAD, application, fields=(extent,), digest=digest)
    return _download(content, "application/pdf", dossier_name(application, is_full=is_full))


@desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def dossiers(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The nominees of a request, and the archive of their dossiers to be made."""
    found = get_object_or_404(HostRequest.objects.with_names(), public_id=public_id)
    language = get_language() or "ja"
    form = DossiersForm(
        request.POST if request.method == "POST" else None, initial={"language": language}
    )
    nominees = list(nominees_of(found))
    if request.method == "POST" and nominees and form.is_valid():
        subject = subject_of_request(found, form.cleaned_data["extent"])

        def make() -> str:
            work = begin(
                KIND,
                subject,
                by=request.user,
                language=form.cleaned_data["language"],
                on_commit=_wake,
            )
            return reverse("desk:work", args=[work.public_id])

        try:
            return HttpResponseRedirect(
                once(cast(User, request.user), form.cleaned_data["once"], make)
            )
        except forms.ValidationError as error:
            form.add_error(None, error)
    made = LongWork.objects.filter(
        kind=KIND, subject__startswith=f"{found.public_id}:", requested_by=cast(User, request.user)
    )
    context = {
        "host_request": found,
        "nominees": nominees,
        "form": form,
        "works": list(made.order_by("-pk")[:5]),
    }
    status = 422 if form.is_bound else 200
    return render(request, "desk/request_dossiers.html", context, status=status)


@desk_page
@require_safe
def work(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """How far the work is, and its file once it is ready; loads itself anew while it goes on."""
    found = _own(request, public_id)
    context = {
        "work": found,
        "work_title": kind_of(found).title(found.subject),
        "percent": found.done * 100 // found.total if found.total else 0,
    }
    return render(request, "desk/work.html", context)


@desk_page
@require_POST
def cancel_work(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """End it; the worker stops at its next piece, and what was made goes away."""
    found = cancel(_own(request, public_id))
    if found.state == LongWork.State.ENDED:
        messages.success(request, _("It was ended. No file remains."))
    return redirect("desk:work", public_id)


@desk_page
@require_safe
def work_file(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The file, for whoever asked for it and still has the right to it (P3, P7)."""
    found = _own(request, public_id)
    if found.state == LongWork.State.READY and not may_have(found):
        end_without_right(found)
        raise Http404
    content = bytes_of_work(found) if found.state == LongWork.State.READY else None
    if content is None:
        raise Http404
    record_for(request, Act.DOWNLOAD, found, digest=found.sha256)
    return _download(content, "application/zip", found.name)


def _own(request: HttpRequest, public_id: UUID) -> LongWork:
    """Work that this person asked for; to everybody else it does not exist."""
    mine = LongWork.objects.select_related("requested_by").filter(
        requested_by=cast(User, request.user)
    )
    return get_object_or_404(mine, public_id=public_id)


def _wake() -> None:
    ring("files.tasks.run_long_work")


def _download(content: bytes, content_type: str, name: str) -> HttpResponse:
    return HttpResponse(
        content,
        content_type=content_type,
        headers={
            "Content-Disposition": content_disposition_header(True, name),
            "Cache-Control": "private, no-store",
            "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
            "X-Content-Type-Options": "nosniff",
        },
    )
