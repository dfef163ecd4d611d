"""What the demonstration's nominees have handed in: blank sheets and a grey portrait."""

from datetime import date, timedelta

from accounts.models import User
from files.received import keep
from trainees.documents.checklist import checklist_of
from trainees.documents.handing_in import PURPOSE
from trainees.models import Application, Document, DocumentKind
from trainees.states import DocumentState

from ..sample_papers import sample_paper
from .records import at_ten

ASKED = ["passport", "photo", "employment", "reinstatement", "health"]
BEGUN = ASKED[:3]
REFUSED = "employment"
REFUSAL = "The stamp of your office is missing. Please have the certificate stamped and scan it."


def hand_in_papers(application: Application, *, on: date, staff: User, is_begun: bool) -> None:
    """All that is asked before the submission, of whose has just begun some; staff have taken the
    first two, and of the one who has begun refused one.
    """
    person = application.trainee.user
    if person is None:
        return
    kinds = {kind.code: kind for kind in DocumentKind.objects.filter(code__in=ASKED)}
    for number, code in enumerate(BEGUN if is_begun else ASKED):
        state = DocumentState.ACCEPTED if number < 2 else DocumentState.HANDED_IN
        if is_begun and code == REFUSED:
            state = DocumentState.REFUSED
        _hand_in(application, kinds[code], state, on=on, by=person, staff=staff)


def hand_in_what_is_needed(application: Application, *, on: date, staff: User) -> None:
    """Whatever is needed of somebody by this day and is not there yet; staff have taken it all."""
    by = application.trainee.user
    for item in checklist_of(application, on):
        if item.is_missing:
            _hand_in(application, item.kind, DocumentState.ACCEPTED, on=on, by=by, staff=staff)


def _hand_in(
    application: Application,
    kind: DocumentKind,
    state: str,
    *,
    on: date,
    by: User | None,
    staff: User,
) -> None:
    paper = Document.objects.create(
        application=application,
        kind=kind,
        file=keep(sample_paper(kind.format), by=by, purpose=PURPOSE),
        state=state,
        issued_on=on - timedelta(days=20) if kind.has_issue_day else None,
        refusal=REFUSAL if state == DocumentState.REFUSED else "",
        handed_in_by=by or staff,
        handed_in_at=at_ten(on),
    )
    if state != DocumentState.HANDED_IN:
        paper.moves.create(
            by=staff,
            at=at_ten(on + timedelta(days=1)),
            from_state=DocumentState.HANDED_IN,
            to_state=state,
            reason=paper.refusal,
        )
