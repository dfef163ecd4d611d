"""The sheet for the approval round: choose its boxes, print it, compare one that came back."""

import uuid
from collections.abc import Mapping

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.models import Role
from notices.pages import pdf_response
from schedule.models import Cycle

from ..addresses import key_of, relay_list
from ..approval import NO_DEMAND, answer_sheet, relay_sheet, seals_for
from ..forms import CompareForm, SealsForm
from ..models import LocalGovernment, SurveyAnswer
from .finding import find_answer
from .relay import chosen_cycle, relayed

TEMPLATE = "hosts/approval/sheet.html"


@login_required
@require_safe
def approval(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Which boxes the sheet of an answer has, its check number now, and whether a paper agrees."""
    found = find_answer(request.user, public_id)
    query = {"answer": NO_DEMAND} if _intends_none(request) else {}
    context = {
        "answer": found,
        "back": reverse("hosts:answer", args=[public_id]),
        "print": reverse("hosts:approval_print", args=[public_id]),
        "intends_none": bool(query),
    }
    return _choose(request, _of_answer(request, found), context, query, found.survey.cycle)


@login_required
@require_safe
def approval_print(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The sheet of an answer as a PDF, at whatever step the answer is."""
    found = find_answer(request.user, public_id)
    return _print(request, _of_answer(request, found), f"決裁_{found.government.name}")


@login_required
@require_safe
def relay_approval(request: HttpRequest) -> HttpResponse:
    """The same for the round of a relay."""
    cycle, sheet = _of_relay(request)
    query = {"cycle": key_of(cycle)}
    context = {"back": relay_list(cycle), "print": reverse("hosts:relay_approval_print")}
    return _choose(request, sheet, context, query, cycle)


@login_required
@require_safe
def relay_approval_print(request: HttpRequest) -> HttpResponse:
    """What the municipalities have answered and what is going to be forwarded, as a PDF."""
    _cycle, sheet = _of_relay(request)
    return _print(request, sheet, f"決裁_{sheet['office']}_取りまとめ")


def _of_answer(request: HttpRequest, found: SurveyAnswer) -> dict:
    return answer_sheet(found, reader=request.user, intends_none=_intends_none(request))


def _intends_none(request: HttpRequest) -> bool:
    return request.GET.get("answer") == NO_DEMAND


def _of_relay(request: HttpRequest) -> tuple[Cycle, dict]:
    """Only for officers of a relay; without a survey there is nothing to go round."""
    user = request.user
    if not user.has_role(Role.RELAY):
        raise PermissionDenied
    cycle = chosen_cycle(request)
    if cycle is None:
        raise Http404
    prefectures = LocalGovernment.objects.filter(
        organisation__in=user.organisation_ids(Role.RELAY)
    ).order_by("code")
    answers = relayed(user, cycle).select_related("government").prefetch_related("requests")
    rows = list(answers.order_by("government__code", "pk"))
    return cycle, relay_sheet(cycle, list(prefectures), rows, reader=user)


def _choose(
    request: HttpRequest, sheet: dict, context: dict, query: Mapping[str, str], cycle: Cycle
) -> HttpResponse:
    compare = CompareForm(request.GET if "number" in request.GET else None)
    is_same = compare.is_same(sheet["number"]) if compare.is_bound else None
    context |= {
        "sheet": sheet,
        "cycle": cycle,
        "query": dict(query),
        "form": SealsForm(initial={"seals": SealsForm(request.GET).chosen()}),
        "compare": compare,
        "is_same": is_same,
    }
    status = 422 if compare.errors else 200
    return render(request, "hosts/approval.html", context, status=status)


def _print(request: HttpRequest, sheet: dict, name: str) -> HttpResponse:
    seals = seals_for(SealsForm(request.GET).chosen(), sheet["government"])
    return pdf_response(request, TEMPLATE, {**sheet, "seals": seals}, name)
