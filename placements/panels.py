"""What the selection shows on the pages of hosts and trainees."""

from datetime import date

from django.db.models import Exists, OuterRef
from django.http import HttpRequest
from django.utils import timezone

from accounts.panels import panel
from accounts.question_panels import questions_on
from hosts.models import HostRequest, LocalGovernment
from schedule.models import Cycle, Deadline
from schedule.vocabulary import DeadlineCode, Route

from .cases.progress import progress_of
from .models import Nomination, Placement, PlacementNotice
from .nominating import Proposal, nominate_until
from .permissions import can_look_after, can_nominate_own
from .services.statements import links_of
from .states import NominationState

SHOWN = 20
# Questions between the office and the operator, on the office's page of a nominee.
panel("nomination", order=50, template="accounts/_questions.html")(questions_on)


@panel("trainee_top", order=10, template="placements/_nominations.html")
def nominations_to_confirm(request: HttpRequest, _subject: object) -> dict[str, object] | None:
    """Is this nomination yours? Nothing is linked before the person has said so."""
    waiting = list(Nomination.objects.waiting_for(request.user).with_people())
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


@panel("host_request", order=10, template="placements/_own_nominees.html")
def own_nominees(request: HttpRequest, host_request: HostRequest) -> dict[str, object] | None:
    """The host's own candidates for this request: how far each has come, and nothing of what they
    wrote.
    """
    if host_request.route != Route.OWN_SELECTION:
        return None
    may_nominate = can_nominate_own(request.user, host_request)
    nominees = (
        Nomination.objects.looked_after_by(request.user)
        .filter(host_request=host_request)
        .with_people()
        .annotate(is_replaced=Exists(Nomination.objects.filter(replaces=OuterRef("pk"))))
        .order_by("nominated_on", "pk")
    )
    rows = [
        {
            "nomination": nomination,
            "progress": progress_of(nomination),
            "may_replace": not nomination.is_replaced
            and nomination.state != NominationState.WITHDRAWN,
            "may_invite": nomination.state == NominationState.PROPOSED
            and nomination.invitation.accepted_at is None,
        }
        for nomination in nominees[:SHOWN]
    ]
    if not rows and not may_nominate:
        return None
    taken = sum(row["nomination"].is_open for row in rows)
    today = timezone.localdate()
    until = nominate_until(Proposal(host_request.cycle, "", today, host_request=host_request))
    is_over = until is not None and until < today
    return {
        "rows": rows,
        "host_request": host_request,
        "may_act": may_nominate,
        "may_nominate": may_nominate and not is_over and taken < host_request.number,
        "until": until,
        "is_over": is_over,
    }


@panel("nomination", order=10, template="cases/_care.html")
def statement_of_the_employer(
    request: HttpRequest, nomination: Nomination
) -> dict[str, object] | None:
    """The employer's statement, or whom it was asked of."""
    if not can_look_after(request.user, nomination):
        return None
    last = nomination.application.statements.select_related("file", "entered_by").first()
    return {
        "nomination": nomination,
        "statement": last,
        "link": None if last else links_of(nomination.application).order_by("-made_at").first(),
        "can_ask": nomination.state in (NominationState.CONFIRMED, NominationState.FORWARDED),
        "can_read_file": last is not None and last.file_id is not None,
        "is_staff": request.user.is_staff,
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
