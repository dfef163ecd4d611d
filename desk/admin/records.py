"""The change log, and what the packages would show in English only."""

import allauth.account.admin
import allauth.mfa.admin
import allauth.usersessions.admin  # noqa: F401 - they register first, so that we come after them
from allauth.account import admin as account_admin  # noqa: F401 - registers its models, once
from allauth.account.models import EmailAddress
from allauth.mfa import admin as mfa_admin  # noqa: F401
from allauth.mfa.models import Authenticator
from allauth.usersessions import admin as usersessions_admin  # noqa: F401
from allauth.usersessions.models import UserSession
from auditlog.admin import LogEntryAdmin
from auditlog.models import LogEntry
from django.contrib import admin

from ..base import ReadOnlyAdmin, register

# Their names are not marked for translation; people manage their own on their account pages.
for model in (EmailAddress, Authenticator, UserSession):
    if admin.site.is_registered(model):
        admin.site.unregister(model)


@register(LogEntry)
class ChangeLogAdmin(LogEntryAdmin, ReadOnlyAdmin):
    list_display = ["created", "resource_url", "action", "msg_short", "user_url"]
    list_select_related = ["content_type", "actor"]
    search_fields = ["object_repr", "actor__email", "actor__name"]
