"""What beat asks of the desk."""

from celery import shared_task

from hosts.workbooks.waiting import forget_old_workbooks

from .imports import forget_old_uploads


@shared_task
def sweep_uploads() -> int:
    """Forget spreadsheets that nobody confirmed within the hour; a second run finds none."""
    return forget_old_uploads() + forget_old_workbooks()
