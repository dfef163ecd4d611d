"""What an overseas office does with its nominations: comment, put them in order, forward them to
the operator; and what staff do of it in its place, with a reason.
"""

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from schedule.models import Cycle

from ..completeness import gaps_of
from ..models import Nomination
from ..states import NOMINATION_MOVES, NOMINATION_OPEN, NominationState
from .ground import PlacementError, lock_open, move


class IncompleteError(PlacementError):
    """A nomination is not complete, and no reason was given for forwarding it."""


@transaction.atomic
def comment_nomination(nomination: Nomination, *, comment: str, by: User) -> Nomination:
    """Write what the office says of its nominee. Raises PlacementError once it was decided or the
    cycle is over.
    """
    locked = _lock(nomination)
    if locked.state not in NOMINATION_OPEN:
        raise PlacementError(_("This nomination has ended; nothing is written about it any more."))
    locked.office_comment = comment
    locked.save(update_fields=["office_comment"])
    return locked


@transaction.atomic
def rank_nominations(nominations: Sequence[Nomination], *, by: User) -> int:
    """Put these nominations of one office in this order, the first is its first choice; how many
    changed their place. Raises PlacementError for nominations of several offices or cycles.
    """
    if not nominations:
        return 0
    if len({(each.office_id, each.application.cycle_id) for each in nominations}) > 1:
        raise PlacementError(_("One order is for one office and one cycle."))
    lock_open(nominations[0].application.cycle)
    moved = 0
    for place, each in enumerate(nominations, start=1):
        moved += (
            Nomination.objects.filter(pk=each.pk)
            .exclude(office_rank=place)
            .update(office_rank=place)
        )
    return moved


@transaction.atomic
def forward_nominations(
    nominations: Sequence[Nomination], *, by: User, reason: str = ""
) -> list[Nomination]:
    """Forward nominations to the operator, all of them or none; gives those that moved.

    One that was forwarded already stays as it is. Complete ones go as they are; another needs the
    reason, which stays in its history, and so does everything that staff forward for an office.
    Raises IncompleteError or PlacementError, and has then moved none.
    """
    cycles: dict[int, Cycle] = {
        each.application.cycle_id: each.application.cycle for each in nominations
    }
    for pk in sorted(cycles):
        lock_open(cycles[pk])
    if by.is_staff and nominations and not reason.strip():
        raise IncompleteError(_("Say why the operator forwards this in place of the office."))
    moved = []
    for each in sorted(nominations, key=lambda row: row.pk):
        locked = _lock(each)
        if locked.state == NominationState.FORWARDED:
            continue
        if locked.state != NominationState.CONFIRMED:
            raise PlacementError(reason_against_forwarding(locked))
        if gaps_of(locked) and not reason.strip():
            raise IncompleteError(
                _(
                    "{name}: the dossier is not complete. Give the reason why it is forwarded."
                ).format(name=locked.application.trainee.passport_name)
            )
        move(
            locked,
            NominationState.FORWARDED,
            by=by,
            table=NOMINATION_MOVES,
            reason=reason,
            forwarded_at=timezone.now(),
            forwarded_by=by,
        )
        moved.append(locked)
    return moved


def reason_against_forwarding(nomination: Nomination) -> str:
    """Why this nomination cannot go to the operator now."""
    name = nomination.application.trainee.passport_name
    if nomination.state == NominationState.PROPOSED:
        return _("{name} has not confirmed the nomination yet.").format(name=name)
    return _("The nomination of {name} has ended.").format(name=name)


def _lock(nomination: Nomination) -> Nomination:
    locked = (
        Nomination.objects.select_for_update(of=("self",))
        .select_related("application__trainee", "application__cycle__programme")
        .get(pk=nomination.pk)
    )
    if locked.application.cycle.state != Cycle.State.OPEN:
        raise PlacementError(_("This cycle is not open."))
    return locked
