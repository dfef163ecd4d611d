"""Handing in a paper of a dossier, and taking it back."""

from datetime import date

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.moves import make_move
from files.received import Cut, Examined, FileRefused, examine, keep
from schedule.models import Cycle

from ..models import Application, Document, DocumentKind, Reopening
from ..services import CYCLE_CLOSED, TraineeError
from ..states import (
    DOCUMENT_MOVES,
    EDITABLE,
    ApplicationState,
    DocumentState,
    ReopeningState,
)
from .checklist import Item, checklist_of

PURPOSE = "document"
PAPER_TYPES = {"application/pdf", "image/png", "image/jpeg"}
FIRST_DAY = date(1900, 1, 1)
REOPENED = "document."  # how a reopening names a paper: document.photo


def cut_of(kind: DocumentKind, cut: Cut | None) -> Cut | None:
    """A photo is always cut, by the middle where nobody chose; other papers never are."""
    return (cut or Cut()) if kind.format == DocumentKind.Format.PHOTO else None


def examine_paper(
    kind: DocumentKind, upload: UploadedFile, *, by: User | None, cut: Cut | None = None
) -> Examined:
    """Look at a paper before anything is locked: a PDF or a picture, so that the dossier prints as
    one. Raises FileRefused.
    """
    try:
        examined = examine(upload, by=by, cut=cut_of(kind, cut))
    except FileRefused as refused:
        raise FileRefused("no_paper") if refused.code == "unknown" else refused from None
    if examined.checked.content_type not in PAPER_TYPES:
        raise FileRefused("no_paper")
    return examined


@transaction.atomic
def hand_in(
    application: Application,
    kind: DocumentKind,
    upload: UploadedFile | Examined,
    *,
    by: User,
    issued_on: date | None = None,
    cut: Cut | None = None,
) -> Document:
    """Keep a paper of this kind; the one before stays readable and no longer counts.

    The application is locked, so that of two papers at once one counts. The same file again, with
    the same day and the same part, changes nothing. Raises TraineeError, or FileRefused of what is
    no good file; then nothing was kept.
    """
    locked = _lock(application)
    today = timezone.localdate()
    item = next((each for each in checklist_of(locked, today) if each.kind == kind), None)
    reopened = reopened_papers(locked, today)
    if reason := reason_against_handing_in(locked, item, reopened):
        raise TraineeError(reason)
    before = item.document if item else None
    issued_on = _checked_day(kind, issued_on)
    examined = (
        upload if isinstance(upload, Examined) else examine_paper(kind, upload, by=by, cut=cut)
    )
    kept_cut = list(examined.checked.box) if examined.checked.box else None
    if before and _is_same(before, examined, issued_on, kept_cut):
        return before
    if before:
        make_move(before, DocumentState.REPLACED, by=by, table=DOCUMENT_MOVES, refuse=TraineeError)
    paper = Document.objects.create(
        application=locked,
        kind=kind,
        file=keep(examined, by=by, purpose=PURPOSE),
        issued_on=issued_on,
        cut=kept_cut,
        handed_in_by=by,
    )
    if before:
        before.replaced_by = paper
        before.save(update_fields=["replaced_by"])
    return paper


@transaction.atomic
def take_back(document: Document, *, by: User) -> Document:
    """Take a paper back that nobody has looked at; it is kept and no longer counts. A second time
    changes nothing.
    """
    locked = _lock(document.application)
    row = Document.objects.select_for_update().get(pk=document.pk)
    if row.state == DocumentState.REMOVED:
        return row
    if locked.state not in EDITABLE:
        raise TraineeError(_("Your application has been submitted. Hand in a new paper instead."))
    if row.state != DocumentState.HANDED_IN:
        raise TraineeError(_("This can no longer be done. Look at where it stands now."))
    make_move(row, DocumentState.REMOVED, by=by, table=DOCUMENT_MOVES, refuse=TraineeError)
    return row


def reason_against_handing_in(
    application: Application, item: Item | None, reopened: set[str]
) -> str | None:
    """Why no paper of this line of the checklist can be handed in now, or None.

    Until it is submitted the person may replace every paper. Afterwards only what was refused or
    has run out, what is asked for later, and what staff have opened again for this person.
    """
    if application.cycle.state != Cycle.State.OPEN:
        return str(CYCLE_CLOSED)
    if application.state == ApplicationState.WITHDRAWN:
        return _("This application was withdrawn.")
    if item is None or item.rule is None:
        return _("This paper is not asked of you.")
    if application.state in EDITABLE or is_open_afterwards(item) or item.kind.code in reopened:
        return None
    return _("Your application has been submitted, and this paper was not asked for again.")


def is_open_afterwards(item: Item) -> bool:
    """Whether a paper may be handed in after the application was submitted."""
    if item.is_wrong or item.is_missing:
        return True
    return bool(item.rule and item.rule.stage == item.rule.Stage.RESIDENCE and not item.is_checked)


def reopened_papers(application: Application, on: date) -> set[str]:
    """The codes of the papers that staff have opened for the person until this day or later."""
    if application.state in EDITABLE:
        return set()
    rows = Reopening.objects.filter(
        application=application, state=ReopeningState.OPEN, open_until__gte=on
    )
    names = {name for fields in rows.values_list("fields", flat=True) for name in fields}
    return {name.removeprefix(REOPENED) for name in names if name.startswith(REOPENED)}


def _lock(application: Application) -> Application:
    locked = (
        Application.objects.select_for_update(of=("self",))
        .select_related("trainee__user", "cycle__programme")
        .get(pk=application.pk)
    )
    locked.cycle.refresh_from_db(fields=["state"])
    return locked


def _checked_day(kind: DocumentKind, issued_on: date | None) -> date | None:
    """The day of issue, where the kind has one; it decides until when the paper is valid."""
    if not kind.has_issue_day:
        return None
    if issued_on is None:
        raise TraineeError(_("Enter the day on which the paper was issued."))
    if not FIRST_DAY <= issued_on <= timezone.localdate():
        raise TraineeError(_("Check the day of issue; it lies in the future or too far back."))
    return issued_on


def _is_same(
    paper: Document, examined: Examined, issued_on: date | None, cut: list[int] | None
) -> bool:
    """Whether this is the paper that counts already, sent a second time."""
    is_waiting = paper.state == DocumentState.HANDED_IN
    same_file = paper.file.original_sha256 == examined.original_sha256
    return is_waiting and same_file and paper.issued_on == issued_on and paper.cut == cut
