"""No page, file, header, message or mail shows what belongs to others (P2)."""

import pytest
from django.apps import apps
from django.urls import reverse

from desk.admin.notices import MailAdmin
from hosts import services
from hosts.models import SurveyAnswerQuerySet
from notices.models import Mail
from tests.access.crawl import (
    everything_in,
    foreign_in,
    read_answers,
    read_pages,
)
from tests.access.door import Door, RememberingDoor, each_in_one_process, mail_text
from tests.access.marks import WRITTEN_BY_THE_PORTAL, marked_models, text_fields
from tests.access.readers import NAMED_IN_HISTORY, READERS, WITHOUT_ACCOUNT, foreign_to
from tests.access.table import DESK, ROLES
from tests.access.world import World

pytestmark = pytest.mark.django_db
FORMATS = range(7)  # more than the export form offers: what it does not offer is refused

# Whose rows a crawl must meet, by role.
MET = {
    "coordinator": {"own", "prefecture", "relay", "trainee", "alumnus"},
    "relay": {"prefecture", "own", "neighbour", "relaykept"},
    "trainee": {"trainee", "own"},
    "office": {"officebody", "traineenear"},
}


def leaks_in_pages(world: World, door: Door, role: str) -> dict[str, set[str]]:
    """Address → owners whose canary stands in what it answers to this role."""
    return crawled(world, door, role)[0]


def crawled(world: World, door: Door, role: str) -> tuple[dict[str, set[str]], set[str]]:
    """The leaks by their address, and the owners whose own rows the pages do show."""
    foreign = foreign_to(world, role)
    own = {owner: world.owners.canaries[owner] for owner in MET.get(role, ())}
    found, met = {}, set()
    for path, text in read_pages(world, door, role):
        met |= foreign_in(text, own)
        for canary in foreign.values():  # what was asked for comes back in the form's field
            if canary in path:
                text = text.replace(canary, "")
        owners = foreign_in(text, foreign)
        if "/hosts/governments/" in path and path.endswith("/history/"):
            owners -= NAMED_IN_HISTORY
        if owners:
            found[path] = owners
    return found, met


def leaks_in_answers(world: World, door: Door, role: str) -> dict[str, set[str]]:
    """Form → owners whose canary stands in its answer, or in a mail to somebody else."""
    foreign = foreign_to(world, role)
    found = {}
    for place, text, mails in read_answers(world, door, role):
        if owners := foreign_in(text, foreign):
            found[place] = owners
        for to, mail in mails:
            if owners := leaks_in_mail(world, to, mail):
                found[f"{place}, mail to {to}"] = owners
    return found


def leaks_in_mail(world: World, to: str, text: str) -> set[str]:
    """The owners whose canary the addressee of this mail must not see. Whoever is invited, or asks
    to take over, reads of the office that their address was given for.
    """
    readers = [name for name, person in world.people.items() if person.email == to]
    readers += [WITHOUT_ACCOUNT[to]] if to in WITHOUT_ACCOUNT else []
    foreign = foreign_to(world, readers[0] if readers else "anonymous")
    invited = set() if readers else foreign_in(to, foreign)
    return foreign_in(text, foreign) - invited - {"secret"}  # a code is its addressee's


@pytest.mark.parametrize("role", each_in_one_process(ROLES))
def test_no_page_shows_what_belongs_to_others(
    world: World, remembering: RememberingDoor, role: str
):
    """Their own rows are met, too: a crawl that finds nothing at all would prove nothing."""
    assert crawled(world, remembering, role) == ({}, MET.get(role, set()))


@pytest.mark.parametrize("role", each_in_one_process(ROLES))
def test_no_answer_to_a_form_and_no_mail_shows_what_belongs_to_others(
    world: World, remembering: RememberingDoor, role: str
):
    assert leaks_in_answers(world, remembering, role) == {}


def test_no_mail_in_the_outbox_shows_what_belongs_to_others(world: World):
    mails = [mail_text(mail) for mail in Mail.objects.all()]

    assert len(mails) >= 10
    assert [to for to, text in mails if leaks_in_mail(world, to, text)] == []


@pytest.mark.parametrize("role", DESK)
@pytest.mark.parametrize(
    "name", ["hosts_localgovernment", "hosts_hostrequest", "trainees_application"]
)
def test_no_export_shows_a_secret(world: World, door: Door, role: str, name: str):
    foreign = foreign_to(world, role)
    path = reverse(f"admin:{name}_export")
    sizes = []
    for number in FORMATS:
        sent = {"format": str(number), "resource": ""}
        response = door.ask("POST", path, sent, world.sessions[role])
        assert response.status_code == 200
        assert foreign_in(everything_in(response), foreign) == set()
        sizes.append("attachment" in response.get("Content-Disposition", ""))

    assert any(sizes)


# The world says what it claims ------------------------------------------------------------------


def test_every_text_of_every_row_with_an_owner_was_marked(world: World):
    wanted = {
        f"{model._meta.label}.{each.name}"
        for model in marked_models()
        for each in text_fields(model)
    }

    assert wanted - world.owners.marked == set()


def test_what_is_not_marked_exists():
    assert {model._meta.label for model in apps.get_models()} >= WRITTEN_BY_THE_PORTAL
    assert set(READERS) - set(ROLES) == {
        "designatedperson",
        "foreignperson",
        "neighbourperson",
        "officefarperson",
        "relayfar",
        "traineefar",
        "traineenear",
    }


# The guards switched off ------------------------------------------------------------------------


def test_one_queryset_without_its_scope_is_found_control(world: World, door: Door, monkeypatch):
    monkeypatch.setattr(SurveyAnswerQuerySet, "visible_to", lambda rows, user: rows)

    found = leaks_in_pages(world, door, "coordinator")

    assert set.union(*found.values()) >= {"neighbour", "foreign"}


def test_a_mail_to_the_wrong_government_is_found_control(world: World, door: Door, monkeypatch):
    others = [world.people["foreignperson"]]
    monkeypatch.setattr(services, "coordinators_of", lambda answer: others)

    found = leaks_in_answers(world, door, "relay")

    assert set.union(*found.values()) >= {"neighbour"}


def test_a_code_on_the_desk_is_found_control(world: World, door: Door, monkeypatch):
    monkeypatch.setattr(MailAdmin, "text", lambda self, mail: mail.body)
    mail = Mail.objects.get(purpose="login_code")
    path = reverse("admin:notices_mail_change", args=[mail.pk])

    text = everything_in(door.ask("GET", path, session=world.sessions["staff"]))

    assert foreign_in(text, foreign_to(world, "staff")) == {"secret"}
