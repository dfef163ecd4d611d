"""The page on which a person makes a printed sheet of codes: make, print, type one of them."""

from allauth.account.adapter import get_adapter
from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from notices.mails import queue_mail

from .access import CodeSheet
from .forms import SheetCodeForm
from .models import User
from .second_factor import has_app_or_key, take_sheet_as_factor
from .services import AccountError
from .sheets import (
    CODES_FOR_RECOVERY,
    CODES_OF_A_FACTOR,
    confirm_sheet,
    has_few_left,
    make_sheet,
    may_be_factor,
    remove_sheets,
    sheet_of,
    unconfirmed_sheet_of,
    unused_numbers,
)


@login_required
@never_cache
@sensitive_post_parameters("code")
@reauthentication_required(app="allauth.mfa")
@require_http_methods(["GET", "HEAD", "POST"])
def sheet(request: HttpRequest) -> HttpResponse:
    """Explain the sheet, make one, put it in force by one of its codes, or give it up."""
    if "make" in request.POST:
        return _make(request)
    if "remove" in request.POST:
        return _remove(request)
    if request.method == "POST":
        return _confirm(request)
    return _show(request, SheetCodeForm())


def _show(
    request: HttpRequest,
    form: SheetCodeForm,
    *,
    codes: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page; `codes` stand on it once, in the answer to their making."""
    user = request.user
    in_force = sheet_of(user)
    unused = unused_numbers(in_force) if in_force else []
    is_factor = not has_app_or_key(user)
    context = {
        "form": form,
        "codes": codes,
        "made_at": timezone.now(),
        "to_confirm": unconfirmed_sheet_of(user),
        "in_force": in_force,
        "unused": unused,
        "has_few_left": bool(in_force) and has_few_left(in_force, len(unused)),
        "is_factor": is_factor,
        "may_make": may_be_factor(user) or not is_factor,
        "count": CODES_OF_A_FACTOR if is_factor else CODES_FOR_RECOVERY,
    }
    return render(request, "mfa/sheet.html", context, status=status)


def _make(request: HttpRequest) -> HttpResponse:
    try:
        codes = make_sheet(request.user, is_factor=not has_app_or_key(request.user))
    except AccountError as error:
        messages.error(request, str(error))
        return redirect("mfa_index")
    return _show(request, SheetCodeForm(), codes=codes)


def _confirm(request: HttpRequest) -> HttpResponse:
    form = SheetCodeForm(request.POST)
    try:
        attempt = get_adapter().count_failure_from_address(request)
    except ValidationError as error:
        form.add_error(None, error)
        return _show(request, form, status=429)
    made = confirm_sheet(request.user, form.cleaned_data["code"]) if form.is_valid() else None
    if made is None:
        if not form.errors:
            form.add_error("code", _("This is none of the unused codes of the new sheet."))
        return _show(request, form, status=422)
    attempt.rollback()
    _tell(request.user, made)
    if not made.is_factor:
        messages.success(request, _("The new sheet is in force. Earlier codes no longer work."))
        return redirect("mfa_index")
    take_sheet_as_factor(request, request.user)
    messages.success(
        request, _("The sheet is your second factor now. Keep it like a key to your office.")
    )
    return redirect("accounts:home")


def _remove(request: HttpRequest) -> HttpResponse:
    """Somebody with an app or a key may give the sheet up; nobody gives up the only factor here."""
    if has_app_or_key(request.user):
        remove_sheets(request.user, by=request.user)
        messages.success(request, _("The codes of your sheet no longer work."))
    return redirect("mfa_index")


def _tell(user: User, made: CodeSheet) -> None:
    """A new way into the account is mailed to its holder."""
    queue_mail(
        key=f"code-sheet:{made.pk}",
        purpose="code_sheet",
        to=user.email,
        to_name=user.name,
        language=user.language,
        template="code_sheet",
        context={"at": made.confirmed_at},
        related=f"accounts.CodeSheet:{made.pk}",
    )
