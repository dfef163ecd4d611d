"""Finds the placements to propose."""

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from .flow import assign
from .instance import Instance, Ints
from .stable import defer

Mode = Literal["optimal", "stable"]


@dataclass(frozen=True, eq=False)
class Solution:
    """Which pairs of an instance to place beside its fixed ones, as positions in its columns."""

    instance: Instance
    mode: Mode
    chosen: Ints

    @property
    def objective(self) -> dict[str, int]:
        """What the solver placed, fixed pairs apart."""
        instance = self.instance
        return {
            "placed": len(self.chosen),
            "host_rank_sum": int(instance.host_rank[self.chosen].sum()),
            "applicant_rank_sum": int(instance.applicant_rank[self.chosen].sum()),
            "score_sum": int(instance.score[self.chosen].sum()),
        }


def solve(instance: Instance, mode: Mode = "optimal") -> Solution:
    """Propose placements; the same instance has the same answer, whatever the order of its rows.

    "optimal" places as many as possible, then has the lowest sum of host ranks, then the lowest
    sum of applicant ranks, then the highest sum of scores, each proven; lots decide what is still
    equal. "stable" leaves no host and applicant who would both rather have each other.
    """
    if mode not in get_args(Mode):
        raise ValueError(f"There is no mode {mode!r}.")
    chosen = defer(instance) if mode == "stable" else _optimise(instance)
    return Solution(instance, mode, chosen)


def _optimise(instance: Instance) -> Ints:
    pairs = np.flatnonzero(instance.open)
    most = len(instance.applications)
    seats = np.array([min(left, most) for left in instance.seats], np.int64)
    criteria = [
        np.full(len(pairs), -1),
        instance.host_rank[pairs],
        instance.applicant_rank[pairs],
        -instance.score[pairs],
    ]
    return pairs[assign(instance.application[pairs], instance.request[pairs], seats, criteria)]
