"""Kills PostgreSQL in the hardest way and web processes at random under a load of forms, cuts the
lines now and then, and counts: nothing that was confirmed is lost, nothing stands half done, and
the portal is back within five seconds each time (P32).
"""

import os
import random
import signal
import subprocess
import sys
import threading
import time
import uuid

from tests.faults.processes import Running, web
from tests.faults.production import Production, production
from tests.faults.visitor import Visitor
from tests.servers import find_program

SECONDS = int(os.environ.get("SOAK_SECONDS", "300"))
POSTS = 200
PEOPLE = 4
BACK_SECONDS = 5


class Load:
    """People who invite one person after the other until they are told to stop."""

    def __init__(self, portal: Production, site: Running):
        self.portal, self.site = portal, site
        self.done: list[str] = []
        self.refused = 0
        self.slowest = 0.0
        self.stop = threading.Event()
        ((self.code,),) = portal.rows("SELECT code FROM hosts_localgovernment ORDER BY id LIMIT 1")

    def work(self) -> None:
        visitor = self.portal.visitor(self.site.port, "staff")
        form = visitor.get("/admin/invite/")
        while not self.stop.is_set():
            email = f"{uuid.uuid4().hex}@fault.example.jp"
            try:
                answer = visitor.send(
                    form,
                    holding="government_code",
                    email=email,
                    name="Sato Hanako",
                    role="coordinator",
                    government_code=self.code,
                    once=str(uuid.uuid4()),
                )
            except OSError:
                self.refused += 1
                time.sleep(0.1)
                continue
            if answer.status == 302:
                self.done.append(email)
            else:
                self.refused += 1
                self.slowest = max(self.slowest, answer.seconds)
                time.sleep(0.1)


def immediate_stop(portal: Production, _site: Running) -> None:
    portal.database.stop(signal.SIGQUIT)
    portal.database.start()


def kill_web(_portal: Production, site: Running) -> None:
    command = [find_program("pgrep"), "--parent", str(site.pid)]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    if children := found.stdout.split():
        os.kill(int(random.choice(children)), signal.SIGKILL)


def cut(mode: str, line: str):
    def act(portal: Production, _site: Running) -> None:
        proxy = getattr(portal, line)
        proxy.mode = mode
        time.sleep(2)
        proxy.mode = "pass"

    act.__name__ = f"{line} {mode}"
    return act


ACTS = [
    immediate_stop,
    kill_web,
    cut("hole", "database_line"),
    cut("refuse", "database_line"),
    cut("hole", "redis_line"),
]


def seconds_until_back(visitor: Visitor) -> float:
    began = time.monotonic()
    while time.monotonic() < began + 60:
        try:
            if visitor.get("/admin/start/", timeout=5).status == 200:
                break
        except OSError:
            pass
        time.sleep(0.05)
    return time.monotonic() - began


def main() -> int:
    with production() as portal, web(portal.env, workers=2) as site:
        load = Load(portal, site)
        people = [threading.Thread(target=load.work) for _person in range(PEOPLE)]
        for person in people:
            person.start()
        back: dict[str, list[float]] = {act.__name__: [] for act in ACTS}
        deadline = time.monotonic() + SECONDS
        while time.monotonic() < deadline or len(load.done) < POSTS:
            act = random.choice(ACTS)
            act(portal, site)
            back[act.__name__].append(seconds_until_back(portal.visitor(site.port, "staff")))
            time.sleep(random.uniform(0.5, 3))
        load.stop.set()
        for person in people:
            person.join()
        found = {email for (email,) in portal.rows("SELECT email FROM accounts_invitation")}
        mailed = {to for (to,) in portal.rows('SELECT "to" FROM notices_mail')}
    lost = set(load.done) - found
    half = {e for e in found ^ mailed if e.endswith("@fault.example.jp")}
    worst = max((s for seconds in back.values() for s in seconds), default=0)
    for name, seconds in back.items():
        print(f"{name}: {len(seconds)} times, back after {max(seconds, default=0):.1f} s at most")
    print(f"confirmed {len(load.done)}, refused {load.refused}")
    print(f"lost {len(lost)}")
    print(f"half done {len(half)}")
    print(f"slowest refusal {load.slowest:.1f} s")
    return 1 if lost or half or worst > BACK_SECONDS else 0


if __name__ == "__main__":
    sys.exit(main())
