"""The sections of a dossier, in the order in which the person is led through them.

The sections of this app stand in `sections.py`; an app above registers its own in its `steps.py`,
found by autodiscovery, a part of this app imports `register_step` where `apps.ready` loads it. The
last one, "confirm", is no section: there everything is checked and submitted.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Expression
from django.urls import reverse

if TYPE_CHECKING:
    from accounts.models import User

    from ..models import Application

WIZARD = "trainees:application_step"
CONFIRM = "confirm"

Fault = tuple[str, str]  # the field, and what is to be done, as the person reads it


@dataclass(frozen=True)
class Answer:
    """One answer as pages and papers show it."""

    name: str
    label: object
    value: object


@dataclass(frozen=True)
class Step:
    """One section. `faults` says what is still missing in it, in the person's language.

    `url_name` is an address that takes the application's `public_id`; the wizard's own sections
    leave it out. `done` gives an expression over applications that is true where nothing is
    missing: with it the frame around the other sections needs no query of this one. `answers` is
    what the check page and the submitted page show of it to a reader.
    """

    code: str
    title: object
    order: int
    url_name: str = WIZARD
    faults: Callable[["Application"], list[Fault]] = lambda application: []
    done: Callable[[], Expression] | None = None
    answers: Callable[["Application", "User"], list[Answer]] | None = None

    def url(self, application: "Application") -> str:
        if self.url_name == WIZARD:
            return reverse(WIZARD, args=[application.public_id, self.code])
        return reverse(self.url_name, args=[application.public_id])


_steps: dict[str, Step] = {}


def register_step(step: Step) -> Step:
    """Add a section; its `order` says where it stands. Registered again, it is replaced."""
    _steps[step.code] = step
    return step


def all_steps() -> list[Step]:
    """Every section, in order."""
    return sorted(_steps.values(), key=lambda step: (step.order, step.code))


def steps_of_dossier(application: "Application") -> list[Step]:
    """The sections of this dossier, in order; all dossiers have the same today."""
    return all_steps()


def step_named(code: str) -> Step | None:
    return _steps.get(code)
