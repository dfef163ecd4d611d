"""P14 under load: how soon a single mail is handed over, and what 2,000 do to the pages.

    SOAK_SECONDS=300 python -m soak.mail_load

One Celery worker with its beat, one web process, a mail server that takes 20 ms for each mail.
First the usual time of a public page and of single mails, then 2,000 mails at once while the pages
are asked on. Broken when the p95 of single mails is over 10 s, when 2,000 take more than 10
minutes, or when the p95 of the pages is more than twice the usual one.
"""

import http.client
import time

from ._databases import on_each_database

MAILS, SINGLES = 2000, 40
PAGE = "/en/"


def measure(seconds: float) -> bool:
    from notices.models import Mail
    from tests.faults import outbox
    from tests.faults.sink import Sink

    with Sink() as sink:
        sink.delay = 0.02
        env = outbox.quick_environment(sink, QUICK_LEASE="300", QUICK_BEAT="5")
        with outbox.quick_web(env) as portal, outbox.quick_worker(env):
            ask(portal.port)
            usual = _p95([ask(portal.port) for _each in range(200)])
            singles = [_single(sink) for _each in range(SINGLES)]
            outbox.queue_mails(MAILS)
            started, pages = time.monotonic(), []
            ends = started + max(seconds, 600)
            while Mail.objects.filter(state="queued").exists() and time.monotonic() < ends:
                pages += [ask(portal.port) for _each in range(10)]
                time.sleep(0.05)
            taken = time.monotonic() - started
        left = Mail.objects.filter(state="sent").count()
    single, busy = _p95(singles), _p95(pages)
    print(f"single mails handed over: p95 {single:.2f} s of {SINGLES} (goal 10 s)")
    print(f"{MAILS} mails: {taken:.0f} s, {left - SINGLES} sent (bound 600 s)")
    print(f"pages: p95 {usual * 1000:.0f} ms, while they left {busy * 1000:.0f} ms of {len(pages)}")
    print(f"ratio {busy / usual:.2f} (bound 2)")
    return single <= 10 and left == MAILS + SINGLES and taken <= 600 and busy <= 2 * usual


def ask(port: int) -> float:
    """How long a page takes."""
    started = time.monotonic()
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    line.request("GET", PAGE)
    answer = line.getresponse()
    answer.read()
    assert answer.status == 200, answer.status
    return time.monotonic() - started


def _single(sink) -> float:
    from tests.faults import outbox

    before = len(sink.messages)
    started = time.monotonic()
    outbox.queue_mails(1)
    sink.wait_for(before + 1)
    return time.monotonic() - started


def _p95(values: list[float]) -> float:
    return sorted(values)[int(len(values) * 0.95) - 1]


if __name__ == "__main__":
    on_each_database("soak.mail_load", measure)
