"""An actor that breaks the rules; a rehearsal that loads this module must find it out."""

from datetime import timedelta

from desk.rehearsal.stage import Stage, part
from placements.models import Placement
from schedule.models import Cycle
from trainees.models import Application, Trainee


@part("survey")
def oversell(stage: Stage) -> None:
    """Two days after the opening somebody is put on a seat that is taken, past all services."""
    day = stage.phase("survey").starts_on + timedelta(days=2)
    stage.plan(day, _put_a_second_person_on_the_seat)


def _put_a_second_person_on_the_seat(stage: Stage) -> None:
    taken = Placement.objects.get()
    cycle = Cycle.objects.get(state=Cycle.State.CLOSED)
    application = Application.objects.create(
        trainee=Trainee.objects.create(email="x@example.org", passport_name="X", nationality="TH"),
        cycle=cycle,
        number=2,
    )
    Placement.objects.create(
        application=application,
        host_request=taken.host_request,
        reason="-",
        starts_on=taken.starts_on,
        ends_on=taken.ends_on,
    )
