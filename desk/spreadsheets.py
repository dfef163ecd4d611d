"""The admin's export pages, on the portal's own sheets and writer."""

import hashlib

from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from import_export.admin import ExportMixin
from import_export.fields import Field
from import_export.formats.base_formats import Format as PackageFormat
from import_export.resources import Resource

from accounts.addresses import client_address
from accounts.trail import Act, record
from files.sheets.exporting import FORMATS, Format, export, file_name
from files.sheets.faults import SheetError
from files.sheets.kinds import Kind, find_kind

from .base import ExportForm


class SheetFormat(PackageFormat):
    """One of our formats as the package knows them; `export_data` gets the kind and its rows."""

    form: Format

    def get_title(self) -> str:
        return str(self.form.label)

    def export_data(self, dataset, **kwargs) -> bytes:
        kind, rows = dataset
        try:
            return export(kind, rows, self.form)
        except SheetError as error:
            raise ValueError(str(error)) from error  # the package shows it on the page

    def get_extension(self) -> str:
        return self.form.extension

    def get_content_type(self) -> str:
        return self.form.content_type

    def can_export(self) -> bool:
        return True


SHEET_FORMATS = [
    type(f"{form.name.title()}Format", (SheetFormat,), {"form": form}) for form in FORMATS.values()
]


class SheetResource(Resource):
    """A declared sheet as the package's resource: it names the columns and hands over the rows."""

    kind_name = ""

    @property
    def kind(self) -> Kind:
        kind = find_kind(self.kind_name)
        assert kind is not None, self.kind_name  # noqa: S101 - a word in this code
        return kind

    @classmethod
    def get_display_name(cls) -> str:
        return cls.kind_name

    def get_user_visible_fields(self) -> list[Field]:
        return [Field(column_name=column.key) for column in self.kind.columns]

    def export(self, queryset=None, **kwargs):
        """The rows as the list shows them: its filters and its search hold."""
        return self.kind, queryset


def resource_of(kind_name: str) -> type[SheetResource]:
    return type(f"{kind_name}_resource", (SheetResource,), {"kind_name": kind_name})


class SheetExportMixin(ExportMixin):
    """A list of the desk that can be taken out. `sheet` names its kind."""

    sheet = ""
    export_form_class = ExportForm

    def get_export_formats(self) -> list[type[SheetFormat]]:
        return SHEET_FORMATS

    def get_export_resource_classes(self, request: HttpRequest) -> list[type[SheetResource]]:
        return [resource_of(self.sheet)]

    def _do_file_export(self, file_format, request: HttpRequest, queryset, export_form=None):
        response = super()._do_file_export(file_format, request, queryset, export_form)
        kind = resource_of(self.sheet)().kind
        record_export(request, kind, response.content)
        return named(response, kind, file_format.form)


def record_export(request: HttpRequest, kind: Kind, content: bytes) -> None:
    """The audit trail says who took out what, with the fingerprint of the file."""
    record(
        Act.EXPORT,
        actor_id=request.user.pk,
        fields=[kind.name],
        digest=hashlib.sha256(content).hexdigest(),
        address=client_address(request),
    )


def named(response: HttpResponse, kind: Kind, form: Format) -> HttpResponse:
    """The file's Japanese name, as RFC 6266 sends it."""
    header = content_disposition_header(as_attachment=True, filename=file_name(kind, form))
    response.headers["Content-Disposition"] = header
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
