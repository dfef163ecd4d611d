"""Who applies in the world, who is nominated and placed, and what is decided."""

import hashlib
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.models import (
    Role,
)
from files.models import LongWork
from files.received import store
from hosts.models import (
    HostRequest,
    SurveyQuestion,
)
from notices.letters import render_waiting
from placements.models import Placement
from placements.services import announce, decide, propose
from placements.states import PlacementState
from schedule.calendars import renew_feed, token_of
from schedule.models import Cycle
from tests.access.marks import UNKNOWN, fresh
from tests.factories import (
    CycleFactory,
    InvitationFactory,
    LocalGovernmentFactory,
    NominationFactory,
    PlacementFactory,
    SendingGovernmentFactory,
    TraineeFactory,
    a_rule,
    application_of,
    open_request,
    submitted_application,
)
from tests.files.uploads import pdf
from trainees.models import Application, Document, PersonMerge, Reopening, Trainee

if TYPE_CHECKING:
    from tests.access.world import World


def selection(world: "World") -> None:
    """Applications, nominations, and placements that are proposed."""
    people, nextyear = world.people, world.cycles["next"]
    this = world.cycles["this"] = CycleFactory(fiscal_year=2027)
    past = world.cycles["past"] = CycleFactory(fiscal_year=2026)
    applications, nominations = {}, {}
    for name, country in [
        ("trainee", "ID"),
        ("traineenear", "ID"),
        ("traineefar", "BR"),
        ("traineelate", "ID"),
        ("alumnus", "ID"),
    ]:
        user = people[name]
        trainee = TraineeFactory(user=user, email=user.email, nationality=country)
        sender = SendingGovernmentFactory(country=country)
        world.senders[name] = sender
        world.owners.own(name, trainee, sender, sender.organisation)
        if name == "alumnus":
            continue
        state = {} if name == "trainee" else {"state": "submitted", "submitted_at": timezone.now()}
        applications[name] = application_of(
            user, cycle=nextyear, sending_government=sender, **state
        )
        applications[name].moves.create(from_state="draft", to_state="submitted", reason="sent")
        invitation = InvitationFactory(
            email=user.email, accepted_by=user, accepted_at=timezone.now()
        )
        nominations[name] = NominationFactory(application=applications[name], invitation=invitation)
        nominations[name].moves.create(from_state="", to_state="proposed", reason="nominated")
        world.owners.own(name, invitation)
    hosts = {"own": ["trainee", "traineelate"], "neighbour": ["traineenear"]}
    for place, names in {**hosts, "foreign": ["traineefar"]}.items():
        request = open_request(this, world.governments[place], number=2)
        for name in names:
            _place(world, name, this, request)
    _place(world, "alumnus", past, open_request(past, world.governments["own"]))
    world.objects["application"] = {
        "own": applications["trainee"].public_id,
        "neighbour": applications["traineenear"].public_id,
        "foreign": applications["traineefar"].public_id,
        "unknown": UNKNOWN,
    }
    _papers(world, applications)
    world.objects["nomination"] = {
        "own": nominations["trainee"].public_id,
        "neighbour": nominations["traineenear"].public_id,
        "foreign": nominations["traineefar"].public_id,
        "unknown": UNKNOWN,
    }


def _papers(world: "World", applications: dict[str, Application]) -> None:
    """A paper of each application; everybody is asked for it."""
    kind = a_rule().kind
    papers = {}
    for name, application in applications.items():
        upload = SimpleUploadedFile("diploma.pdf", pdf())
        file = store(upload, by=world.people[name], purpose="document")
        papers[name] = Document.objects.create(application=application, kind=kind, file=file)
        papers[name].moves.create(from_state="", to_state="handed_in", reason="handed in")
        world.owners.own(name, file)
    world.objects["document"] = {
        "own": papers["trainee"].public_id,
        "neighbour": papers["traineenear"].public_id,
        "foreign": papers["traineefar"].public_id,
        "unknown": UNKNOWN,
    }
    known = papers["traineenear"].public_id
    world.objects["deskdocument"] = {"known": known, "unknown": UNKNOWN}


def _place(world: "World", name: str, cycle: Cycle, request: HostRequest) -> None:
    trainee = Trainee.objects.get(user=world.people[name])
    application = submitted_application(
        cycle, trainee=trainee, sending_government=world.senders[name]
    )
    placement = PlacementFactory(application=application, host_request=request, by_hand=True)
    placement.moves.create(from_state="", to_state="proposed", reason="placed")


def decisions(world: "World") -> None:
    """Decide both years; one placement of this year is not announced yet."""
    staff = fresh(world.people["staff"])
    for name in ("past", "this"):
        decide(fresh(world.cycles[name]), by=staff, on=date(2026, 4, 1))
    render_waiting()
    late = world.people["traineelate"]
    notices = {"unknown": UNKNOWN}
    letters = {"unknown": "abcdefghijkl"}
    for placement in Placement.objects.select_related("application__trainee").order_by("pk"):
        is_late = placement.application.trainee.user_id == late.pk
        owner = next(
            name
            for name, user in world.people.items()
            if user.pk == placement.application.trainee.user_id
        )
        if not is_late:
            assert announce(placement, by=staff)
        for notice in placement.notices.select_related("letter"):
            notices[f"{owner}_{notice.audience}"] = notice.public_id
            letters["known"] = notice.letter.public_id
            world.objects["code"] = {"known": notice.letter.check_code}
    Placement.objects.filter(application__cycle=world.cycles["past"]).update(
        state=PlacementState.ENDED
    )
    Cycle.objects.filter(pk=world.cycles["past"].pk).update(state=Cycle.State.CLOSED)
    world.objects["code"]["unknown"] = "2222-2222-2222"
    world.objects["notice"], world.objects["letter"] = notices, letters
    _board(world)


def long_work(world: "World") -> None:
    """Work that a member of the staff asked for: theirs alone, ready or still waiting."""
    subject = f"{world.objects['deskrequest']['known']}:full"
    mine = {"kind": "dossiers", "language": "ja", "requested_by": world.people["staff"]}
    waiting = LongWork.objects.create(subject=subject, **mine)
    name = default_storage.save("long-work/of-a-test/file", ContentFile(b"PK\x05\x06"))
    ready = LongWork.objects.create(
        subject=subject,
        state=LongWork.State.READY,
        key=name,
        name="dossiers.zip",
        sha256=hashlib.sha256(b"PK\x05\x06").hexdigest(),
        expires_at=timezone.now() + timedelta(hours=1),
        **mine,
    )
    world.objects["work"] = {"known": waiting.public_id, "unknown": UNKNOWN}
    world.objects["workfile"] = {"known": ready.public_id, "unknown": UNKNOWN}


def calendar_feeds(world: "World") -> None:
    """Addresses of calendars: whoever knows one reads it, signed in or not."""
    feed = renew_feed(world.people["trainee"], number=0)
    world.objects["calendar"] = {"own": token_of(feed), "unknown": "a" * 32}


def _board(world: "World") -> None:
    """What staff reach on the desk: a proposal of the coming year, a run of the solver."""
    nextyear = fresh(world.cycles["next"])
    operator = fresh(world.people["staff"])
    propose(nextyear, by=operator)
    request = open_request(nextyear, LocalGovernmentFactory())
    application = submitted_application(nextyear)
    placement = PlacementFactory(application=application, host_request=request, by_hand=True)
    world.objects["placement"] = {"known": placement.public_id, "unknown": UNKNOWN}
    world.objects["cycle"] = {
        "known": (nextyear.programme.code, nextyear.fiscal_year),
        "unknown": (nextyear.programme.code, 2099),
    }
    question = SurveyQuestion.objects.get(survey__cycle=nextyear)
    address = (nextyear.programme.code, nextyear.fiscal_year)
    world.objects["question"] = {
        "known": (*address, question.public_id),
        "unknown": (*address, UNKNOWN),
    }
    world.objects["deskapplication"] = {
        "known": world.objects["application"]["neighbour"],
        "unknown": UNKNOWN,
    }
    _records(world)
    world.objects["deskrequest"] = {"known": request.public_id, "unknown": UNKNOWN}
    world.objects["person"] = {
        "known": world.people["coordinator"].public_id,
        "unknown": UNKNOWN,
    }
    world.objects["deskanswer"] = {
        "known": world.objects["answer"]["neighbour"],
        "unknown": UNKNOWN,
    }
    link = InvitationFactory(
        email="linkholder@example.org",
        role=Role.COORDINATOR,
        organisation=world.governments["own"].organisation,
        token="a-link-of-43-characters-aaaaaaaaaaaaaaaaaaa",
    )
    world.owners.own("link", link)
    world.objects["token"] = {
        "own": "a-link-of-43-characters-aaaaaaaaaaaaaaaaaaa",
        "unknown": "a-link-of-43-characters-bbbbbbbbbbbbbbbbbbb",
    }


def _records(world: "World") -> None:
    """Fields opened in one application, two records of one person, and two that were joined."""
    row = Reopening.objects.create(
        application=Application.objects.get(public_id=world.objects["application"]["neighbour"]),
        fields=["person.katakana"],
        reason="Please add it.",
        open_until=date(2026, 12, 1),
    )
    world.objects["deskreopening"] = {"known": row.public_id, "unknown": UNKNOWN}
    known = Trainee.objects.get(user=world.people["traineenear"])
    other, joined = (TraineeFactory(passport_name="Somebody Twice") for _each in range(2))
    world.objects["deskpair"] = {
        "known": (known.public_id, other.public_id),
        "unknown": (UNKNOWN, UNKNOWN),
    }
    joined.merged_into = other
    joined.save()
    merge = PersonMerge.objects.create(
        kept=other,
        merged=joined,
        moved={"applications": [], "user": None, "fields": []},
        reason="One person.",
    )
    world.objects["deskmerge"] = {"known": merge.public_id, "unknown": UNKNOWN}
