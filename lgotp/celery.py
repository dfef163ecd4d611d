"""The Celery application. The queue is a doorbell: what is to be done stands in the database."""

import os
import sys
from logging.config import dictConfig

from celery import Celery
from celery.signals import beat_init, setup_logging, worker_init
from django.conf import settings
from django.core.management.base import SystemCheckError

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lgotp.settings")

app = Celery("lgotp")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect
def log_as_the_web_does(**_kwargs: object) -> None:
    """Celery then leaves the log alone: its own lines would show what a task raised."""
    dictConfig(settings.LOGGING)


@worker_init.connect
@beat_init.connect
def check_before_work(**_kwargs: object) -> None:
    """Celery swallows what a signal raises, so an unsound installation ends the process here."""
    from .start import refuse_what_is_unsound  # needs the settings, which need this module first

    try:
        refuse_what_is_unsound()
    except SystemCheckError as error:
        print(error, file=sys.stderr, flush=True)
        os._exit(1)
