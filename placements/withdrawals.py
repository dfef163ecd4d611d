"""What follows in the selection when an application is withdrawn.

The rule (ours; no source states one): whoever withdraws takes no place. A proposal comes off the
board. A placement that was decided is cancelled, its notices are withdrawn and stay verifiable as
such, the seat is free again, and the host's coordinators and the operator are told by mail, once.
A nomination that is open is withdrawn with it. The place is not given to anybody by itself: that is
a new decision.
"""

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from hosts.models import HostRequest
from hosts.services import coordinators_of
from notices.letters import withdraw_letter
from notices.mails import queue_mail
from notices.states import LETTER_MOVES, LetterState
from trainees.models import Application
from trainees.withdrawal import Consequence, follows_withdrawal

from .models import Nomination, Placement
from .services.board import settle_seats
from .services.ground import move
from .states import (
    DECIDED,
    NOMINATION_MOVES,
    NOMINATION_OPEN,
    PLACEMENT_MOVES,
    TOLD,
    NominationState,
    PlacementState,
)


def _foresee(application: Application) -> list[str]:
    found = []
    for row in _placements(application):
        host = row.host_request.government.full_name
        if row.state == PlacementState.PROPOSED:
            found.append(_("The proposal at {host} comes off the board.").format(host=host))
        elif row.state in TOLD:
            found.append(
                _(
                    "The placement at {host} is cancelled, both notices are withdrawn, the seat is "
                    "free again, and the host is mailed."
                ).format(host=host)
            )
        else:
            found.append(
                _(
                    "The decision for {host} is cancelled before it was announced; its notices are "
                    "withdrawn and the seat is free again."
                ).format(host=host)
            )
    if Nomination.objects.filter(application=application, state__in=NOMINATION_OPEN).exists():
        found.append(_("The nomination is withdrawn."))
    return found


def _placements(application: Application):
    return Placement.objects.seated().filter(application=application).with_names().order_by("pk")


def _follow(application: Application, by: User, reason: str) -> None:
    for row in _placements(application):
        if row.state == PlacementState.ENDED:
            continue
        was_told, was_decided = row.state in TOLD, row.state in DECIDED
        move(row, PlacementState.CANCELLED, by=by, table=PLACEMENT_MOVES, reason=reason)
        if was_decided:
            _withdraw_notices(row, by=by, reason=reason)
            settle_seats(HostRequest.objects.get(pk=row.host_request_id), by=by)
            _tell_operator(row)
        if was_told:
            _tell_host(row)
    for nomination in Nomination.objects.filter(application=application, state__in=NOMINATION_OPEN):
        move(nomination, NominationState.WITHDRAWN, by=by, table=NOMINATION_MOVES, reason=reason)


def _withdraw_notices(row: Placement, *, by: User, reason: str) -> None:
    words = reason.strip() or _("The application was withdrawn.")
    for notice in row.notices.select_related("letter"):
        if LetterState.WITHDRAWN in LETTER_MOVES.get(notice.letter.state, ()):
            withdraw_letter(notice.letter, words, by.name)


def _tell_host(row: Placement) -> None:
    """The coordinators of the host learn that nobody comes; the reason is the person's own."""
    placement = Placement.objects.with_names().get(pk=row.pk)
    for user in coordinators_of(placement.host_request.answer):
        _mail(placement, user.email, user.name, user.language, key=str(user.pk))


def _tell_operator(row: Placement) -> None:
    placement = Placement.objects.with_names().get(pk=row.pk)
    programme = placement.application.cycle.programme
    _mail(placement, programme.contact_email, "", "ja", key="operator")


def _mail(placement: Placement, to: str, name: str, language: str, *, key: str) -> None:
    cycle = placement.application.cycle
    government = placement.host_request.government
    with translation.override(language):
        context = {
            "name": name,
            "person": placement.application.judged_person.passport_name,
            "case_number": placement.application.case_number,
            "programme": cycle.programme.name,
            "fiscal_year": cycle.year_label,
            "government": government.full_name
            if language == "ja"
            else government.organisation.name_in("en"),
            "address": settings.SITE_URL + reverse("accounts:home"),
        }
    queue_mail(
        key=f"placement_cancelled:{placement.public_id}:{key}",
        purpose="placement_cancelled",
        to=to,
        to_name=name,
        language=language,
        template="placement_cancelled",
        context=context,
        related=f"placements.Placement:{placement.pk}",
    )


follows_withdrawal("placements", Consequence(_foresee, _follow))
