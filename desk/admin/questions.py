"""Questions and answers, to be looked over: how long they wait, and for whom. Staff write on the
question's own page.
"""

from datetime import timedelta

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from accounts.subjects import subjects
from accounts.threads import Thread, ThreadEntry, ThreadMove

from ..base import MoveInline, ReadOnlyAdmin, ReadOnlyInline, register

AGES = (3, 7, 14, 30)


class WaitsFilter(admin.SimpleListFilter):
    """Questions that wait for an answer, by how long they do."""

    title = _("waiting for an answer")
    parameter_name = "waits"

    def lookups(self, request: HttpRequest, model_admin: object) -> list:
        longer = [
            (str(n), ngettext("for {n} day or more", "for {n} days or more", n).format(n=n))
            for n in AGES
        ]
        return [("yes", _("all that wait")), *longer, ("late", _("later than wanted"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        value = self.value()
        if value not in {"yes", "late", *map(str, AGES)}:
            return queryset
        waiting = queryset.filter(pk__in=Thread.objects.unanswered().values("pk"))
        if value == "late":
            return waiting.filter(answer_by__lt=timezone.localdate())
        if value == "yes":
            return waiting
        return waiting.filter(waiting_since__lte=timezone.now() - timedelta(days=int(value)))


class PartyFilter(admin.SimpleListFilter):
    """The questions to one kind of party."""

    title = _("party that is asked")
    parameter_name = "addressee"

    def lookups(self, request: HttpRequest, model_admin: object) -> list:
        return [(code, label) for code, label in party_labels().items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        value = self.value()
        return queryset.filter(addressee=value) if value in party_labels() else queryset


def party_labels() -> dict[str, object]:
    """Every kind of party that can be asked about anything, by its code."""
    return {party.code: party.label for subject in subjects() for party in subject.parties}


class EntryInline(ReadOnlyInline):
    model = ThreadEntry
    fields = ["at", "by", "by_organisation", "is_internal", "channel", "text"]


class ThreadMoveInline(MoveInline):
    model = ThreadMove


@register(Thread)
class ThreadAdmin(ReadOnlyAdmin):
    list_display = ["title", "state", "asks", "is_asked", "waiting_since", "answer_by", "look"]
    list_filter = [WaitsFilter, "state", PartyFilter]
    search_fields = ["title"]
    inlines = [EntryInline, ThreadMoveInline]

    @admin.display(description=pgettext_lazy("thread", "asks"))
    def asks(self, thread: Thread) -> str:
        return str(party_labels().get(thread.asker, thread.asker))

    @admin.display(description=pgettext_lazy("thread", "is asked"))
    def is_asked(self, thread: Thread) -> str:
        return str(party_labels().get(thread.addressee, thread.addressee))

    @admin.display(description=_("page"))
    def look(self, thread: Thread) -> str:
        return format_html('<a href="{}">{}</a>', thread.get_absolute_url(), _("Look at it"))
