"""The home of an overseas office: what is offered through it, and what to do next."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from accounts.models import User
from schedule.models import Cycle

from ..completeness import HANDED_IN
from ..deadlines import due_on_of, is_over, until_of
from ..models import Forwarding, Nomination, Opening, Recruitment
from ..progress import openings_with_progress, totals_of
from ..states import NominationState
from .finding import nominations_of, office_page, offices_of, openings_of


@dataclass(frozen=True)
class Next:
    """What to do next, in one sentence, and where."""

    title: str
    detail: str
    url: str = ""
    button: str = ""


@office_page
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Openings with their days by both clocks, what was used of each, what to do next."""
    today = timezone.localdate()
    openings = list(openings_with_progress(openings_of(request.user)))
    running = [row for row in openings if _is_running(row)]
    for row in openings:
        row.until = until_of(row)
        row.is_past = is_over(row, today)
        row.left = max(0, row.quota - row.nominated)
    cycles = {row.host_request.cycle.pk: row.host_request.cycle for row in running}
    recruitments = Recruitment.objects.filter(cycle__in=cycles, published_at__isnull=False)
    texts = list(recruitments.prefetch_related("texts__file"))
    for each in texts:
        each.cycle = cycles[each.cycle_id]
    context = {
        "offices": list(offices_of(request.user)),
        "openings": running,
        "former": [row for row in openings if not _is_running(row)],
        "totals": totals_of(running),
        "recruitments": texts,
        "next": next_of(request.user, running),
        "ahead": min(
            (day for row in running if (day := due_on_of(row)) and day >= today), default=None
        ),
        "today": today,
    }
    return render(request, "placements/office/home.html", context)


def _is_running(row: Opening) -> bool:
    return row.host_request.cycle.state == Cycle.State.OPEN


def next_of(user: User, openings: Sequence[Opening]) -> Next:
    """The one thing that is to be done next, the most urgent first."""
    today = timezone.localdate()
    ready, unready = _to_forward(user)
    if ready:
        return Next(
            ngettext(
                "Forward {n} complete nomination.", "Forward {n} complete nominations.", ready
            ).format(n=ready),
            _("The dossiers are submitted; they wait for your look and your remark."),
            reverse("recruitment:nominations"),
            _("Look at the nominations"),
        )
    taking = [
        row for row in openings if row.is_in_force and not row.trouble and not is_over(row, today)
    ]
    late = Forwarding.objects.visible_to(user).filter(
        opening__in=[row.pk for row in taking],
        answer=Forwarding.Answer.WAITING,
        answer_by__lt=today,
    )
    late_ones = late.count()
    fresh = [row for row in taking if not row.asked and not row.nominated]
    if fresh:
        n = len(fresh)
        return Next(
            ngettext("Hand {n} request on.", "Hand {n} requests on.", n).format(n=n),
            _("Nobody abroad has been asked for it yet, and nobody is nominated."),
            reverse("recruitment:opening", args=[fresh[0].public_id]),
            _("Open the first of them"),
        )
    if n := late_ones:
        first = late.select_related("opening").order_by("answer_by", "pk")[0]
        return Next(
            ngettext(
                "{n} body has not answered in time.", "{n} bodies have not answered in time.", n
            ).format(n=n),
            _("Call, or remind them by mail."),
            reverse("recruitment:remind", args=[first.opening.public_id]),
            _("Remind them…"),
        )
    if unready:
        return Next(
            ngettext(
                "{n} nominee is completing the dossier.",
                "{n} nominees are completing their dossiers.",
                unready,
            ).format(n=unready),
            _("You see what is missing of each."),
            reverse("recruitment:nominations"),
            _("Look at the nominations"),
        )
    if taking:
        return Next(_("There is nothing for you to do."), _("Answers and nominations may come."))
    return Next(
        _("Nothing is offered through your office now."),
        _("When the next recruitment is published you get a mail, and it stands here."),
    )


def _to_forward(user: User) -> tuple[int, int]:
    """How many nominations can be forwarded as they are, and how many are not complete yet."""
    rows = nominations_of(user).filter(
        application__cycle__state=Cycle.State.OPEN,
        state__in=[NominationState.PROPOSED, NominationState.CONFIRMED],
    )
    states: list[tuple[str, str]] = list(
        Nomination.objects.filter(pk__in=rows.values("pk")).values_list(
            "state", "application__state"
        )
    )
    ready = sum(
        state == NominationState.CONFIRMED and dossier in HANDED_IN for state, dossier in states
    )
    open_ones = sum(dossier != "withdrawn" for _state, dossier in states)
    return ready, open_ones - ready
