"""Sends nonsense to two real web processes, as strangers and as people who have signed in, and
counts what was answered: no 5xx, no trace, every header (P40). Every fault is printed.
"""

import os
import random
import socket
import sys
import time
from collections import Counter

import django

from tests.faults.fuzz import Fuzzer, Request
from tests.faults.processes import web
from tests.faults.production import Production, production
from tests.faults.visitor import HOST

SECONDS = int(os.environ.get("SOAK_SECONDS", "300"))
NEEDED = [b"x-content-type-options:", b"content-security-policy:", b"strict-transport-security:"]
CHUNKS = ["5\r\na=b&c\r\n0\r\n\r\n", "zz\r\n", "ffffffffffffffff\r\n", "5\r\nab"]


def lines_of(request: Request, cookie: str, pick: random.Random) -> bytes:
    """The request as bytes on the wire, now and then with a body that is not as announced."""
    headers = {"Host": HOST, "X-Forwarded-Proto": "https", "Connection": "close", **request.headers}
    headers["Cookie"] = "; ".join(filter(None, [cookie, headers.get("Cookie", "")]))
    body = request.body
    kind = pick.random()
    if kind < 0.05:
        headers["Transfer-Encoding"] = pick.choice(["chunked", "gzip, chunked", "nonsense"])
        body = pick.choice(CHUNKS).encode()
    elif kind < 0.1:
        headers["Content-Length"] = pick.choice(["-1", "abc", "0", "3", "1e3", "99999999999"])
    elif body:
        headers["Content-Length"] = str(len(body))
    head = [f"{request.method} {request.path} HTTP/1.1"]
    head += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*head, "", ""]).encode("latin-1", "replace") + body


def ask(port: int, sent: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=15) as line:
        line.sendall(sent)
        line.shutdown(socket.SHUT_WR)
        answer = b""
        while chunk := line.recv(65_536):
            answer += chunk
    return answer


def fault_of(answer: bytes) -> str:
    """What is wrong with an answer; nothing at all is what a broken request may get."""
    if not answer:
        return ""
    head, _blank, body = answer.partition(b"\r\n\r\n")
    status = int(head.split()[1])
    missing = [name.decode() for name in NEEDED if name not in head.lower()]
    if status >= 500:
        return f"status {status}"
    return f"without {missing}" if missing else "trace" if b"Traceback (most" in body else ""


def soak(portal: Production, seconds: int) -> int:
    from tests.routes import addresses

    seed = int(os.environ.get("SOAK_SEED", time.time()))
    fuzzer, pick = Fuzzer(addresses(), seed), random.Random(seed)
    people = ["", *portal.ground["sessions"]]
    statuses: Counter[int] = Counter()
    faults = 0
    with web(portal.env, workers=2) as site:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            who = pick.choice(people)
            session = portal.ground["sessions"].get(who)
            request = fuzzer.draw()
            try:
                answer = ask(
                    site.port,
                    lines_of(request, f"{portal.ground['cookie']}={session}" if who else "", pick),
                )
            except (ConnectionError, TimeoutError):
                answer = b""
            statuses[int(answer.split()[1]) if answer else 0] += 1
            if fault := fault_of(answer):
                faults += 1
                print(f"FAULT {fault}: as {who or 'stranger'}: {request}", flush=True)
        alive = site.process.poll() is None
    print(f"seed {seed}")
    print(f"requests {statuses.total()}")
    print(f"statuses {dict(sorted(statuses.items()))} (0: the line was closed)")
    print(f"faults {faults}")
    print(f"web process alive {alive}")
    return 0 if alive and not faults else 1


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lgotp.settings")
    django.setup()
    with production() as portal:
        return soak(portal, SECONDS)


if __name__ == "__main__":
    sys.exit(main())
