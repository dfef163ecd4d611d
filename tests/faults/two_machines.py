"""Two machines around one PostgreSQL and one Redis: each has a network of its own, with a web
process and a worker; a bridge joins them, and no request goes where the one before went.

`python -m tests.faults.two_machines` runs the whole flow inside new namespaces and prints what the
test compares, as JSON. It needs no root: without it, a user namespace gives the rights it needs.
"""

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlsplit

from tests.faults.cluster import cluster
from tests.faults.processes import Running, running
from tests.faults.production import sound, static_files
from tests.faults.proxy import Proxy
from tests.faults.sink import Sink
from tests.faults.visitor import THIS_PAGE, Answer, Visitor
from tests.servers import die_with_parent, redis

BRIDGE = "10.77.0.1"
ADDRESSES = ["10.77.0.11", "10.77.0.12"]
PORT = 8000
PASSWORD = "a long word for tests"
STAFF, COORDINATOR, NOMINEE = "staff@example.jp", "ochi@example.jp", "suryani@example.org"


def in_new_namespace() -> list[str]:
    """The words before a command that give it a network of its own, and the rights to shape it."""
    if os.geteuid() == 0:
        return ["unshare", "--net"]
    return ["unshare", "--user", "--map-current-user", "--keep-caps", "--net"]


def ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True)


@contextmanager
def network() -> Iterator[list[list[str]]]:
    """Bridge and two machines; gives for each the words that run a command on it."""
    ip("link", "set", "lo", "up")
    ip("link", "add", "portal0", "type", "bridge")
    ip("address", "add", f"{BRIDGE}/24", "dev", "portal0")
    ip("link", "set", "portal0", "up")
    holders, machines = [], []
    try:
        for n, address in enumerate(ADDRESSES):
            holder = subprocess.Popen(
                ["unshare", "--net", "sleep", "infinity"],
                preexec_fn=die_with_parent(signal.SIGKILL),
            )
            holders.append(holder)
            own = os.readlink("/proc/self/ns/net")
            while os.readlink(f"/proc/{holder.pid}/ns/net") == own:
                time.sleep(0.01)
            ip("link", "add", f"machine{n}", "type", "veth", "peer", "name", f"line{n}")
            ip("link", "set", f"machine{n}", "master", "portal0", "up")
            ip("link", "set", f"line{n}", "netns", str(holder.pid))
            on = ["nsenter", f"--net=/proc/{holder.pid}/ns/net"]
            for words in (
                ["link", "set", "lo", "up"],
                ["address", "add", f"{address}/24", "dev", f"line{n}"],
                ["link", "set", f"line{n}", "up"],
            ):
                subprocess.run([*on, "ip", *words], check=True)
            machines.append(on)
        yield machines
    finally:
        for holder in holders:
            holder.kill()
            holder.wait()


class Roaming(Visitor):
    """Whatever is asked, the other machine answers."""

    def __init__(self) -> None:
        self._turn = cycle(ADDRESSES)
        self.asked: list[str] = []
        super().__init__("", PORT)

    def ask(self, *args, **kwargs) -> Answer:
        self.address = next(self._turn)
        self.asked.append(self.address)
        return super().ask(*args, **kwargs)

    def done(self, answer: Answer) -> Answer:
        """Where a form leads that was taken; what was wrong with it otherwise."""
        faults = re.findall(r'class="error-text"[^>]*>(.*?)</p>', answer.text, flags=re.S)
        assert answer.status in (302, 303), f"{answer.path} {answer.status}: {faults}"
        return self.follow(answer)

    def enrol(self) -> None:
        from allauth.mfa.totp.internal import auth

        page = self.get("/en/account/2fa/totp/activate/")
        secret = re.search(r'class="[^"]*digest[^"]*"[^>]*>\s*(\w+)', page.text)[1]
        counter = next(iter(auth.yield_hotp_counters_from_time()))
        code = auth.format_hotp_value(auth.hotp_value(secret, counter))
        self.done(self.send(page, code=code))


@dataclass
class Post:
    """The letter box of everybody."""

    sink: Sink

    def last(self, to: str, nth: int = 1) -> str:
        """The text of the n-th mail to this address, once a worker has sent it."""
        deadline = time.monotonic() + 60
        while len(found := [one for one in self.sink.messages if one.to == to]) < nth:
            assert time.monotonic() < deadline, f"no mail {nth} to {to}"
            time.sleep(0.05)
        return found[nth - 1].parsed.get_body(("plain",)).get_content()

    def attached(self, to: str) -> bytes:
        """The PDF that came to this address, at last."""
        deadline = time.monotonic() + 90
        while time.monotonic() < deadline:
            for one in self.sink.messages:
                if one.to == to:
                    for part in one.parsed.iter_attachments():
                        return part.get_payload(decode=True)
            time.sleep(0.1)
        raise AssertionError(f"no letter to {to}")


def link_in(text: str) -> str:
    return urlsplit(re.search(r"https://\S+", text)[0]).path


def prepare() -> tuple[int, int]:
    """The register, the programme, a sender and the first administrator."""
    from allauth.account.models import EmailAddress
    from django.utils import timezone

    from accounts.models import Organisation, User
    from hosts.register import take_in
    from japan.governments import load_governments
    from schedule.lgotp import ensure_lgotp
    from schedule.services import next_fiscal_year
    from trainees.models import SendingGovernment

    programme = ensure_lgotp()
    take_in(load_governments())
    bandung = Organisation.objects.create(
        kind=Organisation.Kind.SENDING_GOVERNMENT,
        name_ja="バンドン市",
        name_en="Bandung City Government",
    )
    sender = SendingGovernment.objects.create(organisation=bandung, country="ID")
    staff = User.objects.create_superuser(STAFF, PASSWORD, name="森田 由紀", language="en")
    EmailAddress.objects.create(user=staff, email=STAFF, verified=True, primary=True)
    return next_fiscal_year(programme, on=timezone.localdate()), sender.pk


def flow(post: Post) -> dict:
    """From the sign-in to both letters, each step on the other machine."""
    year, sender = prepare()
    staff = Roaming()
    staff.done(staff.send(staff.get("/en/account/login/"), login=STAFF, password=PASSWORD))
    staff.enrol()
    staff.done(staff.send(staff.get("/admin/start/"), fiscal_year=year))
    staff.done(
        staff.send(
            staff.get("/admin/invite/"),
            holding="government_code",
            email=COORDINATOR,
            name="越智 美咲",
            language="ja",
            role="coordinator",
            government_code="382060",
        )
    )
    survey = staff.get(f"/admin/survey/lgotp/{year}/compose/open/")
    staff.done(staff.send(survey, to=THIS_PAGE))
    host = Roaming()
    answer_survey(host, post, year)
    receive_and_nominate(staff, year, sender)
    nominee = Roaming()
    apply_for(nominee, post)
    board = staff.get(f"/admin/board/lgotp/{year}/")
    staff.done(staff.send(board, to="propose"))
    staff.done(staff.send(staff.get(f"/admin/board/lgotp/{year}/decide/"), holding="placement"))
    letters = [post.attached(who)[:5] for who in (COORDINATOR, NOMINEE)]
    shown = (host.get("/ja/hosts/"), nominee.get("/en/trainee/"))
    return {
        "letters": [letter.decode() for letter in letters],
        "shown": ["/placements/notices/" in page.text for page in shown],
        "turns": [len(set(person.asked)) for person in (staff, host, nominee)],
        "brake": brake(),
    }


def answer_survey(host: Roaming, post: Post, year: int) -> None:
    """The coordinator accepts, answers the survey step by step, and submits it."""
    from hosts.models import HostRequest

    link = link_in(post.last(COORDINATOR))
    signup = host.done(host.send(host.follow(host.get(link)), to=""))
    host.done(
        host.send(
            signup, email=COORDINATOR, password1=PASSWORD, password2=PASSWORD, holding="password1"
        )
    )
    host.enrol()
    page = host.done(host.send(host.get("/en/hosts/"), to="/requests/"))
    page = host.done(host.send(page, field="environment", number="1", next="1"))
    page = host.done(host.send(page, language="english", english_needed="3", next="1"))
    page = host.done(host.send(page, ends_on=f"{year}-12-15", next="1"))
    page = host.done(host.send(page, holding="lodging_kind", next="1"))
    host.done(
        host.send(
            page,
            theme_ja="ごみの減量と環境教育",
            theme_en="Waste reduction and environmental education",
            aim_ja="分別収集と環境教育の進め方を学ぶこと。",
            aim_en="To learn how separate collection works.",
            save="1",
        )
    )
    request = HostRequest.objects.get()
    unit = host.get(f"/en/hosts/requests/{request.public_id}/units/add/")
    host.done(
        host.send(
            unit,
            name_ja="水質検査の実習",
            name_en="Water quality testing",
            site_kind="own",
            site_name="水質検査センター",
            postal_code="793-8601",
            address="愛媛県西条市明屋敷164",
            **{"instructor-1-name": "近藤　誠", "instructor-1-years": "8"},
            weeks="16",
            hours_per_week="12",
            save="1",
        )
    )
    confirm = host.get(f"/en/hosts/requests/{request.public_id}/confirm/")
    host.done(host.send(confirm, to=THIS_PAGE))
    post.last(COORDINATOR, 2)


def receive_and_nominate(staff: Roaming, year: int, sender: int) -> None:
    from hosts.models import HostRequest

    answer = HostRequest.objects.get().answer
    page = staff.get(f"/admin/answers/{answer.public_id}/")
    staff.done(staff.send(page, to="receive"))
    staff.done(
        staff.send(
            staff.get(f"/admin/cycles/{year}/lgotp/nominate/"),
            email=NOMINEE,
            passport_name="SURYANI",
            nationality="ID",
            sending_government=sender,
        )
    )


def apply_for(nominee: Roaming, post: Post) -> None:
    """The nominee accepts, signs in by code, and applies section by section."""
    from django.utils import timezone

    from desk.rehearsal.parts.papers import hand_in_papers
    from trainees.models import Application

    link = link_in(post.last(NOMINEE))
    ask = nominee.done(nominee.send(nominee.follow(nominee.get(link)), to=""))
    confirm = nominee.done(nominee.send(ask, email=NOMINEE))
    code = re.search(r"\b([A-Z0-9]{4}-[A-Z0-9]{4}|[A-Z0-9]{6})\b", post.last(NOMINEE, 2))[1]
    nominee.done(nominee.send(confirm, code=code))
    nominee.done(nominee.send(nominee.get("/en/trainee/"), to="/confirm/"))
    base = f"/en/trainee/application/{Application.objects.get().public_id}"
    page = nominee.get(f"{base}/names/")
    for typed in (
        {"katakana": "スルヤニ"},
        {
            "born_on": "17 May 1990",
            "sex": "F",
            "residence": "ID",
            "passport_number": "X1234567",
            "passport_expires_on": "2099-12-31",
        },
        {
            "telephone": "+62 22 1234 5678",
            "address": "Jalan Merdeka 1, Bandung",
            "comes_alone": "yes",
            "emergency_name": "Budi",
            "emergency_relation": "brother",
            "emergency_telephone": "+62 22 8765 4321",
        },
        {"agree_needs": "no", "agree_health": "no"},
        {
            "employer_department": "Environment Agency",
            "employer_position": "Officer",
            "employed_since": "1 April 2018",
            "employer_duties": "Planning the collection of waste.",
        },
        {"education-1-school": "Bandung Institute"},
        {"english_level": "3", "japanese_level": "1"},
        {"never_in_japan": "on", "never_refused": "on"},
    ):
        page = nominee.done(nominee.send(page, **typed, next="1"))
    nominee.done(
        nominee.send(
            nominee.get(f"{base}/field/"),
            field="environment",
            statement="I want to learn how waste is reduced.",
            future_use="I will write a manual for my department.",
            available_from="2090-05-01",
            available_until="2091-05-01",
            next="1",
        )
    )
    application = Application.objects.get()
    hand_in_papers(SimpleNamespace(on=timezone.localdate()), application, application.trainee.user)
    page = nominee.get(f"{base}/confirm/")
    nominee.done(nominee.send(page, to=THIS_PAGE, agree="on"))


def brake() -> list[bool]:
    """Five wrong passwords, alternately on both machines, brake the sixth wherever it comes."""
    guesser = Roaming()
    guesser.from_address = "192.0.2.77"
    said = []
    for _guess in range(6):
        page = guesser.get("/en/account/login/")
        if len(said) % 2:
            guesser.get("/en/")  # so that page and form do not always fall on the same machines
        answer = guesser.send(page, login=COORDINATOR, password="wrong")
        said.append("Too many" in answer.text)
    return said


@contextmanager
def portal(machines: list[list[str]]) -> Iterator[tuple[list[Running], list[Running], Sink]]:
    """The three servers at the bridge, web and worker on each machine, beat on the first."""
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="portal-machines-"))
        database = stack.enter_context(cluster(address=BRIDGE))
        queue = urlsplit(stack.enter_context(redis())).port or 0
        sink = stack.enter_context(Sink())
        queue_line = stack.enter_context(Proxy(queue, host=BRIDGE))
        mail_line = stack.enter_context(Proxy(sink.port, host=BRIDGE))
        env = sound(
            DATABASE_URL=database.url,
            REDIS_URL=f"redis://{BRIDGE}:{queue_line.port}/0",
            EMAIL_URL=f"smtp://{BRIDGE}:{mail_line.port}",
            PORTAL_DATA_DIR=folder,
            STATIC_ROOT=str(static_files()),
            WEB_WORKERS="1",
            WORKER_PROCESSES="1",
            BEAT_SCHEDULE=str(Path(folder, "beat")),
        )
        os.environ.update(env)
        manage = [sys.executable, "manage.py"]
        subprocess.run([*manage, "migrate", "--noinput", "-v0"], env=env, check=True)
        subprocess.run([*manage, "createcachetable"], env=env, check=True)
        script = "scripts/container"
        sites, workers = [], []
        for on, address in zip(machines, ADDRESSES, strict=True):
            own = {**env, "WEB_BIND": f"{address}:{PORT}"}
            sites.append(
                stack.enter_context(
                    running([*on, script, "web"], own, ready=lambda _f, where=address: is_up(where))
                )
            )
            workers.append(
                stack.enter_context(
                    running(
                        [*on, script, "worker"], env, ready=lambda found: " ready." in found.output
                    )
                )
            )
        stack.enter_context(
            running(
                [*machines[0], script, "beat"], env, ready=lambda f: "beat: Starting" in f.output
            )
        )
        yield sites, workers, sink


def is_up(address: str) -> bool:
    try:
        return Visitor(address, PORT).get("/healthz", timeout=2).status == 200
    except OSError:
        return False


def main() -> int:
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "lgotp.settings"
    with network() as machines, portal(machines) as (_sites, workers, sink):
        django.setup()
        try:
            found = flow(Post(sink))
        except Exception:
            for one in (*_sites, *workers):
                print(one.output[-1500:], file=sys.stderr)
            raise
        found["worked"] = ["succeeded" in worker.output for worker in workers]
    print(json.dumps(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
