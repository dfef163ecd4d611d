"""The papers of the rehearsal's nominees: blank sheets and a grey portrait."""

import io
from datetime import timedelta
from functools import cache

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from pypdf import PdfWriter

from accounts.models import User
from files.received import Examined
from trainees.documents.checking import accept_document
from trainees.documents.checklist import missing_of
from trainees.documents.handing_in import examine_paper, hand_in
from trainees.models import Application, DocumentKind
from trainees.states import DocumentState

from ..cast import STAFF
from ..stage import Stage

DAY = timedelta(days=1)


def hand_in_papers(stage: Stage, application: Application, person: User) -> None:
    """Every paper that is asked of the person before the submission."""
    for item in missing_of(application, stage.on):
        hand_in(
            application,
            item.kind,
            _examined(item.kind.format),
            by=person,
            issued_on=stage.on - 10 * DAY if item.kind.has_issue_day else None,
        )


def accept_papers(stage: Stage, application: Application) -> None:
    """Staff look at each of them and find nothing wrong."""
    for paper in application.documents.filter(state=DocumentState.HANDED_IN).order_by("pk"):
        accept_document(paper, by=stage.people[STAFF])


@cache
def _examined(form: str) -> Examined:
    """The file of every paper of this form; it is looked at once for all of them."""
    is_photo = form == DocumentKind.Format.PHOTO
    upload = SimpleUploadedFile(
        "portrait.png" if is_photo else "paper.pdf", _portrait() if is_photo else _blank()
    )
    return examine_paper(DocumentKind(format=form), upload, by=None)


def _portrait() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (600, 800), "silver").save(out, format="PNG")
    return out.getvalue()


def _blank() -> bytes:
    out = io.BytesIO()
    writer = PdfWriter()
    writer.add_blank_page(width=595, height=842)
    writer.write(out)
    return out.getvalue()
