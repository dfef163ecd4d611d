"""Proposes placements: who goes to which host request. Plain data in, plain data out, no database.

`instance` reads and checks a problem, `solver` finds the placements, `explain` says why, `files`
does the three for a file. A person decides; this proposes.
"""

from .explain import to_json
from .instance import InstanceError, loads, parse
from .solver import solve

__all__ = ["InstanceError", "loads", "parse", "solve", "to_json"]
