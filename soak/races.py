"""P18 and P24 in their long form: the last seat and the opening of a cycle, by many and killed.

    SOAK_SECONDS=300 python -m soak.races

Each count of parties reaches 100 times for the last seat in one process, and 10 times over HTTP
through gunicorn with two workers; the control does it 100 times without the lock. Two open one
cycle 50 times. Then `manage.py open_cycle` is killed by strace at its first, second, third …
write to the disk or to the server until it survives, and run again each time. The time is shared
out; a round that does not fit is left out and counted.
"""

import os
import subprocess
import sys
import time
from functools import partial

from ._databases import on_each_database

ROUNDS, HTTP_ROUNDS, OPENINGS, KILLS_MAX = 100, 10, 50, 80


def measure(seconds: float) -> bool:
    held = _openings(seconds * 0.1) & _kills(seconds * 0.25)
    for parties, share in ((2, 0.1), (10, 0.12), (20, 0.15)):
        held &= _last_seat(parties, seconds * share)
    _control(seconds * 0.08)
    for parties in (2, 10):
        held &= _over_http(parties, seconds * 0.1)
    return held


def _last_seat(parties: int, seconds: float) -> bool:
    from tests.factories import CycleFactory, UserFactory
    from tests.placements.test_races import check_given_once, last_seat, reach_for_it

    cycle, user, faults, rounds = CycleFactory(), UserFactory(), 0, 0
    ends_at = time.monotonic() + seconds
    while rounds < ROUNDS and time.monotonic() < ends_at:
        request, people = last_seat(cycle, parties)
        results = reach_for_it(request, people, user)
        rounds += 1
        try:
            check_given_once(request, results)
        except AssertionError as error:
            faults += 1
            print(f"  {error}")
    print(f"last seat, {parties} parties: {rounds} rounds, {faults} wrong", flush=True)
    return faults == 0


def _control(seconds: float) -> None:
    from django.db import connection

    from placements.services import board
    from tests.factories import CycleFactory, UserFactory
    from tests.faults.locks import without_row_locks
    from tests.placements.test_races import last_seat, reach_for_it

    cycle, user, oversold, failed, rounds = CycleFactory(), UserFactory(), 0, 0, 0
    ends_at = time.monotonic() + seconds
    kept, board.lock_open = board.lock_open, lambda given: given
    try:
        with without_row_locks():
            while rounds < ROUNDS and time.monotonic() < ends_at:
                request, people = last_seat(cycle, 2)
                results = reach_for_it(request, people, user)
                rounds += 1
                oversold += request.placements.seated().count() > 1
                failed += any("locked" in str(each) for each in results)
    finally:
        board.lock_open = kept
    print(
        f"control without the lock ({connection.vendor}): {rounds} rounds, {oversold} oversold, "
        f"{failed} ended in an error of the database",
        flush=True,
    )


def _over_http(parties: int, seconds: float) -> bool:
    from django.core.management import call_command
    from django.urls import reverse

    from placements.models import Placement
    from tests.factories import CycleFactory, staff_member
    from tests.faults.barrier import at_once
    from tests.faults.pages import post, signed_in
    from tests.faults.processes import environment, web
    from tests.placements.test_races import chosen, last_seat

    def typed(person, request) -> dict[str, str]:
        return {**chosen(person, request), "reason": "x"}

    cycle, faults, rounds = CycleFactory(), 0, 0
    address = reverse("desk:place", args=[cycle.programme.code, cycle.fiscal_year])
    call_command("collectstatic", interactive=False, verbosity=0)
    browsers = [signed_in(staff_member(language="en")) for _each in range(parties)]
    with web(environment(ALLOWED_HOSTS="127.0.0.1"), workers=2) as portal:
        ends_at = time.monotonic() + seconds
        while rounds < HTTP_ROUNDS and time.monotonic() < ends_at:
            request, people = last_seat(cycle, parties)
            answers = at_once(
                *(
                    partial(
                        post, portal.port, headers, address, chosen(each, request) | {"reason": "x"}
                    )
                    for headers, each in zip(browsers, people, strict=True)
                )
            )
            rounds += 1
            winners = Placement.objects.seated().filter(host_request=request)
            statuses = sorted(getattr(answer, "status", 0) for answer in answers)
            name = winners[0].application.trainee.passport_name if winners else "?"
            told = sum(f"Taken by: {name}" in getattr(answer, "text", "") for answer in answers)
            if (len(winners), statuses, told) != (1, [302] + [422] * (parties - 1), parties - 1):
                faults += 1
                print(f"  {len(winners)} winners, answers {statuses}, {told} told")
    print(f"over HTTP, {parties} parties: {rounds} rounds, {faults} wrong", flush=True)
    return faults == 0


def _openings(seconds: float) -> bool:
    from schedule.lgotp import ensure_lgotp
    from schedule.services import open_cycle
    from tests.factories import LocalGovernmentFactory
    from tests.faults.barrier import at_once
    from tests.schedule.test_opening_races import check_opened_once, forget_cycles

    programme, faults, rounds = ensure_lgotp(), 0, 0
    LocalGovernmentFactory.create_batch(3)
    ends_at = time.monotonic() + seconds
    while rounds < OPENINGS and time.monotonic() < ends_at:
        year = 2030 + rounds % 40
        results = at_once(*[partial(open_cycle, programme, year)] * 2)
        rounds += 1
        try:
            check_opened_once(results, programme, year)
        except AssertionError as error:
            faults += 1
            print(f"  {error}")
        forget_cycles()
    print(f"opened twice at once: {rounds} rounds, {faults} wrong", flush=True)
    return faults == 0


def _kills(seconds: float) -> bool:
    from django.core.management import call_command
    from django.db import connection

    from schedule.lgotp import ensure_lgotp
    from schedule.models import Cycle
    from tests.schedule.test_opening_races import YEAR, digest, forget_cycles, undisturbed

    expected = undisturbed(ensure_lgotp())
    calls = "sendto" if connection.vendor == "postgresql" else "fsync,fdatasync,pwrite64"
    faults, kills, number, survived = 0, 0, 0, False
    ends_at = time.monotonic() + seconds
    connection.close()
    while not survived and number < KILLS_MAX and time.monotonic() < ends_at:
        number += 1
        command = ["strace", "-f", "-o", "/dev/null", "-e", f"trace={calls}"]
        command += ["-e", f"inject={calls}:signal=KILL:when={number}"]
        command += [sys.executable, "manage.py", "open_cycle", str(YEAR)]
        ended = subprocess.run(command, env=dict(os.environ), capture_output=True, check=False)
        survived = ended.returncode == 0
        kills += not survived
        if Cycle.objects.exists():
            faults += digest(YEAR) != expected
        else:
            call_command("open_cycle", str(YEAR), stdout=open(os.devnull, "w"))  # noqa: SIM115
            faults += digest(YEAR) != expected
        forget_cycles()
    end = "until it survived" if survived else "until the time was over"
    print(f"killed at each of {calls}: {kills} kills {end}, {faults} wrong", flush=True)
    return faults == 0


if __name__ == "__main__":
    on_each_database("soak.races", measure)
