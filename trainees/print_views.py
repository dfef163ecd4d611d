"""What a person takes away of their own application."""

import uuid
from typing import cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.trail import Act
from accounts.trail_events import record_for
from notices.pages import pdf_response

from .dossiers import receipt_context
from .models import Application


@login_required
@require_safe
def receipt(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The receipt as a PDF, in the language of the address, for the person alone."""
    own = Application.objects.own(cast(User, request.user)).with_names()
    own = own.select_related("cycle__programme__operator", "trainee__user")
    found = get_object_or_404(own, public_id=public_id)
    if found.submitted_at is None:
        return redirect(found)
    language = get_language() or "en"
    name = _("Receipt {number}").format(number=found.case_number)
    response = pdf_response(
        request,
        "trainees/prints/receipt.html",
        receipt_context(found),
        name,
        language=language,
    )
    if response.status_code == 200:
        record_for(request, Act.DOWNLOAD, found, fields=("receipt",))
    return response
