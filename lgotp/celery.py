"""The Celery application. The queue is a doorbell: what is to be done stands in the database."""

import os
import sys
from logging.config import dictConfig

from celery import Celery
from celery.signals import setup_logging
from django.conf import settings
from kombu.transport import TRANSPORT_ALIASES

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lgotp.settings")

TRANSPORT_ALIASES["filesystem"] = "lgotp.file_queue:Transport"

app = Celery("lgotp")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect
def log_as_the_web_does(**_kwargs: object) -> None:
    """Celery then leaves the log alone: its own lines would show what a task raised."""
    dictConfig(settings.LOGGING)


if "celery" in sys.argv[0] and not {"worker", "beat"}.isdisjoint(sys.argv):
    # Not in a signal of Celery's: before the first it has read its settings and opened files.
    from .start import refuse_what_is_unsound

    refuse_what_is_unsound()
