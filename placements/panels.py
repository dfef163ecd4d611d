"""What the selection shows on the pages of hosts and trainees."""

from datetime import date

from django.http import HttpRequest
from django.utils import timezone

from accounts.panels import panel
from hosts.models import LocalGovernment
from schedule.models import Cycle, Deadline
from schedule.vocabulary import DeadlineCode

from .models import Nomination, Placement, PlacementNotice

SHOWN = 20


@panel("trainee_top", order=10, template="placements/_nominations.html")
def nominations_to_confirm(request: HttpRequest, _subject: object) -> dict[str, object] | None:
    """Is this nomination yours? Nothing is linked before the person has said so."""
    waiting = list(
        Nomination.objects.waiting_for(request.user).select_related(
            "application__trainee",
            "application__cycle__programme",
            "application__sending_government__organisation",
        )
    )
    return {"nominations": waiting} if waiting else None


@panel("host_home", order=20, template="placements/_host_placements.html")
def host_placements(request: HttpRequest, government: LocalGovernment) -> dict[str, object] | None:
    """The trainees whom this government will receive."""
    placements = (
        Placement.objects.visible_to(request.user)
        .filter(host_request__answer__government=government)
        .with_names()
        .order_by("-starts_on", "pk")
    )
    return {"placements": list(placements[:SHOWN]), "key": f"g{government.pk}"}


@panel("host_home", order=30, template="placements/_letters.html")
def host_letters(request: HttpRequest, government: LocalGovernment) -> dict[str, object]:
    """The letters to this government."""
    notices = PlacementNotice.objects.visible_to(request.user).filter(
        placement__host_request__answer__government=government,
        audience=PlacementNotice.Audience.HOST,
    )
    return {
        "notices": list(notices.select_related("letter").order_by("-pk")[:SHOWN]),
        "decision_by": _next_decision(government),
        "key": f"g{government.pk}",
    }


def _still_ahead(cycle: Cycle) -> date | None:
    """The day of the decision of an open cycle, while it is ahead."""
    deadline = cycle.deadlines_by_code.get(DeadlineCode.DECISION)
    is_ahead = deadline is not None and deadline.due_on >= timezone.localdate()
    return deadline.due_on if is_ahead and cycle.state == Cycle.State.OPEN else None


def _next_decision(government: LocalGovernment) -> date | None:
    """Until when placements that concern this government are to be decided, while that is ahead."""
    if (known := government.known_answers) is not None:
        ahead = [day for answer in known if (day := _still_ahead(answer.survey.cycle))]
        return min(ahead, default=None)
    found = Deadline.objects.filter(
        code=DeadlineCode.DECISION,
        due_on__gte=timezone.localdate(),
        cycle__state=Cycle.State.OPEN,
        cycle__survey__answers__government=government,
    )
    return found.order_by("due_on").values_list("due_on", flat=True).first()
