"""Comments to the fields of a returned answer: where they stand and when they are settled."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User

from .models import FieldComment, HostRequest, SurveyAnswer
from .states import AnswerState

UNITS = "units"  # the training units together; each has a page of its own
QUESTIONS = "questions"  # the page of the survey's own questions
NO_DEMAND = ("no_demand", "no_demand_reason")


class Said(NamedTuple):
    """One comment before it is written: the request, its step and field, and the words."""

    host_request: HostRequest | None
    step: str
    field: str
    text: str


@dataclass(frozen=True)
class Shown:
    """One comment on a page, with the name of its field and the way to it."""

    comment: FieldComment
    label: object
    url: str


def write_comments(
    answer: SurveyAnswer, said: Iterable[Said], *, sender: str, by: User
) -> list[FieldComment]:
    """Keep the comments of a return inside its transaction. What was still open gives way: the new
    return says what counts now.
    """
    settle_comments(answer)
    return [
        FieldComment.objects.create(
            answer=answer,
            host_request=each.host_request,
            step=each.step,
            field=each.field,
            text=each.text,
            sender=sender,
            by=by,
        )
        for each in said
    ]


def settle_comments(answer: SurveyAnswer) -> int:
    """The answer was submitted again: what was said of its fields is settled with it."""
    return FieldComment.objects.filter(answer=answer).open().update(resolved_at=timezone.now())


def open_comments(user: User, answer: SurveyAnswer) -> list[FieldComment]:
    """What is to be corrected now; nothing is asked unless the answer was returned."""
    if answer.state != AnswerState.RETURNED:
        return []
    rows = FieldComment.objects.visible_to(user).open().filter(answer=answer)
    return list(rows.select_related("by", "host_request"))


def at_fields(
    comments: Iterable[FieldComment], host_request: HostRequest | None, step: str
) -> dict[str, list[FieldComment]]:
    """The comments of one form, by the names of its fields."""
    found: dict[str, list[FieldComment]] = {}
    for each in comments:
        if each.step == step and each.host_request_id == (host_request and host_request.pk):
            found.setdefault(each.field, []).append(each)
    return found


def shown_comments(
    comments: Iterable[FieldComment], labels: Mapping[tuple[str, str], object]
) -> list[Shown]:
    """The comments with the names of their fields and links to them."""
    return [
        Shown(each, labels.get((each.step, each.field), _("Answer")), _address(each))
        for each in comments
    ]


def _address(comment: FieldComment) -> str:
    if comment.host_request is None:
        page = "hosts:questions" if comment.step == QUESTIONS else "hosts:no_demand"
        address = reverse(page, args=[comment.answer.public_id])
    else:
        at = [comment.host_request.public_id, comment.step]
        address = reverse("hosts:request_step", args=at)
    anchor = UNITS if comment.field == UNITS else f"id_{comment.field}"
    return f"{address}#{anchor}"
