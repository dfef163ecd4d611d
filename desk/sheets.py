"""The staff's pages for spreadsheets: what there is, upload, preview, confirmation, export."""

from typing import cast

from django import forms
from django.contrib import admin, messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from files.limits import accepts_upload
from files.sheets.exporting import FORMATS, export
from files.sheets.faults import SheetError, SheetFaults
from files.sheets.kinds import Kind, Plan, all_kinds, find_kind
from files.sheets.reading import FILE_BYTES

from .imports import ChangedSincePreviewError, confirm, keep_upload, look_at
from .models import Upload
from .spreadsheets import named, record_export

desk_page = admin.site.admin_view
SHOWN_FAULTS = 2_000
SHOWN_CHANGES = 500


class UploadForm(forms.Form):
    """One spreadsheet. What it is, its content says."""

    file = forms.FileField(
        label=gettext_lazy("Spreadsheet"),
        help_text=gettext_lazy("XLSX or CSV (UTF-8 or Shift_JIS), up to 5 MB and 20,000 rows."),
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


@desk_page
@require_safe
def sheets(request: HttpRequest) -> HttpResponse:
    """Every kind of spreadsheet that goes out or comes in."""
    return render(request, "desk/sheets.html", {"kinds": all_kinds()})


@accepts_upload(megabytes=6)  # a file of 5 MB, and what its form adds
@desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def sheet(request: HttpRequest, kind: str) -> HttpResponse:
    """The columns of one kind, its export, and the upload, which is looked at and not taken in."""
    found = _kind(kind)
    if request.method != "POST":
        return _sheet_page(request, found, UploadForm())
    if not found.can_import:
        raise Http404
    form = UploadForm(request.POST, request.FILES)
    faults: list = []
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            upload = keep_upload(found, file.read(), file.name, by=_person(request))
        except SheetFaults as error:
            faults = error.faults
        except SheetError as error:
            form.add_error("file", str(error))
        else:
            return redirect("desk:sheet_preview", upload.public_id)
    return _sheet_page(request, found, form, faults, status=422)


@desk_page
@require_safe
def sheet_export(request: HttpRequest, kind: str, form: str) -> HttpResponse:
    """All rows of a kind that this person may see, as a file."""
    found, written = _kind(kind), FORMATS.get(form)
    if written is None:
        raise Http404
    try:
        content = export(found, found.rows_for(request.user), written)
    except SheetError as error:
        messages.error(request, str(error))
        return redirect("desk:sheet", kind)
    record_export(request, found, content)
    return named(HttpResponse(content, content_type=written.content_type), found, written)


@desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def sheet_preview(request: HttpRequest, public_id: str) -> HttpResponse:
    """What the uploaded file is going to do; the button does it, once."""
    upload = get_object_or_404(Upload.objects.of(_person(request)), public_id=public_id)
    kind = _kind(upload.kind)
    status = 200
    try:
        if "discard" in request.POST:
            upload.delete()
            messages.info(request, _("The file was forgotten. Nothing was taken in."))
            return redirect("desk:sheet", kind.name)
        if request.method == "POST":
            try:
                plan = confirm(upload, kind, request.POST.get("seal", ""))
            except Upload.DoesNotExist as error:
                raise Http404 from error
            except ChangedSincePreviewError as error:
                messages.error(request, str(error))
                status = 409
            else:
                _say_done(request, plan)
                return redirect("desk:sheet", kind.name)
        with transaction.atomic():
            plan, seal = look_at(upload, kind)
    except SheetFaults as error:
        return _sheet_page(request, kind, UploadForm(), error.faults, status=422)
    except SheetError as error:
        messages.error(request, str(error))
        return redirect("desk:sheet", kind.name)
    return _preview_page(request, upload, plan, seal, status)


def _preview_page(
    request: HttpRequest, upload: Upload, plan: Plan, seal: str, status: int
) -> HttpResponse:
    changed, new = plan.changed, plan.new
    context = {
        "upload": upload,
        "kind": plan.kind,
        "plan": plan,
        "seal": seal,
        "changed": [_in_words(plan.kind, change) for change in changed[:SHOWN_CHANGES]],
        "new": new[:SHOWN_CHANGES],
        "changed_more": max(0, len(changed) - SHOWN_CHANGES),
        "new_more": max(0, len(new) - SHOWN_CHANGES),
        "writes": len(changed) + len(new),
    }
    return render(request, "desk/sheet_preview.html", context, status=status)


def _in_words(kind: Kind, change) -> dict[str, object]:
    values = []
    for key, (before, after) in change.differences.items():
        if (column := kind.column(key)) is None:
            continue
        values.append(
            {
                "key": key,
                "heading": column.heading,
                "before": column.write(before),
                "after": column.write(after),
            }
        )
    return {"line": change.line, "name": change.name, "values": values}


def _say_done(request: HttpRequest, plan: Plan) -> None:
    text = _("Taken in: {new} new, {changed} changed, {same} unchanged.")
    counts = {"new": len(plan.new), "changed": len(plan.changed), "same": plan.unchanged}
    messages.success(request, text.format(**counts))


def _sheet_page(
    request: HttpRequest,
    kind: Kind,
    form: UploadForm,
    faults: list | None = None,
    status: int = 200,
) -> HttpResponse:
    faults = faults or []
    count = len(faults)
    headline = ngettext(
        "{n} fault was found; nothing was taken in.",
        "{n} faults were found; nothing was taken in.",
        count,
    ).format(n=count)
    context = {
        "kind": kind,
        "form": form,
        "formats": FORMATS.values(),
        "faults": faults[:SHOWN_FAULTS],
        "headline": headline if faults else "",
        "more": max(0, count - SHOWN_FAULTS),
    }
    return render(request, "desk/sheet.html", context, status=status)


def _person(request: HttpRequest) -> User:
    """Who is signed in; the desk lets nobody else through."""
    return cast(User, request.user)


def _kind(name: str) -> Kind:
    kind = find_kind(name)
    if kind is None:
        raise Http404
    return kind
