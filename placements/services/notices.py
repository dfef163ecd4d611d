"""The notices of a decision: issued, then announced to both sides."""

import logging
from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone, translation

from accounts.models import User
from hosts.services import coordinators_of
from notices.letters import render_waiting
from notices.mails import queue_mail
from notices.models import Letter, NoticeError
from notices.states import LetterState

from ..models import Placement, PlacementNotice
from ..states import PLACEMENT_MOVES, PlacementState
from .ground import move

logger = logging.getLogger(__name__)

Audience = PlacementNotice.Audience


def issue_decided(placements: Iterable[Placement]) -> int:
    """Render the letters that wait, then announce each of these whose two notices are issued; gives
    how many were announced.

    One that cannot be announced is noted and keeps nobody else from being told.
    """
    render_waiting()
    done = 0
    for placement in placements:
        try:
            done += announce(placement)
        except NoticeError:
            logger.exception("placement %s could not be announced", placement.pk)
    return done


def announce(placement: Placement, *, by: User | None = None) -> bool:
    """Once both notices are issued: tell both sides, each with its letter; False while one is
    missing.

    The move and the mails are one transaction, and the mails have one key for ever: running twice
    tells once.
    """
    with transaction.atomic():
        locked = Placement.objects.select_for_update().get(pk=placement.pk)
        letters = {
            notice.audience: notice.letter
            for notice in locked.notices.select_related("letter").order_by("pk")
        }
        issued = [letter.state == LetterState.ISSUED for letter in letters.values()]
        if locked.state != PlacementState.APPROVED or len(issued) < 2 or not all(issued):
            return False
        placement = Placement.objects.with_names().get(pk=placement.pk)
        move(
            placement,
            PlacementState.ANNOUNCED,
            by=by,
            table=PLACEMENT_MOVES,
            announced_at=timezone.now(),
        )
        for user in coordinators_of(placement.host_request.answer):
            _tell(placement, user, letters[Audience.HOST], "placement_decided_host")
        if placement.application.trainee.user:
            user = placement.application.trainee.user
            _tell(placement, user, letters[Audience.TRAINEE], "placement_decided_trainee")
        return True


def _tell(placement: Placement, user: User, letter: Letter, template: str) -> None:
    cycle = placement.application.cycle
    government = placement.host_request.government
    with translation.override(user.language):
        context = {
            "name": user.name,
            "programme": cycle.programme.name,
            "fiscal_year": cycle.year_label,
            "case_number": placement.application.case_number,
            "reference": letter.reference,
            "government": government.full_name,
        }
    queue_mail(
        key=f"{template}:{letter.public_id}:{user.pk}",
        purpose=template,
        to=user.email,
        to_name=user.name,
        language=user.language,
        template=template,
        context=context,
        letter=letter,
        stop_when_uncertain=True,
        related=f"placements.Placement:{placement.pk}",
    )
