"""The change log, the audit trail, and what the packages would show in English only."""

import allauth.account.admin
import allauth.mfa.admin
import allauth.usersessions.admin  # noqa: F401 - they register first, so that we come after them
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from auditlog.admin import LogEntryAdmin
from auditlog.models import LogEntry
from django.apps import apps
from django.contrib import admin
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from accounts.models import AuditRecord, User
from accounts.trail import Act

from ..base import RangeDateFilter, ReadOnlyAdmin, register

# Their names are not marked for translation; people manage their own on their account pages.
for model in (EmailAddress, Authenticator, UserSession):
    if admin.site.is_registered(model):
        admin.site.unregister(model)


@register(LogEntry)
class ChangeLogAdmin(LogEntryAdmin, ReadOnlyAdmin):
    list_display = ["created", "resource_url", "action", "changed_fields", "actor_name"]
    list_select_related = ["content_type", "actor"]
    search_fields = ["object_repr", "actor__email", "actor__name"]

    @admin.display(description=_("changes"))
    def changed_fields(self, entry: LogEntry) -> str:
        """Which fields changed, by their names; the values stand in the entry itself."""
        model = entry.content_type.model_class()
        if model is None:
            return pgettext("between names", ", ").join(entry.changes_dict)
        names = {field.name: str(field.verbose_name) for field in model._meta.concrete_fields}
        return pgettext("between names", ", ").join(
            names.get(name, name) for name in entry.changes_dict
        )

    @admin.display(description=_("by"), ordering="actor__name")
    def actor_name(self, entry: LogEntry) -> str:
        return str(entry.actor) if entry.actor else str(_("the portal itself"))


@register(AuditRecord)
class AuditTrailAdmin(ReadOnlyAdmin):
    """Who did what, when and from where; for administrators, since it tells of staff, too."""

    list_display = ["moment", "act", "actor_name", "kind", "object_id", "what", "address", "number"]
    list_filter = ["act", ("at", RangeDateFilter)]
    search_fields = ["=object_id", "=address", "=actor_id"]
    search_help_text = _("Number of the person or the row, or an address")
    show_facets = admin.ShowFacets.NEVER

    def has_view_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return request.user.is_superuser

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """The name comes from the account, if it still stands; the record has only its number."""
        name = User.objects.filter(pk=OuterRef("actor_id")).values("name")[:1]
        return super().get_queryset(request).annotate(name_of_actor=Subquery(name))

    @admin.display(description=pgettext_lazy("audit", "at"), ordering="at")
    def moment(self, record: AuditRecord) -> str:
        """To the second, and short enough for one line."""
        return timezone.localtime(record.at).strftime("%Y-%m-%d %H:%M:%S")

    @admin.display(description=_("by"), ordering="actor_id")
    def actor_name(self, record: AuditRecord) -> str:
        if record.actor_id is None:
            return str(_("the portal itself"))
        return record.name_of_actor or str(record.actor_id)

    @admin.display(description=pgettext_lazy("audit", "kind of row"), ordering="model")
    def kind(self, record: AuditRecord) -> str:
        try:
            return str(apps.get_model(record.model)._meta.verbose_name)
        except (LookupError, ValueError):
            return record.model

    @admin.display(description=pgettext_lazy("audit", "fields"))
    def what(self, record: AuditRecord) -> str:
        """The names of the changed columns in the reader's words; a new row has them all."""
        if record.act == Act.CREATE:
            return ""
        try:
            columns = {f.name: f for f in apps.get_model(record.model)._meta.concrete_fields}
        except (LookupError, ValueError):
            columns = {}
        words = [str(columns[n].verbose_name) if n in columns else n for n in record.fields]
        return pgettext("between names", ", ").join(words)
