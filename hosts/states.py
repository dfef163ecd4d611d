"""The lifecycles of a survey answer and of a host request."""

from django.db import models
from django.utils.translation import pgettext_lazy

from accounts.moves import Table


class AnswerState(models.TextChoices):
    """Where the answer of one government lies on its way to the operator."""

    NOT_OPENED = "not_opened", pgettext_lazy("survey answer", "not answered")
    DRAFT = "draft", pgettext_lazy("survey answer", "draft")
    SUBMITTED = "submitted", pgettext_lazy("survey answer", "submitted")
    RETURNED = "returned", pgettext_lazy("survey answer", "returned")
    HELD = "held", pgettext_lazy("survey answer", "held by the relay")
    FORWARDED = "forwarded", pgettext_lazy("survey answer", "forwarded")
    RECEIVED = "received", pgettext_lazy("survey answer", "received")


ANSWER_MOVES: Table = {
    AnswerState.NOT_OPENED: {AnswerState.DRAFT, AnswerState.SUBMITTED},
    AnswerState.DRAFT: {AnswerState.SUBMITTED},
    AnswerState.RETURNED: {AnswerState.SUBMITTED},
    AnswerState.SUBMITTED: {
        AnswerState.RETURNED,
        AnswerState.HELD,
        AnswerState.FORWARDED,
        AnswerState.RECEIVED,
    },
    AnswerState.HELD: {AnswerState.RETURNED, AnswerState.FORWARDED},
    AnswerState.FORWARDED: {AnswerState.RETURNED, AnswerState.RECEIVED},
    AnswerState.RECEIVED: {AnswerState.RETURNED},
}
# The relay acts only while the answer lies with it: what has gone on is the operator's to return.
RELAY_MOVES: Table = {
    state: set(ANSWER_MOVES[state]) - {AnswerState.RECEIVED}
    for state in (AnswerState.SUBMITTED, AnswerState.HELD)
}
ANSWER_EDITABLE = [AnswerState.NOT_OPENED, AnswerState.DRAFT, AnswerState.RETURNED]
# Never submitted; "no demand" is an answer, a returned one was given once.
ANSWER_SILENT = [AnswerState.NOT_OPENED, AnswerState.DRAFT]
# The mark that stands beside the word of a state (a class of the style sheet).
ANSWER_MARKS = {
    AnswerState.NOT_OPENED: "none",
    AnswerState.DRAFT: "half",
    AnswerState.SUBMITTED: "full",
    AnswerState.RETURNED: "late",
    AnswerState.HELD: "pinned",
    AnswerState.FORWARDED: "full",
    AnswerState.RECEIVED: "done",
}


class RequestState(models.TextChoices):
    """What becomes of one government's request for trainees."""

    DRAFT = "draft", pgettext_lazy("host request", "draft")
    SUBMITTED = "submitted", pgettext_lazy("host request", "submitted")
    OPEN = "open", pgettext_lazy("host request", "open")
    FILLED = "filled", pgettext_lazy("host request", "filled")
    UNFILLED = "unfilled", pgettext_lazy("host request", "unfilled")
    WITHDRAWN = "withdrawn", pgettext_lazy("host request", "withdrawn")


REQUEST_MOVES: Table = {
    RequestState.DRAFT: {RequestState.SUBMITTED, RequestState.WITHDRAWN},
    RequestState.SUBMITTED: {RequestState.DRAFT, RequestState.OPEN, RequestState.WITHDRAWN},
    RequestState.OPEN: {
        RequestState.DRAFT,
        RequestState.FILLED,
        RequestState.UNFILLED,
        RequestState.WITHDRAWN,
    },
    RequestState.FILLED: {RequestState.OPEN},
    RequestState.UNFILLED: {RequestState.OPEN},
}
# What the government may still change or take back, and what no longer counts.
REQUEST_UNSENT = [RequestState.DRAFT, RequestState.WITHDRAWN]
# What the placement has come to; such a request is no longer given back.
REQUEST_SETTLED = [RequestState.FILLED, RequestState.UNFILLED]
REQUEST_MARKS = {
    RequestState.DRAFT: "half",
    RequestState.SUBMITTED: "full",
    RequestState.OPEN: "full",
    RequestState.FILLED: "done",
    RequestState.UNFILLED: "stopped",
    RequestState.WITHDRAWN: "stopped",
}
