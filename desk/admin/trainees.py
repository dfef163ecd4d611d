"""Trainees, applications, overseas offices, sending governments."""

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from trainees.models import (
    Application,
    ApplicationMove,
    OfficeCountry,
    OverseasOffice,
    SendingGovernment,
    Trainee,
)
from trainees.states import APPLICATION_MOVES, ApplicationState

from ..base import DeskAdmin, DeskInline, MoveInline, ReadOnlyAdmin, register
from ..spreadsheets import SheetExportMixin


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


class PassportFilter(admin.SimpleListFilter):
    """Whose passport is known, whose follows, and who has not kept the day that they named."""

    title = pgettext_lazy("filter", "passport")
    parameter_name = "passport"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple]:
        return [
            ("known", _("number known")),
            ("follows", _("follows")),
            ("overdue", _("promised and overdue")),
            ("none", _("not asked yet")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        today = timezone.localdate()
        chosen = {
            "known": ~Q(passport_index=""),
            "follows": Q(passport_index="", passport_promised_on__gte=today),
            "overdue": Q(passport_index="", passport_promised_on__lt=today),
            "none": Q(passport_index="", passport_promised_on__isnull=True),
        }.get(self.value())
        return queryset.filter(chosen) if chosen is not None else queryset


@register(Trainee)
class TraineeAdmin(DeskAdmin):
    """The number of a passport is shown masked; the whole is a look of its own, and logged."""

    list_display = ["passport_name", "katakana", "nationality", "passport_promised_on", "email"]
    list_filter = ["nationality", PassportFilter]
    search_fields = ["passport_name", "katakana", "kanji", "email"]
    readonly_fields = ["user", "email", "masked_passport"]
    exclude = ["passport_number"]  # the whole number is a look of its own, and recorded

    @admin.display(description=pgettext_lazy("column", "passport number"))
    def masked_passport(self, trainee: Trainee) -> str:
        return trainee.masked_passport

    def has_add_permission(self, request: object) -> bool:
        """People come in by nomination only."""
        return False


class ApplicationMoveInline(MoveInline):
    model = ApplicationMove


@register(Application)
class ApplicationAdmin(SheetExportMixin, ReadOnlyAdmin):
    sheet = "applications"
    ordering = ["-cycle_id", "-number"]
    list_display = [
        "case",
        "trainee",
        "state",
        "field",
        "sending_government",
        "submitted_at",
        "give_back",
    ]
    list_filter = ["state", "field", "cycle__fiscal_year", "trainee__nationality"]
    list_select_related = ["trainee", "cycle__programme", "sending_government__organisation"]
    search_fields = ["trainee__passport_name", "trainee__katakana", "trainee__email"]
    inlines = [ApplicationMoveInline]

    list_display_links = None

    @admin.display(description=gettext_lazy("case number"))
    def case(self, application: Application) -> str:
        """The case number leads to the page on which staff work."""
        url = reverse("desk:application", args=[application.public_id])
        return format_html('<a href="{}">{}</a>', url, application.case_number)

    @admin.display(description=pgettext_lazy("give back an application", "return"))
    def give_back(self, application: Application) -> str:
        """What was submitted and not yet judged can go back to the person."""
        if ApplicationState.RETURNED not in APPLICATION_MOVES.get(application.state, ()):
            return ""
        url = reverse("desk:application_return", args=[application.public_id])
        return format_html('<a href="{}">{}</a>', url, _("Return it…"))
