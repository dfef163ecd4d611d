"""A whole dossier for tests of what is printed of it."""

import io
from datetime import date

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image
from pypdf import PdfWriter

from files.received import store
from tests.factories import NominationFactory, application_of, trainee_person
from trainees.models import (
    Application,
    Document,
    DocumentKind,
    Education,
    FamilyMember,
    HealthDeclaration,
)
from trainees.versions import keep_version

PASSPORT = "XQ7654321"
ILLNESS = "asthma since childhood"


def jpeg(size=(300, 400)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "teal").save(out, "JPEG")
    return out.getvalue()


def pdf(pages: int) -> bytes:
    writer = PdfWriter()
    for _page in range(pages):
        writer.add_blank_page(595, 842)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def kind(code: str, order: int, **fields) -> DocumentKind:
    made, _new = DocumentKind.objects.update_or_create(
        code=code,
        defaults={"name_ja": f"書類{order}", "name_en": f"Paper {order}", "order": order, **fields},
    )
    return made


def whole_dossier(**person: object) -> Application:
    """Submitted and kept: photo, passport page, a health certificate, a diploma of two pages, and
    one file that is damaged.
    """
    user = trainee_person()
    application = application_of(user)
    trainee = application.trainee
    for name, value in {"passport_number": PASSPORT, "native_name": "ကျော်စွာ", **person}.items():
        setattr(trainee, name, value)
    trainee.save()
    NominationFactory(application=application)
    FamilyMember.objects.create(application=application, name="Budi", relation="spouse")
    Education.objects.create(
        application=application, school="Institut Teknologi", starts_on=date(2008, 9, 1)
    )
    HealthDeclaration.objects.create(
        application=application, answers={"details": ILLNESS}, declared_at=timezone.now()
    )
    files = [
        (kind("photo", 1, format="photo"), "me.jpg", jpeg()),
        (kind("passport", 2), "passport.jpg", jpeg((400, 300))),
        (kind("health", 3, is_special_care=True), "health.pdf", pdf(1)),
        (kind("diploma", 4), "diploma.pdf", pdf(2)),
        (kind("extra", 5), "broken.jpg", jpeg()),
    ]
    for each, name, content in files:
        file = store(SimpleUploadedFile(name, content), by=user, purpose="document")
        Document.objects.create(application=application, kind=each, file=file, handed_in_by=user)
        if name == "broken.jpg":
            type(file).objects.filter(pk=file.pk).update(content_type="application/pdf")
    Application.objects.filter(pk=application.pk).update(
        state="submitted", submitted_at=timezone.now(), person=trainee.snapshot
    )
    application.refresh_from_db()
    keep_version(application, by=user)
    return Application.objects.with_names().get(pk=application.pk)
