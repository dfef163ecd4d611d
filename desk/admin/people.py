"""People, memberships, invitations, organisations."""

import django.contrib.auth.admin  # noqa: F401 - registers Group, which has no use here
from django.contrib import admin, messages
from django.contrib.auth.models import Group
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from accounts.access import AccessEvent
from accounts.link_services import renew_link, revoke_link
from accounts.models import Invitation, Membership, Organisation, PersonalLink, User
from accounts.services import AccountError, end_all_sessions, revoke_invitation
from accounts.succession import HandOver, MembershipEvent, TakeOver, TakeOverMove, TakeOverState

from ..base import DeskAdmin, DeskInline, MoveInline, ReadOnlyAdmin, register

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
    fields = [
        "email",
        "name",
        "telephone",
        "language",
        "is_active",
        "access",
        "joined_at",
        "last_login",
    ]
    readonly_fields = ["email", "is_active", "access", "joined_at", "last_login"]
    inlines = [MembershipInline]
    actions = ["end_sessions"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """People come in by invitation only."""
        return False

    @admin.display(description=_("access"))
    def access(self, user: User) -> str:
        """Sessions, second factor and closing have a page of their own, with reasons."""
        address = reverse("desk:access", args=[user.public_id])
        return format_html('<a href="{}">{}</a>', address, _("Access of this person"))

    @admin.action(description=_("End all sessions"), permissions=["change"])
    def end_sessions(self, request: HttpRequest, queryset) -> None:
        for user in queryset:
            try:
                end_all_sessions(user, by=request.user)
            except AccountError as error:
                self.message_user(request, f"{user}: {error}", messages.ERROR)
            else:
                text = _("{name} was signed out everywhere.").format(name=user)
                self.message_user(request, text, messages.SUCCESS)


@register(AccessEvent)
class AccessEventAdmin(ReadOnlyAdmin):
    list_display = ["at", "user", "kind", "by", "detail"]
    list_filter = ["kind"]
    list_select_related = ["user", "by"]
    search_fields = ["user__email", "user__name", "by__email"]


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
                revoke_invitation(invitation, by=request.user)
            except AccountError as error:
                self.message_user(request, f"{invitation}: {error}", messages.ERROR)


@register(PersonalLink)
class PersonalLinkAdmin(ReadOnlyAdmin):
    """Links of people without an account; a link taken back opens nothing from the next request."""

    list_display = ["made_at", "name", "email", "organisation", "purpose", "expires_at"]
    list_filter = ["purpose"]
    list_select_related = ["organisation"]
    search_fields = ["name", "email", "organisation__name_en", "organisation__name_ja"]
    exclude = ["token_hash", "code_hash"]
    actions = ["revoke", "send_anew"]

    def has_revoke_permission(self, request: HttpRequest) -> bool:
        return request.user.is_staff

    @admin.action(description=_("Take the selected links back"), permissions=["revoke"])
    def revoke(self, request: HttpRequest, queryset) -> None:
        for link in queryset:
            revoke_link(link, by=request.user)
        self.message_user(request, _("They open nothing any more."), messages.SUCCESS)

    @admin.action(description=_("Send a new link to the same address"), permissions=["revoke"])
    def send_anew(self, request: HttpRequest, queryset) -> None:
        for link in queryset:
            try:
                renew_link(link, by=request.user)
            except AccountError as error:
                self.message_user(request, f"{link}: {error}", messages.ERROR)
            else:
                text = _("A new link was sent to {email}.").format(email=link.email)
                self.message_user(request, text, messages.SUCCESS)


class TakeOverMoveInline(MoveInline):
    model = TakeOverMove


@register(TakeOver)
class TakeOverAdmin(ReadOnlyAdmin):
    """Who says to be the new person in charge; staff decide on a page of their own."""

    list_display = ["asked_at", "organisation", "role", "name", "email", "state", "decide"]
    list_filter = ["state", "role"]
    list_select_related = ["organisation"]
    search_fields = ["name", "email", "organisation__local_government__search"]
    inlines = [TakeOverMoveInline]

    @admin.display(description=_("decision"))
    def decide(self, take_over: TakeOver) -> str:
        url = reverse("desk:take_over", args=[take_over.public_id])
        is_waiting = take_over.state == TakeOverState.ASKED
        words = _("Confirm or refuse") if is_waiting else _("Look at it")
        return format_html('<a href="{}">{}</a>', url, words)


@register(HandOver)
class HandOverAdmin(ReadOnlyAdmin):
    list_display = ["last_day", "membership", "successor_name", "announced_at", "withdrawn_at"]
    list_select_related = ["membership__user", "membership__organisation"]
    search_fields = ["membership__user__name", "successor_name", "successor_email"]


@register(MembershipEvent)
class MembershipEventAdmin(ReadOnlyAdmin):
    list_display = ["at", "organisation", "role", "kind", "name", "on", "by"]
    list_filter = ["kind", "role"]
    list_select_related = ["organisation", "by"]
    search_fields = ["name", "organisation__local_government__search"]


@register(Organisation)
class OrganisationAdmin(DeskAdmin):
    is_short = True
    list_display = ["name_ja", "name_en", "kind"]
    list_filter = ["kind"]
    search_fields = ["name_ja", "name_en", "local_government__search"]
    fields = ["kind", "name_ja", "name_en"]
