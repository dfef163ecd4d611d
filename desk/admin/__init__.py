"""The staff's lists, one module for each app below."""

from . import (
    documents,
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
    "documents",
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
