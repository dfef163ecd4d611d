"""What beat asks of the store."""

from celery import shared_task

from .received.storing import sweep
from .received.sweeping import scan_waiting


@shared_task
def sweep_received() -> int:
    """Take away bytes that belong to no row; a second run finds none."""
    return sweep()


@shared_task
def scan_received() -> int:
    """Ask the scanner about what waits for it; without a scanner nothing does."""
    return scan_waiting()
