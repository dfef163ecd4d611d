"""Letters as they were issued, and the fate of each mail."""

import re
from contextlib import suppress
from typing import cast

from django.apps import apps
from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html, format_html_join
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from notices.letters import verify_letters
from notices.models import Letter, LetterMove, Mail, MailEvent
from notices.states import LetterState

from ..base import ReadOnlyAdmin, ReadOnlyInline, register
from ..mails import ArrivedForm, SendAgainForm, ask
from ..queries import STOPPED_MAILS

# "placements.Placement:12", or a duty about one: "duty:answer-survey:hosts.SurveyAnswer:17:3".
CAUSE = re.compile(r"(?:^|:)(?P<label>[a-z]+\.[A-Za-z]+):(?P<number>[0-9]+)(?::|$)")


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
    fields = ["at", "from_state", "to_state", "by_label", "note"]


@register(Mail)
class MailAdmin(ReadOnlyAdmin):
    list_display = ["to", "subject", "state", "attempts", "error", "sent_at", "cause"]
    list_filter = ["state", "purpose"]
    search_fields = ["to", "subject", "message_id"]
    date_hierarchy = "created_at"
    exclude = ["key", "body", "related"]
    inlines = [MailEventInline]
    actions = ["send_again", "have_arrived"]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """The list shows no text."""
        return super().get_queryset(request).defer("body")

    def get_readonly_fields(self, request: HttpRequest, obj: Mail | None = None) -> list[str]:
        fields = [f.name for f in Mail._meta.concrete_fields if f.name not in self.exclude]
        return ["decide", *fields, "cause", "text"]

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> list:
        return self.get_readonly_fields(request, cast(Mail | None, obj))

    @admin.display(description=_("text of the mail"))
    def text(self, mail: Mail) -> str:
        """Codes and personal links are nobody's but the addressee's."""
        return str(_("It holds a code or a personal link.")) if mail.forget_body else mail.body

    @admin.display(description=_("last error"), ordering="last_error")
    def error(self, mail: Mail) -> str:
        return Truncator(mail.last_error).chars(80)

    @admin.display(description=pgettext_lazy("mail", "cause"), ordering="related")
    def cause(self, mail: Mail) -> str:
        """The row that the mail tells of, with its address on the desk."""
        if found := CAUSE.search(mail.related):
            with suppress(LookupError, NoReverseMatch):
                model = apps.get_model(found["label"])
                name = f"admin:{model._meta.app_label}_{model._meta.model_name}_change"
                address = reverse(name, args=[found["number"]])
                words = f"{model._meta.verbose_name} {found['number']}"
                return format_html('<a href="{}">{}</a>', address, words)
        return mail.related

    @admin.display(description=_("what you can do"))
    def decide(self, mail: Mail) -> str:
        """A mail that stopped waits for a person; any other goes its way by itself."""
        if mail.state not in STOPPED_MAILS:
            return str(_("nothing: it does not wait for a person"))
        links = [
            (f"{reverse('desk:mails_send_again')}?mails={mail.pk}", _("Send it again…")),
            (f"{reverse('desk:mails_arrived')}?mails={mail.pk}", _("It has arrived…")),
        ]
        return format_html_join("　", '<a href="{}">{}</a>', links)

    def has_send_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("notices.change_mail")

    @admin.action(description=_("Send again…"), permissions=["send"])
    def send_again(self, request: HttpRequest, queryset: QuerySet) -> HttpResponse:
        return ask(request, SendAgainForm, queryset.only("state"))

    @admin.action(description=_("They have arrived…"), permissions=["send"])
    def have_arrived(self, request: HttpRequest, queryset: QuerySet) -> HttpResponse:
        return ask(request, ArrivedForm, queryset.only("state"))
