"""The pages of the recruitment, for staff, offices and nominees, on rows of the demonstration."""

from collections.abc import Iterator
from datetime import date, timedelta

from django.db.models import Count
from django.urls import reverse

from accounts.models import Role
from placements.models import Nomination, Opening
from placements.states import NominationState
from trainees.models import Application

Page = tuple[str, str, str]
YEAR = 2027


def prepare_recruitment(on: date) -> None:
    """The openings take nominations for some weeks more, whenever this is looked at."""
    Opening.objects.update(nominate_by=on + timedelta(days=20))


def recruitment_pages() -> Iterator[Page]:
    """Each page once; an opening that was handed on, a nominee who has confirmed."""
    place = ["lgotp", YEAR]
    opening = (
        Opening.objects.filter(office__code="singapore")
        .annotate(n=Count("forwardings"))
        .order_by("-n", "pk")
        .first()
    )
    key = [opening.public_id]
    for name in ("recruitment", "recruitment_text", "recruitment_text_add", "recruitment_add"):
        yield Role.STAFF, name, reverse(f"desk:{name}", args=place)
    for name in ("recruitment_opening", "recruitment_close"):
        yield Role.STAFF, name, reverse(f"desk:{name}", args=key)
    office = Role.OVERSEAS_OFFICE
    for name in ("home", "bodies", "nominations", "order"):
        yield office, f"recruitment-{name}", reverse(f"recruitment:{name}")
    for name in ("opening", "forward", "remind", "nominate"):
        yield office, f"recruitment-{name}", reverse(f"recruitment:{name}", args=key)
    forwarding = opening.forwardings.select_related("organisation", "contact").first()
    body = [forwarding.organisation.public_id]
    for name in ("answer", "link"):
        yield (
            office,
            f"recruitment-{name}",
            reverse(f"recruitment:{name}", args=[forwarding.public_id]),
        )
    for name in ("body", "body_edit", "contact_add", "talk_add"):
        yield office, f"recruitment-{name}", reverse(f"recruitment:{name}", args=body)
    yield (
        office,
        "recruitment-contact",
        reverse("recruitment:contact", args=[forwarding.contact.public_id]),
    )
    yield office, "recruitment-body-add", reverse("recruitment:body_add", args=["government"])
    nominee = Nomination.objects.filter(
        office__code="singapore",
        state=NominationState.CONFIRMED,
        application__cycle__fiscal_year=YEAR,
    ).first()
    yield office, "recruitment-nominee", reverse("recruitment:nomination", args=[nominee.public_id])
    chosen = f"{reverse('recruitment:nominations_forward')}?nominations={nominee.public_id}"
    yield office, "recruitment-nominations-forward", chosen
    yield office, "recruitment-sheet", reverse("nomination_sheets:sheet")
    wishes = Application.objects.get(
        trainee__user__email="trainee@lgotp.example.jp", cycle__fiscal_year=YEAR
    )
    yield Role.TRAINEE, "wishes", reverse("placements:wishes", args=[wishes.public_id])
