"""The order of the parts of a training programme. The caller has locked the request."""

from django.db.models import Max

from .models import Contribution, TrainingProgramme, TrainingUnit

PartModel = type[TrainingUnit] | type[Contribution]


def next_position(model: PartModel, programme: TrainingProgramme) -> int:
    """The place of a new part: the last."""
    last = model._default_manager.filter(training_programme=programme).aggregate(Max("position"))
    return (last["position__max"] or 0) + 1


def move_part(part: TrainingUnit | Contribution, *, to: int) -> None:
    """Put a part to this place, counted from 1; sent twice it stays there. A place beyond the end
    is the last.
    """
    model = type(part)
    rows = list(model._default_manager.filter(training_programme=part.training_programme_id))
    own = next(row for row in rows if row.pk == part.pk)
    rows.remove(own)
    rows.insert(max(to, 1) - 1, own)
    for position, row in enumerate(rows, start=1):
        if row.position != position:
            row.position = position
            row.save(update_fields=["position"])
