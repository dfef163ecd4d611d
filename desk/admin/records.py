"""The change log, and what the packages would show in English only."""

import allauth.account.admin
import allauth.mfa.admin
import allauth.usersessions.admin  # noqa: F401 - they register first, so that we come after them
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from auditlog.admin import LogEntryAdmin
from auditlog.models import LogEntry
from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from ..base import ReadOnlyAdmin, register

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
