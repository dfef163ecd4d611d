"""Personal links, nominees of hosts and of offices, and statements of employers."""

from typing import TYPE_CHECKING

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import PersonalLink
from files.received import store
from hosts.models import SurveyAnswer
from hosts.states import RequestState
from placements.models import Forwarding, Nomination
from schedule.vocabulary import Route
from tests.access.marks import UNKNOWN
from tests.factories import (
    ApplicationFactory,
    CycleFactory,
    HostRequestFactory,
    InvitationFactory,
    NominationFactory,
    SendingGovernmentFactory,
    open_request,
)
from tests.placements.ground_of_links import (
    forwarding_of,
    hold_link,
    link_to,
    opening_of,
    published,
    statement_link,
)
from trainees.models import OverseasOffice, SenderStatement

if TYPE_CHECKING:
    from tests.access.world import World


def abroad(world: "World") -> None:
    """Made after the marking: a link's mail has to be found by its address."""
    cycle = world.cycles["abroad"] = CycleFactory(fiscal_year=2029)
    recruitment = published(cycle)
    offices = {
        name: OverseasOffice.objects.get(
            organisation=world.people[person].organisation_ids("overseas_office")[0]
        )
        for name, person in (("own", "office"), ("foreign", "officefarperson"))
    }
    links: dict[str, PersonalLink] = {}
    for name, office in offices.items():
        request = open_request(cycle, world.governments[name])
        row = forwarding_of(
            opening_of(recruitment, office, request), SendingGovernmentFactory().organisation
        )
        links[name] = link_to(row, email=f"{name}@abroad.example", name="Holder")
        # One identifier for both, so that an address which names link and row names this pair.
        Forwarding.objects.filter(pk=row.pk).update(public_id=links[name].public_id)
    world.objects["forwardlink"] = _ids(links)
    _nominees(world, offices)
    world.links = [links["own"], world.links[0]]


def _nominees(world: "World", offices: dict[str, OverseasOffice]) -> None:
    cycle = world.cycles["abroad"]
    answers = SurveyAnswer.objects.filter(survey__cycle=cycle)
    requests = {
        name: HostRequestFactory(
            answer=answers.get(government=world.governments[name]),
            state=RequestState.OPEN,
            route=Route.OWN_SELECTION,
            number=9,
        )
        for name in ("own", "foreign")
    }
    rows: dict[str, Nomination] = {}
    for name, more in {
        "hosted": {"host_request": requests["own"]},
        "officed": {"office": offices["own"]},
        "elsewhere": {"office": offices["foreign"]},
    }.items():
        application = ApplicationFactory(cycle=cycle, trainee__passport_name="Nominee")
        rows[name] = NominationFactory(
            application=application, invitation=InvitationFactory(name="Nominee"), **more
        )
    world.objects["ownrequest"] = _ids(requests)
    world.objects["nominee"] = {**world.objects["nomination"], **_ids(rows)}
    statements, links = {}, {}
    for name in ("hosted", "officed"):
        letter = SimpleUploadedFile("letter.txt", b"We recommend this person.")
        statements[name] = SenderStatement.objects.create(
            application=rows[name].application,
            is_employed=True,
            will_return=True,
            grants_leave=True,
            language="en",
            given_by="Head",
            file=store(letter, by=None, purpose="statement"),
        )
        links[name] = statement_link(rows[name].application, email=f"{name}@abroad.example")
    SenderStatement.objects.filter(pk=statements["officed"].pk).update(
        public_id=links["officed"].public_id
    )
    statements["officed"].refresh_from_db()
    world.objects["statementfile"] = _ids(statements)
    world.objects["statementlink"] = {
        "own": links["officed"].public_id,
        "foreign": links["hosted"].public_id,
        "unknown": UNKNOWN,
    }
    world.links = [links["officed"]]


def _ids(rows: dict) -> dict[str, object]:
    return {**{name: row.public_id for name, row in rows.items()}, "unknown": UNKNOWN}


def hold_links(world: "World", client: Client) -> None:
    """The visitor without an account has typed the codes of both links."""
    for link in world.links:
        hold_link(link, client)
