"""Log lines: one of JSON each, that tells where something failed and nothing of anybody (P36).

What an exception says is left out: a database puts the refused row into it, a form what was typed.
Its class, the constraint and the lines of code it came through remain. Addresses and the tokens of
personal links are taken out of every text, as a last net.
"""

import json
import logging
import re
import sys
import traceback
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

from gunicorn.glogging import Logger as GunicornLogger

_EMAIL = re.compile(r"[^\s\"'<>(),;:=/]+@[^\s\"'<>(),;:=/]+")
_QUERY = re.compile(r"\?[^\s\"']*")
_SEGMENT = re.compile(r"(?<=/)[^/\s\"']{16,}")
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_PLAIN_WORD = re.compile(r"[a-z_.-]+")


class JsonLines(logging.Formatter):
    """A record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": without_people(_message(record)),
        }
        if record.exc_info:
            kind, error, trace = record.exc_info
            line["error"] = kind.__qualname__ if kind else ""
            line["where"] = _where(error, trace)
            if constraint := _constraint(error):
                line["constraint"] = constraint
        return json.dumps(line, ensure_ascii=False)


def without_people(text: str) -> str:
    """The text without e-mail addresses, query strings and the tokens of personal links."""
    text = _SEGMENT.sub(_token, _QUERY.sub("?…", text))
    return _EMAIL.sub("…@…", text)


def _token(found: re.Match[str]) -> str:
    segment = found[0]
    return segment if _UUID.fullmatch(segment) or _PLAIN_WORD.fullmatch(segment) else "…"


def _message(record: logging.LogRecord) -> str:
    """The text of a record; Celery writes what a task raised into it, which is left out."""
    task = getattr(record, "data", None)
    if isinstance(task, dict) and "exc" in task:
        return f"task {task.get('name')}[{task.get('id')}] {task.get('description')}"
    return record.getMessage()


def _where(error: BaseException | None, trace: TracebackType | None) -> list[str]:
    """The lines of code that an exception came through, its causes' first."""
    cause = error and (error.__cause__ or error.__context__)
    frames = [f"{f.filename}:{f.lineno} {f.name}" for f in traceback.extract_tb(trace)]
    if cause is None:
        return frames
    return [*_where(cause, cause.__traceback__), f"{type(cause).__qualname__}", *frames]


def _constraint(error: BaseException | None) -> str:
    """Which rule of the database refused, by its name."""
    while error is not None:
        if name := getattr(getattr(error, "diag", None), "constraint_name", None):
            return name
        error = error.__cause__ or error.__context__
    return ""


class WebLogger(GunicornLogger):
    """What the web server itself has to say, in the same lines."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(JsonLines())
        self.error_log.handlers = [handler]
