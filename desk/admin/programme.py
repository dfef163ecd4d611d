"""Programmes with their usual year, cycles with their days."""

from django.http import HttpRequest

from schedule.models import Cycle, Deadline, DeadlineTemplate, Phase, PhaseTemplate, Programme

from ..base import DeskAdmin, DeskInline, register


class PhaseTemplateInline(DeskInline):
    model = PhaseTemplate


class DeadlineTemplateInline(DeskInline):
    model = DeadlineTemplate
    fields = ["code", "phase", "audience", "name_ja", "name_en"]
    fields += ["year_offset", "month", "day", "roll"]


@register(Programme)
class ProgrammeAdmin(DeskAdmin):
    is_short = True
    list_display = ["code", "name_ja", "name_en", "ended_on"]
    search_fields = ["code", "name_ja", "name_en"]
    autocomplete_fields = ["operator"]
    inlines = [PhaseTemplateInline, DeadlineTemplateInline]


class PhaseInline(DeskInline):
    model = Phase

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


class DeadlineInline(DeskInline):
    model = Deadline
    fields = ["name_ja", "name_en", "code", "phase", "audience", "due_on"]


@register(Cycle)
class CycleAdmin(DeskAdmin):
    is_short = True
    list_display = ["fiscal_year", "programme", "state", "arrival_on"]
    list_filter = ["programme", "state"]
    list_select_related = ["programme"]
    search_fields = ["=fiscal_year", "programme__name_ja", "programme__name_en"]
    readonly_fields = ["programme", "fiscal_year", "state", "opened_at", "opened_by"]
    inlines = [PhaseInline, DeadlineInline]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """A cycle is opened on the start page, whole, never typed in."""
        return False


@register(Deadline)
class DeadlineAdmin(DeskAdmin):
    list_display = ["due_on", "name_ja", "name_en", "audience", "cycle"]
    list_filter = ["audience", "phase"]
    list_select_related = ["cycle__programme"]
    search_fields = ["name_ja", "name_en", "code"]
    readonly_fields = ["cycle", "code"]
    date_hierarchy = "due_on"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False
