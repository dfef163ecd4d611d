"""A calendar as a file (RFC 5545): whole days only, so that no time zone can shift them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

FOLD_BYTES = 75  # of a line, its break not counted (RFC 5545, 3.1)
PRODUCT = "-//LGOTP portal//calendar//EN"
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


@dataclass(frozen=True)
class Entry:
    """One day or stretch of days: `code` is its stable name, `last` the last day of it."""

    code: str
    first: date
    last: date
    title: str
    text: str = ""
    url: str = ""
    is_task: bool = False  # something to be done by then: shown as free time


def calendar_file(
    entries: Iterable[Entry], *, name: str, host: str, made_at: datetime, language: str
) -> bytes:
    """The calendar with these entries, in the order of their days."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:{PRODUCT}",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME;LANGUAGE={language}:{escaped(name)}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT12H",
        "X-PUBLISHED-TTL:PT12H",
    ]
    stamp = f"{made_at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    for entry in sorted(entries, key=lambda each: (each.first, each.code)):
        lines += _event(entry, host=host, stamp=stamp, language=language)
    lines.append("END:VCALENDAR")
    return "".join(f"{folded(line)}\r\n" for line in lines).encode()


def _event(entry: Entry, *, host: str, stamp: str, language: str) -> list[str]:
    after = entry.last + timedelta(days=1)  # the end of whole days is the day after
    lines = [
        "BEGIN:VEVENT",
        f"UID:{entry.code}@{host}",
        f"DTSTAMP:{stamp}",
        f"DTSTART;VALUE=DATE:{entry.first:%Y%m%d}",
        f"DTEND;VALUE=DATE:{after:%Y%m%d}",
        f"SUMMARY;LANGUAGE={language}:{escaped(entry.title)}",
        "TRANSP:TRANSPARENT",
        f"CATEGORIES:{'DEADLINE' if entry.is_task else 'PHASE'}",
    ]
    if entry.text:
        lines.append(f"DESCRIPTION;LANGUAGE={language}:{escaped(entry.text)}")
    if entry.url:
        lines.append(f"URL:{entry.url}")
    lines.append("END:VEVENT")
    return lines


def escaped(text: str) -> str:
    """A value of the type TEXT (RFC 5545, 3.3.11)."""
    plain = _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    for sign in ("\\", ";", ","):
        plain = plain.replace(sign, f"\\{sign}")
    return plain.replace("\n", "\\n")


def folded(line: str) -> str:
    """Lines of at most 75 bytes, each further one behind a blank; no character is torn apart."""
    parts: list[str] = []
    part, size = "", 0
    for sign in line:
        width = len(sign.encode())
        if size + width > FOLD_BYTES:
            parts.append(part)
            part, size = " ", 1
        part += sign
        size += width
    parts.append(part)
    return "\r\n".join(parts)
