"""What the selection knows of one application, for the trainee's status page."""

from django.utils import timezone

from trainees.models import Application
from trainees.timeline import Facts, timeline_fact

from .models import Nomination, Placement
from .states import NominationState, PlacementState


@timeline_fact
def nominated(application: Application) -> Facts:
    """When the person was nominated and by whom, and when they said that it is theirs."""
    nomination = (
        Nomination.objects.filter(application=application)
        .select_related("application__sending_government__organisation")
        .prefetch_related("moves")
        .order_by("-pk")
        .first()
    )
    if nomination is None:
        return {}
    sender = nomination.application.sending_government
    facts: Facts = {
        "nominated_on": nomination.nominated_on,
        "nominated_by": sender.organisation.name if sender else "",
    }
    for move in nomination.moves.all():
        if move.to_state == NominationState.CONFIRMED:
            facts["confirmed_on"] = timezone.localdate(move.at)
    return facts


@timeline_fact
def placed(application: Application) -> Facts:
    """The decision, once it was announced; before that the trainee learns nothing of it."""
    placement = (
        Placement.objects.filter(
            application=application, state__in=[PlacementState.ANNOUNCED, PlacementState.ENDED]
        )
        .with_names()
        .first()
    )
    if placement is None:
        return {}
    return {
        "reviewed": placement.decided_on,
        "decided_on": placement.decided_on,
        "host_name": placement.host_request.government.full_name,
        "theme": placement.host_request.training_programme.theme,
        "starts_on": placement.starts_on,
        "ends_on": placement.ends_on,
    }
