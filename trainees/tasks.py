"""What beat rings for."""

from celery import shared_task
from django.utils import timezone

from .reopening.ending import end_overdue


@shared_task
def end_reopenings() -> int:
    """End the openings of fields whose day has passed; may run as often as it likes."""
    return end_overdue(timezone.localdate())
