"""Whose canary a person may see: what follows from `visible_to` and DOMAIN.md, written down.

An owner is a person or a body of `world`. Who is not named sees their own only. Nobody sees what
belongs to `secret`: hashes of passwords and tokens, the bodies of mails with a code, keys.
"""

from tests.access.marks import NOBODY
from tests.access.table import DESK
from tests.access.world import World

# A government's coordinators in force: colleagues, and those whom the relay's return is mailed to.
OF_OWN = {"own", "coordinator", "nofactor"}
# An official sees the name of their body, and with a municipality that of its prefecture.
READERS: dict[str, set[str]] = {
    # The link names the body that it invites to; one of a request names its host and the office.
    "link": {"own", "prefecture", "officebody"},
    # The own government, who left it within the last year, and its relay's officers; trainees once
    # their placement is announced.
    "coordinator": OF_OWN | {"former", "prefecture", "relay", "trainee", "alumnus"},
    "nofactor": OF_OWN | {"prefecture", "trainee", "alumnus"},
    "neighbourperson": {"neighbour", "prefecture", "relay", "traineenear"},
    "foreignperson": {"foreign", "prefecturefar", "relayfar", "traineefar"},
    "designatedperson": {"designated", "prefecture"},
    # What passes through them, and what they write for the operator alone; not the designated city,
    # and nobody who is placed.
    "relay": OF_OWN | {"former", "prefecture", "neighbour", "neighbourperson", "relaykept"},
    "relayfar": {"prefecturefar", "foreign", "foreignperson"},
    "tax": {"prefecture"},
    # What nationals of its countries have submitted, never a draft; the hosts of its openings.
    "office": {
        "officebody",
        "own",
        "prefecture",
        "trainee",
        "traineenear",
        "traineelate",
        "alumnus",
    },
    "officefarperson": {"officefarbody", "foreign", "prefecturefar", "traineefar"},
    "institute": {"institutebody"},
    "mic": {"ministrybody"},  # no government's answer, no candidate
    "reviewer": {"ministrybody"},
    # Their host, once the placement is announced, and the office that helps them; never another
    # trainee.
    "trainee": {"own", "prefecture", "officebody"},
    "alumnus": {"own", "prefecture", "officebody"},
    "traineenear": {"neighbour", "prefecture", "officebody"},
    "traineefar": {"foreign", "prefecturefar", "officefarbody"},
}

# Addresses of people without an account, whom an office or its link writes to: what they may read.
WITHOUT_ACCOUNT = {
    "own@abroad.example": "link",
    "officed@abroad.example": "link",
    "foreign@abroad.example": "officefarperson",
}

# Who acted on a government for the operator: its history names them.
NAMED_IN_HISTORY = {"staff"}


def foreign_to(world: World, reader: str) -> dict[str, str]:
    """The canaries that this reader must never meet, by owner."""
    if reader in DESK:
        return {NOBODY: world.owners.canaries[NOBODY]}
    seen = READERS.get(reader, set()) | {reader}
    return {owner: text for owner, text in world.owners.canaries.items() if owner not in seen}
