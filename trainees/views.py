"""The trainee's pages: the status, and what was submitted."""

import uuid

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from .answers import groups_of
from .forms import FORMS
from .models import Application
from .services import open_until
from .states import ApplicationState

FIRST = next(iter(FORMS))


@login_required
@require_safe
def application(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """What was submitted, to read and print; until then the way to the steps."""
    found = get_object_or_404(
        Application.objects.visible_to(request.user).for_dossier(),
        public_id=public_id,
    )
    is_own = found.trainee.user_id == request.user.pk
    if is_own and found.state == ApplicationState.DRAFT and found.is_editable:
        return redirect("trainees:application_step", public_id, FIRST)
    context = {
        "application": found,
        "groups": groups_of(found, request.user),
        "is_own": is_own,
        "open_until": open_until(found, timezone.localdate()),
    }
    return render(request, "trainees/application.html", context)
