"""Rings for the task that issues and announces; beat looks every few seconds anyway."""

from notices.doorbell import ring, ring_on_commit


def _ring() -> None:
    ring("placements.tasks.announce_issued")


def ring_for_notices() -> None:
    """Once the running transaction has committed."""
    ring_on_commit(_ring)
