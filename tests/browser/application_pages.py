"""The pages of the application, each on rows of the demonstration, with what they need beside."""

from collections.abc import Iterator
from datetime import date, timedelta

from django.urls import reverse

from accounts.models import Role
from trainees.consents import give_consent
from trainees.forms import STEPS
from trainees.models import Application, ConsentKind, Trainee

Page = tuple[str, str, str]
TRAINEE = "trainee@lgotp.example.jp"


def prepare_application(on: date) -> None:
    """The nominee has promised a passport and agreed to speak of food and belief."""
    application = Application.objects.get(trainee__user__email=TRAINEE)
    Trainee.objects.filter(pk=application.trainee_id).update(
        passport_promised_on=on + timedelta(days=20)
    )
    give_consent(application, ConsentKind.NEEDS, language="en")


def application_pages() -> Iterator[Page]:
    """Every section, the page on which everything is checked, the passport and the consents."""
    application = Application.objects.get(trainee__user__email=TRAINEE)
    yield Role.TRAINEE, "status", reverse("trainees:status")
    for step in STEPS:
        address = reverse("trainees:application_step", args=[application.public_id, step])
        yield Role.TRAINEE, step, address
    for name in ("passport", "consents", "withdraw", "documents"):
        address = reverse(f"trainees:{name}", args=[application.public_id])
        yield Role.TRAINEE, name, address
    for kind in ("photo", "employment", "health"):
        address = reverse("trainees:document_hand_in", args=[application.public_id, kind])
        yield Role.TRAINEE, f"document-{kind}", address
    desk = reverse("desk:documents", args=[application.public_id])
    yield Role.ADMINISTRATOR, "documents", desk
    photo = application.documents.get(kind__code="photo")
    refuse = reverse("desk:document_refuse", args=[photo.public_id])
    yield Role.ADMINISTRATOR, "document-refuse", refuse
    yield Role.TRAINEE, "calendar", reverse("schedule:calendar")
    yield Role.ALUMNUS, "status", reverse("trainees:status")
