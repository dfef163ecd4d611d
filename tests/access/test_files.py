"""A file is given after a fresh check of the asker; a copied link is worth nothing (P3)."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.core.files.storage import default_storage, storages
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, PersonalLink, User
from notices.models import Letter
from placements.models.placements import PlacementNoticeQuerySet
from tests.access.door import LOGIN, MISSING, REFUSED, SERVED, Door, outcome
from tests.access.routes import addresses
from tests.access.table import DESK, ROLES, expected
from tests.access.table_desk import ROWS
from tests.access.world import World

pytestmark = pytest.mark.django_db


def ask(world: World, door: Door, path: str, role: str) -> str:
    return outcome(door.ask("GET", path, session=world.sessions.get(role)), path)


def files_of(world: World, door: Door, role: str) -> list[str]:
    """The addresses of all files that this role is given."""
    notices = [id for name, id in world.objects["notice"].items() if name != "unknown"]
    found = [reverse("placements:notice", args=[id]) for id in notices]
    ties = [id for name, id in world.objects["tie"].items() if name != "unknown"]
    found += [reverse("hosts:tie_document", args=[id]) for id in ties]
    found += [reverse("desk:letter", args=[each.public_id]) for each in Letter.objects.issued()]
    found += [
        reverse(f"admin:{name}_export")
        for name in ("hosts_localgovernment", "hosts_hostrequest", "trainees_application")
    ]
    if role != "administrator":  # what staff are given; papers that are printed take their time
        found += papers(world)
    return [path for path in found if ask(world, door, path, role) == SERVED]


# Every download of a paper of the recruitment, of a nominee and of whoever nominates.
PAPERS = [
    "trainees:document",  # each file of a document, the photo among them
    "trainees:receipt",
    "desk:application_dossier",
    "desk:work_file",  # the archive of dossiers
    "recruitment:sheet",
    "recruitment:text_file",
    "cases:forwarded_sheet",  # by personal link
    "cases:statement_own_file",  # by personal link: what was uploaded there
    "cases:statement_file",
    "accounts:question_file",
]
# What sounds like a download of papers and is none, or belongs to the survey or to letters.
OTHERS = {
    *("trainees:documents", "trainees:document_hand_in", "trainees:document_take_back"),
    *("desk:documents", "desk:document_accept", "desk:document_refuse", "desk:request_dossiers"),
    *("desk:sheets", "desk:sheet", "desk:sheet_preview", "desk:sheet_export", "mfa_sheet"),
    *("nomination_sheets:sheet", "nomination_sheets:template", "nomination_sheets:preview"),
    *("hosts:tie_document", "hosts:workbook_file", "hosts:relay_workbook_file"),
    *("hosts:relay_letter_file", "desk:survey_workbook_file", "accounts:profile"),
    "hosts:sheet",
}


def papers(world: World) -> list[str]:
    """The addresses of the papers, whosever they are."""
    return [
        path
        for name in PAPERS
        for object, path in addresses(world, name, ROWS[name]).items()
        if object != "unknown"
    ]


def readers_by_table(world: World, path: str) -> set[str]:
    """Who may read a paper beside its owner, as the access table says."""
    return {
        role
        for name in PAPERS
        for object, each in addresses(world, name, ROWS[name]).items()
        for role in ROLES
        if each == path and SERVED in expected(ROWS[name], role, object, "GET")
    }


def test_every_download_of_papers_is_among_those_that_are_tried():
    words = ("document", "file", "receipt", "dossier", "sheet", "photo")
    found = {
        name
        for name, row in ROWS.items()
        if "GET" in row.methods
        and any(word in name for word in words)
        and not name.startswith(("admin:", "admin/"))  # lists and forms of rows, never their bytes
    }

    assert found - set(PAPERS) - OTHERS == set()


def given_to_others(world: World, door: Door, owner: str) -> list[str]:
    """The owner's files that somebody else gets by the copied address."""
    files = files_of(world, door, owner)
    assert files
    others = [role for role in ROLES if role != owner and role not in DESK]
    return [
        f"{path} to {role}"
        for path in files
        for role in others
        if ask(world, door, path, role) == SERVED and role not in readers_by_table(world, path)
    ]


OWNERS = ["coordinator", "trainee", "alumnus", "office", "link", "staff", "administrator"]


@pytest.mark.parametrize("owner", OWNERS)
def test_a_copied_address_gives_nothing_to_anybody_else(world: World, door: Door, owner: str):
    found = given_to_others(world, door, owner)

    if owner in DESK:  # staff read every letter; whose it is, reads it as well
        found = [each for each in found if "/placements/notices/" not in each]
        found = [each for each in found if "/hosts/ties/" not in each]
    # The document of a tie is read by whoever relays the papers of its government, too.
    found = [each for each in found if not ("/hosts/ties/" in each and each.endswith("to relay"))]
    assert found == []


def test_without_the_check_of_the_asker_copies_are_found_control(
    world: World, door: Door, monkeypatch
):
    monkeypatch.setattr(PlacementNoticeQuerySet, "visible_to", lambda rows, user: rows)

    with pytest.raises(AssertionError):
        test_a_copied_address_gives_nothing_to_anybody_else(world, door, "trainee")


@pytest.mark.parametrize("owner", ["coordinator", "trainee", "office", "staff"])
def test_after_signing_out_the_address_leads_to_the_sign_in(world: World, door: Door, owner: str):
    files = files_of(world, door, owner)
    with door.undone():
        door.ask("POST", reverse("account_logout"), session=world.sessions[owner])

        assert {ask(world, door, path, owner) for path in files} == {LOGIN}


TOLD = "told that the role has ended"


def ask_at_the_end(world: World, door: Door, path: str, role: str) -> str:
    """What the first request after the end of a membership gets; the start page says what ended."""
    response = door.ask("GET", path, session=world.sessions.get(role))
    home = {f"/{language}{reverse('accounts:home')[3:]}" for language in ("ja", "en")}
    return TOLD if response.get("Location") in home else outcome(response, path)


@pytest.mark.parametrize(
    ("owner", "then"), [("coordinator", TOLD), ("office", TOLD), ("staff", LOGIN)]
)
def test_when_the_membership_ends_the_next_request_gets_nothing(
    world: World, door: Door, owner: str, then: str
):
    files = [path for path in files_of(world, door, owner) if "/account" not in path]
    yesterday = timezone.localdate() - timedelta(days=1)
    for path in files:
        with door.undone():  # the next request also gives the session another key
            Membership.objects.filter(user=world.people[owner]).update(ends_on=yesterday)

            assert ask_at_the_end(world, door, path, owner) in {then, TOLD}
            assert ask(world, door, path, owner) == LOGIN, "the old key is dead"


def test_a_link_that_was_withdrawn_gives_no_file_any_more(world: World, door: Door):
    files = files_of(world, door, "link")
    assert any("/statement" in path for path in files)
    with door.undone():
        PersonalLink.objects.update(revoked_at=timezone.now())

        answers = [door.ask("GET", path, session=world.sessions["link"]) for path in files]

        opened = {f"/{language}{reverse('accounts:link_opened')[3:]}" for language in ("ja", "en")}
        assert {answer.get("Location") for answer in answers} <= opened


def test_a_closed_account_gets_nothing(world: World, door: Door):
    files = files_of(world, door, "alumnus")
    with door.undone():
        User.objects.filter(pk=world.people["alumnus"].pk).update(is_active=False)

        assert {ask(world, door, path, "alumnus") for path in files} == {LOGIN}


def test_a_file_is_kept_by_nobody_on_the_way(world: World, door: Door):
    path = files_of(world, door, "trainee")[0]

    answer = door.ask("GET", path, session=world.sessions["trainee"])

    assert answer.content.startswith(b"%PDF")
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]


TRICKS = [
    "../../../../etc/passwd",
    "..%2f..%2f..%2fetc%2fpasswd",
    "%2e%2e/%2e%2e/%2e%2e/db.sqlite3",
    "%252e%252e%252fdb.sqlite3",
    "%00",
    "x%00.pdf",
    "..\\..\\secret_key",
    "．．／．．／secret_key",
    "a" * 5000,
    "%ff%fe",
    "//etc/passwd",
    "{letter}",
    "{letter}%00.pdf",
    "../letters/{letter}",
]
PLACES = [
    "/en/placements/notices/",
    "/admin/letters/",
    "/static/",
    "/media/",
    "/uploads/",
    "/letters/",
    "/en/letters/",
    "/var/letters/",
    "/verify/",
    "/en/",
]


@pytest.mark.parametrize("role", ["anonymous", "coordinator", "staff"])
def test_tricks_with_paths_find_no_file(world: World, door: Door, role: str):
    file = Letter.objects.issued().first().file
    paths = [place + trick.replace("{letter}", file) for place in PLACES for trick in TRICKS]

    found = {path[:80]: _followed(world, door, path, role) for path in paths}

    allowed = {MISSING, REFUSED, LOGIN} if role != "staff" else {MISSING, REFUSED}
    assert {path: got for path, got in found.items() if got not in allowed} == {}


def _followed(world: World, door: Door, path: str, role: str) -> str:
    """The answer behind the redirect to the reader's language."""
    response = door.ask("GET", path, session=world.sessions.get(role))
    for _each in range(3):
        location = response.get("Location", "")
        if response.status_code not in (301, 302) or outcome(response, path) == LOGIN:
            break
        response = door.ask("GET", location, session=world.sessions.get(role))
    return outcome(response, path)


def test_no_storage_has_a_public_address(world: World, door: Door):
    file = Letter.objects.issued().first().file
    addresses = [storages["letters"].url(file), default_storage.url(file)]

    assert settings.MEDIA_URL in {"", "/"}
    for address in addresses:
        for role in ("anonymous", "staff"):
            assert _followed(world, door, f"/{address.lstrip('/')}", role) == MISSING
