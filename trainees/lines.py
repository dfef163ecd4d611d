"""All lines of one dossier in one query, whatever their number: the pages of the sections show
which of them are complete, and the check page shows them all.
"""

from accounts.json_rows import read_together, row_from

from .models import (
    Application,
    Career,
    Education,
    FamilyMember,
    LanguageSkill,
    StayInJapan,
    VisaRefusal,
)
from .models.dossier import Line

KINDS: tuple[type[Line], ...] = (
    FamilyMember,
    Education,
    Career,
    LanguageSkill,
    StayInJapan,
    VisaRefusal,
)
Lines = dict[type[Line], list[Line]]


def lines_of(application: Application) -> Lines:
    """The lines of each kind in their order; asked for once, they stay with the object."""
    kept: Lines | None = application.__dict__.get("_lines")
    if kept is None:
        kept = application.__dict__["_lines"] = read_lines(application)
    return kept


def forget_lines(application: Application) -> None:
    """The lines were changed: read them anew."""
    application.__dict__.pop("_lines", None)


def read_lines(application: Application) -> Lines:
    """The lines as they stand now, in one query."""
    read = read_together(
        {
            model.__name__: (
                model._default_manager.filter(application=application),
                [field.attname for field in model._meta.concrete_fields],
            )
            for model in KINDS
        }
    )
    found: Lines = {
        model: [row_from(model, row) for row in read[model.__name__]] for model in KINDS
    }
    for rows in found.values():
        rows.sort(key=lambda row: (row.order, row.pk))
    return found
