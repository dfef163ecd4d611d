"""What belongs to an application is read by small functions, each in one place. A page on which
several of them ask for the same says so first (`read_once`); then each reads only once. What
changes an application never keeps what it has read.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeVar, cast

from django.db.models import QuerySet

from accounts.json_rows import json_rows, related_from, row_from
from accounts.models import User
from files.models import StoredFile

from .models import Application, Document, DocumentKind, SenderStatement
from .models.applications import ApplicationQuerySet
from .states import DOCUMENT_COUNTS

Found = TypeVar("Found")
PAPER = ["id", "public_id", "state", "issued_on", "refusal", "handed_in_at"]
PAPER_KIND = [f"kind__{field.name}" for field in DocumentKind._meta.concrete_fields]
PAPER_FILE = ["file__id", "file__name", "file__scan"]
STATEMENT_FILE = ["file__id", "file__name", "file__sha256", "file__original_sha256"]
STATEMENT_WRITER = ["entered_by__id", "entered_by__name", "entered_by__email"]


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


def with_papers(rows: ApplicationQuerySet) -> ApplicationQuerySet:
    """Applications with their papers, in the same query; `keep_papers_read_with` hands them out."""
    fields = [*PAPER, *PAPER_KIND, *PAPER_FILE]
    return rows.annotate(paper_rows=json_rows(Document.objects.all(), "application", fields))


def keep_papers_read_with(application: Application) -> None:
    """What `with_papers` has read is all that the page asks of papers."""
    papers = [
        row_from(
            Document,
            row,
            application=application,
            kind=related_from(DocumentKind, row, "kind"),
            file=related_from(StoredFile, row, "file"),
        )
        for row in vars(application)["paper_rows"]
    ]
    papers.sort(key=lambda paper: (paper.kind.order, paper.kind.code, -paper.pk))
    kept(application, "papers", lambda: papers)


def papers_that_count(application: Application) -> list[Document]:
    """The last one of each kind, whether it is good or was refused."""
    return [paper for paper in papers_of(application) if paper.state in DOCUMENT_COUNTS]


def with_statements(rows: ApplicationQuerySet) -> ApplicationQuerySet:
    """Applications with what the employer has stated, in the same query."""
    own = [field.attname for field in SenderStatement._meta.concrete_fields]
    fields = [*own, *STATEMENT_FILE, *STATEMENT_WRITER]
    return rows.annotate(
        statement_rows=json_rows(SenderStatement.objects.all(), "application", fields)
    )


def statements_of(application: Application) -> list[SenderStatement]:
    """What the employer has stated, the last one first; without a query where `with_statements`
    has read it.
    """
    rows = getattr(application, "statement_rows", None)
    if rows is None:
        found = application.statements.select_related("file", "entered_by")
        return kept(application, "statements", lambda: list(found.order_by("-given_at", "-pk")))
    read = [
        row_from(
            SenderStatement,
            row,
            application=application,
            file=related_from(StoredFile, row, "file"),
            entered_by=related_from(User, row, "entered_by"),
        )
        for row in rows
    ]
    return sorted(read, key=lambda each: (each.given_at, each.pk), reverse=True)
