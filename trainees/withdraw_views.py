"""The page on which a person takes back their own application."""

import uuid
from typing import cast

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.models import User
from accounts.plain_text import PlainTextMixin

from .models import Application
from .services import TraineeError
from .withdrawals import reason_against_withdrawal, what_follows, withdraw_own


class WithdrawalForm(PlainTextMixin, forms.Form):
    """Why, and a tick, so that nobody withdraws by a slip."""

    reason = forms.CharField(
        label=gettext_lazy("Why do you withdraw?"),
        help_text=gettext_lazy("Staff read it; it stays with your application."),
        max_length=2000,
        error_messages={"required": gettext_lazy("Write the reason; staff read it.")},
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    is_sure = forms.BooleanField(
        label=gettext_lazy("I withdraw my application. I know that this cannot be taken back."),
        error_messages={"required": gettext_lazy("Tick this box if you want to withdraw.")},
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """What follows, in words; then, with a reason, the withdrawal itself."""
    person = cast(User, request.user)
    own = Application.objects.own(person).with_names()
    found = get_object_or_404(
        own.select_related("trainee__user", "cycle__programme__operator"), public_id=public_id
    )
    form = WithdrawalForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            withdraw_own(found, reason=form.cleaned_data["reason"], by=person)
        except TraineeError as error:
            form.add_error(None, str(error))
        else:
            text = _("You have withdrawn. A confirmation is on its way to {email}.")
            messages.success(request, text.format(email=person.email))
            return redirect("trainees:status")
    against = reason_against_withdrawal(found)
    context = {
        "application": found,
        "against": against,
        "follows": [] if against else what_follows(found),
        "form": form,
    }
    status = 422 if form.errors else 200
    return render(request, "trainees/withdraw.html", context, status=status)
