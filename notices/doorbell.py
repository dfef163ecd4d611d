"""The queue is a doorbell: it only says "look into the database", and may stay silent.

The beat entries look every few seconds anyway, so a dead broker delays a mail and never loses one.
"""

import logging
import threading
import time
from collections.abc import Callable

from django.db import connection, transaction
from django.utils.module_loading import import_string

logger = logging.getLogger(__name__)

SILENCE_SECONDS = 30

_silent_until: float | None = None  # None while the broker answers


def ring(task: str) -> None:
    """Ask a worker to run this task (dotted name) now; a broker that is away is only logged.

    Only the first page of a process waits for a broker that does not answer. Afterwards a thread
    beside the pages tries it, once in SILENCE_SECONDS, until it answers again.
    """
    global _silent_until
    if _silent_until is None:
        _pull(task)
    elif time.monotonic() >= _silent_until:
        _silent_until = time.monotonic() + SILENCE_SECONDS
        threading.Thread(target=_pull, args=[task], daemon=True).start()


def _pull(task: str) -> None:
    global _silent_until
    try:
        import_string(task).apply_async(expires=30, retry=False)
    except Exception as error:  # whatever the broker does, the row is stored and beat finds it
        _silent_until = time.monotonic() + SILENCE_SECONDS
        logger.warning("doorbell silent for %s s: %s", SILENCE_SECONDS, type(error).__name__)
    else:
        _silent_until = None


def ring_on_commit(bell: Callable[[], None]) -> None:
    """Ring once after the running transaction, however many rows it writes."""
    if not any(entry[1] is bell for entry in connection.run_on_commit):
        transaction.on_commit(bell)


def ring_for_mails() -> None:
    ring("notices.tasks.deliver_mails")


def ring_for_letters() -> None:
    ring("notices.tasks.render_letters")
