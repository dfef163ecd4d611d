"""What staff do with one application."""

from uuid import UUID

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from placements.forms import ReasonForm
from schedule.models import Cycle
from trainees.models import Application
from trainees.services import TraineeError, return_application
from trainees.states import APPLICATION_MOVES, ApplicationState

desk_page = admin.site.admin_view


@desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def return_to_person(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Give an application back with a comment; the person is mailed and can correct it."""
    application = get_object_or_404(Application.objects.with_names(), public_id=public_id)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            return_application(application, reason=form.cleaned_data["reason"], by=request.user)
        except TraineeError as error:
            form.add_error(None, str(error))
        else:
            text = _("The application {number} was returned; the person was mailed.")
            messages.success(request, text.format(number=application.case_number))
            return redirect("admin:trainees_application_changelist")
    context = {
        "application": application,
        "form": form,
        "can_return": form.is_bound or _can_return(application),
    }
    return render(
        request, "desk/return_application.html", context, status=422 if form.errors else 200
    )


def _can_return(application: Application) -> bool:
    is_open = application.cycle.state == Cycle.State.OPEN
    return is_open and ApplicationState.RETURNED in APPLICATION_MOVES.get(application.state, ())
