"""P15 and P16 in their long form: two beats for minutes, and 200 races of a deed with its reminder.

    SOAK_SECONDS=300 python -m soak.reminders

Two beat processes ring one worker while 50 people have not answered; each must get one reminder.
Then the races of `tests/faults/test_reminders.py` with 200 rounds for each database.
"""

import os
import subprocess
import sys
import time
from collections import Counter
from datetime import timedelta

from ._databases import on_each_database

PEOPLE, ROUNDS = 50, 200


def measure(seconds: float) -> bool:
    return _two_beats(seconds / 2) & _races()


def _two_beats(seconds: float) -> bool:
    from django.utils import timezone

    from notices.models import Mail
    from schedule.models import Deadline
    from tests.factories import (
        CycleFactory,
        DemandSurveyFactory,
        SurveyAnswerFactory,
        coordinator_of,
    )
    from tests.faults import outbox
    from tests.faults.sink import Sink

    opened_at = timezone.now() - timedelta(days=60)
    survey = DemandSurveyFactory(cycle=CycleFactory(fiscal_year=2027, opened_at=opened_at))
    Deadline.objects.update(due_on=timezone.localdate() + timedelta(days=7))
    people = [
        coordinator_of(SurveyAnswerFactory(survey=survey).government) for _each in range(PEOPLE)
    ]
    with Sink() as sink:
        env = outbox.quick_environment(sink, QUICK_BEAT="1", QUICK_LEASE="20")
        with (
            outbox.quick_worker(env, beat=False) as worker,
            outbox.quick_beat(env),
            outbox.quick_beat(env),
        ):
            time.sleep(seconds)
            runs = worker.output.count("Task schedule.tasks.send_reminders") // 2
        arrived = Counter(each.to for each in sink.messages)
    rows = Mail.objects.filter(purpose="reminder").count()
    print(
        f"two beats for {seconds:.0f} s: {runs} runs, {rows} rows, {sum(arrived.values())} mails "
        f"to {len(arrived)} of {PEOPLE} people"
    )
    return arrived == Counter(person.email for person in people) and rows == PEOPLE


def _races() -> bool:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    command += ["tests/faults/test_reminders.py", "-k", "done or last_look"]
    env = {**os.environ, "RACE_ROUNDS": str(ROUNDS)}
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    print(f"races, {ROUNDS} rounds: {done.stdout.strip().splitlines()[-1]}")
    return done.returncode == 0


if __name__ == "__main__":
    on_each_database("soak.reminders", measure)
