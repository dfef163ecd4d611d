"""What beat asks of the store."""

from celery import shared_task

from . import long_work
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


@shared_task
def run_long_work() -> int:
    """Do what waits, also what a worker left who died."""
    return long_work.run_waiting()


@shared_task
def sweep_long_work() -> int:
    """Take away files that have expired or that nobody may have any more."""
    return long_work.sweep()
