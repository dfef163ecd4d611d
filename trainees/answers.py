"""How far a dossier is, and everything that was answered in it."""

from dataclasses import dataclass

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model
from django.urls import reverse

from accounts.models import User

from .models import Application, StayInJapan, Trainee, VisaRefusal
from .needed import OF_THE_PERSON
from .steps import CONFIRM, Answer, Step, steps_of_dossier
from .steps.sections import ONLY_FOR_THE_PERSON, may_read


@dataclass(frozen=True)
class Missing:
    """One thing that is missing, with the place where it is entered."""

    step: Step
    field: str
    message: str
    url: str


@dataclass(frozen=True)
class Section:
    """One section as the frame around the others shows it."""

    step: Step
    url: str
    is_done: bool


@dataclass(frozen=True)
class Progress:
    """How many sections are complete, and what is missing in the others."""

    sections: list[Section]
    faults: list[Missing]

    @property
    def done(self) -> int:
        return sum(section.is_done for section in self.sections)

    @property
    def count(self) -> int:
        return len(self.sections)

    def named(self, section: Section) -> list[str]:
        """What is missing in a section, as somebody else than the person names it: by the field,
        or by the kind of line; nothing where only the section has a name for it.
        """
        if section.step.code in ONLY_FOR_THE_PERSON:
            return []
        fields = [fault.field for fault in self.faults if fault.step == section.step]
        return list(dict.fromkeys(name for field in fields if (name := _name_of(section, field))))

    @property
    def is_whole(self) -> bool:
        return self.done == self.count


LINES: dict[str, type[Model]] = {
    "never_in_japan": StayInJapan,
    "never_refused": VisaRefusal,
}


def _name_of(section: Section, field: str) -> str:
    """The name of a column or of its lines, which speaks to nobody."""
    if field in LINES:
        return str(LINES[field]._meta.verbose_name)
    model = Trainee if section.step.code in OF_THE_PERSON else Application
    try:
        return str(getattr(model._meta.get_field(field), "verbose_name", ""))
    except FieldDoesNotExist:
        return ""


def progress_of(application: Application, *, whole: bool = True) -> Progress:
    """How far the dossier is; without `whole` no fault is asked of a section that the application
    itself says to be done or not (`Step.done`, read by `ApplicationQuerySet.for_dossier`).
    """
    sections, faults = [], []
    for step in steps_of_dossier(application):
        known = None if whole else getattr(application, f"done_{step.code}", None)
        url = step.url(application)
        missing = [] if known is not None else step.faults(application)
        sections.append(Section(step, url, bool(known) if known is not None else not missing))
        faults += [Missing(step, field, text, _place(url, field)) for field, text in missing]
    return Progress(sections, faults)


# Fields that are several buttons: a link lands on the first.
_RADIOS = frozenset(
    {"english_level", "japanese_level", "sex", "comes_alone", "agree_needs", "agree_health"}
)


def _place(url: str, field: str) -> str:
    if not field:
        return url
    return f"{url}#id_{field}{'_0' if field in _RADIOS else ''}"


def confirm_address(application: Application) -> str:
    """The page on which everything is checked and submitted."""
    return reverse("trainees:application_step", args=[application.public_id, CONFIRM])


@dataclass(frozen=True)
class Group:
    """The answers of one section."""

    step: Step
    url: str
    rows: list[Answer]


def groups_of(application: Application, reader: User) -> list[Group]:
    """Everything that was answered and that this reader may read, section by section."""
    return [
        Group(step, step.url(application), step.answers(application, reader))
        for step in steps_of_dossier(application)
        if step.answers and may_read(step.code, application, reader)
    ]
