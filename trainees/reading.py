"""What belongs to an application is read by small functions, each in one place. A page on which
several of them ask for the same says so first (`read_once`); then each reads only once. What
changes an application never keeps what it has read.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeVar, cast

from django.db.models import QuerySet

from .models import Application, Document, SenderStatement
from .states import DOCUMENT_COUNTS

Found = TypeVar("Found")


def read_once(application: Application) -> None:
    """From now on everything is read once for this object."""
    application.kept_reads = {}


def kept(application: Application, name: str, read: Callable[[], Found]) -> Found:
    """What `read` gives, kept where the page reads once."""
    if application.kept_reads is None:
        return read()
    if name not in application.kept_reads:
        application.kept_reads[name] = read()
    return cast(Found, application.kept_reads[name])


def papers_of(application: Application) -> list[Document]:
    """Every paper, in the order of the kinds, of one kind the newest first."""
    return kept(application, "papers", lambda: list(_papers().filter(application=application)))


def papers_of_each(applications: Sequence[Application]) -> dict[int, list[Document]]:
    """The same of several, in one query for all that were not read before."""
    unread = [row for row in applications if "papers" not in (row.kept_reads or {})]
    found: dict[int, list[Document]] = {application.pk: [] for application in unread}
    if unread:
        for paper in _papers().filter(application__in=list(found)):
            found[paper.application_id].append(paper)
    for application in unread:
        kept(application, "papers", partial(found.__getitem__, application.pk))
    return {row.pk: found[row.pk] if row.pk in found else papers_of(row) for row in applications}


def _papers() -> QuerySet[Document]:
    rows = Document.objects.select_related("kind", "file")
    return rows.order_by("kind__order", "kind__code", "-pk")


def papers_that_count(application: Application) -> list[Document]:
    """The last one of each kind, whether it is good or was refused."""
    return [paper for paper in papers_of(application) if paper.state in DOCUMENT_COUNTS]


def statements_of(application: Application) -> list[SenderStatement]:
    """What the employer has stated, the last one first."""
    rows = application.statements.select_related("file", "entered_by")
    return kept(application, "statements", lambda: list(rows.order_by("-given_at", "-pk")))
