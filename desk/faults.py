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


def unavailable() -> HttpResponse:
    """The static page in both languages that says to come back in a moment."""
    page = get_template("503.html").render({})
    headers = {"Retry-After": str(RETRY_AFTER_SECONDS)}
    return HttpResponse(page, status=503, headers=headers)


def server_error(request: HttpRequest) -> HttpResponse:
    """The last word on what no page and no middleware caught: 503 if it will pass, else 500."""
    return unavailable() if is_outside(sys.exc_info()[1]) else defaults.server_error(request)
