"""Programmes with their usual year, cycles with their days."""

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _

from schedule.models import (
    Cycle,
    CycleMove,
    Deadline,
    DeadlineTemplate,
    Phase,
    PhaseTemplate,
    Programme,
)

from ..base import DeskAdmin, DeskInline, MoveInline, register


class CodedFormSet(forms.BaseInlineFormSet):
    """A deadline keeps its code: by it the portal finds the day and the reminders of a duty."""

    def add_fields(self, form: forms.ModelForm, index: int | None) -> None:
        super().add_fields(form, index)
        if form.instance.pk and "code" in form.fields:
            form.fields["code"].disabled = True


class PhaseTemplateInline(DeskInline):
    model = PhaseTemplate


class DeadlineTemplateInline(DeskInline):
    model = DeadlineTemplate
    formset = CodedFormSet
    fields = ["code", "phase", "audience", "name_ja", "name_en"]
    fields += ["year_offset", "month", "day", "roll"]


@register(Programme)
class ProgrammeAdmin(DeskAdmin):
    is_short = True
    list_display = ["code", "name_ja", "name_en", "ended_on"]
    search_fields = ["code", "name_ja", "name_en"]
    autocomplete_fields = ["operator"]
    inlines = [PhaseTemplateInline, DeadlineTemplateInline]


class OfOpenCycle:
    """What has ended stays as it was."""

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        cycle = obj.cycle if isinstance(obj, Deadline) else obj
        if isinstance(cycle, Cycle) and cycle.state != Cycle.State.OPEN:
            return False
        return super().has_change_permission(request, obj)


class PhaseInline(OfOpenCycle, DeskInline):
    model = Phase

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


class DeadlineInline(OfOpenCycle, DeskInline):
    model = Deadline
    formset = CodedFormSet
    fields = ["name_ja", "name_en", "code", "phase", "audience", "due_on"]

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return self.has_change_permission(request, obj)


class CycleMoveInline(MoveInline):
    model = CycleMove


@register(Cycle)
class CycleAdmin(OfOpenCycle, DeskAdmin):
    is_short = True
    list_display = ["fiscal_year", "programme", "state", "arrival_on"]
    list_filter = ["programme", "state"]
    list_select_related = ["programme"]
    search_fields = ["=fiscal_year", "programme__name_ja", "programme__name_en"]
    readonly_fields = ["programme", "fiscal_year", "state", "opened_at", "opened_by", "end"]
    inlines = [PhaseInline, DeadlineInline]

    def get_inlines(self, request: HttpRequest, obj: Cycle | None) -> list:
        """By whom it was ended and why; until then there is nothing to tell."""
        has_ended = obj is not None and obj.state != Cycle.State.OPEN
        return [*self.inlines, CycleMoveInline] if has_ended else self.inlines

    @admin.display(description=_("end of the cycle"))
    def end(self, cycle: Cycle) -> str:
        """The two ways to end it; each asks once more on a page of its own."""
        if cycle.state != Cycle.State.OPEN:
            return str(_("It has ended; nothing of it can be changed."))
        args = [cycle.programme.code, cycle.fiscal_year]
        links = [
            (reverse("desk:close_cycle", args=args), _("Close the cycle…")),
            (reverse("desk:call_off_cycle", args=args), _("Call the cycle off…")),
        ]
        return format_html_join("　", '<a href="{}">{}</a>', links)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """A cycle is opened on the start page, whole, never typed in."""
        return False


@register(Deadline)
class DeadlineAdmin(OfOpenCycle, DeskAdmin):
    list_display = ["due_on", "name_ja", "name_en", "audience", "cycle"]
    list_filter = ["audience", "phase"]
    list_select_related = ["cycle__programme"]
    search_fields = ["name_ja", "name_en", "code"]
    readonly_fields = ["cycle", "code"]
    date_hierarchy = "due_on"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False
