"""Nominations from an office's spreadsheet: a template, a look at what it would do, all or nothing.

The pages stand beside those of the offices; what waits for its uploader's yes lies with the desk's
other uploads.
"""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from files.limits import accepts_upload
from files.sheets.exporting import FORMATS
from files.sheets.faults import SheetError, SheetFaults
from files.sheets.kinds import find_kind
from files.sheets.writing import write_xlsx
from placements.office.finding import office_page, openings_of
from placements.resources import Nominations

from ..imports import ChangedSincePreviewError, confirm, keep_upload, look_at
from ..models import Upload
from ..sheets import SHOWN_FAULTS, UploadForm
from ..spreadsheets import record_export


def _kind() -> Nominations:
    kind = find_kind(Nominations.name)
    if not isinstance(kind, Nominations):
        raise Http404
    return kind


@accepts_upload(megabytes=6)
@office_page
@require_http_methods(["GET", "HEAD", "POST"])
def sheet(request: HttpRequest) -> HttpResponse:
    """The columns, the template, and the upload, which is looked at and not taken in."""
    if request.method != "POST":
        return _page(request, UploadForm())
    form = UploadForm(request.POST, request.FILES)
    faults: list = []
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            upload = keep_upload(_kind(), file.read(), file.name, by=request.user)
        except SheetFaults as error:
            faults = error.faults
        except SheetError as error:
            form.add_error("file", str(error))
        else:
            return redirect("nomination_sheets:preview", upload.public_id)
    return _page(request, form, faults, status=422)


@office_page
@require_safe
def template(request: HttpRequest) -> HttpResponse:
    """The spreadsheet to be filled in: a row for each free place, with the key of its opening."""
    kind = _kind()
    rows = kind.template_rows(openings_of(request.user))
    written = FORMATS["xlsx"]
    content = write_xlsx(rows, title=kind.label_ja)
    record_export(request, kind, content)
    response = HttpResponse(content, content_type=written.content_type)
    response["Content-Disposition"] = content_disposition_header(
        as_attachment=True, filename=f"{kind.name}.{written.extension}"
    )
    response["Cache-Control"] = "private, no-store"
    return response


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def preview(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Who would be nominated for what; the button does it, once."""
    upload = get_object_or_404(
        Upload.objects.of(request.user), public_id=public_id, kind=Nominations.name
    )
    status = 200
    try:
        if "discard" in request.POST:
            upload.delete()
            messages.info(request, _("The file was forgotten. Nothing was taken in."))
            return redirect("nomination_sheets:sheet")
        if request.method == "POST":
            try:
                plan = confirm(upload, _kind(), request.POST.get("seal", ""))
            except Upload.DoesNotExist as error:
                raise Http404 from error
            except ChangedSincePreviewError as error:
                messages.error(request, str(error))
                status = 409
            else:
                n = len(plan.new)
                text = ngettext(
                    "{n} person was nominated and is invited by mail.",
                    "{n} people were nominated and are invited by mail.",
                    n,
                )
                messages.success(request, text.format(n=n))
                return redirect("recruitment:nominations")
        with transaction.atomic():
            plan, seal = look_at(upload, _kind())
    except SheetFaults as error:
        return _page(request, UploadForm(), error.faults, status=422)
    except SheetError as error:
        messages.error(request, str(error))
        return redirect("nomination_sheets:sheet")
    context = {"upload": upload, "plan": plan, "seal": seal, "new": plan.new}
    return render(request, "placements/office/sheet_preview.html", context, status=status)


def _page(
    request: HttpRequest, form: UploadForm, faults: list | None = None, status: int = 200
) -> HttpResponse:
    faults = faults or []
    n = len(faults)
    headline = ngettext(
        "{n} fault was found; nothing was taken in.",
        "{n} faults were found; nothing was taken in.",
        n,
    ).format(n=n)
    context = {
        "kind": _kind(),
        "form": form,
        "faults": faults[:SHOWN_FAULTS],
        "headline": headline if faults else "",
        "more": max(0, n - SHOWN_FAULTS),
    }
    return render(request, "placements/office/sheet.html", context, status=status)
