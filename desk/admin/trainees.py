"""Trainees, applications, overseas offices, sending governments."""

from import_export.admin import ExportMixin

from trainees.models import (
    Application,
    ApplicationMove,
    OfficeCountry,
    OverseasOffice,
    SendingGovernment,
    Trainee,
)

from ..base import DeskAdmin, DeskInline, ExportForm, MoveInline, ReadOnlyAdmin, register
from ..spreadsheets import ApplicationResource


class OfficeCountryInline(DeskInline):
    model = OfficeCountry


@register(OverseasOffice)
class OverseasOfficeAdmin(DeskAdmin):
    is_short = True
    list_display = ["organisation", "code"]
    list_select_related = ["organisation"]
    search_fields = ["organisation__name_ja", "organisation__name_en"]
    autocomplete_fields = ["organisation"]
    inlines = [OfficeCountryInline]


@register(SendingGovernment)
class SendingGovernmentAdmin(DeskAdmin):
    is_short = True
    list_display = ["organisation", "country", "name_local"]
    list_filter = ["country"]
    list_select_related = ["organisation"]
    search_fields = ["organisation__name_ja", "organisation__name_en", "name_local"]
    autocomplete_fields = ["organisation"]


@register(Trainee)
class TraineeAdmin(DeskAdmin):
    list_display = ["passport_name", "katakana", "nationality", "email"]
    list_filter = ["nationality"]
    search_fields = ["passport_name", "katakana", "kanji", "email"]
    readonly_fields = ["user", "email"]

    def has_add_permission(self, request: object) -> bool:
        """People come in by nomination only."""
        return False


class ApplicationMoveInline(MoveInline):
    model = ApplicationMove


@register(Application)
class ApplicationAdmin(ExportMixin, ReadOnlyAdmin):
    export_form_class = ExportForm
    resource_classes = [ApplicationResource]
    ordering = ["-cycle_id", "-number"]
    list_display = [
        "case_number",
        "trainee",
        "state",
        "field",
        "sending_government",
        "submitted_at",
    ]
    list_filter = ["state", "field", "cycle__fiscal_year", "trainee__nationality"]
    list_select_related = ["trainee", "cycle__programme", "sending_government__organisation"]
    search_fields = ["trainee__passport_name", "trainee__katakana", "trainee__email"]
    inlines = [ApplicationMoveInline]
