"""P12 in its long form: workers killed at every write, and at random moments over 500 mails.

    SOAK_SECONDS=300 python -m soak.outbox

KILL-N: a process that hands over two mails is killed at its N-th call, for N = 1, 2, 3 … until it
survives: `sendto` (what it says to the mail server and to PostgreSQL), and for SQLite `pwrite64`
(what it writes into the database). Random: a Celery worker is killed up to 50 times while 500 mails
leave, every fifth of which stops when uncertain. After each: nothing lost, no more copies than
kills, a repeated mail with its Message-ID, none that stops sent twice.
"""

import random
import time
from collections import Counter

from ._databases import on_each_database

MAILS, KILLS = 500, 50


def measure(seconds: float) -> bool:
    from django.db import connection

    from tests.faults.sink import Sink

    calls = ["sendto", "pwrite64"] if connection.vendor == "sqlite" else ["sendto"]
    with Sink() as sink:
        is_whole = all(_kill_at_each(call, sink) for call in calls)
        sink.arrived.clear()
        return _kill_at_random(sink, time.monotonic() + seconds) and is_whole


def _kill_at_each(call: str, sink) -> bool:
    from notices.models import Mail
    from tests.faults import outbox

    env = outbox.quick_environment(sink)
    n = repeated = uncertain = 0
    code = -9
    while code:
        n += 1
        Mail.objects.all().delete()
        sink.arrived.clear()
        outbox.queue_mails(2, stop=lambda n: n == 1)
        code = outbox.deliver_in_a_process(env, *outbox.death_at(call, n))
        outbox.end_leases()
        outbox.deliver_in_a_process(env)
        try:
            outbox.check_nothing_lost(sink.messages, kills=int(code != 0))
        except AssertionError as error:
            print(f"BROKEN {call} N={n}: {error}")
            return False
        repeated += len(sink.messages) > len({each.message_id for each in sink.messages})
        uncertain += Mail.objects.filter(state="uncertain").count()
    print(
        f"KILL-N {call}: killed at each of {n - 1} calls, survived the next; lost 0, "
        f"repeated {repeated} (same Message-ID), stopped as uncertain {uncertain}"
    )
    return True


def _kill_at_random(sink, ends: float) -> bool:
    from notices.models import Mail
    from tests.faults import outbox

    Mail.objects.all().delete()
    outbox.queue_mails(MAILS, stop=lambda n: n % 5 == 0)
    env = outbox.quick_environment(sink)
    sink.delay = 0.02
    kills = 0

    def is_over() -> bool:
        return not Mail.objects.exclude(state__in=outbox.OVER).exists()

    while not is_over():
        last = kills >= KILLS or time.monotonic() > ends
        with outbox.quick_worker(env) as worker:
            until = time.monotonic() + (120 if last else random.uniform(0.2, 1.0))
            while time.monotonic() < until and not is_over():
                time.sleep(0.02)
            if not is_over():
                worker.kill()
                kills += 1
    copies = Counter(each.message_id for each in sink.messages)
    states = Counter(Mail.objects.values_list("state", flat=True))
    print(
        f"random: {kills} kills over {MAILS} mails; arrived {len(copies)} different, "
        f"copies - distinct {sum(copies.values()) - len(copies)}; states {dict(states)}"
    )
    try:
        outbox.check_nothing_lost(sink.messages, kills=kills)
    except AssertionError as error:
        print(f"BROKEN random: {error}")
        return False
    return True


if __name__ == "__main__":
    on_each_database("soak.outbox", measure)
