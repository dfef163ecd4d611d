"""The deadlines and phases of a cycle, read along with a row that belongs to it, where a page has
no query to spare for them.
"""

from typing import Any

from django.db.models.functions import Coalesce

from accounts.json_rows import json_rows, row_from

from .models import Cycle, Deadline, Phase

DEADLINE = ["id", "code", "due_on", "name_ja", "name_en"]
PHASE = ["id", "kind", "starts_on", "ends_on"]


def deadline_rows(cycle: str) -> Coalesce:
    """The deadlines of the cycle that this column names."""
    return json_rows(Deadline.objects.all(), "cycle", DEADLINE, outer=cycle)


def phase_rows(cycle: str) -> Coalesce:
    """The phases of the cycle that this column names."""
    return json_rows(Phase.objects.all(), "cycle", PHASE, outer=cycle)


def deadlines_from(rows: list[dict[str, Any]] | None, cycle: Cycle) -> dict[str, Deadline]:
    """The deadlines by their codes; what was not read along is asked of the cycle."""
    if rows is None:
        return cycle.deadlines_by_code
    return {row["code"]: row_from(Deadline, row, cycle=cycle) for row in rows}


def phases_from(rows: list[dict[str, Any]] | None, cycle: Cycle) -> dict[str, Phase]:
    """The phases by their kinds; what was not read along is asked of the cycle."""
    if rows is None:
        return {phase.kind: phase for phase in cycle.phases.all()}
    return {row["kind"]: row_from(Phase, row, cycle=cycle) for row in rows}
