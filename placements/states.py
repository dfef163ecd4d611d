"""The lifecycles of a nomination and of a placement."""

from django.db import models
from django.utils.translation import pgettext_lazy

from accounts.moves import Table


class NominationState(models.TextChoices):
    """What becomes of a proposal of one person."""

    PROPOSED = "proposed", pgettext_lazy("nomination", "proposed")
    CONFIRMED = "confirmed", pgettext_lazy("nomination", "confirmed by the nominee")
    FORWARDED = "forwarded", pgettext_lazy("nomination", "forwarded")
    REFUSED = "refused", pgettext_lazy("nomination", "refused")
    WITHDRAWN = "withdrawn", pgettext_lazy("nomination", "withdrawn")


NOMINATION_MOVES: Table = {
    NominationState.PROPOSED: {
        NominationState.CONFIRMED,
        NominationState.REFUSED,
        NominationState.WITHDRAWN,
    },
    NominationState.CONFIRMED: {NominationState.FORWARDED, NominationState.WITHDRAWN},
    NominationState.FORWARDED: {NominationState.WITHDRAWN},
}
NOMINATION_OPEN = [
    NominationState.PROPOSED,
    NominationState.CONFIRMED,
    NominationState.FORWARDED,
]


class PlacementState(models.TextChoices):
    """From the proposal of a place to the end of the posting."""

    PROPOSED = "proposed", pgettext_lazy("placement", "proposed")
    APPROVED = "approved", pgettext_lazy("placement", "decided, notices being issued")
    OFFERED = "offered", pgettext_lazy("placement", "offered")
    ACCEPTED = "accepted", pgettext_lazy("placement", "accepted")
    ANNOUNCED = "announced", pgettext_lazy("placement", "announced")
    WAITING = "waiting", pgettext_lazy("placement", "waiting list")
    DECLINED = "declined", pgettext_lazy("placement", "declined")
    CANCELLED = "cancelled", pgettext_lazy("placement", "cancelled")
    ENDED = "ended", pgettext_lazy("placement", "ended")


PLACEMENT_MOVES: Table = {
    PlacementState.PROPOSED: {
        PlacementState.APPROVED,
        PlacementState.WAITING,
        PlacementState.CANCELLED,
    },
    PlacementState.WAITING: {PlacementState.PROPOSED, PlacementState.CANCELLED},
    PlacementState.APPROVED: {
        PlacementState.OFFERED,
        PlacementState.ANNOUNCED,
        PlacementState.CANCELLED,
    },
    PlacementState.OFFERED: {
        PlacementState.ACCEPTED,
        PlacementState.DECLINED,
        PlacementState.CANCELLED,
    },
    PlacementState.ACCEPTED: {PlacementState.ANNOUNCED, PlacementState.CANCELLED},
    PlacementState.ANNOUNCED: {PlacementState.ENDED, PlacementState.CANCELLED},
}
# These take a seat, and a person has at most one of them in a cycle.
SEATED = [
    PlacementState.PROPOSED,
    PlacementState.APPROVED,
    PlacementState.OFFERED,
    PlacementState.ACCEPTED,
    PlacementState.ANNOUNCED,
    PlacementState.ENDED,
]
# Both sides have been told: only now may they read it.
TOLD = [PlacementState.ANNOUNCED, PlacementState.ENDED]
DECIDED = [state for state in SEATED if state != PlacementState.PROPOSED]
