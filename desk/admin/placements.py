"""Nominations, placements, runs of the solver."""

from placements.models import (
    MatchRun,
    Nomination,
    NominationMove,
    Placement,
    PlacementMove,
    PlacementNotice,
)

from ..base import MoveInline, ReadOnlyAdmin, ReadOnlyInline, register


class NominationMoveInline(MoveInline):
    model = NominationMove


@register(Nomination)
class NominationAdmin(ReadOnlyAdmin):
    list_display = ["application", "state", "route", "host_request", "nominated_on"]
    list_filter = ["state", "route", "application__cycle__fiscal_year"]
    list_select_related = [
        "application__trainee",
        "application__cycle",
        "host_request__answer__government__organisation",
        "host_request__answer__government__prefecture__organisation",
    ]
    search_fields = ["application__trainee__passport_name", "application__trainee__email"]
    inlines = [NominationMoveInline]


class PlacementMoveInline(MoveInline):
    model = PlacementMove


class PlacementNoticeInline(ReadOnlyInline):
    model = PlacementNotice
    fields = ["audience", "letter"]


@register(Placement)
class PlacementAdmin(ReadOnlyAdmin):
    list_display = ["application", "host_request", "state", "starts_on", "ends_on", "decided_on"]
    list_filter = ["state", "application__cycle__fiscal_year"]
    list_select_related = [
        "application__trainee",
        "application__cycle",
        "host_request__answer__government__organisation",
        "host_request__answer__government__prefecture__organisation",
    ]
    search_fields = [
        "application__trainee__passport_name",
        "host_request__answer__government__search",
    ]
    inlines = [PlacementMoveInline, PlacementNoticeInline]


@register(MatchRun)
class MatchRunAdmin(ReadOnlyAdmin):
    list_display = ["cycle", "mode", "made_at", "made_by", "made_with"]
    list_select_related = ["cycle__programme", "made_by"]
