"""The database away: 503 in three seconds, nothing half written, back without a restart.

Redis away: no page knows of it.
"""

import os
import signal
import subprocess
import threading
import time
import uuid
from contextlib import contextmanager

import pytest

from tests.faults.processes import web, worker
from tests.faults.visitor import Visitor

pytestmark = [pytest.mark.portal, pytest.mark.xdist_group("production")]

SECONDS = 3
BACK_SECONDS = 5
INVITE = "/admin/invite/"
LOGIN = "/en/account/login/"

# Django's own engine, and nothing of ours that ends a silence.
NAIVE = """
from lgotp.settings import *
DATABASES["default"]["ENGINE"] = "django.db.backends.postgresql"
DATABASES["default"]["OPTIONS"] = {}
SILENCED_SYSTEM_CHECKS = ["desk.DATABASE_URL"]
"""


@contextmanager
def line(proxy, mode):
    """The line is in this mode for the block, and whole again after it."""
    proxy.mode = mode
    time.sleep(0.2)  # until open connections have met it
    try:
        yield
    finally:
        proxy.mode = "pass"


def pages(portal, site):
    """A page of each kind: for strangers, for each role, and a form that is sent."""
    yield lambda: portal.visitor(site.port).get("/verify/AAAA-BBBB-CCCC")
    for role, page in portal.ground["pages"].items():
        yield lambda role=role, page=page: portal.visitor(site.port, role).get(page)
    visitor = portal.visitor(site.port)
    login = visitor.get(LOGIN)
    yield lambda: visitor.send(login, login="staff@example.jp", password="wrong")


def check_unavailable(ask):
    """The bilingual page that says when to come back, in time."""
    try:
        answer = ask()
    except TimeoutError:
        raise AssertionError("no answer at all") from None
    assert (answer.status, answer.headers["Retry-After"]) == (503, "10"), answer.path
    assert "ただいま一時的に利用できません" in answer.text
    assert "not available for a moment" in answer.text
    assert "Traceback" not in answer.text
    assert answer.seconds < SECONDS, f"{answer.path} took {answer.seconds:.1f} s"


def check_back(ask):
    """The page is there again within five seconds, from the same processes."""
    deadline = time.monotonic() + BACK_SECONDS
    while (answer := ask()).status == 503 and time.monotonic() < deadline:
        time.sleep(0.1)
    assert answer.status < 500


@pytest.mark.parametrize("mode", ["refuse", "hole"])
def test_without_its_database_every_page_says_so_in_time_and_comes_back(portal, site, mode):
    visitor = portal.visitor(site.port)
    asked = list(pages(portal, site))
    with line(portal.database_line, mode):
        for ask in asked:
            check_unavailable(ask)
        alive, ready = visitor.get("/healthz"), visitor.get("/readyz")

    assert (alive.status, alive.text, ready.status) == (200, "ok", 503)
    for ask in asked[:-1]:
        check_back(ask)


def test_without_our_engine_a_silent_database_holds_the_page(portal, tmp_path):
    (tmp_path / "naive.py").write_text(NAIVE)
    env = {**portal.env, "DJANGO_SETTINGS_MODULE": "naive", "PYTHONPATH": str(tmp_path)}
    with web(env, workers=1, threads=2) as site:
        page = portal.ground["pages"]["staff"]
        portal.visitor(site.port, "staff").get(page)
        with line(portal.database_line, "hole"), pytest.raises(AssertionError):
            check_unavailable(
                lambda: portal.visitor(site.port, "staff").get(page, timeout=SECONDS + 1)
            )
        site.kill()


@pytest.mark.parametrize("mode", ["refuse", "hole"])
def test_without_redis_every_page_stays_the_sign_in_too(portal, site, mode):
    for ask in [*pages(portal, site)] * 2:  # each process may hold a line that the last test cut
        check_back(ask)
    with line(portal.redis_line, mode):
        answers = [ask() for ask in pages(portal, site)]

    assert {(answer.path, answer.status) for answer in answers if answer.status == 503} == set()
    assert {answer.status for answer in answers} <= {200, 404}
    assert max(answer.seconds for answer in answers) < SECONDS


def invite(visitor: Visitor, form, email: str) -> bool:
    """Send the form of the desk; True when the portal said that it is done."""
    try:
        answer = visitor.send(
            form,
            holding="government_code",
            email=email,
            name="Sato Hanako",
            role="coordinator",
            government_code=visitor.code,
            once=str(uuid.uuid4()),
        )
    except OSError:
        return False
    return answer.status == 302


def invitations(portal) -> set[str]:
    return {email for (email,) in portal.rows("SELECT email FROM accounts_invitation")}


def check_whole(portal, acknowledged: set[str]):
    """What was confirmed is there, and no invitation stands without its mail or the other way."""
    found = invitations(portal)
    mailed = {to for (to,) in portal.rows('SELECT "to" FROM notices_mail')}
    assert acknowledged <= found, f"lost: {sorted(acknowledged - found)}"
    ours = {email for email in found | mailed if email.endswith("@fault.example.jp")}
    assert {e for e in ours if (e in found) != (e in mailed)} == set()


def invite_while(portal, site, disturb, count=40) -> set[str]:
    """Four people send invitations one after the other while something happens to the portal."""
    done: set[str] = set()
    ((code,),) = portal.rows("SELECT code FROM hosts_localgovernment ORDER BY id LIMIT 1")
    forms = []
    for _person in range(4):
        visitor = portal.visitor(site.port, "staff")
        visitor.code = code
        forms.append((visitor, visitor.get(INVITE)))

    def work(person: int) -> None:
        visitor, form = forms[person]
        for n in range(count // 4):
            email = f"{uuid.uuid4().hex[:8]}-{person}-{n}@fault.example.jp"
            if invite(visitor, form, email):
                done.add(email)
            else:
                time.sleep(0.3)

    people = [threading.Thread(target=work, args=[person]) for person in range(4)]
    for person in people:
        person.start()
    disturb(lambda: any(person.is_alive() for person in people))
    for person in people:
        person.join()
    return done


def test_a_confirmed_post_survives_a_database_that_falls_over(portal, site):
    def fall_over(_goes_on):
        time.sleep(0.5)
        portal.database.stop(signal.SIGQUIT)  # pg_ctl -m immediate
        portal.database.start()

    done = invite_while(portal, site, fall_over)

    assert len(done) > 10
    check_whole(portal, done)


def test_what_was_confirmed_and_is_gone_is_noticed(portal, site):
    done = invite_while(portal, site, lambda _goes_on: None, count=4)
    lost = sorted(done)[0]
    change = "UPDATE accounts_invitation SET email = %s WHERE email = %s RETURNING 1"
    portal.rows(change, "away@example.jp", lost)

    with pytest.raises(AssertionError, match="lost"):
        check_whole(portal, done)
    with pytest.raises(AssertionError):
        check_whole(portal, set())  # its mail stands alone
    portal.rows(change, lost, "away@example.jp")
    check_whole(portal, done)


def test_killed_web_processes_leave_nothing_half_done(portal, site):
    killed = []

    def kill(goes_on):
        while goes_on() and len(killed) < 3:
            time.sleep(0.3)
            found = subprocess.run(["pgrep", "--parent", str(site.pid)], capture_output=True)
            killed.append(int(found.stdout.split()[0]))
            os.kill(killed[-1], signal.SIGKILL)

    done = invite_while(portal, site, kill)

    assert killed
    assert done
    check_whole(portal, done)


def ask_while_locked(portal, end: signal.Signals):
    """Somebody's form waits for a row; then the service is ended, and the row is set free."""
    import psycopg

    answers: list[object] = []
    with web(portal.env, workers=1) as site:
        visitor = portal.visitor(site.port, "trainee")
        form = visitor.get("/en/profile/")

        def send():
            try:
                answers.append(visitor.send(form, name="Suryani Putri").status)
            except OSError as error:
                answers.append(type(error).__name__)

        with psycopg.connect(portal.database.url.replace("postgres:", "postgresql:")) as other:
            other.execute("SELECT 1 FROM accounts_user FOR UPDATE")
            sender = threading.Thread(target=send)
            sender.start()
            time.sleep(0.8)
            os.killpg(site.pid, end) if end == signal.SIGKILL else site.process.send_signal(end)
            time.sleep(0.5)
        sender.join(20)
        code = site.process.wait(20)
    return answers, code


def test_a_stopped_service_finishes_what_it_has_in_hand(portal):
    assert ask_while_locked(portal, signal.SIGTERM) == ([302], 0)


def test_a_killed_service_finishes_nothing(portal):
    answers, code = ask_while_locked(portal, signal.SIGKILL)

    assert (answers == [302], code) == (False, -signal.SIGKILL)


RING = "from lgotp.celery import app; app.send_task('notices.tasks.deliver_mails')"


def stop_worker_in_a_mail(portal, site, end: signal.Signals):
    """A worker is ended while the mail server still considers its mail."""
    with worker(portal.env) as one:
        portal.run("-c", RING)
        wait_until(lambda: not mails_in(portal, "queued"))
        before = len(portal.sink.arrived)
        portal.sink.delay = 1.5
        try:
            invite_while(portal, site, lambda _goes_on: None, count=4)
            portal.run("-c", RING)
            wait_until(lambda: len(portal.sink.arrived) > before)
            os.killpg(one.pid, end) if end == signal.SIGKILL else one.process.send_signal(end)
            code = one.process.wait(30)
        finally:
            portal.sink.delay = 0
    return code


def mails_in(portal, state: str) -> int:
    ((count,),) = portal.rows("SELECT count(*) FROM notices_mail WHERE state = %s", state)
    return count


def wait_until(holds, seconds=30):
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_stopped_worker_finishes_the_mail_in_hand(portal, site):
    code = stop_worker_in_a_mail(portal, site, signal.SIGTERM)

    assert (code, mails_in(portal, "in_flight")) == (0, 0)


def test_a_killed_worker_leaves_a_mail_in_flight_for_the_lease(portal, site):
    code = stop_worker_in_a_mail(portal, site, signal.SIGKILL)

    assert code == -signal.SIGKILL
    assert mails_in(portal, "in_flight") > 0
