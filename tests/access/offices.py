"""Who comes and goes in the offices of the world, what they ask about, and their documents."""

from datetime import timedelta
from typing import TYPE_CHECKING

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.models import (
    Membership,
    Role,
    Thread,
    ThreadFile,
)
from accounts.questions import ask, place_of, write
from accounts.subjects import subject_of
from accounts.succession import HandOver, MembershipEvent, TakeOver
from files.received import store
from hosts.models import (
    Tie,
)
from tests.access.marks import UNKNOWN, fresh
from tests.factories import (
    InvitationFactory,
)
from tests.files.uploads import pdf

if TYPE_CHECKING:
    from tests.access.world import World


def offices(world: "World") -> None:
    """In each office somebody is invited, and somebody asks to take over; one's own coordinator has
    announced a last day.
    """
    found: dict[str, dict[str, object]] = {"office": {}, "waiting": {}, "takeover": {}}
    for name in ("own", "neighbour", "foreign", "designated"):
        government = world.governments[name]
        office = government.organisation
        invitation = InvitationFactory(
            email=f"successor-{name}@example.org", role=Role.COORDINATOR, organisation=office
        )
        relay = None if name == "designated" else government.prefecture.organisation
        take_over = TakeOver.objects.create(
            organisation=office,
            role=Role.COORDINATOR,
            confirmer=relay,
            name=f"Newcomer {name}",
            email=f"newcomer-{name}@example.org",
            section="Section",
            telephone="0897-00-0000",
            note="My predecessor has gone.",
        )
        MembershipEvent.objects.create(
            organisation=office, role=Role.COORDINATOR, kind="invited", name="N", reason="why"
        )
        world.owners.own(name, invitation, take_over)
        found["office"][name] = office.public_id
        found["waiting"][name] = invitation.public_id
        found["takeover"][name] = take_over.public_id
    membership = Membership.objects.filter(
        user=world.people["coordinator"], role=Role.COORDINATOR
    ).get()
    leaving = HandOver.objects.create(
        membership=membership,
        last_day=timezone.localdate() + timedelta(days=30),
        note="What to know",
        successor_name="Successor",
        successor_email="successor-own@example.org",
        successor_from=timezone.localdate() + timedelta(days=31),
    )
    found["handover"] = {"own": leaving.public_id}
    found["desktakeover"] = {"known": found["takeover"]["foreign"]}
    world.owners.own("own", leaving)
    for name, ids in found.items():
        world.objects[name] = {**ids, "unknown": UNKNOWN}


def questions(world: "World") -> None:
    """A question of each government on its request, with a file; one has an internal note, too."""
    threads, files = {}, {}
    subject = subject_of("hosts.HostRequest")
    asks = {
        "own": ("coordinator", "relay"),
        "neighbour": ("neighbourperson", "operator"),
        "foreign": ("foreignperson", "operator"),
    }
    for name, (person, addressee) in asks.items():
        row = subject.rows().get(public_id=world.objects["request"][name])
        thread = ask(
            subject,
            row,
            by=fresh(world.people[person]),
            addressee=addressee,
            title="宿舎について",
            text="宿舎は決まっていますか。",
            files=[_document()],
        )
        world.owners.own(name, thread, *thread.entries.all())
        threads[name] = thread.public_id
        files[name] = ThreadFile.objects.get(entry__thread=thread).public_id
    place = place_of(Thread.objects.get(public_id=threads["own"]))
    note = write(
        place, by=fresh(world.people["staff"]), text="内部", is_internal=True, files=[_document()]
    )
    world.owners.own("staff", note)
    files["internal"] = note.files.get().public_id
    for row in ThreadFile.objects.select_related("entry", "file"):
        world.owners.own(world.owners.of(row.entry), row, row.file)
    world.objects["thread"] = {**threads, "unknown": UNKNOWN}
    world.objects["threadfile"] = {**files, "unknown": UNKNOWN}


def _document() -> SimpleUploadedFile:
    return SimpleUploadedFile("計画書.pdf", pdf())


def documents(world: "World") -> None:
    """The document of each tie; its row tells where the bytes lie, so that it is not marked."""
    document = ContentFile(b"Agreement between two cities.", name="agreement.txt")
    stored = store(document, by=world.people["coordinator"], purpose="tie")
    Tie.objects.update(document=stored)
