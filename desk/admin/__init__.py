"""The staff's lists, one module for each app below."""

from . import (
    hosts,
    notices,
    people,
    placements,
    programme,
    questions,
    records,
    trainees,
    training,
)

__all__ = [
    "hosts",
    "notices",
    "people",
    "placements",
    "programme",
    "questions",
    "records",
    "trainees",
    "training",
]
