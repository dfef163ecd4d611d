"""What a dossier needs before it is submitted, section by section, and how the reader is told."""

import uuid

from django.utils.translation import gettext_lazy as _

# Of the person's row in the first two sections, of the application in the others.
NEEDED: dict[str, list[str]] = {
    "names": ["passport_name", "mrz_name"],
    "person": ["born_on", "sex", "nationality", "residence"],
    "contact": [
        "telephone",
        "address",
        "comes_alone",
        "emergency_name",
        "emergency_relation",
        "emergency_telephone",
    ],
    "needs": [],
    "employer": [
        "employer_department",
        "employer_position",
        "employed_since",
        "employer_duties",
    ],
    "education": [],
    "languages": ["english_level", "japanese_level"],
    "japan": [],
    "field": ["field", "statement", "future_use", "available_from", "available_until"],
}
OF_THE_PERSON = frozenset({"names", "person"})
MISSING = {
    "passport_name": _("Enter your name as in your passport."),
    "mrz_name": _("Enter the name in the machine-readable line of your passport."),
    "born_on": _("Enter your date of birth."),
    "sex": _("Choose the sex that your passport prints."),
    "nationality": _("Choose your nationality."),
    "residence": _("Choose the country in which you live."),
    "telephone": _("Enter a telephone number at which you can be reached."),
    "address": _("Enter the address at which you live."),
    "comes_alone": _("Say whether you come without your family."),
    "emergency_name": _("Enter whom we call in an emergency."),
    "emergency_relation": _("Enter how this person is related to you."),
    "emergency_telephone": _("Enter the telephone number of your emergency contact."),
    "employer_department": _("Enter the department in which you work."),
    "employer_position": _("Enter your position."),
    "employed_since": _("Enter the day since which you have been employed."),
    "employer_duties": _("Write what you do at work."),
    "english_level": _("Choose how well you speak English."),
    "japanese_level": _("Choose how well you speak Japanese."),
    "field": _("Choose the field of training you wish for."),
    "statement": _("Write what you want to learn in Japan and why."),
    "future_use": _("Write how you will use the training after your return."),
    "available_from": _("Enter the first day on which you can come."),
    "available_until": _("Enter the last day on which you can stay."),
}


def draft_key(public_id: uuid.UUID, step: str) -> str:
    """Under which name what was typed into a section is kept."""
    return f"trainees.application:{public_id}:{step}"
