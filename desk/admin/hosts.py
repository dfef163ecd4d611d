"""Local governments, survey answers, host requests."""

from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.text import Truncator
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext_lazy as _

from hosts.models import (
    MOST_SUCCESSIONS,
    CoHost,
    HostRequest,
    HostRequestMove,
    LocalGovernment,
    SurveyAnswer,
    SurveyAnswerMove,
    Tie,
    TrainingProgramme,
    Treatment,
    WishedCountry,
)
from hosts.services import HostError, receive_answer
from hosts.treatment import TYPED as TREATMENT

from ..base import DeskAdmin, MoveInline, ReadOnlyAdmin, ReadOnlyInline, register
from ..spreadsheets import SheetExportMixin


class PrefectureFilter(admin.RelatedFieldListFilter):
    """The 47 prefectures in one query, not every government with one each."""

    def field_choices(self, field, request: HttpRequest, model_admin) -> list:
        rows = LocalGovernment.objects.filter(kind=LocalGovernment.Kind.PREFECTURE)
        rows = rows.select_related("organisation").order_by("code")
        return [(row.pk, row.short_name) for row in rows]


class ExistsFilter(admin.SimpleListFilter):
    """Those of today, and those that have ended or not begun."""

    title = _("exists today")
    parameter_name = "exists"

    def lookups(self, request: HttpRequest, model_admin: object) -> list:
        return [("yes", _("yes")), ("no", _("no"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if self.value() not in {"yes", "no"}:
            return queryset
        existing = LocalGovernment.objects.existing(timezone.localdate())
        wanted = Q(pk__in=existing.values("pk"))
        return queryset.filter(wanted if self.value() == "yes" else ~wanted)


@register(LocalGovernment)
class LocalGovernmentAdmin(SheetExportMixin, DeskAdmin):
    is_short = True
    sheet = "local_governments"
    list_display = ["code", "name", "prefecture", "kind", "kana", "romaji", "became"]
    list_filter = ["kind", ExistsFilter, ("prefecture", PrefectureFilter)]
    list_select_related = [
        "prefecture__organisation",
        "organisation",
        *(
            "__".join(["successor"] * steps + [name])
            for steps in range(1, MOST_SUCCESSIONS + 2)
            for name in ("organisation", "prefecture__organisation")
        ),
    ]
    search_fields = ["search"]
    search_help_text = _("Code, kanji, kana or romaji, also of what has been merged")
    readonly_fields = ["organisation", "code", "kind", "prefecture", "successor", "former"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """They come from the register: `manage.py load_local_governments`."""
        return False

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str):
        """The key that is stored, whatever width and kana was typed; a merged one brings what it
        has become.
        """
        if not search_term:
            return queryset, False
        return queryset.named_like(search_term), False

    @admin.display(description=_("what became of it"))
    def became(self, government: LocalGovernment) -> str:
        return government.what_became(get_language() or "ja")

    @admin.display(description=_("what it came from"))
    def former(self, government: LocalGovernment) -> str:
        rows = government.predecessors.select_related("organisation", "prefecture__organisation")
        return "、".join(f"{row.code} {row.full_name}" for row in rows) or "―"


class SurveyAnswerMoveInline(MoveInline):
    model = SurveyAnswerMove


class WaitingFilter(admin.SimpleListFilter):
    """What the start page counts as waiting for the operator."""

    title = _("waiting for the operator")
    parameter_name = "waiting"

    def lookups(self, request: HttpRequest, model_admin: object) -> list:
        return [("yes", _("to be received"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset.to_receive() if self.value() == "yes" else queryset


@register(SurveyAnswer)
class SurveyAnswerAdmin(ReadOnlyAdmin):
    list_display = [
        "government",
        "cycle_year",
        "state",
        "has_demand",
        "submitted_at",
        "relay_priority",
        "relay_says",
        "look",
    ]
    list_filter = [
        WaitingFilter,
        "state",
        "has_demand",
        "survey__cycle__fiscal_year",
        "government__kind",
    ]
    list_select_related = [
        "government__organisation",
        "government__prefecture__organisation",
        "survey__cycle__programme",
    ]
    search_fields = ["government__search"]
    inlines = [SurveyAnswerMoveInline]
    actions = ["receive"]

    @admin.display(description=_("fiscal year"), ordering="survey__cycle__fiscal_year")
    def cycle_year(self, answer: SurveyAnswer) -> str:
        return answer.survey.cycle.year_label

    @admin.display(description=_("remark of the relay"))
    def relay_says(self, answer: SurveyAnswer) -> str:
        return Truncator(answer.relay_remark).chars(40)

    @admin.display(description=_("answer"))
    def look(self, answer: SurveyAnswer) -> str:
        url = reverse("desk:answer", args=[answer.public_id])
        return format_html('<a href="{}">{}</a>', url, _("Look at it"))

    def has_receive_permission(self, request: HttpRequest) -> bool:
        return request.user.is_staff

    @admin.action(description=_("Receive the selected answers"), permissions=["receive"])
    def receive(self, request: HttpRequest, queryset: QuerySet) -> None:
        done = 0
        for answer in queryset:
            try:
                receive_answer(answer, by=request.user)
            except HostError as error:
                self.message_user(request, f"{answer}: {error}", messages.ERROR)
            else:
                done += 1
        if done:
            text = ngettext("{n} answer was received.", "{n} answers were received.", done)
            self.message_user(request, text.format(n=done), messages.SUCCESS)


class TrainingProgrammeInline(ReadOnlyInline):
    """Its first part; units and contributions stand on the page that it links to."""

    model = TrainingProgramme
    show_change_link = True
    fields = [
        *("theme_ja", "theme_en", "aim_ja", "aim_en", "starts_on", "day_starts_at"),
        *("day_ends_at", "break_minutes", "keeps_holidays", "taught_in", "support_ja"),
        "support_en",
    ]


class WishedCountryInline(ReadOnlyInline):
    model = WishedCountry
    fields = ["rank", "country", "region"]


class CoHostInline(ReadOnlyInline):
    model = CoHost
    fields = ["government", "part_ja"]


class TreatmentInline(ReadOnlyInline):
    model = Treatment
    fields = [*TREATMENT]


class HostRequestMoveInline(MoveInline):
    model = HostRequestMove


@register(HostRequest)
class HostRequestAdmin(SheetExportMixin, ReadOnlyAdmin):
    sheet = "requests"
    ordering = ["-pk"]
    list_display = ["government_name", "field", "number", "state", "route", "starts_on", "ends_on"]
    list_filter = [
        "state",
        "field",
        "route",
        "needs_assembly",
        "answer__survey__cycle__fiscal_year",
    ]
    list_select_related = [
        "answer__government__organisation",
        "answer__government__prefecture__organisation",
        "answer__survey__cycle__programme",
    ]
    search_fields = ["answer__government__search", "training_programme__theme_ja"]
    inlines = [
        WishedCountryInline,
        CoHostInline,
        TreatmentInline,
        TrainingProgrammeInline,
        HostRequestMoveInline,
    ]

    @admin.display(description=_("local government"), ordering="answer__government__code")
    def government_name(self, host_request: HostRequest) -> str:
        return host_request.government.full_name


@register(Tie)
class TieAdmin(ReadOnlyAdmin):
    list_display = ["government", "kind", "partner_ja", "partner_en", "country", "since", "until"]
    list_filter = ["kind", "government__kind"]
    list_select_related = ["government__organisation", "government__prefecture__organisation"]
    search_fields = ["government__search", "partner_ja", "partner_en"]

    @admin.display(description=_("since"), ordering="since_year")
    def since(self, tie: Tie) -> str:
        return tie.since
