"""What beat rings for."""

from celery import shared_task

from . import handing_over


@shared_task
def expire_take_overs() -> int:
    """Close the requests to take over that nobody has answered in thirty days."""
    return handing_over.expire_take_overs()
