"""The whole survey as one workbook, on the staff's desk."""

from typing import cast

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from hosts.models import DemandSurvey, WorkbookUpload
from hosts.views.workbook import (
    TAKES_UPLOAD,
    Place,
    send_faults,
    send_workbook,
    show_waiting,
    show_workbook,
)
from hosts.workbooks.portal import Scope

desk_page = admin.site.admin_view


@TAKES_UPLOAD
@desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def survey_workbook(request: HttpRequest, programme: str, year: int) -> HttpResponse:
    """All answers of a survey as a file, and the same file back."""
    return show_workbook(request, _place(request, programme, year))


@desk_page
@require_safe
def survey_workbook_file(request: HttpRequest, programme: str, year: int) -> HttpResponse:
    return send_workbook(request, _place(request, programme, year).scope)


@desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def survey_workbook_waiting(request: HttpRequest, public_id: str) -> HttpResponse:
    """What an uploaded workbook is going to do, or what is wrong with it."""
    upload = _upload(request, public_id)
    return show_waiting(request, upload, _place_of(request, upload.survey))


@desk_page
@require_safe
def survey_workbook_faults(request: HttpRequest, public_id: str) -> HttpResponse:
    upload = _upload(request, public_id)
    return send_faults(upload, _place_of(request, upload.survey))


def _upload(request: HttpRequest, public_id: str) -> WorkbookUpload:
    person = cast(User, request.user)  # the desk lets nobody else through
    rows = WorkbookUpload.objects.visible_to(person).filter(part=WorkbookUpload.Part.ALL)
    return get_object_or_404(rows.select_related("survey__cycle__programme"), public_id=public_id)


def _place(request: HttpRequest, programme: str, year: int) -> Place:
    rows = DemandSurvey.objects.select_related("cycle__programme")
    survey = get_object_or_404(rows, cycle__programme__code=programme, cycle__fiscal_year=year)
    return _place_of(request, survey)


def _place_of(request: HttpRequest, survey: DemandSurvey) -> Place:
    address = [survey.cycle.programme.code, survey.cycle.fiscal_year]
    page = reverse("desk:survey_workbook", args=address)
    return Place(
        scope=Scope(survey, cast(User, request.user), WorkbookUpload.Part.ALL),
        title=str(survey),
        page=page,
        file=reverse("desk:survey_workbook_file", args=address),
        back=page,
        waiting="desk:survey_workbook",
        base="desk/base.html",
        can_upload=survey.is_open,
    )
