"""Pages of the selection for nominees, hosts and trainees; the staff's board stands in `desk`."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from .models import Nomination, PlacementNotice
from .responses import letter_response
from .services import PlacementError, confirm_nomination, refuse_nomination


@login_required
@require_POST
def confirm(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The nominee says: this nomination is mine."""
    nomination = _waiting(request, public_id)
    try:
        confirm_nomination(nomination, by=request.user)
    except PlacementError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Thank you. You can now complete your application."))
    return redirect("trainees:status")


@login_required
@require_POST
def refuse(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The nominee says: this is not me, or I do not want it."""
    nomination = _waiting(request, public_id)
    try:
        refuse_nomination(nomination, by=request.user)
    except PlacementError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("We have noted it. Nothing has been linked to you."))
    return redirect("trainees:status")


def _waiting(request: HttpRequest, public_id: uuid.UUID) -> Nomination:
    visible = Nomination.objects.visible_to(request.user).select_related("invitation")
    nomination = get_object_or_404(visible, public_id=public_id)
    if nomination.invitation.accepted_by_id != request.user.pk:
        raise Http404
    return nomination


@login_required
@require_safe
def notice(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The letter itself, to whom it is addressed, after its bytes were checked."""
    visible = PlacementNotice.objects.visible_to(request.user).select_related("letter")
    letter = get_object_or_404(visible, public_id=public_id).letter
    return letter_response(request, letter)
