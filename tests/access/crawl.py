"""Everything that one person can get out of the portal, as text: pages, files, headers, mails."""

import html
import re
from collections import deque
from collections.abc import Iterator
from urllib.parse import urlencode, urljoin, urlsplit

from django.http import HttpResponse
from django.urls import reverse

from tests.access.door import Door
from tests.access.readers import foreign_to
from tests.access.routes import addresses
from tests.access.table import DESK
from tests.access.table_desk import LISTS, ROWS
from tests.access.world import World
from tests.faults.canary import texts_of

_LINK = re.compile(r'(?:href|action|src)="([^"#]+)')
# The Japanese pages are the English ones in other words: one of the two languages is walked.
_NOT_FOLLOWED = re.compile(r"^/(?:static|language|ja)/|/logout/|^/admin/")
LIMIT = 60  # pages that are found by following links

# What is sent where a form asks for something, so that its answer and its mails are read as well.
SENT = {
    "hosts:relay_act": [{"act": "forward"}, {"act": "return", "comment": "Write more."}],
    "desk:answer_return": [{"reason": "Write more."}],
    "hosts:request_step": [{"ends_on": "no day", "next": "1"}, {"version": "0", "next": "1"}],
}
# Words that lists are searched for, sorted and filtered by; foreign names are added to them.
QUESTIONS = [
    {"q": "zq"},
    {"q": "第"},
    {"state": "submitted"},
    {"page": "2"},
    {"cycle": "lgotp-2027"},
]


def read_pages(world: World, door: Door, role: str) -> Iterator[tuple[str, str]]:
    """Each address that this role can ask for, with everything that its answer says."""
    session = world.sessions.get(role)
    waiting = deque(_starts(world, role))
    known = set(waiting)
    followed = 0
    while waiting:
        path = waiting.popleft()
        response = door.ask("GET", path, session=session)
        yield path, everything_in(response)
        for link in _links(response, path):
            if link not in known and followed < LIMIT and role not in DESK:
                followed += 1
                known.add(link)
                waiting.append(link)


def _starts(world: World, role: str) -> list[str]:
    """All pages of the table with every object, one's own and others'; lists with questions."""
    found = [path for _name, _object, path in _asked_for(world, role, "GET")]
    asked = QUESTIONS + [{"q": text} for text in foreign_to(world, role).values()]
    if role not in DESK:
        return found + [f"{reverse('hosts:relay')}?{urlencode(each)}" for each in asked]
    lists = [reverse(f"admin:{name}_changelist") for name in LISTS]
    return found + [f"{path}?q=zq&o=-1" for path in lists]


def _asked_for(world: World, role: str, method: str) -> Iterator[tuple[str, str, str]]:
    """The addresses of the table that this role's walk asks for: route, object, address.

    Staff ask for the desk, all others for the portal, whatever the object; a personal link is asked
    for by its holder alone. That the other half is refused in the same words shows `test_routes`.
    """
    for name, row in ROWS.items():
        is_desk = row.is_desk or name.startswith("admin")
        for object, path in addresses(world, name, row).items():
            if method not in row.methods or is_desk != (role in DESK):
                continue
            if is_desk and (object == "unknown" or path.startswith("/admin/r/")):
                continue
            if row.object != "token" or object != "own" or role == "link":
                yield name, object, path


def _links(response: HttpResponse, path: str) -> Iterator[str]:
    if response.status_code in (301, 302):
        yield from _ours([response["Location"]], path)
    elif response.headers.get("Content-Type", "").startswith("text/html"):
        yield from _ours(_LINK.findall(response.content.decode()), path)


def _ours(links: list[str], path: str) -> Iterator[str]:
    for link in links:
        parts = urlsplit(urljoin(path, html.unescape(link)))
        is_page = not parts.netloc and parts.scheme == "" and parts.path.startswith("/")
        if is_page and not _NOT_FOLLOWED.search(parts.path):
            yield f"{parts.path}?{parts.query}" if parts.query else parts.path


def read_answers(
    world: World, door: Door, role: str
) -> Iterator[tuple[str, str, list[tuple[str, str]]]]:
    """Each form of the table, sent for every object: its answer, and the mails that it caused."""
    for name, object, path in _asked_for(world, role, "POST"):
        for sent in SENT.get(name, [{}]):
            response, mails = door.send(path, sent, world.sessions.get(role))
            yield f"POST {name} [{object}]", everything_in(response), mails


def everything_in(response: HttpResponse) -> str:
    """Body unpacked, headers with file names, cookies with messages, the address led to."""
    headers = "\n".join(f"{name}: {value}" for name, value in response.items())
    cookies = "\n".join(morsel.OutputString() for morsel in response.cookies.values())
    return "\n".join([texts_of(headers.encode()), texts_of(cookies.encode()), body_of(response)])


def body_of(response: HttpResponse) -> str:
    """What the body says; pages need no unpacking."""
    if response.headers.get("Content-Type", "").startswith("text/html"):
        return html.unescape(response.content.decode())
    return texts_of(response.content)


def foreign_in(text: str, foreign: dict[str, str]) -> set[str]:
    """The owners whose canary stands in the text."""
    folded = text.casefold()
    return {owner for owner, canary in foreign.items() if canary.casefold() in folded}
