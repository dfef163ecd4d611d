"""Faults outside the portal: its database, its cache, its disk. They pass, so they answer 503."""

import errno
import logging
import sys

import redis
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import get_template
from django.views import defaults

logger = logging.getLogger(__name__)

OUTSIDE = (OperationalError, InterfaceError, redis.ConnectionError, redis.TimeoutError)
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EMFILE, errno.ENFILE}
RETRY_AFTER_SECONDS = 10


def is_outside(error: BaseException | None) -> bool:
    """Whether a database, cache or disk that is away is the reason, at whatever remove."""
    while error is not None:
        if isinstance(error, OUTSIDE) or (isinstance(error, OSError) and error.errno in FULL):
            return True
        error = error.__cause__
    return False


def unavailable(error: BaseException | None) -> HttpResponse:
    """The static page in both languages that says to come back in a moment; one line in the log."""
    logger.error("503, for a moment: %s", type(error).__name__)
    page = get_template("503.html").render({})
    headers = {"Retry-After": str(RETRY_AFTER_SECONDS)}
    response = HttpResponse(page, status=503, headers=headers)
    response._has_been_logged = True  # type: ignore[attr-defined]  # Django would add a traceback
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """The last word on what no page and no middleware caught: 503 if it will pass, else 500."""
    error = sys.exc_info()[1]
    return unavailable(error) if is_outside(error) else defaults.server_error(request)
