"""The forms of overseas offices that make something, and those of staff about their openings."""

import uuid
from collections.abc import Callable
from typing import Any

from django.urls import reverse
from django.utils import timezone

from accounts.models import Role
from notices.models import Mail
from placements.models import Forwarding, Nomination, Opening, RecruitmentText
from placements.services import Addressee, forward_opening
from tests.desk.sending.base import Form
from tests.factories import member_of, open_request, staff_member
from tests.placements import recruiting
from trainees.models import Contact, ContactLog, SendingGovernment


def at_the_office(name: str, typed: Any, made: Callable[[], object], *args: Any) -> Any:
    """A form of an overseas office, or of staff about its openings."""

    def make() -> Form:
        place = recruiting.ground()
        found = [arg(place) for arg in args]
        page = reverse(name, args=found)
        staff = name.startswith("desk:")
        user = place.staff if staff else place.officer
        body = place.office.organisation
        other = staff_member() if staff else member_of(body, Role.OVERSEAS_OFFICE)
        return Form(user, page, typed(place), made, made() + 1, other=other)

    return make


def opening_of(place: recruiting.Ground) -> uuid.UUID:
    return place.opening.public_id


def body_of(place: recruiting.Ground) -> uuid.UUID:
    return place.agency.organisation.public_id


def handed_on(place: recruiting.Ground) -> Forwarding:
    to = [Addressee(place.agency.organisation, place.contact)]
    day = recruiting.day(7)
    return forward_opening(place.opening, to=to, answer_by=day, by=place.officer)[0]


def opening_handed_on(place: recruiting.Ground) -> uuid.UUID:
    return handed_on(place).opening.public_id


TODAY = timezone.localdate().isoformat()
OFFICE_FORMS = {
    "recruitment:forward": at_the_office(
        "recruitment:forward",
        lambda place: {"bodies": str(body_of(place)), "answer_by": str(recruiting.day(5))},
        Forwarding.objects.count,
        opening_of,
    ),
    "recruitment:answer": at_the_office(
        "recruitment:answer",
        lambda place: {"answer": "nobody", "channel": "call", "happened_on": TODAY},
        ContactLog.objects.count,
        lambda place: handed_on(place).public_id,
    ),
    "recruitment:link": at_the_office(
        "recruitment:link",
        lambda place: {"contact": str(place.contact.pk)},
        Mail.objects.filter(purpose="personal_link").count,
        lambda place: handed_on(place).public_id,
    ),
    "recruitment:remind": at_the_office(
        "recruitment:remind",
        lambda place: {"text": "Please."},
        Mail.objects.filter(purpose="forwarding_reminder").count,
        opening_handed_on,
    ),
    "recruitment:nominate": at_the_office(
        "recruitment:nominate",
        lambda place: {
            "email": "suryani@example.org",
            "passport_name": "Suryani",
            "nationality": "ID",
            "language": "en",
            "sending_government": str(place.sender.pk),
        },
        Nomination.objects.count,
        opening_of,
    ),
    "recruitment:body_add": at_the_office(
        "recruitment:body_add",
        lambda place: {"country": "TH", "name_en": "Chiang Mai City"},
        SendingGovernment.objects.count,
        lambda place: "government",
    ),
    "recruitment:contact_add": at_the_office(
        "recruitment:contact_add",
        lambda place: {"name": "Sri", "language": "en"},
        Contact.objects.count,
        body_of,
    ),
    "recruitment:talk_add": at_the_office(
        "recruitment:talk_add",
        lambda place: {"happened_on": TODAY, "channel": "call", "text": "They ask."},
        ContactLog.objects.count,
        body_of,
    ),
    "desk:recruitment_add": at_the_office(
        "desk:recruitment_add",
        lambda place: {
            "host_request": str(open_request(place.cycle).pk),
            "office": str(place.office.pk),
            "quota": "1",
        },
        Opening.objects.count,
        lambda place: place.cycle.programme.code,
        lambda place: place.cycle.fiscal_year,
    ),
    "desk:recruitment_text_add": at_the_office(
        "desk:recruitment_text_add",
        lambda place: {"language": "Français", "text": "Bonjour"},
        RecruitmentText.objects.count,
        lambda place: place.cycle.programme.code,
        lambda place: place.cycle.fiscal_year,
    ),
}
