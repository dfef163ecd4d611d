"""The questions on a row, as a part of the row's page."""

from typing import Any

from django.db.models import Q
from django.http import HttpRequest

from .panels import panel
from .question_views import ask_address
from .subjects import Subject, subject_of
from .threads import Thread, ThreadState

SHOWN = 20
MOST = 200


def questions_on(request: HttpRequest, row: Any) -> dict[str, object] | None:
    """What was asked about this row and what belongs to it, as this reader sees it; None for who
    neither sees a question nor can ask one.
    """
    subject = subject_of(row._meta.label)
    if subject is None:
        return None
    threads = _threads_on(request, subject, row)
    may_ask = subject.is_open(row) and bool(subject.sides_of(request.user, row))
    if not threads and not may_ask:
        return None
    return {
        "threads": threads[:SHOWN],
        "has_more": len(threads) > SHOWN,
        "ask": ask_address(subject, row) if may_ask else "",
    }


def _threads_on(request: HttpRequest, subject: Subject, row: Any) -> list[Thread]:
    """Those that wait first, then the last written; read with the row where its page does so."""
    if "read_threads" in row.__dict__:
        read = [*row.read_threads, *row.__dict__.get("read_part_threads", [])]
        threads = [Thread.from_json(each) for each in read]
    else:
        wanted = Q(kind=subject.key, subject_id=row.pk)
        for key, rows in subject.parts(row).items():
            wanted |= Q(kind=key, subject_id__in=rows.values("pk"))
        threads = list(Thread.objects.visible_to(request.user).filter(wanted)[:MOST])
    threads.sort(key=lambda thread: thread.written_at, reverse=True)
    return sorted(threads, key=lambda thread: thread.state != ThreadState.OPEN)


for _place in ("answer", "host_request", "desk_answer"):
    panel(_place, order=50, template="accounts/_questions.html")(questions_on)
