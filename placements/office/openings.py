"""One opening: what it offers, to whom it was handed on, who is nominated."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from accounts.models import Language
from accounts.trail import Act
from accounts.trail_events import record_for
from files.received import response_for
from hosts.models import HostRequest
from notices.pages import pdf_response

from ..deadlines import is_over, until_of
from ..models import Forwarding, Opening, RecruitmentText
from ..offer_sheet import TEMPLATE, sheet_of, with_sheet
from ..services.forwarding import can_be_mailed, reason_against_forwarding
from ..services.recruitment import with_parts
from ..states import NOMINATION_OPEN
from .finding import nominations_of, openings_of


@login_required
@require_safe
def opening(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The request as it is offered here, who was asked and has answered, who is nominated."""
    rows = openings_of(request.user).prefetch_related(None)  # its days come with the sheet
    found = get_object_or_404(rows, public_id=public_id)
    today = timezone.localdate()
    host_request = get_object_or_404(
        with_sheet(HostRequest.objects.all()), pk=found.host_request_id
    )
    found.host_request = host_request
    forwardings = list(
        Forwarding.objects.visible_to(request.user)
        .filter(opening=found)
        .select_related("organisation", "contact", "link", "forwarded_by", "recorded_by")
        .order_by("organisation__name_en", "pk")
    )
    for row in forwardings:
        row.is_overdue = row.is_late(today)
        row.is_reachable = can_be_mailed(row)
    nominations = list(nominations_of(request.user).filter(opening=found).order_by("pk"))
    taken = sum(
        each.state in NOMINATION_OPEN and each.application.state != "withdrawn"
        for each in nominations
    )
    closed = reason_against_forwarding(found, today)
    context = {
        "opening": found,
        "until": until_of(found),
        "is_past": is_over(found, today),
        "closed": closed,
        "sheet": sheet_of(host_request, language=get_language() or "ja", on=today, opening=found),
        "forwardings": forwardings,
        "waiting": sum(row.answer == Forwarding.Answer.WAITING for row in forwardings),
        "nominations": nominations,
        "taken": taken,
        "left": max(0, found.quota - taken),
        "can_forward": closed is None,
        "can_nominate": closed is None and taken < found.quota,
        "today": today,
    }
    return render(request, "placements/office/opening.html", context)


@login_required
@require_safe
def sheet(request: HttpRequest, public_id: UUID, language: str) -> HttpResponse:
    """The recruitment sheet of this opening as a PDF, in Japanese or English."""
    if language not in Language.values:
        raise Http404
    seen = with_parts(Opening.objects.visible_to(request.user))  # staff before it is published, too
    found = get_object_or_404(seen, public_id=public_id)
    host_request = get_object_or_404(
        with_sheet(HostRequest.objects.all()), pk=found.host_request_id
    )
    made = sheet_of(host_request, language=language, on=timezone.localdate(), opening=found)
    record_for(request, Act.DOWNLOAD, found)
    name = f"{found.key}_{made.host}_{language}"
    return pdf_response(request, TEMPLATE, made.as_context(), name, language=language)


@login_required
@require_safe
def text_file(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The text of a recruitment in a further language, for the offices that it was published to."""
    rows = RecruitmentText.objects.filter(file__isnull=False).select_related("file")
    if not request.user.is_staff:
        seen = Opening.objects.visible_to(request.user)
        rows = rows.filter(
            recruitment__published_at__isnull=False,
            recruitment__cycle__in=seen.values("host_request__answer__survey__cycle"),
        )
    row = get_object_or_404(rows, public_id=public_id)
    if row.file is None:
        raise Http404
    return response_for(row.file)
