"""People, memberships, invitations, organisations."""

import django.contrib.auth.admin  # noqa: F401 - registers Group, which has no use here
from django.contrib import admin, messages
from django.contrib.auth import admin as auth_admin  # noqa: F401 - registers Group, once
from django.contrib.auth.models import Group
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import Invitation, Membership, Organisation, User
from accounts.services import AccountError, revoke_invitation

from ..base import DeskAdmin, DeskInline, ReadOnlyAdmin, register

admin.site.unregister(Group)


class MembershipInline(DeskInline):
    model = Membership
    autocomplete_fields = ["organisation"]
    verbose_name_plural = _("memberships")


@register(User)
class UserAdmin(DeskAdmin):
    """People. The address is not changed here: it is also a confirmed address of the account, by
    which the person signs in and which only they can confirm. They change it on their own page; a
    person who has lost theirs is invited anew at the new one.
    """

    list_display = ["email", "name", "language", "is_active", "is_demo"]
    list_filter = ["is_active", "language", "memberships__role"]
    search_fields = ["email", "name"]
    fields = ["email", "name", "language", "is_active", "joined_at", "last_login"]
    readonly_fields = ["email", "joined_at", "last_login"]
    inlines = [MembershipInline]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """People come in by invitation only."""
        return False


@register(Invitation)
class InvitationAdmin(ReadOnlyAdmin):
    list_display = ["email", "name", "role", "organisation", "created_at", "accepted_at"]
    list_filter = ["role"]
    list_select_related = ["organisation"]
    search_fields = ["email", "name"]
    exclude = ["token_hash"]
    actions = ["revoke"]

    def has_revoke_permission(self, request: HttpRequest) -> bool:
        return request.user.is_staff

    @admin.action(description=_("Revoke the selected invitations"), permissions=["revoke"])
    def revoke(self, request: HttpRequest, queryset) -> None:
        for invitation in queryset:
            try:
                revoke_invitation(invitation)
            except AccountError as error:
                self.message_user(request, f"{invitation}: {error}", messages.ERROR)


@register(Organisation)
class OrganisationAdmin(DeskAdmin):
    is_short = True
    list_display = ["name_ja", "name_en", "kind"]
    list_filter = ["kind"]
    search_fields = ["name_ja", "name_en", "local_government__search"]
    fields = ["kind", "name_ja", "name_en"]
