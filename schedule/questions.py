"""Questions that wait for an answer, as duties of the people who are asked.

The questions stand below, in `accounts`, which knows no duties; so their duty is declared here.
"""

from collections.abc import Iterable
from datetime import date

from django.urls import reverse
from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from accounts.questions import waiting_people
from accounts.subjects import OPERATOR
from accounts.threads import Thread

from .duties import Duty, duty_source

CODE = "answer-question"
lazy_reverse = lazy(reverse, str)


@duty_source(CODE)
def answer_question(user: User | None, on: date) -> list[Duty]:
    """Whoever is asked answers. The staff have one duty for all questions to the operator."""
    if user is None:
        asked = waiting_people(on)
    else:
        waiting = Thread.objects.waiting_for(user).order_by("waiting_since", "pk")
        asked = [(thread, [user]) for thread in waiting]
    duties: list[Duty] = []
    of_staff: dict[User, list[Thread]] = {}
    for thread, people in asked:
        for person in people:
            if thread.addressee == OPERATOR:
                of_staff.setdefault(person, []).append(thread)
            else:
                duties.append(_of_one(thread, person))
    return [*duties, *(_of_staff(person, threads) for person, threads in of_staff.items())]


def _of_one(thread: Thread, person: User) -> Duty:
    # The title of the question stands on pages only; a reminder goes by mail and must not name it.
    return Duty(
        code=CODE,
        subject=f"accounts.Thread:{thread.pk}",
        user=person,
        title=_("Answer a question"),
        detail=thread.title,
        deadline=None,
        extended_until=thread.answer_by,
        url=lazy_reverse("accounts:question", args=[thread.public_id]),
        state=pgettext_lazy("question", "waiting for an answer"),
        state_mark="late",
    )


def _of_staff(person: User, threads: Iterable[Thread]) -> Duty:
    found = list(threads)
    wanted = [thread.answer_by for thread in found if thread.answer_by]
    return Duty(
        code=CODE,
        subject="accounts.Thread:operator",
        user=person,
        title=_("Answer the questions to the operator"),
        detail=format_lazy(_("Questions that wait: {n}"), n=len(found)),
        deadline=None,
        extended_until=min(wanted, default=None),
        url=lazy(_questions_for_us, str)(),
        state=str(len(found)),
        state_mark="half",
    )


def _questions_for_us() -> str:
    return reverse("accounts:questions") + "?show=ours"
