"""The survey as one workbook: taken out, uploaded, looked at, taken in; as often as one likes, and
without a line of JavaScript.
"""

import hashlib
import uuid
from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts.addresses import client_address
from accounts.models import Role
from accounts.trail import Act, record
from files.limits import accepts_upload
from files.sheets.books import BookPlan
from files.sheets.exporting import XLSX_TYPE
from files.sheets.faults import Fault, SheetError, SheetFaults
from files.sheets.reading import FILE_BYTES
from files.sheets.writing import write_csv

from ..addresses import key_of, relay_list
from ..models import SurveyAnswer, WorkbookUpload
from ..permissions import can_edit
from ..workbooks.book import SurveyBook
from ..workbooks.portal import Scope
from ..workbooks.waiting import ChangedSincePreviewError, confirm, keep_workbook, look_at
from .finding import find_answer
from .relay import chosen_cycle

Part = WorkbookUpload.Part
SHOWN_FAULTS = 2_000
SHOWN_CHANGES = 500
TAKES_UPLOAD = accepts_upload(megabytes=6)  # a file of 5 MB, and what its form adds


class WorkbookForm(forms.Form):
    """One workbook; what it is, its content says."""

    file = forms.FileField(
        label=gettext_lazy("Workbook"),
        help_text=gettext_lazy("The XLSX file that was taken out here, up to 5 MB."),
        error_messages={
            "required": gettext_lazy("Choose a file."),
            "empty": gettext_lazy("There is nothing in this file."),
        },
    )

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > FILE_BYTES:
            raise forms.ValidationError(_("This file is larger than 5 MB. Divide it."))
        return file


@dataclass(frozen=True)
class Place:
    """Where a workbook's pages stand: the page itself, its file, what they belong to, and how the
    pages of a waiting workbook are called.
    """

    scope: Scope
    title: str
    page: str
    file: str
    back: str
    waiting: str
    base: str = "base.html"
    can_upload: bool = True


# the pages of coordinators and relay officers ----------------------------------------------------


@TAKES_UPLOAD
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def workbook(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """One government's answer as a workbook."""
    found = find_answer(request.user, public_id, to_edit=request.method == "POST")
    return show_workbook(request, _own_place(request, found))


@login_required
@require_safe
def workbook_file(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    found = find_answer(request.user, public_id)
    return send_workbook(request, _own_place(request, found).scope)


@TAKES_UPLOAD
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def relay_workbook(request: HttpRequest) -> HttpResponse:
    """The answers of all governments that the officer relays, as one workbook."""
    return show_workbook(request, _relay_place(request))


@login_required
@require_safe
def relay_workbook_file(request: HttpRequest) -> HttpResponse:
    return send_workbook(request, _relay_place(request).scope)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def workbook_waiting(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """What an uploaded workbook is going to do, or what is wrong with it."""
    upload = _upload(request, public_id)
    return show_waiting(request, upload, _place_of(request, upload))


@login_required
@require_safe
def workbook_faults(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The faults of an uploaded workbook as a CSV."""
    upload = _upload(request, public_id)
    return send_faults(upload, _place_of(request, upload))


def _upload(request: HttpRequest, public_id: uuid.UUID) -> WorkbookUpload:
    rows = WorkbookUpload.objects.visible_to(request.user).exclude(part=Part.ALL)
    return get_object_or_404(
        rows.select_related("answer", "survey__cycle__programme"), public_id=public_id
    )


def _place_of(request: HttpRequest, upload: WorkbookUpload) -> Place:
    """Held against today's memberships: who may no longer change the answer gets no further."""
    if upload.answer is not None:
        found = find_answer(request.user, upload.answer.public_id, to_edit=True)
        return _own_place(request, found)
    return _relay_place(request, upload)


def _own_place(request: HttpRequest, answer: SurveyAnswer) -> Place:
    return Place(
        scope=Scope(answer.survey, request.user, Part.OWN, answer),
        title=f"{answer.government.full_name}　{answer.survey}",
        page=reverse("hosts:workbook", args=[answer.public_id]),
        file=reverse("hosts:workbook_file", args=[answer.public_id]),
        back=reverse("hosts:answer", args=[answer.public_id]),
        waiting="hosts:workbook",
        can_upload=answer.is_editable and can_edit(request.user, answer),
    )


def _relay_place(request: HttpRequest, upload: WorkbookUpload | None = None) -> Place:
    if not request.user.has_role(Role.RELAY):
        raise PermissionDenied
    cycle = upload.survey.cycle if upload is not None else chosen_cycle(request)
    if cycle is None or cycle.survey.opened_at is None:
        raise Http404
    cycle.survey.cycle = cycle
    query = f"?cycle={key_of(cycle)}"
    return Place(
        scope=Scope(cycle.survey, request.user, Part.RELAY),
        title=str(cycle.survey),
        page=reverse("hosts:relay_workbook") + query,
        file=reverse("hosts:relay_workbook_file") + query,
        back=relay_list(cycle),
        waiting="hosts:workbook",
        can_upload=cycle.survey.is_open,
    )


# what all of them do -----------------------------------------------------------------------------


def show_workbook(request: HttpRequest, place: Place) -> HttpResponse:
    """The page with the file to take out, and the upload, which is looked at and not taken in."""
    form = WorkbookForm()
    status = 200
    if request.method == "POST":
        form = WorkbookForm(request.POST, request.FILES)
        status = 422
        if not place.can_upload:
            form.add_error(None, _("Nothing can be brought back now."))
        elif form.is_valid():
            file = form.cleaned_data["file"]
            try:
                upload = keep_workbook(place.scope, file.read(), file.name, by=request.user)
            except SheetError as error:
                form.add_error("file", str(error))
            else:
                return redirect(f"{place.waiting}_waiting", upload.public_id)
    context = {
        "place": place,
        "form": form,
        "sheets": SurveyBook(place.scope).sheets,
        "base": place.base,
    }
    return render(request, "hosts/workbook.html", context, status=status)


def send_workbook(request: HttpRequest, scope: Scope) -> HttpResponse:
    """The file; the audit trail says who took out what."""
    book = SurveyBook(scope)
    content = book.take_out()
    record(
        Act.EXPORT,
        actor_id=request.user.pk,
        fields=[f"{book.name}-{scope.part}"],
        digest=hashlib.sha256(content).hexdigest(),
        address=client_address(request),
    )
    who = scope.answer.government.name if scope.answer else ""
    year = scope.survey.cycle.fiscal_year
    name = f"{book.label_ja}_{year}_{who}_{timezone.localdate().isoformat()}.xlsx".replace(
        "__", "_"
    )
    return _attached(content, XLSX_TYPE, name)


def show_waiting(request: HttpRequest, upload: WorkbookUpload, place: Place) -> HttpResponse:
    """The preview, or the table of faults; the button takes in what was shown, once."""
    if request.method == "POST" and "discard" in request.POST:
        upload.delete()
        messages.info(request, _("The file was forgotten. Nothing was taken in."))
        return redirect(place.page)
    status = 200
    try:
        if request.method == "POST":
            try:
                plan = confirm(upload, place.scope, request.POST.get("seal", ""))
            except WorkbookUpload.DoesNotExist as error:
                raise Http404 from error
            except ChangedSincePreviewError as error:
                messages.error(request, str(error))
                status = 409
            else:
                _say_done(request, plan)
                return redirect(place.back)
        plan, seal = look_at(upload, place.scope)
    except SheetFaults as error:
        return _faults_page(request, upload, place, error.faults)
    except SheetError as error:
        messages.error(request, str(error))
        return redirect(place.page)
    return _preview_page(request, upload, place, plan, seal, status)


def send_faults(upload: WorkbookUpload, place: Place) -> HttpResponse:
    """A CSV with a row for each fault; with nothing wrong, only its headings."""
    faults: list[Fault] = []
    try:
        look_at(upload, place.scope)
    except SheetFaults as error:
        faults = error.faults
    except SheetError as error:
        raise Http404 from error
    headings = [
        pgettext("of a spreadsheet", "Sheet"),
        pgettext("of a spreadsheet", "Cell"),
        pgettext("of a spreadsheet", "Column"),
        pgettext("of a spreadsheet", "Value"),
        _("What is wrong"),
    ]
    rows = [[each.sheet, each.cell, each.heading, each.value, str(each.reason)] for each in faults]
    return _attached(write_csv([headings, *rows]), "text/csv; charset=utf-8", "faults.csv")


def _attached(content: bytes, content_type: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=content_type)
    header = content_disposition_header(as_attachment=True, filename=name)
    response.headers["Content-Disposition"] = header
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _faults_page(
    request: HttpRequest, upload: WorkbookUpload, place: Place, faults: list[Fault]
) -> HttpResponse:
    headline = ngettext(
        "{n} fault was found; nothing was taken in.",
        "{n} faults were found; nothing was taken in.",
        len(faults),
    ).format(n=len(faults))
    context = {
        "place": place,
        "upload": upload,
        "faults": faults[:SHOWN_FAULTS],
        "headline": headline,
        "more": max(0, len(faults) - SHOWN_FAULTS),
        "file": reverse(f"{place.waiting}_faults", args=[upload.public_id]),
        "base": place.base,
    }
    return render(request, "hosts/workbook_faults.html", context, status=422)


def _preview_page(
    request: HttpRequest,
    upload: WorkbookUpload,
    place: Place,
    plan: BookPlan,
    seal: str,
    status: int,
) -> HttpResponse:
    work, _lines = plan.state
    changed, new, gone = plan.changed, plan.new, plan.gone
    answers = [work.answers[code].government for code in sorted(work.submissions)]
    context = {
        "place": place,
        "upload": upload,
        "plan": plan,
        "seal": seal,
        "changed": [_in_words(own, change) for own, change in changed[:SHOWN_CHANGES]],
        "new": [(own, change) for own, change in new[:SHOWN_CHANGES]],
        "gone": [(own, change) for own, change in gone[:SHOWN_CHANGES]],
        "changed_more": max(0, len(changed) - SHOWN_CHANGES),
        "new_more": max(0, len(new) - SHOWN_CHANGES),
        "submitted": answers,
        "writes": len(changed) + len(new) + len(gone) + len(answers),
        "base": place.base,
    }
    return render(request, "hosts/workbook_preview.html", context, status=status)


def _in_words(own, change) -> dict[str, object]:
    values = []
    for key, (before, after) in change.differences.items():
        column = own.kind.column(key)
        if column is not None:
            values.append(
                {
                    "heading": column.heading,
                    "before": column.write(before),
                    "after": column.write(after),
                }
            )
    return {"own": own, "line": change.line, "name": change.name, "values": values}


def _say_done(request: HttpRequest, plan: BookPlan) -> None:
    text = _("Taken in: {new} new, {changed} changed, {gone} removed, {same} unchanged.")
    counts = {
        "new": len(plan.new),
        "changed": len(plan.changed),
        "gone": len(plan.gone),
        "same": plan.unchanged,
    }
    messages.success(request, text.format(**counts))
