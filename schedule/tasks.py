"""What beat rings for."""

from celery import shared_task
from django.utils import timezone

from .reminders import queue_reminders


@shared_task
def send_reminders() -> int:
    """Queue what is due today in Japan; may run as often as it likes."""
    return len(queue_reminders(timezone.localdate()))
