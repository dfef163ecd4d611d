"""The order of the parts of a training programme. The caller has locked the request."""

from django.db.models import Max

from .models import Contribution, TrainingProgramme, TrainingUnit

PartModel = type[TrainingUnit] | type[Contribution]


def next_position(model: PartModel, programme: TrainingProgramme) -> int:
    """The place of a new part: the last."""
    last = model._default_manager.filter(training_programme=programme).aggregate(Max("position"))
    return (last["position__max"] or 0) + 1


def move_part(part: TrainingUnit | Contribution, *, up: bool) -> None:
    """Put a part one place up or down; at the end of the list nothing happens."""
    model = type(part)
    rows = list(model._default_manager.filter(training_programme=part.training_programme_id))
    place = next(place for place, row in enumerate(rows) if row.pk == part.pk)
    other = place - 1 if up else place + 1
    if 0 <= other < len(rows):
        rows[place], rows[other] = rows[other], rows[place]
    for position, row in enumerate(rows, start=1):
        if row.position != position:
            row.position = position
            row.save(update_fields=["position"])
