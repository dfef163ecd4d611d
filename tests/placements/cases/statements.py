"""A nominee whose employer is asked for a statement, and what it says."""

import io

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from accounts.models import PersonalLink
from accounts.services import accept_invitation
from placements.models import Nomination
from placements.services import confirm_nomination, nominate
from tests.factories import SendingGovernmentFactory, staff_member
from tests.placements.ground_of_links import opening_of


def confirmed(opening=None, **fields) -> Nomination:
    opening = opening or opening_of()
    nomination = nominate(
        cycle=opening.host_request.cycle,
        opening=opening,
        by=staff_member(),
        email="nominee@example.org",
        passport_name="Suryani",
        nationality="ID",
        language="en",
        sending_government=fields.pop("sender", None) or SendingGovernmentFactory(),
        **fields,
    )
    user = accept_invitation(nomination.invitation)
    nomination.refresh_from_db()
    return confirm_nomination(nomination, by=user)


SAID = {
    "is_employed": "yes",
    "employed_since": "1 April 2015",
    "will_return": "yes",
    "grants_leave": "yes",
    "recommendation": "We recommend her.",
    "given_by": "Budi Santoso",
    "given_post": "Head of personnel",
}


def png() -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.effect_noise((420, 420), 90).save(out, "PNG")
    assert len(out.getvalue()) > 100_000  # more than the anonymous may send
    return SimpleUploadedFile("letter.png", out.getvalue(), "image/png")


def statement_page(link: PersonalLink) -> str:
    return reverse("cases:statement", args=[link.public_id])
