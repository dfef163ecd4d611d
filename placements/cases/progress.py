"""Where a nominee stands, in words for those who may not read the dossier."""

from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from trainees.states import APPLICATION_MARKS, ApplicationState

from ..models import Nomination
from ..states import NominationState


@dataclass(frozen=True)
class Progress:
    """One state in words, with its mark."""

    words: str
    mark: str


def progress_of(nomination: Nomination) -> Progress:
    """How far a nominee has come: nothing of what they wrote, and no decision."""
    if nomination.state == NominationState.REFUSED:
        return Progress(_("has declined"), "stopped")
    if nomination.state == NominationState.WITHDRAWN:
        return Progress(_("withdrawn"), "stopped")
    if nomination.state == NominationState.PROPOSED:
        return _before_the_answer(nomination)
    state = ApplicationState(nomination.application.state)
    words = {
        ApplicationState.DRAFT: _("has confirmed, fills in the application"),
        ApplicationState.SUBMITTED: _("has submitted the application"),
        ApplicationState.RETURNED: _("has to correct the application"),
        ApplicationState.COMPLETE: _("the application is complete"),
        ApplicationState.FROZEN: _("the selection has begun"),
        ApplicationState.WITHDRAWN: _("has withdrawn the application"),
    }
    return Progress(words[state], APPLICATION_MARKS[state])


def _before_the_answer(nomination: Nomination) -> Progress:
    invitation = nomination.invitation
    if nomination.application.state == ApplicationState.WITHDRAWN:
        return Progress(_("has withdrawn the application"), "stopped")
    if invitation.accepted_at:
        return Progress(_("has opened the invitation, has not confirmed yet"), "half")
    if invitation.expires_at <= timezone.now():
        return Progress(_("the invitation has run out"), "late")
    return Progress(_("invited, no answer yet"), "none")
