"""All lines of one dossier in one query, whatever their number: the pages of the sections show
which of them are complete, and the check page shows them all.
"""

from django.db.models import CharField, Value
from django.db.models.functions import JSONObject

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
    named = {model._meta.model_name: model for model in KINDS}
    first, *others = [
        model._default_manager.filter(application=application)
        .order_by()
        .annotate(
            kind=Value(name, output_field=CharField()),
            data=JSONObject(**{each.attname: each.attname for each in model._meta.concrete_fields}),
        )
        .values_list("kind", "data")
        for name, model in named.items()
    ]
    found: Lines = {model: [] for model in KINDS}
    for name, data in first.union(*others, all=True):
        model = named[name]
        values = {
            each.attname: each.to_python(data[each.attname]) for each in model._meta.concrete_fields
        }
        row = model(**values)
        row._state.adding, row._state.db = False, application._state.db
        found[model].append(row)
    for rows in found.values():
        rows.sort(key=lambda row: (row.order, row.pk))
    return found
