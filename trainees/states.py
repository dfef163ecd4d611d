"""The lifecycle of an application."""

from django.db import models
from django.utils.translation import pgettext_lazy

from accounts.moves import Table


class ApplicationState(models.TextChoices):
    """Where the dossier of one candidate stands in one cycle."""

    DRAFT = "draft", pgettext_lazy("application", "draft")
    SUBMITTED = "submitted", pgettext_lazy("application", "submitted")
    RETURNED = "returned", pgettext_lazy("application", "returned")
    COMPLETE = "complete", pgettext_lazy("application", "complete")
    FROZEN = "frozen", pgettext_lazy("application", "frozen for review")
    WITHDRAWN = "withdrawn", pgettext_lazy("application", "withdrawn")


APPLICATION_MOVES: Table = {
    ApplicationState.DRAFT: {ApplicationState.SUBMITTED, ApplicationState.WITHDRAWN},
    ApplicationState.SUBMITTED: {
        ApplicationState.RETURNED,
        ApplicationState.COMPLETE,
        ApplicationState.WITHDRAWN,
    },
    ApplicationState.RETURNED: {ApplicationState.SUBMITTED, ApplicationState.WITHDRAWN},
    ApplicationState.COMPLETE: {
        ApplicationState.RETURNED,
        ApplicationState.FROZEN,
        ApplicationState.WITHDRAWN,
    },
    ApplicationState.FROZEN: {ApplicationState.COMPLETE, ApplicationState.WITHDRAWN},
}
# The mark that stands beside the word of a state (a class of the style sheet).
APPLICATION_MARKS = {
    ApplicationState.DRAFT: "half",
    ApplicationState.SUBMITTED: "full",
    ApplicationState.RETURNED: "late",
    ApplicationState.COMPLETE: "done",
    ApplicationState.FROZEN: "done",
    ApplicationState.WITHDRAWN: "stopped",
}
EDITABLE = [ApplicationState.DRAFT, ApplicationState.RETURNED]


class DocumentState(models.TextChoices):
    """What becomes of a paper that was handed in."""

    HANDED_IN = "handed_in", pgettext_lazy("document", "handed in")
    ACCEPTED = "accepted", pgettext_lazy("document", "accepted")
    REFUSED = "refused", pgettext_lazy("document", "refused, a new one is needed")
    REPLACED = "replaced", pgettext_lazy("document", "replaced")
    REMOVED = "removed", pgettext_lazy("document", "removed")


DOCUMENT_MOVES: Table = {
    DocumentState.HANDED_IN: {
        DocumentState.ACCEPTED,
        DocumentState.REFUSED,
        DocumentState.REPLACED,
        DocumentState.REMOVED,
    },
    DocumentState.ACCEPTED: {DocumentState.REFUSED, DocumentState.REPLACED},
    DocumentState.REFUSED: {DocumentState.ACCEPTED, DocumentState.REPLACED},
}
DOCUMENT_MARKS = {
    DocumentState.HANDED_IN: "full",
    DocumentState.ACCEPTED: "done",
    DocumentState.REFUSED: "late",
    DocumentState.REPLACED: "stopped",
    DocumentState.REMOVED: "stopped",
}
DOCUMENT_COUNTS = [DocumentState.HANDED_IN, DocumentState.ACCEPTED, DocumentState.REFUSED]


class ReopeningState(models.TextChoices):
    """Where the change of single fields of a submitted dossier stands."""

    OPEN = "open", pgettext_lazy("reopening", "open for the person")
    PROPOSED = "proposed", pgettext_lazy("reopening", "change waits for approval")
    APPROVED = "approved", pgettext_lazy("reopening", "change approved")
    REFUSED = "refused", pgettext_lazy("reopening", "change refused")
    ENDED = "ended", pgettext_lazy("reopening", "ended without a change")


REOPENING_MOVES: Table = {
    ReopeningState.OPEN: {ReopeningState.PROPOSED, ReopeningState.ENDED},
    ReopeningState.PROPOSED: {
        ReopeningState.OPEN,
        ReopeningState.APPROVED,
        ReopeningState.REFUSED,
        ReopeningState.ENDED,
    },
}
REOPENING_MARKS = {
    ReopeningState.OPEN: "half",
    ReopeningState.PROPOSED: "full",
    ReopeningState.APPROVED: "done",
    ReopeningState.REFUSED: "late",
    ReopeningState.ENDED: "stopped",
}
REOPENING_OPEN = [ReopeningState.OPEN, ReopeningState.PROPOSED]
