"""Nominations, placements, runs of the solver."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from placements.models import (
    MatchRun,
    Nomination,
    NominationMove,
    Placement,
    PlacementMove,
    PlacementNotice,
)
from placements.services import PlacementError, invite_again

from ..base import MoveInline, ReadOnlyAdmin, ReadOnlyInline, register


class NominationMoveInline(MoveInline):
    model = NominationMove


@register(Nomination)
class NominationAdmin(ReadOnlyAdmin):
    list_display = [
        "application",
        "state",
        "route",
        "office",
        "host_request",
        "nominated_on",
        "acts",
    ]
    list_filter = ["state", "route", "application__cycle__fiscal_year"]
    list_select_related = [
        "application__trainee",
        "application__cycle",
        "office__organisation",
        "host_request__answer__government__organisation",
        "host_request__answer__government__prefecture__organisation",
    ]
    search_fields = ["application__trainee__passport_name", "application__trainee__email"]
    inlines = [NominationMoveInline]
    actions = ["invite_again"]

    @admin.display(description=_("what to do"))
    def acts(self, nomination: Nomination) -> str:
        """Both ask for a reason on a page of their own."""
        if not nomination.is_open:
            return ""
        links = [
            ("replace", pgettext("nominee", "Replace")),
            ("withdraw", pgettext("nomination", "Withdraw")),
        ]
        return format_html_join(
            " ",
            '<a class="inline-block py-2 mr-4" href="{}">{}</a>',
            (
                (reverse(f"placements:nomination_{name}", args=[nomination.public_id]), words)
                for name, words in links
            ),
        )

    def has_invite_permission(self, request: HttpRequest) -> bool:
        return request.user.is_staff

    @admin.action(description=_("Send the invitation again"), permissions=["invite"])
    def invite_again(self, request: HttpRequest, queryset: QuerySet) -> None:
        """The nominee gets a new link by mail; the old one ends."""
        for nomination in queryset:
            try:
                invite_again(nomination, by=request.user)
            except PlacementError as error:
                self.message_user(request, f"{nomination}: {error}", messages.ERROR)
            else:
                text = _("An invitation was sent to {email}.")
                email = nomination.application.trainee.email
                self.message_user(request, text.format(email=email), messages.SUCCESS)


class PlacementMoveInline(MoveInline):
    model = PlacementMove


class PlacementNoticeInline(ReadOnlyInline):
    model = PlacementNotice
    fields = ["audience", "letter"]


@register(Placement)
class PlacementAdmin(ReadOnlyAdmin):
    ordering = ["-pk"]
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
    is_short = True
    list_display = ["cycle", "mode", "made_at", "made_by", "made_with"]
    list_select_related = ["cycle__programme", "made_by"]
