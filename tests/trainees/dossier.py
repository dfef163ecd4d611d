"""What people type into the sections of a dossier, for tests of its forms and pages."""

import re

from django.urls import reverse

from trainees import steps
from trainees.forms import FORMS
from trainees.models import Application
from trainees.needed import OF_THE_PERSON

STEP_DATA: dict[str, dict[str, str]] = {
    "names": {"passport_name": "Suryani", "has_single_name": "on", "mrz_name": "SURYANI"},
    "person": {
        "born_on": "17 May 1990",
        "sex": "F",
        "nationality": "ID",
        "residence": "ID",
        "passport_number": "X1234567",
        "passport_expires_on": "2099-12-31",
    },
    "contact": {
        "telephone": "+62 22 1234 5678",
        "address": "Jalan Merdeka 1, Bandung",
        "comes_alone": "yes",
        "emergency_name": "Budi",
        "emergency_relation": "brother",
        "emergency_telephone": "+62 22 8765 4321",
    },
    "needs": {"agree_needs": "no", "agree_health": "no"},
    "employer": {
        "employer_department": "Environment Agency",
        "employer_position": "Section head",
        "employed_since": "2015-04-01",
        "employer_duties": "Planning the collection of waste.",
    },
    "education": {"education-rows": "1", "education-1-school": "Bandung Institute"},
    "languages": {"english_level": "3", "japanese_level": "1"},
    "japan": {"never_in_japan": "on", "never_refused": "on"},
    "field": {
        "field": "environment",
        "statement": "To learn.",
        "future_use": "To use.",
        "available_from": "2090-05-01",
        "available_until": "2091-05-01",
    },
}


def row_of(application: Application, step: str):
    """The row that a section edits, as it stands in the database."""
    application.refresh_from_db()
    application.trainee.refresh_from_db()
    return application.trainee if step in OF_THE_PERSON else application


def address_of(application: Application, step: str) -> str:
    return reverse("trainees:application_step", args=[application.public_id, step])


def send(client, application: Application, step: str, button: str = "next", **typed):
    """Post a section as its page does."""
    version = str(row_of(application, step).version)
    data = {"version": version, **STEP_DATA[step], button: "1", **typed}
    return client.post(address_of(application, step), data)


def only_own_sections(monkeypatch) -> None:
    """The sections of the wizard alone, without those that other parts of the portal register."""
    own = {code: steps.step_named(code) for code in FORMS}
    monkeypatch.setattr(steps, "_steps", own)


def words_of(response) -> str:
    """The text of a page as people read it."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", response.content.decode()))
