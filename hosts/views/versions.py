"""The versions of an answer: what it said when, and what differs between two."""

import uuid

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ..differing import differences, lines_of
from ..models import AnswerVersion, SurveyAnswer
from ..versioning import is_intact
from .finding import find_answer


@login_required
@require_safe
def versions(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The versions of an answer, for its coordinators and its relay."""
    found = find_answer(request.user, public_id)
    context = versions_context(request, found)
    return render(request, "hosts/versions.html", context)


def versions_context(request: HttpRequest, answer: SurveyAnswer) -> dict[str, object]:
    """The list, the version that is read, and what differs from the one it is compared with: the
    newest beside the one before it, unless the address asks for others. Three queries.
    """
    rows = AnswerVersion.objects.visible_to(request.user).filter(answer=answer)
    listed = list(rows.select_related("by").order_by("-number"))
    shown = _asked(request, "version", listed, listed[0] if listed else None)
    earlier = [each for each in listed if shown and each.number < shown.number]
    other = _asked(request, "with", listed, earlier[0] if earlier else None)
    context: dict[str, object] = {
        "answer": answer,
        "cycle": answer.survey.cycle,
        "versions": listed,
        "shown": shown,
        "other": other,
    }
    if shown is not None:
        context["is_intact"] = is_intact(shown)
        context["lines"] = lines_of(shown.contents)
        if other is not None and other != shown:
            first, second = sorted([shown, other], key=lambda each: each.number)
            context["first"], context["second"] = first, second
            context["differences"] = differences(first.contents, second.contents)
    return context


def _asked(
    request: HttpRequest, name: str, listed: list[AnswerVersion], usual: AnswerVersion | None
) -> AnswerVersion | None:
    asked = request.GET.get(name, "")
    if not asked:
        return usual
    found = next((each for each in listed if str(each.number) == asked), None)
    if found is None:
        raise Http404
    return found
