"""The staff decide about mails that stopped: send again, or record that they have arrived."""

from collections.abc import Callable, Iterable

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.plain_text import PlainTextMixin
from notices.mails import confirm_sent, resend
from notices.models import Mail, NoticeError
from notices.states import MailState

from .queries import STOPPED_MAILS

desk_page = admin.site.admin_view
AT_ONCE = 1000  # decided with one button; what was left out is still in the list
NAMED = 20  # more mails than these are counted, not shown, on the page that asks


class SendAgainForm(PlainTextMixin, forms.Form):
    """Which mails; their numbers come from the page that asked."""

    page = "mails_send_again"  # its template and its address

    mails = forms.RegexField(
        regex=r"^[0-9]{1,18}(,[0-9]{1,18})*$", max_length=20 * AT_ONCE, widget=forms.HiddenInput
    )

    def numbers(self) -> list[int]:
        """The numbers that were named, each once."""
        return sorted({int(number) for number in self.cleaned_data["mails"].split(",")})[:AT_ONCE]


class ArrivedForm(SendAgainForm):
    """The same, with how it is known."""

    page = "mails_arrived"

    reason = forms.CharField(
        label=_("How do you know?"),
        help_text=_("For example: the host confirmed it by telephone on 22 November."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


Decide = Callable[[Mail, SendAgainForm], Mail]


@desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def send_again(request: HttpRequest) -> HttpResponse:
    """Queue mails that failed or are uncertain once more, after a page that warns."""
    return _decision(request, SendAgainForm, lambda mail, form: resend(mail, request.user.email))


@desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def arrived(request: HttpRequest) -> HttpResponse:
    """Record that mails that failed or are uncertain are known to have arrived."""
    return _decision(
        request,
        ArrivedForm,
        lambda mail, form: confirm_sent(mail, request.user.email, form.cleaned_data["reason"]),
    )


def ask(
    request: HttpRequest, form_class: type[SendAgainForm], mails: Iterable[Mail]
) -> HttpResponse:
    """From the list to the page that asks about those of the mails that stopped."""
    numbers = [mail.pk for mail in mails if mail.state in STOPPED_MAILS][:AT_ONCE]
    return _page(request, form_class(initial={"mails": ",".join(map(str, numbers))}), numbers)


def _decision(
    request: HttpRequest, form_class: type[SendAgainForm], decide: Decide
) -> HttpResponse:
    if not request.user.has_perm("notices.change_mail"):
        raise PermissionDenied
    if request.method != "POST":
        asked = SendAgainForm(request.GET)
        if not asked.is_valid():
            return _nothing(request)
        return _page(request, form_class(initial=asked.cleaned_data), asked.numbers())
    form = form_class(request.POST)
    if form.is_valid():
        _decide_each(request, form, decide)
        return _list()
    if "mails" in form.errors:
        return _nothing(request)
    return _page(request, form, form.numbers(), status=422)


def _decide_each(request: HttpRequest, form: SendAgainForm, decide: Decide) -> None:
    """One mail that a colleague has decided meanwhile keeps no other from its decision."""
    done = late = 0
    for mail in Mail.objects.filter(pk__in=form.numbers()).order_by("pk"):
        try:
            decide(mail, form)
        except NoticeError:
            late += 1
        else:
            done += 1
    if done:
        text = ngettext("{n} mail was decided.", "{n} mails were decided.", done)
        messages.success(request, text.format(n=done))
    if late:
        text = ngettext(
            "{n} mail no longer waits for a person; it was left as it is.",
            "{n} mails no longer wait for a person; they were left as they are.",
            late,
        )
        messages.info(request, text.format(n=late))


def _page(
    request: HttpRequest, form: SendAgainForm, numbers: list[int], *, status: int = 200
) -> HttpResponse:
    stopped = Mail.objects.filter(pk__in=numbers, state__in=STOPPED_MAILS).defer("body")
    mails = list(stopped.order_by("pk"))
    if not mails:
        return _nothing(request)
    context = {
        "form": form,
        "address": reverse(f"desk:{form.page}"),
        "mails": mails[:NAMED],
        "more": max(0, len(mails) - NAMED),
        "number": len(mails),
        "uncertain": sum(mail.state == MailState.UNCERTAIN for mail in mails),
    }
    return render(request, f"desk/{form.page}.html", context, status=status)


def _nothing(request: HttpRequest) -> HttpResponse:
    messages.info(request, _("None of the selected mails waits for a person."))
    return _list()


def _list() -> HttpResponse:
    return redirect("admin:notices_mail_changelist")
