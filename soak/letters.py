"""P21 and P22 in their long form: letters under load are numbered, printed and mixed up by nobody.

    SOAK_SECONDS=300 python -m soak.letters

Rounds of 200 letters, each with strings of its own: drafted by 20 at once in three series with
callers that change their minds, and printed by 8 threads and by two worker processes at the same
time. Every PDF is read back with pdftotext.
"""

import time
from concurrent.futures import ThreadPoolExecutor

from ._databases import on_each_database

LETTERS = 200


def measure(seconds: float) -> bool:
    from notices.letters import letter_bytes, verify_letters
    from notices.models import Letter
    from tests.faults.processes import environment, worker
    from tests.notices.test_mix_up import mixed

    held, rounds = True, 0
    ends_at = time.monotonic() + seconds
    with worker(environment(), processes=2):
        while rounds == 0 or time.monotonic() < ends_at:
            started = time.monotonic()
            people = _draft(rounds)
            _print_everything()
            took = time.monotonic() - started
            issued = list(Letter.objects.filter(key__in=people))
            wrong = mixed([(people[letter.key], letter_bytes(letter)) for letter in issued])
            problems = list(verify_letters())
            twice = sum(letter.moves.filter(to_state="issued").count() != 1 for letter in issued)
            rounds += 1
            print(
                f"{len(issued)} letters in {took:.0f} s: {wrong} mixed up, {twice} issued twice, "
                f"{len(problems)} problems of the register",
                flush=True,
            )
            held &= len(issued) == LETTERS and not wrong and not twice and not problems
    return held


def _draft(turn: int) -> dict[str, dict]:
    """200 letters by 20 drafters; every fourth is rolled back and drafted again."""
    from datetime import date

    from django.db import transaction

    from notices.letters import draft_letter
    from tests.faults.barrier import at_once, failures
    from tests.notices.test_mix_up import values_of
    from tests.notices.values import PRINTED

    people = {f"{turn}:{number}": values_of(number) for number in range(LETTERS)}
    keys = list(people)

    def draft(key: str) -> None:
        draft_letter(
            key=key,
            kind="placement-notice-host",
            language="ja",
            series=f"S{int(key.partition(':')[2]) % 3}",
            reference_format="{era_year}自国経第{number}号",
            issued_on=date(2027, 2, 19),
            subject="協力交流研修員の受入れの決定について（通知）",
            addressee="愛媛県西条市長",
            template="placement_notice.host",
            context={k: v for k, v in people[key].items() if k not in PRINTED},
        )

    def work(own: list[str]) -> None:
        for place, key in enumerate(own):
            if place % 4 == 3:
                with transaction.atomic():
                    draft(key)
                    transaction.set_rollback(True)
            draft(key)

    faults = failures(at_once(*(lambda n=n: work(keys[n::20]) for n in range(20)), seconds=300))
    if faults:
        raise faults[0]
    return people


def _print_everything() -> None:
    """Eight threads of this process and two workers print what waits, whoever comes first."""
    from django.db import OperationalError, connections

    from notices.letters import render_letter
    from notices.models import Letter
    from notices.tasks import render_letters

    for _ring in range(2):
        render_letters.delay()

    def print_one(pk: int) -> None:
        try:
            render_letter(pk)
        except OperationalError as error:  # this machine is too busy: a worker will do it
            print(f"  left to the workers: {error}", flush=True)
        finally:
            connections.close_all()

    waiting = list(Letter.objects.to_render().values_list("pk", flat=True))
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(print_one, waiting))
    ends_at = time.monotonic() + 120
    while Letter.objects.to_render().exists() and time.monotonic() < ends_at:
        render_letters.delay()
        time.sleep(2)


if __name__ == "__main__":
    on_each_database("soak.letters", measure)
