"""Kinds of papers and the rules that ask for them, which staff edit; papers and files to see."""

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy

from files.models import StoredFile
from trainees.models import Document, DocumentKind, DocumentMove, DocumentRule

from ..base import DeskAdmin, MoveInline, RangeDateFilter, ReadOnlyAdmin, register


@register(DocumentKind)
class DocumentKindAdmin(DeskAdmin):
    is_short = True
    list_display = ["name_ja", "name_en", "format", "has_issue_day", "is_special_care", "order"]
    list_filter = ["format", "is_special_care"]
    search_fields = ["name_ja", "name_en", "code"]

    def get_readonly_fields(self, request: HttpRequest, obj: object = None) -> list[str]:
        """What papers were handed in under: it stays."""
        return ["code"] if obj else []


@register(DocumentRule)
class DocumentRuleAdmin(DeskAdmin):
    """Rules end on a day and are never taken out: what was submitted before is judged by them."""

    is_short = True
    list_display = [
        "kind",
        "stage",
        "countries",
        "living_in",
        "route",
        "valid_days",
        "valid_from",
        "valid_until",
    ]
    list_filter = ["kind", "stage", "route"]
    list_select_related = ["kind"]
    search_fields = ["kind__name_ja", "kind__name_en", "source"]

    @admin.display(description=pgettext_lazy("rule of a document", "nationalities"))
    def countries(self, rule: DocumentRule) -> str:
        return _names(rule.nationalities)

    @admin.display(description=pgettext_lazy("rule of a document", "living in"))
    def living_in(self, rule: DocumentRule) -> str:
        return _names(rule.residences)


def _names(countries: list) -> str:
    return pgettext("between names", ", ").join(country.name for country in countries) or _("all")


class DocumentMoveInline(MoveInline):
    model = DocumentMove


@register(Document)
class DocumentAdmin(ReadOnlyAdmin):
    """All papers; those that wait for the check are a filter away."""

    ordering = ["-pk"]
    list_display = ["application", "kind", "state", "issued_on", "handed_in_at", "decide"]
    list_filter = ["state", "kind", "application__cycle__fiscal_year"]
    list_select_related = ["application__trainee", "application__cycle", "kind", "file"]
    search_fields = ["application__trainee__passport_name", "application__trainee__email"]
    fields = [
        "application",
        "kind",
        "state",
        "issued_on",
        "refusal",
        "handed_in_by",
        "handed_in_at",
        "replaced_by",
        "decide",
    ]
    inlines = [DocumentMoveInline]

    @admin.display(description=pgettext_lazy("document", "check"))
    def decide(self, document: Document) -> str:
        address = reverse("desk:documents", args=[document.application.public_id])
        return format_html(
            '<a href="{}#id_document-{}">{}</a>', address, document.kind.code, _("Look and decide…")
        )


@register(StoredFile)
class StoredFileAdmin(ReadOnlyAdmin):
    """What came in, and what the scanner said of it; opened it is where it belongs."""

    ordering = ["-uploaded_at", "-pk"]
    list_display = ["name", "content_type", "size", "scan", "uploaded_by", "uploaded_at"]
    list_filter = ["scan", "purpose", ("uploaded_at", RangeDateFilter)]
    list_select_related = ["uploaded_by"]
    search_fields = ["name", "=sha256", "=original_sha256"]
    exclude = ["key"]
