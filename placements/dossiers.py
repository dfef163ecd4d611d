"""One candidate's dossier as a single PDF: cover sheet, contents, data, documents in their order,
the number of the page on each and a bookmark for every part.

The full version is for staff. The other one leaves out the number and the page of the passport,
whatever tells of health or belief, and says so.
"""

import base64
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any

from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.templatetags.portal import era_date, full_day
from files.binding import NotBound, Piece, Prepared, Stretch, bind, prepare
from files.models import Scan, StoredFile
from files.received import FileDamaged, bytes_of
from notices.pages import page_pdf
from trainees.dossiers import Line, Paper, Part, check_number, papers_of, parts_of
from trainees.dossiers.contents import line, lines_of
from trainees.eligibility import verdicts_of
from trainees.models import Application, DocumentKind
from trainees.versions import Judged, judged

from .models import Nomination, Placement
from .states import SEATED

PASSPORT_KINDS = ("passport",)  # kinds whose code begins so show the passport
KINDS = {"application/pdf": "pdf", "image/jpeg": "picture", "image/png": "picture"}
WHY_NOT = {
    "damaged": gettext_lazy("This file is damaged and could not be read."),
    "missing": gettext_lazy("The stored file is missing or was changed. Tell the administrator."),
    "heavy": gettext_lazy("This file takes too long or too much memory to be read."),
    "long": gettext_lazy("This file has too many pages to be bound with the others."),
    "locked": gettext_lazy("This file is protected with a password."),
    "kind": gettext_lazy("A file of this kind has no pages. Open it in the portal."),
    "harmful": gettext_lazy("The scanner found something harmful in this file; it is shut away."),
    "waiting": gettext_lazy("This file has not been scanned yet. Print the dossier again later."),
}

__all__ = ["NotBound", "dossier_name", "dossier_pdf"]


@dataclass
class _Sheet:
    """One document on its way into the dossier."""

    paper: Paper
    prepared: Prepared
    page: int = 0

    @property
    def title(self) -> str:
        return self.paper.title

    @property
    def why_not(self) -> str:
        return str(WHY_NOT.get(self.prepared.fault, WHY_NOT["damaged"]))


def dossier_name(application: Application, *, is_full: bool) -> str:
    """2027-0012 Suryani.pdf; the version without passport and health says so in its name."""
    what = "" if is_full else " (excerpt)"
    return f"{application.case_number} {application.judged_person.passport_name[:60]}{what}.pdf"


def dossier_pdf(application: Application, *, is_full: bool, language: str) -> bytes:
    """The whole dossier. Raises NotBound, LetterNotPrinted, PressAway or PressBusy."""
    application = (
        Application.objects.with_names()
        .select_related("trainee__user", "cycle__programme__operator")
        .get(pk=application.pk)
    )
    kept = judged(application)
    with translation.override(language):
        sheets, photo = _sheets(kept, is_full=is_full)
        context = _context(application, kept, photo, is_full=is_full, language=language)
        parts_count = _lay_out(context, sheets)
        context["sheets"] = sheets
        front = page_pdf("placements/prints/dossier.html", context, language)
        title = f"{application.case_number} {kept.person.passport_name}"
        return bind(
            front,
            [sheet.prepared for sheet in sheets if sheet.prepared.pages],
            _plan(sheets, parts_count),
            label=f"{application.case_number} · {{page}}/{{pages}}",
            title=title,
            language=language,
        )


# Papers -----------------------------------------------------------------------------------------
def _sheets(kept: Judged, *, is_full: bool) -> tuple[list[_Sheet], bytes]:
    """The files, each ready to be bound; and the portrait for the cover."""
    shown = [paper for paper in papers_of(kept) if is_full or _is_for_others(paper)]
    read = [(paper, *_read(paper.file)) for paper in shown]
    portrait = next(
        (content for paper, content, fault in read if _is_photo(paper) and not fault), b""
    )
    pieces = [Piece(_kind(paper.file), content) for paper, content, fault in read if not fault]
    if portrait:
        pieces.append(Piece("photo", portrait))
    ready = prepare(pieces)
    photo = ready.pop().content if portrait else b""
    waiting = iter(ready)
    sheets = [
        _Sheet(paper, Prepared(fault=fault) if fault else next(waiting))
        for paper, _content, fault in read
    ]
    return sheets, photo


def _is_photo(paper: Paper) -> bool:
    return paper.kind is not None and paper.kind.format == DocumentKind.Format.PHOTO


def _is_for_others(paper: Paper) -> bool:
    """Whether a file may be shown to hosts and reviewers: no health, no passport."""
    kind = paper.kind
    return kind is None or not (kind.is_special_care or kind.code.startswith(PASSPORT_KINDS))


def _kind(file: StoredFile) -> str:
    return KINDS.get(file.content_type.partition(";")[0], "other")


def _read(file: StoredFile) -> tuple[bytes, str]:
    """The bytes, or the code of what keeps them out; what is not scanned is given to nobody."""
    if file.scan in {Scan.HARMFUL, Scan.WAITING}:
        return b"", str(file.scan)
    try:
        return bytes_of(file), ""
    except FileDamaged:
        return b"", "missing"


# The printed front ------------------------------------------------------------------------------
def _lay_out(context: dict[str, Any], sheets: list[_Sheet]) -> int:
    """Count the pages of cover, contents and data, and give each document its first page.

    The front is printed once for this alone: the numbers in its contents are known only then.
    """
    from pypdf import PdfReader

    for sheet in sheets:
        sheet.page = 999  # as wide as any number that will stand there
    context["sheets"] = sheets
    printed = page_pdf("placements/prints/dossier.html", context, context["language"])
    notes = sum(not sheet.prepared.pages for sheet in sheets)
    count = len(PdfReader(BytesIO(printed)).pages) - notes
    page = count + 1
    for sheet in sheets:
        sheet.page = page
        page += sheet.prepared.pages or 1
    return count


def _plan(sheets: list[_Sheet], parts_count: int) -> list[Stretch]:
    """Cover, contents and data; then each document, or the page that says why it is not here."""
    plan = [Stretch(0, 0, parts_count)]
    piece, note = 1, parts_count
    for number, sheet in enumerate(sheets, start=1):
        if sheet.prepared.pages:
            plan.append(Stretch(piece, title=f"{number}. {sheet.title}", level=1))
            piece += 1
        else:
            plan.append(Stretch(0, note, 1))
            note += 1
    return plan


def _context(
    application: Application,
    kept: Judged,
    photo: bytes,
    *,
    is_full: bool,
    language: str,
) -> dict[str, Any]:
    """What the front says, in the language in force."""
    programme = application.cycle.programme
    return {
        "language": language,
        "application": application,
        "person": kept.person,
        "programme": programme.name,
        "operator": programme.operator.name,
        "year": application.cycle.year_label,
        "photo": base64.b64encode(photo).decode() if photo else "",
        "cover": _cover(application, kept),
        "is_full": is_full,
        "parts": _parts(kept, is_full=is_full),
        "verdicts": _verdicts(application) if is_full else [],
        "version": kept.version,
        "number": check_number(kept),
        "printed_at": _moment(timezone.now()),
    }


def _moment(at: datetime | None) -> str:
    return f"{full_day(at)} {timezone.localtime(at):%H:%M}" if at else ""


def _cover(application: Application, kept: Judged) -> list[Line]:
    """What a reader looks for first: who, from where, on which way, for whom."""
    person = kept.person
    nomination = (
        Nomination.objects.filter(application=application)
        .select_related(
            "office__organisation",
            "agency__organisation",
            "host_request__answer__government__organisation",
            "host_request__answer__government__prefecture__organisation",
        )
        .order_by("-pk")
        .first()
    )
    rows = [
        *lines_of(person, ("nationality", "born_on")),
        line(_("Overseas local government"), application.employer),
        line(_("State"), application.get_state_display()),
        line(
            _("Submitted (Japan time)"),
            _moment(application.submitted_at),
        ),
    ]
    if nomination:
        rows.append(line(_("Way of selection"), nomination.get_route_display()))
        through = [nomination.agency, nomination.office]
        if names := [each.organisation.name for each in through if each]:
            rows.append(line(_("Nominated through"), " → ".join(names)))
        if nomination.host_request:
            rows.append(line(_("Nominated for"), nomination.host_request.government.full_name))
        rows.append(line(_("Nominated on"), era_date(nomination.nominated_on)))
    placement = (
        Placement.objects.with_names()
        .filter(application=application, state__in=SEATED)
        .order_by("-pk")
        .first()
    )
    if placement:
        host = placement.host_request.government.full_name
        rows.append(line(_("Placement"), f"{host}: {placement.get_state_display()}"))
    return rows


def _parts(kept: Judged, *, is_full: bool) -> list[Part]:
    """What the dossier says. Of files that are not shown, hosts and reviewers learn no name and no
    hash.
    """
    parts = parts_of(kept, is_full=is_full)
    if is_full:
        return parts
    papers = papers_of(kept)
    part = next(part for part in parts if part.code == "documents")
    for table in part.tables:
        rows = zip(table.rows, papers, strict=True)
        table.rows[:] = [row for row, paper in rows if _is_for_others(paper)]
    if not all(_is_for_others(paper) for paper in papers):
        part.note = _("Documents on passport and health are not part of this version.")
    return parts


def _verdicts(application: Application) -> list[dict[str, str]]:
    """What the rules say on the day of printing; of a waived one the reason of the waiver too."""
    rows = verdicts_of(application, timezone.localdate())
    return [
        {
            "title": str(row.rule.title),
            "result": str(row.word),
            "reason": "\n".join(
                each
                for each in (row.verdict.reason, row.waiver.reason if row.waiver else "")
                if each
            ),
        }
        for row in rows
    ]
