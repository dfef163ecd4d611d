"""What stands ready when a cycle opens: the papers that are asked of people."""

from schedule.models import Cycle
from schedule.openers import opens_with_cycle

from .documents.shipped import ensure_documents


@opens_with_cycle
def ship_documents(cycle: Cycle) -> None:
    """With the first cycle the shipped kinds and rules come in; staff change them from then on."""
    ensure_documents()
