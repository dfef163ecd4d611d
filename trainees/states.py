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
