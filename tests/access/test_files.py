"""A file is given after a fresh check of the asker; a copied link is worth nothing (P3)."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.core.files.storage import default_storage, storages
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, User
from notices.models import Letter
from placements.models.placements import PlacementNoticeQuerySet
from tests.access.door import LOGIN, MISSING, REFUSED, SERVED, Door, outcome
from tests.access.table import DESK, ROLES
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
    return [path for path in found if ask(world, door, path, role) == SERVED]


def given_to_others(world: World, door: Door, owner: str) -> list[str]:
    """The owner's files that somebody else gets by the copied address."""
    files = files_of(world, door, owner)
    assert files
    others = [role for role in ROLES if role != owner and role not in DESK]
    return [
        f"{path} to {role}"
        for path in files
        for role in others
        if ask(world, door, path, role) == SERVED
    ]


@pytest.mark.parametrize("owner", ["coordinator", "trainee", "alumnus", "staff", "administrator"])
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


@pytest.mark.parametrize("owner", ["coordinator", "trainee", "staff"])
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


@pytest.mark.parametrize(("owner", "then"), [("coordinator", TOLD), ("staff", LOGIN)])
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
