"""The papers of the rehearsal's nominees."""

from datetime import timedelta

from accounts.models import User
from trainees.documents.checking import accept_document
from trainees.documents.checklist import missing_of
from trainees.documents.handing_in import hand_in
from trainees.models import Application
from trainees.states import DocumentState

from ...sample_papers import sample_paper
from ..cast import STAFF
from ..stage import Stage

DAY = timedelta(days=1)


def hand_in_papers(stage: Stage, application: Application, person: User) -> None:
    """Every paper that is asked of the person before the submission."""
    for item in missing_of(application, stage.on):
        hand_in(
            application,
            item.kind,
            sample_paper(item.kind.format),
            by=person,
            issued_on=stage.on - 10 * DAY if item.kind.has_issue_day else None,
        )


def accept_papers(stage: Stage, application: Application) -> None:
    """Staff look at each of them and find nothing wrong."""
    for paper in application.documents.filter(state=DocumentState.HANDED_IN).order_by("pk"):
        accept_document(paper, by=stage.people[STAFF])
