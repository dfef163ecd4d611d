"""The steps of a request; where the survey has questions of its own, they are one of them."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ..forms import STEPS
from ..models import HostRequest
from ..questions import asked, missing, replies_of

QUESTIONS = "questions"


@dataclass(frozen=True)
class Step:
    """One item of the list, with its state where it has one."""

    label: str
    url: str
    is_now: bool
    is_over: bool
    state: str = ""
    mark: str = ""


def order_of(found: HostRequest) -> list[str]:
    """The names of the steps in the order in which they are filled in."""
    if not asked(replies_of(found.answer), has_demand=True):
        return list(STEPS)
    return [*STEPS[:-1], QUESTIONS, STEPS[-1]]


def steps_of(found: HostRequest, current: str) -> list[Step]:
    """All steps as links; the questions say whether replies are still missing."""
    order = order_of(found)
    return [
        _questions_step(found, is_now=current == QUESTIONS)
        if name == QUESTIONS
        else Step(
            label=_name(name),
            url=address_of(found, name),
            is_now=name == current,
            is_over=order.index(name) < order.index(current),
        )
        for name in order
    ]


def address_of(found: HostRequest, step: str) -> str:
    """The page of a step; the questions know from which request they were reached."""
    if step == QUESTIONS:
        address = reverse("hosts:questions", args=[found.answer.public_id])
        return f"{address}?request={found.public_id}"
    return reverse("hosts:request_step", args=[found.public_id, step])


def after(found: HostRequest, step: str) -> str:
    """Where “Save and go on” leads."""
    order = order_of(found)
    return address_of(found, order[order.index(step) + 1])


def before(found: HostRequest, step: str) -> str:
    """Where “Back” leads."""
    order = order_of(found)
    place = order.index(step)
    if place == 0:
        return reverse("hosts:answer", args=[found.answer.public_id])
    return address_of(found, order[place - 1])


def _questions_step(found: HostRequest, *, is_now: bool) -> Step:
    replies = replies_of(found.answer)
    lacking = missing(replies, has_demand=True)
    is_begun = any(reply.value for reply in asked(replies, has_demand=True))
    if lacking:
        state, mark = pgettext("survey answer", "not answered"), "late"
    elif is_begun:
        state, mark = pgettext("question", "answered"), "done"
    else:
        state, mark = pgettext("field", "optional"), "none"
    return Step(
        label=pgettext("step", "Further questions"),
        url=address_of(found, QUESTIONS),
        is_now=is_now,
        is_over=is_begun and not lacking,
        state=state,
        mark=mark,
    )


def _name(step: str) -> str:
    names = {
        "demand": _("Field, number and countries"),
        "conditions": _("Languages and conditions"),
        "period": _("Period and co-hosts"),
        "treatment": pgettext("of a trainee", "Treatment"),
        "programme": _("Training programme"),
        "confirm": _("Check and submit"),
    }
    return names[step]
