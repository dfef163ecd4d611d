"""Kinds of papers and files to hand in, for tests."""

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from tests.factories import PlacementFactory, a_kind, a_rule, open_request
from tests.files.uploads import pdf
from trainees.documents.handing_in import hand_in
from trainees.models import DocumentKind

TODAY = timezone.localdate()


def kind_of(code: str = "diploma", stage: str = "submission", **fields) -> DocumentKind:
    """A kind of paper that is asked of everybody."""
    return a_rule(a_kind(code, **fields), stage=stage).kind


def photo_kind() -> DocumentKind:
    return kind_of("photo", format="photo", name_ja="写真", name_en="Photo")


def upload(name: str = "diploma.pdf", content: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, pdf() if content is None else content)


def handed_in(application, kind, name: str = "diploma.pdf", content: bytes | None = None, **more):
    by = application.trainee.user
    return hand_in(application, kind, upload(name, content), by=by, **more)


def submit(application, **fields) -> None:
    fields = {"state": "submitted", "submitted_at": timezone.now(), **fields}
    for name, value in fields.items():
        setattr(application, name, value)
    application.save()


def place(application) -> None:
    PlacementFactory(
        application=application,
        host_request=open_request(application.cycle),
        state="announced",
        decided_on=TODAY,
        announced_at=timezone.now(),
    )
