"""What workers do after a decision."""

import logging

from celery import shared_task

from notices.letters import render_waiting
from notices.models import NoticeError

from .letters import announce
from .models import Placement
from .states import PlacementState

logger = logging.getLogger(__name__)


@shared_task
def announce_issued() -> int:
    """Render the letters that wait, then announce each placement whose two notices are issued.

    One that cannot be announced is noted and keeps nobody else from being told.
    """
    render_waiting()
    done = 0
    for placement in Placement.objects.filter(state=PlacementState.APPROVED).order_by("pk"):
        try:
            done += announce(placement)
        except NoticeError:
            logger.exception("placement %s could not be announced", placement.pk)
    return done
