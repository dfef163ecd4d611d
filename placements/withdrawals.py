"""What a withdrawal undoes in the selection: the nomination ends, a placement is cancelled, and
those who count on the person are told.
"""

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.moves import make_move
from hosts.services import coordinators_of
from notices.letters import withdraw_letter
from notices.states import LetterState
from trainees.models import Application
from trainees.services import TraineeError
from trainees.withdrawals import Consequence, tell_of_withdrawal, withdrawal_consequence

from .models import Nomination, Placement
from .services.board import settle_seats
from .states import (
    NOMINATION_MOVES,
    NOMINATION_OPEN,
    PLACEMENT_MOVES,
    SEATED,
    TOLD,
    NominationState,
    PlacementState,
)

NOT_SENT = {LetterState.DRAFT, LetterState.AWAITING_APPROVAL, LetterState.ISSUED}


def _words(application: Application) -> list[str]:
    """What the person may know of it: a placement only once it was announced to them."""
    told = _told_placement(application)
    if told is None:
        return [_("Your nomination ends.")]
    host = told.host_request.government.full_name
    return [
        _("Your nomination ends.")
        + " "
        + _("Your placement at {host} is cancelled.").format(host=host),
        _("{host} is told at once by e-mail, and its place may be given to somebody else.").format(
            host=host
        ),
        _("Your Notice of Decision no longer counts; our office withdraws it."),
    ]


def _told_placement(application: Application) -> Placement | None:
    return Placement.objects.with_names().filter(application=application, state__in=TOLD).first()


def _follow(application: Application, by: User, reason: str) -> list[str]:
    """End the nomination, cancel what holds a seat, tell office and host; in the caller's
    transaction, which holds the lock of the cycle.
    """
    return _end_placements(application, by, reason) + _end_nominations(application, by, reason)


def _end_placements(application: Application, by: User, reason: str) -> list[str]:
    words = []
    seated = Placement.objects.with_names().filter(application=application, state__in=SEATED)
    for placement in seated.order_by("pk"):
        before = placement.state
        make_move(
            placement,
            PlacementState.CANCELLED,
            by=by,
            table=PLACEMENT_MOVES,
            reason=reason,
            refuse=TraineeError,
        )
        settle_seats(placement.host_request, by=by)
        host = placement.host_request.government
        with translation.override("ja"):
            label = str(PlacementState(before).label)
            words.append(
                _("The placement at {host} ({state}) was cancelled.").format(
                    host=host.full_name, state=label
                )
            )
            words += _end_letters(placement, told=before in TOLD)
        if before in TOLD:
            for user in coordinators_of(placement.host_request.answer):
                _tell_host(application, placement, user)
    return words


def _end_letters(placement: Placement, *, told: bool) -> list[str]:
    """A letter that nobody has been sent is withdrawn; of one that was sent, staff decide."""
    words = []
    for notice in placement.notices.select_related("letter").order_by("pk"):
        letter = notice.letter
        if not told and letter.state in NOT_SENT:
            withdraw_letter(letter, _("The candidate has withdrawn."), "")
        elif told and letter.state == LetterState.ISSUED:
            words.append(
                _("Please withdraw the letter {reference}, which was sent.").format(
                    reference=letter.reference
                )
            )
    return words


def _tell_host(application: Application, placement: Placement, user: User) -> None:
    with translation.override(user.language):
        words = [
            _("The trainee who was decided for you will not come. The placement is cancelled."),
            _("Our office writes to you about what comes next."),
        ]
        address = settings.SITE_URL + reverse("hosts:home")
    tell_of_withdrawal(
        application,
        to=user.email,
        to_name=user.name,
        language=user.language,
        words=words,
        address=address,
    )


def _end_nominations(application: Application, by: User, reason: str) -> list[str]:
    rows = Nomination.objects.filter(application=application, state__in=NOMINATION_OPEN)
    rows = rows.select_related("office__organisation", "host_request__answer__government")
    words = []
    for nomination in rows.order_by("pk"):
        make_move(
            nomination,
            NominationState.WITHDRAWN,
            by=by,
            table=NOMINATION_MOVES,
            reason=reason,
            refuse=TraineeError,
        )
        office = nomination.office
        if office and office.email:
            with translation.override("en"):
                told = [_("The nomination has ended, and its place in your quota is free again.")]
                address = settings.SITE_URL + "/en/recruitment/"
            tell_of_withdrawal(
                application,
                to=office.email,
                to_name=office.organisation.name_in("en"),
                language="en",
                words=told,
                address=address,
            )
            with translation.override("ja"):
                words.append(
                    _("The overseas office was told: {name}.").format(
                        name=office.organisation.name_in("ja")
                    )
                )
    return words


withdrawal_consequence(Consequence(10, _words, _follow))
