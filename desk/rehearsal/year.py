"""The year from its first to its last day: open the cycle, play each day, look after it."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.core import serializers
from django.db import connection
from django.db.models import Max, Min
from django.utils.translation import gettext_lazy as _

from hosts.closing import close_survey
from hosts.models import AnswerVersion, HostRequest, SurveyAnswer, TrainingProgramme
from hosts.opening import open_survey
from hosts.register import take_in
from hosts.states import AnswerState, RequestState
from hosts.versioning import keep_versions
from japan.governments import load_governments
from notices.models import Letter, Mail
from placements.models import Placement
from placements.states import PlacementState
from schedule.models import FIRST_YEAR, Cycle, Programme
from schedule.reminders import queue_reminders
from schedule.services import open_cycle
from trainees.models import Application, Trainee
from trainees.states import ApplicationState

from .cast import PORTAL_LABEL, STAFF, STAFF_LABEL, gather
from .invariants import RULES, Memory, broken_rows, what_is_written
from .parts.survey import compose_questions
from .sources import Clock
from .stage import JAPAN, Broken, Stage


@dataclass
class Played:
    """What has become of the year."""

    stage: Stage
    seed: int
    days: int = 0
    faults: list[Broken] = field(default_factory=list)

    @property
    def cycle(self) -> Cycle:
        return self.stage.cycle

    def summary(self) -> Iterator[str]:
        yield f"{self.days} days, {self.stage.on} the last; seed {self.seed}"
        yield f"{Mail.objects.count()} mails, {Letter.objects.count()} letters"
        yield f"{len(RULES)} rules looked after on each day, {len(self.faults)} broken"


def play(
    asked: dict[str, Any], clock: Clock, dice: random.Random, say: Callable[[str], None]
) -> Played:
    """Play the year that was asked for; it ends at the first day on which a rule is broken."""
    take_in(load_governments())
    programme = take_programme(asked["programme"])
    year = asked["year"]
    first = date.fromisoformat(asked["first_day"])
    close_the_year_before(programme, year - 1, first)
    cycle = open_cycle(programme, year, on=first)
    days = cycle.phases.aggregate(first=Min("starts_on"), last=Max("ends_on"))
    stage = Stage(cycle=cycle, clock=clock, dice=dice, on=first, last_day=days["last"])
    played, memory = Played(stage, asked["seed"]), Memory()
    stage.clock.move_to(datetime.combine(first, time(8), tzinfo=JAPAN))
    gather(stage)
    with stage.act(STAFF_LABEL, _("Opens the cycle, composes its survey and opens that as well.")):
        Cycle.objects.filter(pk=cycle.pk).update(opened_by=stage.people[STAFF])
        compose_questions(cycle.survey)
        open_survey(cycle.survey, by=stage.people[STAFF])
    stage.begin()
    day = first
    written: tuple[object, ...] = ()
    while day <= days["last"] and not played.faults:
        if day.day == 1 or day == first:
            say(f"{day:%Y-%m}  {Mail.objects.count():>4} mails {Letter.objects.count():>3} letters")
        played.days += 1
        try:
            remind(stage, day)
            stage.play_day(day)
        except Broken as broken:
            played.faults.append(broken)
        before, written = written, what_is_written(connection.connection)
        is_still = written == before and day < days["last"]
        found = broken_rows(day, memory, is_still=is_still)
        played.faults += [Broken(day, words, row) for words, row in found]
        day += timedelta(days=1)
    return played


def remind(stage: Stage, day: date) -> None:
    """What beat does in the morning."""
    stage.on = day
    stage.clock.move_to(datetime.combine(day, time(7), tzinfo=JAPAN))
    before = Mail.objects.count()
    due = len(queue_reminders(day, dry_run=True))
    if not due:
        return
    with stage.act(
        PORTAL_LABEL, _("Reminds of what is due: {count} mails."), mark="full", count=due
    ):
        queue_reminders(day)
    if Mail.objects.count() - before != due:
        raise Broken(day, "Not every reminder was queued", f"{due} due")


def take_programme(rows: list[dict[str, Any]]) -> Programme:
    """The programme as it is set up in the portal, with its usual year, on this database."""
    for row in serializers.deserialize("python", rows):
        row.save()
    return Programme.objects.get()


def close_the_year_before(programme: Programme, year: int, on: date) -> None:
    """A cycle that is over, so that a rule can watch that nothing touches it."""
    if year < FIRST_YEAR:
        return
    cycle = open_cycle(programme, year)
    at = datetime.combine(on - timedelta(days=300), time(10), tzinfo=JAPAN)
    open_survey(cycle.survey, by=None, at=at - timedelta(days=90))
    answers = SurveyAnswer.objects.filter(survey__cycle=cycle)
    answers.update(state=AnswerState.RECEIVED, has_demand=False, submitted_at=at)
    asked = answers.get(government__code="382060")
    answers.filter(pk=asked.pk).update(has_demand=True)
    request = HostRequest.objects.create(
        answer=asked,
        state=RequestState.FILLED,
        field="water",
        starts_on=cycle.arrival_on,
        ends_on=cycle.arrival_on + timedelta(days=200),
    )
    TrainingProgramme.objects.create(host_request=request, theme_ja="水道", theme_en="Waterworks")
    application = Application.objects.create(
        trainee=Trainee.objects.create(
            email="earlier@example.org", passport_name="SITI AMINAH", nationality="ID"
        ),
        cycle=cycle,
        number=1,
        state=ApplicationState.FROZEN,
        submitted_at=at,
    )
    Placement.objects.create(
        application=application,
        host_request=request,
        state=PlacementState.ENDED,
        reason="前年度からの継続分",
        starts_on=cycle.arrival_on,
        ends_on=cycle.arrival_on + timedelta(days=200),
        decided_on=on - timedelta(days=200),
    )
    keep_versions(list(answers), AnswerVersion.Occasion.RECEIVED, by=None, at=at)
    close_survey(cycle.survey, by=None, at=at)
    Cycle.objects.filter(pk=cycle.pk).update(state=Cycle.State.CLOSED)
