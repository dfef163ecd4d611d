"""Queries of each page, and its time at 10,000 applications against 1,000: `python -m bench.pages`.

    python -m bench.pages [--postgresql] [--only WORD] [--sizes 2 11 100] [--rounds 5]

Every list, filter, sort, search, detail, form step and dashboard is opened as the person whose page
it is, on demonstrations of three sizes, each in a process of its own; the processes take turns, and
the figure is the fastest request of each, since all else is what other programs did meanwhile. A
ratio above the bound is measured again with more rounds before it counts. Ends with 1 where a page
breaks a budget: the number of queries, or 1.1 times the time.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SIZES = [2, 11, 100]  # about 100, 1,000 and 10,000 applications
RATIO = 1.10
FLOOR_MS = 3.0  # below this a difference is the clock's
WARM, REPEATS, ROUNDS = 2, 6, 5
PERSON = 4  # session, person, memberships, second factor
TIMED = {"list", "detail"}  # the others are measured as well, and have no bound
BUDGETS = {"list": 6, "detail": 6, "form": 4, "status": 4, "dashboard": 12}


@dataclass(frozen=True)
class Page:
    """One address as one person opens it."""

    name: str
    kind: str
    who: str
    url: str

    @property
    def budget(self) -> int:
        return BUDGETS[self.kind] + PERSON


# In the process of one size --------------------------------------------------------------------


def child() -> None:
    """Answer lines of JSON: `pages`, or the name of a page and how often it is opened."""
    import django

    django.setup()
    from django.conf import settings

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    opener = Opener()
    for line in sys.stdin:
        asked = json.loads(line)
        if asked == "pages":
            answer: Any = [vars(page) for page in opener.pages.values()]
        else:
            answer = opener.measure(asked["name"], asked["times"])
        print(json.dumps(answer), flush=True)


class Opener:
    """Opens pages as the people of the demonstration."""

    def __init__(self) -> None:
        self.pages = {page.name: page for page in all_pages()}
        self.clients: dict[str, Any] = {}

    def client(self, who: str) -> Any:
        from django.test import Client

        from accounts.models import User

        if who not in self.clients:
            self.clients[who] = Client(SERVER_NAME="127.0.0.1")
            if who:
                self.clients[who].force_login(User.objects.get(email=who))
        return self.clients[who]

    def measure(self, name: str, times: int) -> dict[str, Any]:
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        page = self.pages[name]
        client = self.client(page.who)
        answer = client.get(page.url)
        for _warm in range(WARM if times else 0):
            client.get(page.url)
        with CaptureQueriesContext(connection) as captured:
            client.get(page.url)
        # The next request forgets them. A session notes once a minute that it was used.
        queries = captured.captured_queries
        if any('UPDATE "django_session"' in query["sql"] for query in queries):
            return self.measure(name, times)
        best = float("inf")
        for _time in range(times):
            started = time.perf_counter()
            client.get(page.url)
            best = min(best, time.perf_counter() - started)
        return {
            "status": answer.status_code,
            "queries": len(queries),
            "ms": best * 1000 if times else 1.0,
            "sql": [query["sql"][:2000] for query in queries],
        }


def all_pages() -> Iterator[Page]:
    yield from desk_pages()
    yield from admin_pages()
    yield from people_pages()


STAFF = "administrator@lgotp.example.jp"


def desk_pages() -> Iterator[Page]:
    from django.urls import reverse

    from hosts.models import SurveyAnswer

    answer = SurveyAnswer.objects.filter(has_demand=True, survey__cycle__fiscal_year=2027).first()
    yield Page("desk start", "dashboard", STAFF, reverse("desk:start"))
    yield Page("desk answer", "detail", STAFF, reverse("desk:answer", args=[answer.public_id]))
    yield Page("desk board", "dashboard", STAFF, reverse("desk:board", args=["lgotp", 2027]))
    yield Page("desk nominate", "form", STAFF, reverse("desk:nominate", args=[2027, "lgotp"]))
    yield Page("desk invite", "form", STAFF, reverse("desk:invite"))


def admin_pages() -> Iterator[Page]:
    """Every list of the staff with each filter, each sorting column, a search and a row."""
    from django.contrib import admin
    from django.test import RequestFactory
    from django.urls import reverse

    request = RequestFactory().get("/")
    for model, listed in sorted(admin.site._registry.items(), key=lambda item: str(item[0])):
        if not model._default_manager.exists():
            continue
        name = f"{model._meta.app_label}.{model._meta.model_name}"
        if name.split(".")[0] in {"account", "mfa", "usersessions"}:
            continue
        address = reverse(f"admin:{name.replace('.', '_')}_changelist")
        yield Page(f"admin {name}", "list", STAFF, address)
        for query in _filters(model, listed.list_filter):
            yield Page(f"admin {name} ?{query}", "list", STAFF, f"{address}?{query}")
        sortable = listed.get_sortable_by(request)
        columns = listed.get_list_display(request)
        for column in (n for n, each in enumerate(columns, start=1) if each in sortable):
            yield Page(f"admin {name} ?o={column}", "list", STAFF, f"{address}?o=-{column}")
        if listed.search_fields:
            for word in ("an", "西", "zzzz"):
                yield Page(f"admin {name} ?q={word}", "list", STAFF, f"{address}?q={word}")
        row = model._default_manager.order_by("pk")[model._default_manager.count() // 2]
        change = reverse(f"admin:{name.replace('.', '_')}_change", args=[row.pk])
        yield Page(f"admin {name} row", "detail", STAFF, change)


def _filters(model: Any, filters: Any) -> Iterator[str]:
    """One value of each plain filter that some row has."""
    for field in filters:
        if isinstance(field, tuple):
            field = field[0]
        if not isinstance(field, str):
            continue
        found = model._default_manager.order_by().values_list(field, flat=True)
        value = next(iter(found.exclude(**{field: None})[:1]), None)
        if value is None:
            continue
        if isinstance(value, bool):
            value = int(value)
        relation = model
        for part in field.split("__"):
            relation = relation._meta.get_field(part)
            relation = getattr(relation, "related_model", None) or relation
        is_key = hasattr(relation, "_meta")
        yield f"{field}__{'id__exact' if is_key else 'exact'}={value}"


def people_pages() -> Iterator[Page]:
    from django.utils import translation

    with translation.override("en"):
        yield from _people_pages()


def _people_pages() -> Iterator[Page]:
    from django.urls import reverse

    from hosts.models import HostRequest, SurveyAnswer
    from notices.models import Letter
    from trainees.models import Application

    own = SurveyAnswer.objects.get(government__code="382060", survey__cycle__fiscal_year=2027)
    host, relay = "coordinator@lgotp.example.jp", "relay@lgotp.example.jp"
    yield Page("host home", "dashboard", host, reverse("hosts:home"))
    yield Page("host answer", "detail", host, reverse("hosts:answer", args=[own.public_id]))
    yield Page("host no demand", "form", host, reverse("hosts:no_demand", args=[own.public_id]))
    request = HostRequest.objects.filter(answer__government__code="382060").first()
    yield Page("host request", "detail", host, reverse("hosts:request", args=[request.public_id]))
    relayed = reverse("hosts:relay")
    yield Page("relay home", "dashboard", relay, reverse("hosts:home"))
    yield Page("relay list", "list", relay, relayed)
    yield Page("relay filter", "list", relay, f"{relayed}?state=received")
    yield Page("relay search", "list", relay, f"{relayed}?q=西条")
    trainee = "trainee@lgotp.example.jp"
    draft = Application.objects.get(trainee__user__email=trainee)
    yield Page("trainee status", "status", trainee, reverse("trainees:status"))
    for step in ("person", "employer", "languages", "field", "confirm"):
        address = reverse("trainees:application_step", args=[draft.public_id, step])
        yield Page(f"trainee step {step}", "form", trainee, address)
    alumnus = "alumnus@lgotp.example.jp"
    yield Page("alumnus status", "status", alumnus, reverse("trainees:status"))
    sent = Application.objects.get(trainee__user__email=alumnus)
    address = reverse("trainees:application", args=[sent.public_id])
    yield Page("alumnus application", "detail", alumnus, address)
    office = "office@lgotp.example.jp"
    yield Page("office overview", "dashboard", office, reverse("accounts:overview"))
    letter = Letter.objects.order_by("pk").first()
    yield Page("verify", "detail", "", f"/verify/{letter.check_code}")
    yield Page("public home", "dashboard", "", reverse("outreach:home"))


# The one that asks ------------------------------------------------------------------------------


class Size:
    """The process of one demonstration."""

    def __init__(self, env: dict[str, str]):
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bench.pages", "--child"],
            cwd=ROOT,
            env=env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ask(self, question: Any) -> Any:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps(question) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def close(self) -> None:
        self.process.stdin.close()  # type: ignore[union-attr]
        self.process.wait()


@contextmanager
def loaded(scale: int, database: str, keep: Path) -> Iterator[dict[str, str]]:
    """The environment of a demonstration of this size; loaded where it is not there yet."""
    folder = keep / f"{'postgresql' if database else 'sqlite'}-{scale}"
    is_new = not folder.exists()
    folder.mkdir(parents=True, exist_ok=True)
    own = {"DATABASE_URL", "REDIS_URL", "EMAIL_URL", "LGOTP_ENV", "PORTAL_DATA_DIR", "SECRET_KEY"}
    env = {name: value for name, value in os.environ.items() if name not in own}
    env |= {"PORTAL_DATA_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "lgotp.settings"}
    if database:
        env["DATABASE_URL"] = database
    for words in (["migrate", "-v0"], ["createcachetable"]):
        subprocess.run([sys.executable, "manage.py", *words], cwd=ROOT, env=env, check=True)
    if is_new:
        words = ["collectstatic", "--noinput", "-v0"]
        subprocess.run([sys.executable, "manage.py", *words], cwd=ROOT, env=env, check=True)
        words = ["demo", "--scale", str(scale)]
        subprocess.run(
            [sys.executable, "manage.py", *words], cwd=ROOT, env=env, check=True,
            stdout=subprocess.DEVNULL,
        )  # fmt: skip
        statement = "from django.db import connection as c; c.cursor().execute('ANALYZE')"
        subprocess.run(
            [sys.executable, "manage.py", "shell", "-v0", "-c", statement],
            cwd=ROOT,
            env=env,
            check=True,
        )
    yield env


def main() -> int:
    words = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    words.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    words.add_argument("--postgresql", action="store_true", help="on a PostgreSQL started here")
    words.add_argument("--only", default="", help="only pages whose name has this word")
    words.add_argument("--sizes", type=int, nargs=3, default=SIZES, help="scales of the three")
    words.add_argument("--rounds", type=int, default=ROUNDS, help="0 counts queries only")
    words.add_argument("--keep", type=Path, help="a folder in which the SQLite databases stay")
    words.add_argument("--sql", action="store_true", help="print the queries of what breaks")
    asked = words.parse_args()
    if asked.child:
        child()
        return 0
    with ExitStack() as stack:
        keep = asked.keep or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        keep = keep.absolute()
        addresses = ["", "", ""]
        if asked.postgresql:
            addresses = _databases(stack, len(asked.sizes))
        sizes = []
        for scale, address in zip(asked.sizes, addresses, strict=True):
            sizes.append(Size(stack.enter_context(loaded(scale, address, keep))))
            stack.callback(sizes[-1].close)
        return _compare(sizes, asked)


def _databases(stack: ExitStack, number: int) -> list[str]:
    """So many databases of a PostgreSQL that ends with this process."""
    import psycopg

    from tests.servers import postgresql

    address = stack.enter_context(postgresql())
    names = [f"pages{n}" for n in range(number)]
    with psycopg.connect(address, autocommit=True) as connection:
        for name in names:
            connection.execute(f"CREATE DATABASE {name}")
    return [f"{address.rpartition('/')[0]}/{name}" for name in names]


def _compare(sizes: list[Size], asked: argparse.Namespace) -> int:
    pages = [Page(**row) for row in sizes[-1].ask("pages")]
    common = set.intersection(*({row["name"] for row in size.ask("pages")} for size in sizes))
    broken = 0
    print(f"{'page':<58} {'queries':>11} {'of':>3} {'ms 1k':>8} {'ms 10k':>8} {'ratio':>6}")
    for page in pages:
        if page.name not in common or asked.only not in page.name:
            continue
        found = _measure(page, sizes, asked.rounds)
        if asked.rounds and page.kind in TIMED and _ratio(found) > RATIO:
            again = _measure(page, sizes, 3 * asked.rounds)
            for old, new in zip(found, again, strict=True):
                old["ms"] = min(old["ms"], new["ms"])
        counts = [each["queries"] for each in found]
        faults = []
        if max(counts) > page.budget:
            faults.append("queries")
        if page.kind == "list" and counts[2] > counts[1]:
            faults.append("queries grow")
        if (
            page.kind in TIMED
            and _ratio(found) > RATIO
            and found[2]["ms"] - found[1]["ms"] > FLOOR_MS
        ):
            faults.append("time")
        if any(each["status"] != 200 for each in found):
            faults.append(f"status {found[-1]['status']}")
        broken += bool(faults)
        print(
            f"{page.name:<58.58} {'/'.join(map(str, counts)):>11} {page.budget:>3} "
            f"{found[1]['ms']:>8.1f} {found[2]['ms']:>8.1f} {_ratio(found):>6.2f}"
            f"  {', '.join(faults)}",
            flush=True,
        )
        if faults and asked.sql:
            print(*(f"      {sql}" for sql in found[2]["sql"]), sep="\n")
    print(f"{broken} of these pages break a budget")
    return 1 if broken else 0


def _measure(page: Page, sizes: list[Size], rounds: int) -> list[dict[str, Any]]:
    """Each size in turn, so that what else the machine does falls on all of them."""
    found = [size.ask({"name": page.name, "times": min(rounds, 1)}) for size in sizes]
    for _round in range(rounds):
        for size, best in list(zip(sizes, found, strict=True))[1:]:
            again = size.ask({"name": page.name, "times": REPEATS})
            best["ms"] = min(best["ms"], again["ms"])
    return found


def _ratio(found: list[dict[str, Any]]) -> float:
    return found[2]["ms"] / found[1]["ms"]


if __name__ == "__main__":
    sys.exit(main())
