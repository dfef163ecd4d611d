"""The hand-over page of an office, and its history."""

import uuid

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.models import Role
from accounts.panels import render_panels
from schedule.models import Cycle, Programme

from ..handing_over.events import event_of, events_of
from ..handing_over.people import present_members
from ..models import LocalGovernment, SurveyAnswer
from ..services import people_of
from ..standing import standing_of
from ..states import ANSWER_EDITABLE, RequestState
from .people import find_office

PER_PAGE = 50


@login_required
@require_safe
def hand_over(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Who leaves and who comes, what is open, what was answered before, and whom to call."""
    government = find_office(request.user, public_id)
    today = timezone.localdate()
    answers = _answers(request, government)
    is_open = [_is_open(each) for each in answers]
    relay = government.usual_relay
    members = present_members(government, today)
    context = {
        "government": government,
        "today": today,
        "leaving": [each for each in members if each.hand_over],
        "staying": [each for each in members if not each.hand_over],
        "open": [
            {"answer": each, "standing": standing_of(each, today), "drafts": _drafts(each)}
            for each, is_to_do in zip(answers, is_open, strict=True)
            if is_to_do
        ],
        "before": [each for each, is_to_do in zip(answers, is_open, strict=True) if not is_to_do],
        "panels": _panels(request, government),
        "relay": relay,
        "relay_officers": people_of(relay.organisation_id, Role.RELAY) if relay else [],
        "programme": _programme(answers),
    }
    return render(request, "hosts/people/hand_over.html", context)


def _panels(request: HttpRequest, government: LocalGovernment) -> list[str]:
    """What other parts of the portal add. The trainees, letters and money of a host are for its own
    coordinators; its relay looks after its people only.
    """
    found = [*render_panels("hand_over", request, government)]
    if government.organisation_id in request.user.organisation_ids(Role.COORDINATOR):
        found += render_panels("host_home", request, government)
    return found


def _answers(request: HttpRequest, government: LocalGovernment) -> list[SurveyAnswer]:
    rows = (
        SurveyAnswer.objects.visible_to(request.user)
        .filter(government=government, survey__opened_at__isnull=False)
        .select_related("survey__cycle__programme__operator", "relay__organisation")
        .prefetch_related("requests", "survey__cycle__deadlines")
        .order_by("-survey__cycle__fiscal_year", "-pk")
    )
    return list(rows)


def _is_open(answer: SurveyAnswer) -> bool:
    return answer.state in ANSWER_EDITABLE and answer.survey.cycle.state == Cycle.State.OPEN


def _drafts(answer: SurveyAnswer) -> list:
    return [each for each in answer.requests.all() if each.state == RequestState.DRAFT]


def _programme(answers: list[SurveyAnswer]) -> Programme | None:
    if answers:
        return answers[0].survey.cycle.programme
    return Programme.objects.select_related("operator").order_by("pk").first()


@login_required
@require_safe
def history(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Who did what for this government, the newest first."""
    government = find_office(request.user, public_id)
    page = Paginator(events_of(government), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "government": government,
        "page": page,
        "events": [event_of(row) for row in page.object_list],
    }
    return render(request, "hosts/people/history.html", context)
