"""Letters as they were issued, and the fate of each mail."""

from typing import cast

from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from notices.letters import verify_letters
from notices.mails import resend
from notices.models import Letter, LetterMove, Mail, MailEvent, NoticeError
from notices.states import LetterState

from ..base import ReadOnlyAdmin, ReadOnlyInline, register


class LetterMoveInline(ReadOnlyInline):
    model = LetterMove
    fields = ["at", "by_label", "from_state", "to_state", "reason"]


@register(Letter)
class LetterAdmin(ReadOnlyAdmin):
    list_display = ["reference", "issued_on", "subject", "first_line", "state", "version", "pdf"]
    list_filter = ["state", "fiscal_year", "kind", "language"]
    search_fields = ["reference", "subject", "addressee", "check_code"]
    date_hierarchy = "issued_on"
    exclude = ["context", "key"]
    inlines = [LetterMoveInline]
    actions = ["verify"]

    @admin.display(description=_("addressee"))
    def first_line(self, letter: Letter) -> str:
        return letter.addressee.splitlines()[0] if letter.addressee else ""

    @admin.display(description="PDF")
    def pdf(self, letter: Letter) -> str:
        if letter.state not in {LetterState.ISSUED, LetterState.SUPERSEDED}:
            return ""
        url = reverse("desk:letter", args=[letter.public_id])
        return format_html('<a href="{}">PDF</a>', url)

    def has_verify_permission(self, request: HttpRequest) -> bool:
        return request.user.is_staff

    @admin.action(
        description=_("Check all letters against their stored hash"), permissions=["verify"]
    )
    def verify(self, request: HttpRequest, queryset: QuerySet) -> None:
        problems = list(verify_letters())
        for problem in problems:
            self.message_user(request, f"{problem.reference}: {problem.message}", messages.ERROR)
        if not problems:
            self.message_user(request, _("Every letter is as it was issued."), messages.SUCCESS)


class MailEventInline(ReadOnlyInline):
    model = MailEvent
    fields = ["at", "from_state", "to_state", "note"]


@register(Mail)
class MailAdmin(ReadOnlyAdmin):
    list_display = ["to", "subject", "state", "due_at", "sent_at", "attempts", "last_error"]
    list_filter = ["state", "purpose"]
    list_select_related = ["letter"]
    search_fields = ["to", "subject", "message_id"]
    date_hierarchy = "created_at"
    exclude = ["key", "body"]
    inlines = [MailEventInline]
    actions = ["send_again"]

    def get_readonly_fields(self, request: HttpRequest, obj: Mail | None = None) -> list[str]:
        fields = [f.name for f in Mail._meta.concrete_fields if f.name not in self.exclude]
        return [*fields, "text"]

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> list:
        return self.get_readonly_fields(request, cast(Mail | None, obj))

    @admin.display(description=_("text of the mail"))
    def text(self, mail: Mail) -> str:
        """Codes and personal links are nobody's but the addressee's."""
        return str(_("It holds a code or a personal link.")) if mail.forget_body else mail.body

    def has_send_permission(self, request: HttpRequest) -> bool:
        return request.user.is_staff

    @admin.action(
        description=_("Send again the selected mails that failed or are uncertain"),
        permissions=["send"],
    )
    def send_again(self, request: HttpRequest, queryset: QuerySet) -> None:
        for mail in queryset:
            try:
                resend(mail, request.user.email)
            except NoticeError as error:
                self.message_user(request, f"{mail}: {error}", messages.ERROR)
