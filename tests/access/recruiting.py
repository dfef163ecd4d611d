"""Openings of two overseas offices, their bodies abroad, and what an officer has uploaded."""

from typing import TYPE_CHECKING

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import Organisation
from desk.imports import keep_upload
from files.received import store
from files.sheets.kinds import find_kind
from placements.models import Forwarding, Opening, Recruitment, RecruitmentText
from tests.access.marks import UNKNOWN, fresh
from tests.factories import OrganisationFactory, SendingGovernmentFactory
from trainees.models import Agency, Contact

if TYPE_CHECKING:
    from tests.access.world import World


def recruiting(world: "World") -> None:
    """Beside what `abroad` has made: one's own office looks after Indonesia, the other Brazil."""
    forwardings = {
        name: Forwarding.objects.select_related("opening").get(
            public_id=world.objects["forwardlink"][name]
        )
        for name in ("own", "foreign")
    }
    openings = {name: row.opening for name, row in forwardings.items()}
    world.objects["forwarding"] = _ids(forwardings)
    world.objects["opening"] = _ids(openings)
    world.objects["deskopening"] = {
        "known": openings["own"].public_id,
        "unknown": UNKNOWN,
    }
    bodies, contacts = {}, {}
    for name, country in (("own", "ID"), ("foreign", "BR")):
        body = OrganisationFactory(kind=Organisation.Kind.AGENCY)
        Agency.objects.create(organisation=body, kind="ministry", country=country)
        bodies[name] = body
        contacts[name] = Contact.objects.create(organisation=body, name="Contact")
    world.objects["body"] = _ids(bodies)
    world.objects["contactabroad"] = _ids(contacts)
    recruitment = Recruitment.objects.get(cycle=world.cycles["abroad"])
    text = RecruitmentText.objects.create(
        recruitment=recruitment,
        language="Français",
        file=store(SimpleUploadedFile("a.txt", b"Bonjour."), by=None, purpose="recruitment"),
    )
    world.objects["recruitmenttext"] = {"own": text.public_id, "unknown": UNKNOWN}
    world.objects["desktext"] = {"known": text.public_id, "unknown": UNKNOWN}
    Recruitment.objects.get_or_create(cycle=world.cycles["next"])
    world.objects["nominationsheet"] = _upload(world, openings["own"])


def _upload(world: "World", opening: Opening) -> dict[str, object]:
    kind = find_kind("nominations")
    sender = SendingGovernmentFactory(country="ID", organisation__name_en="Only One City")
    Opening.objects.filter(pk=opening.pk).update(quota=9)
    sheet = (
        "opening,email,passport_name,nationality,sending_government\n"
        f"{opening.key},uploaded@example.org,Uploaded,ID,{sender.organisation.name_en}\n"
    )
    user = fresh(world.people["office"])
    kept = keep_upload(kind, sheet.encode(), "sheet.csv", by=user)  # type: ignore[arg-type]
    # A look nominates and undoes it, which counts as writing here: this one finds a fault first.
    kept.content = sheet.replace("uploaded@example.org", "no address").encode()
    kept.save()
    return {"own": kept.public_id, "unknown": UNKNOWN}


def _ids(rows: dict) -> dict[str, object]:
    return {**{name: row.public_id for name, row in rows.items()}, "unknown": UNKNOWN}
