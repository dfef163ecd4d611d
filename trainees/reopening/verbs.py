"""Open fields, propose a change, approve it or refuse it."""

from datetime import date, timedelta
from typing import Any, cast

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import User
from accounts.moves import make_move
from accounts.plain_text import check_plain_text
from notices.mails import queue_or_refuse
from schedule.models import Cycle

from ..contents import (
    APPLICATION,
    CONSENT,
    PERSON,
    Data,
    consents_said,
    file_entry,
    files_of,
    overlaid,
)
from ..models import PERSON_FIELDS, Application, Document, Reopening, Trainee
from ..services import CYCLE_CLOSED, TraineeError
from ..states import (
    DOCUMENT_COUNTS,
    DOCUMENT_MOVES,
    REOPENING_MOVES,
    REOPENING_OPEN,
    ApplicationState,
    DocumentState,
    ReopeningState,
)
from ..versions import keep_version, last_version, said_in
from .fields import document_codes, is_reopenable, labels_of, with_what_belongs
from .wholes import whole_named

CAN_BE_REOPENED = [
    ApplicationState.SUBMITTED,
    ApplicationState.COMPLETE,
    ApplicationState.FROZEN,
]
LONGEST = timedelta(days=180)


def stamp_of(reopening: Reopening) -> str:
    """What a page shows of the proposal: who decides or sends it again says which one they saw."""
    return reopening.proposed_at.isoformat() if reopening.proposed_at else ""


def is_open_on(reopening: Reopening, on: date) -> bool:
    """Whether the person may still send a change on this day."""
    return reopening.state in REOPENING_OPEN and reopening.open_until >= on


@transaction.atomic
def reopen_fields(
    application: Application,
    fields: list[str],
    *,
    reason: str,
    open_until: date,
    by: User,
    on: date | None = None,
) -> Reopening:
    """Open single fields of a submitted dossier for its person until the end of a day, and mail
    them. What was submitted stays what is judged until a change is approved.

    Raises TraineeError where the application is not one that was submitted, or is open already.
    """
    on = on or timezone.localdate()
    locked = _lock(application)
    reason = _checked(reason)
    if not fields or not all(is_reopenable(code) for code in fields):
        raise TraineeError(_("Choose the fields that are to be opened."))
    codes = sorted(with_what_belongs(set(fields)))
    if not on <= open_until <= on + LONGEST:
        raise TraineeError(_("The day must be today or later, and within half a year."))
    if locked.state not in CAN_BE_REOPENED:
        raise TraineeError(
            _("Only an application that was submitted can be opened for single fields.")
        )
    if locked.reopenings.filter(state__in=REOPENING_OPEN).exists():
        raise TraineeError(
            _("Fields of this application are open already. Decide on them or end that first.")
        )
    if last_version(locked) is None:  # from before versions were kept
        keep_version(locked, by=by, reason=_("Kept before fields were opened."))
    try:
        with transaction.atomic():
            row = Reopening.objects.create(
                application=locked,
                fields=codes,
                reason=reason,
                open_until=open_until,
                opened_by=by,
            )
    except IntegrityError as error:
        raise TraineeError(
            _("Fields of this application are open already. Decide on them or end that first.")
        ) from error
    _tell(row, "fields_reopened", reason=reason)
    return row


@transaction.atomic
def propose_change(
    reopening: Reopening, values: Data, *, by: User, seen: str, on: date | None = None
) -> Reopening:
    """The person sends the opened fields anew; the change waits for approval. Sent again while it
    waits, the later one counts; the same values again change nothing.

    `seen` is the stamp of the proposal that the page showed. Raises TraineeError once the day has
    passed, a decision was made, or another device has sent something meanwhile.
    """
    on = on or timezone.localdate()
    _lock(reopening.application)
    row = _locked(reopening)
    if not is_open_on(row, on):
        raise TraineeError(_("These fields are closed again. Write to us if they are still wrong."))
    values = {code: value for code, value in values.items() if code in row.fields}
    if row.state == ReopeningState.PROPOSED and cast(Data, row.proposed) == values:
        return row
    if stamp_of(row) != seen:
        raise TraineeError(
            _("You have sent a change from another page meanwhile. Look at it before you go on.")
        )
    if not _says_something_new(row, values):
        raise TraineeError(_("Nothing is different from what you submitted."))
    if row.state == ReopeningState.PROPOSED:
        make_move(row, ReopeningState.OPEN, by=by, table=REOPENING_MOVES, refuse=TraineeError)
    for code, value in values.items():
        if whole := whole_named(code):
            whole.settle(row.application, value)
    make_move(
        row,
        ReopeningState.PROPOSED,
        by=by,
        table=REOPENING_MOVES,
        refuse=TraineeError,
        proposed=values,
        proposed_at=timezone.now(),
    )
    return row


def _says_something_new(row: Reopening, values: Data) -> bool:
    version = last_version(row.application)
    data = said_in(version) if version else {}
    return overlaid(data, values) != data or papers_since(row).exists()


def papers_since(row: Reopening):
    """The papers of the opened kinds that were handed in since."""
    return Document.objects.filter(
        application=row.application,
        kind__code__in=document_codes(row.fields),
        state__in=DOCUMENT_COUNTS,
        handed_in_at__gte=row.opened_at,
    )


@transaction.atomic
def approve_change(reopening: Reopening, *, by: User, seen: str) -> Reopening:
    """The change counts from now on: it goes into the rows, and the dossier has a further version;
    the earlier ones stay. Approving it again changes nothing.

    Raises TraineeError where the person has sent something else meanwhile.
    """
    application = _lock(reopening.application)
    row = _locked(reopening)
    if row.state == ReopeningState.APPROVED and stamp_of(row) == seen:
        return row
    _refuse_what_was_not_seen(row, seen)
    _refuse_unchecked_papers(row)
    before = last_version(application)
    if before is None:
        raise TraineeError(_("This dossier has no version to change."))
    proposed = cast(Data, row.proposed)
    files = _files_with(row, before.files)
    make_move(
        row,
        ReopeningState.APPROVED,
        by=by,
        table=REOPENING_MOVES,
        refuse=TraineeError,
        decided_by=by,
        decided_at=timezone.now(),
    )
    _apply(application, proposed)
    data = overlaid(said_in(before), proposed)
    if any(code.startswith(f"{CONSENT}.") for code in proposed):
        data["consents"] = consents_said(application)
    keep_version(application, by=by, reason=row.reason, data=data, files=files)
    _tell(row, "change_approved")
    return row


@transaction.atomic
def refuse_change(reopening: Reopening, *, reason: str, by: User, seen: str) -> Reopening:
    """What was submitted stays; the person is mailed why. A paper that was handed in with it is
    refused, too.
    """
    _lock(reopening.application)
    reason = _checked(reason)
    row = _locked(reopening)
    _refuse_what_was_not_seen(row, seen)
    papers = list(papers_since(row).filter(state=DocumentState.HANDED_IN))
    make_move(
        row,
        ReopeningState.REFUSED,
        by=by,
        table=REOPENING_MOVES,
        refuse=TraineeError,
        reason=reason,
        decided_by=by,
        decided_at=timezone.now(),
        decision_reason=reason,
    )
    for paper in papers:
        _refuse_paper(paper, reason=reason, by=by)
    _tell(row, "change_refused", reason=reason)
    return row


@transaction.atomic
def end_reopening(reopening: Reopening, *, reason: str, by: User) -> Reopening:
    """Staff close the fields again before their day; nothing was changed. A second time changes
    nothing.
    """
    _lock(reopening.application)
    row = _locked(reopening)
    if row.state == ReopeningState.ENDED:
        return row
    make_move(
        row,
        ReopeningState.ENDED,
        by=by,
        table=REOPENING_MOVES,
        refuse=TraineeError,
        reason=_checked(reason),
    )
    return row


def _apply(application: Application, proposed: Data) -> None:
    """Write the approved values into the rows of the person and of the application."""
    person = Trainee.objects.select_for_update(of=("self",)).get(pk=application.trainee_id)
    rows: dict[str, Any] = {PERSON: person, APPLICATION: application}
    changed: dict[str, list[str]] = {PERSON: [], APPLICATION: []}
    for code, value in proposed.items():
        if whole := whole_named(code):
            whole.apply(application, value)
            continue
        place, _dot, name = code.partition(".")
        row = rows[place]
        setattr(row, name, row._meta.get_field(name).to_python(value))
        changed[place].append(name)
    if changed[PERSON]:
        if "passport_number" in changed[PERSON]:
            person.index_passport()
            changed[PERSON].append("passport_index")
        person.version += 1
        person.save(update_fields=[*changed[PERSON], "version"])
        said = {name: person.snapshot[name] for name in changed[PERSON] if name in PERSON_FIELDS}
        application.person = {**(application.person or person.snapshot), **said}
        changed[APPLICATION].append("person")
    if changed[APPLICATION]:
        application.version += 1
        application.save(update_fields=[*changed[APPLICATION], "version"])


def _files_with(row: Reopening, kept: list[Data]) -> list[Data]:
    """The files of the version, with the papers that were handed in in place of the earlier."""
    new = {
        paper.kind.code: file_entry(paper.kind.code, str(paper.public_id), paper.file)
        for paper in papers_since(row).select_related("kind", "file")
    }
    stay = [file for file in kept if file["kind"] not in new]
    order = [file["kind"] for file in files_of(row.application)]
    return sorted(
        [*stay, *new.values()],
        key=lambda file: order.index(file["kind"]) if file["kind"] in order else len(order),
    )


def _refuse_unchecked_papers(row: Reopening) -> None:
    waiting = papers_since(row).exclude(state=DocumentState.ACCEPTED).select_related("kind")
    names = pgettext("between names", ", ").join(paper.kind.name for paper in waiting)
    if names:
        raise TraineeError(
            _("Look at the documents and take them first: {list}.").format(list=names)
        )


def _refuse_paper(paper: Document, *, reason: str, by: User) -> None:
    make_move(
        paper,
        DocumentState.REFUSED,
        by=by,
        table=DOCUMENT_MOVES,
        refuse=TraineeError,
        reason=reason,
        refusal=reason,
    )


def _refuse_what_was_not_seen(row: Reopening, seen: str) -> None:
    if row.state == ReopeningState.PROPOSED and stamp_of(row) != seen:
        raise TraineeError(
            _("The person has sent another change since you opened this page. Look at it again.")
        )


def _checked(reason: str) -> str:
    reason = reason.strip()
    if not reason:
        raise TraineeError(_("Write the reason; the person reads it."))
    try:
        check_plain_text(reason)
    except ValidationError as error:
        raise TraineeError(" ".join(error.messages)) from error
    return reason


def _lock(application: Application) -> Application:
    """The application, locked before its reopening; its cycle is read once the lock is held."""
    locked = (
        Application.objects.select_for_update(of=("self",))
        .with_names()
        .select_related("trainee__user", "cycle__programme")
        .get(pk=application.pk)
    )
    locked.cycle.refresh_from_db(fields=["state"])
    if locked.cycle.state != Cycle.State.OPEN:
        raise TraineeError(str(CYCLE_CLOSED))
    if locked.state == ApplicationState.WITHDRAWN:
        raise TraineeError(_("This application was withdrawn."))
    return locked


def _locked(reopening: Reopening) -> Reopening:
    return (
        Reopening.objects.select_for_update(of=("self",))
        .select_related("application__trainee__user", "application__cycle__programme")
        .get(pk=reopening.pk)
    )


def _tell(row: Reopening, template: str, reason: str = "") -> None:
    """Mail the person in their language; the values themselves stand on the page alone (P17)."""
    application = row.application
    person = application.trainee
    language = person.user.language if person.user else "en"
    with translation.override(language):
        address = reverse("trainees:reopened", args=[application.public_id])
        context = {
            "name": person.called,
            "case_number": application.case_number,
            "programme": application.cycle.programme.name,
            "fiscal_year": application.cycle.year_label,
            "fields": labels_of(row.fields),
            "due_on": row.open_until,
            "reason": reason,
            "address": settings.SITE_URL + address,
            "contact": application.cycle.programme.contact_email,
        }
    queue_or_refuse(
        refuse=TraineeError,
        key=f"{template}:{row.public_id}:{row.moves.count()}",
        to=person.user.email if person.user else person.email,
        to_name=person.called,
        language=language,
        template=template,
        context=context,
        related=f"trainees.Application:{application.pk}",
    )
