"""The statement of an employer, as somebody there gives it by personal link."""

import uuid
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.editing import in_words, once
from accounts.link_services import typed_before
from accounts.models import PersonalLink
from files.limits import FILE_MEGABYTES, accepts_upload
from files.received import FileRefused, response_for
from trainees.models import Application, SenderStatement

from ..deadlines import Until, until_words
from ..link_purposes import STATEMENT, application_of
from ..models import Nomination
from ..services import PlacementError, give_statement
from ..services.nomination_mails import request_words
from ..services.statements import reason_against_statement, statement_until
from .door import by_link
from .forms import StatementForm

SAID = ("is_employed", "will_return", "grants_leave")


def case_of(link: PersonalLink) -> Application:
    """The case of the link, with what the page shows of it."""
    case = application_of(link)
    if case is None:
        raise Http404
    rows = Application.objects.with_names().select_related("cycle__programme__operator")
    return get_object_or_404(rows, pk=case.pk)


def first_values(last: SenderStatement | None) -> dict[str, Any]:
    """A correction begins with what was said before."""
    if last is None:
        return {}
    names = ("employed_since", "recommendation", "given_by", "given_post", "language")
    said = {name: "yes" if getattr(last, name) else "no" for name in SAID}
    return {**said, **{name: getattr(last, name) for name in names}}


@accepts_upload(megabytes=FILE_MEGABYTES + 1, by_link=True)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@by_link(STATEMENT)
def statement(request: HttpRequest, *, link: PersonalLink) -> HttpResponse:
    """Confirm the employment, the return and the leave, and recommend the person; until the last
    day it can be corrected.
    """
    case = case_of(link)
    last = case.statements.select_related("file").first()
    reason = reason_against_statement(case, timezone.localdate())
    has_file = bool(last and last.file_id)
    if request.method != "POST":
        typed = typed_before(request)
        first = typed.dict() if typed else {"given_by": link.name, **first_values(last)}
        form = StatementForm(initial=first, has_file=has_file)
        return _page(request, link, case, last, form, reason=reason)
    form = StatementForm(request.POST, request.FILES, has_file=has_file)
    if form.is_valid():
        values = dict(form.cleaned_data)
        key, upload = values.pop("once"), values.pop("file", None)

        def create() -> str:
            give_statement(case, values=values, language=get_language() or "en", upload=upload)
            messages.success(request, _("Thank you. Your statement was received."))
            return reverse("cases:statement", args=[link.public_id])

        try:
            return redirect(once(link, key, create))
        except FileRefused as refused:
            form.add_error("file", str(refused))
        except (PlacementError, ValidationError) as error:
            form.add_error(None, in_words(error))
    return _page(request, link, case, last, form, reason=reason, status=422)


def _page(
    request: HttpRequest,
    link: PersonalLink,
    case: Application,
    last: SenderStatement | None,
    form: StatementForm,
    *,
    reason: str | None,
    status: int = 200,
) -> HttpResponse:
    nomination = (
        Nomination.objects.counted().filter(application=case).with_people().order_by("pk").first()
    )
    named = nomination.named_request if nomination else None
    until = statement_until(case.cycle)
    zone = nomination.office.zone if nomination and nomination.office else ZoneInfo("UTC")
    context = {
        "link": link,
        "case": case,
        "last": last,
        "form": form,
        "reason": reason,
        "request_words": request_words(named, get_language() or "en"),
        "days": named,
        "until": until_words(Until(until, zone)) if until else "",
    }
    return render(request, "cases/statement.html", context, status=status)


@never_cache
@require_safe
@by_link(STATEMENT)
def statement_own_file(
    request: HttpRequest, *, link: PersonalLink, file: uuid.UUID
) -> HttpResponse:
    """The file of a statement of one's own case, after a fresh check of the link."""
    rows = case_of(link).statements.select_related("file").filter(file__isnull=False)
    return response_for(get_object_or_404(rows, public_id=file).file)
