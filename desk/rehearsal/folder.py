"""What a rehearsal leaves: every mail, every letter, and a page from which all of it is found."""

import hashlib
import re
import shutil
from collections import Counter
from collections.abc import Sequence
from datetime import date
from email import message_from_binary_file, policy
from pathlib import Path

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from hosts.models import RelayLetter
from hosts.relay_letters import letter_content
from notices.letters import letter_bytes
from notices.models import Letter, Mail
from notices.states import MailState

from .invariants import RULES
from .stage import Entry
from .year import Played

STYLE = ["tokens.css", "portal.css", "icon.svg"]


def write_folder(out: Path, played: Played, languages: Sequence[str]) -> None:
    """Write the folder of a year that has been played."""
    for name in ("mails", "letters", "relays", "style"):
        (out / name).mkdir(parents=True)
    for name in STYLE:
        shutil.copyfile(settings.BASE_DIR / "static" / "portal" / name, out / "style" / name)
    mails, letters = _write_mails(out), _write_letters(out)
    relays = _write_relay_letters(out)
    for number, language in enumerate(languages):
        with translation.override(language):
            context = _context(played, mails, letters, relays)
            others = [each for each in languages if each != language]
            context |= {
                "other": f"index.{others[0]}.html" if others else "",
                "is_first": not number,
            }
            if number and others:
                context["other"] = "index.html"
            page = render_to_string("desk/rehearsal.html", context)
        (out / (f"index.{language}.html" if number else "index.html")).write_text(page)


def _write_mails(out: Path) -> dict[str, str]:
    """Message-ID → file; in the order in which they went out."""
    found: dict[str, str] = {}
    for number, file in enumerate(sorted(Path(settings.EMAIL_FILE_PATH).glob("*.eml")), start=1):
        with file.open("rb") as opened:
            message_id = str(message_from_binary_file(opened, policy=policy.default)["Message-ID"])
        to = re.sub(r"[^a-z0-9-]+", "-", file.name.split("_")[1].lower()).strip("-")
        name = f"mails/{number:04d}-{file.name[:8]}-{to}.eml"
        shutil.copyfile(file, out / name)
        found[message_id] = name
    return found


def _write_letters(out: Path) -> dict[int, str]:
    """Key of a letter → file."""
    found: dict[int, str] = {}
    for letter in Letter.objects.issued().order_by("fiscal_year", "series", "number"):
        kind = re.sub(r"[^a-z0-9]+", "-", letter.kind)
        name = f"letters/{letter.fiscal_year}-{letter.number:04d}-{kind}.pdf"
        (out / name).write_bytes(letter_bytes(letter))
        found[letter.pk] = name
    return found


def _write_relay_letters(out: Path) -> dict[int, str]:
    """Key of a relay's letter → file; they have their own numbers, and no check code."""
    found: dict[int, str] = {}
    final = RelayLetter.objects.exclude(sha256="").select_related("round__relay")
    for place, letter in enumerate(final.order_by("pk"), start=1):
        name = f"relays/{place:04d}-{letter.round.relay.code}-{letter.direction}.pdf"
        (out / name).write_bytes(letter_content(letter))
        found[letter.pk] = name
    return found


def _context(
    played: Played, mails: dict[str, str], letters: dict[int, str], relays: dict[int, str]
) -> dict[str, object]:
    stage, cycle = played.stage, played.cycle
    states = dict(Mail.objects.values_list("message_id", "state"))
    return {
        "cycle": cycle,
        "programme": cycle.programme,
        "seed": played.seed,
        "days": played.days,
        "faults": played.faults,
        "rules": [
            {"words": words, "fault": next((f for f in played.faults if f.rule == words), None)}
            for words, _check in RULES
        ],
        "counts": Counter(states.values()),
        "sent": Counter(states.values())[MailState.SENT],
        "not_needed": Counter(states.values())[MailState.NOT_NEEDED],
        "letters": len(letters),
        "phases": [
            {"phase": phase, "is_played": phase.kind in stage.played}
            for phase in cycle.phases.order_by("starts_on")
        ],
        "deadlines": cycle.deadlines.order_by("due_on", "code"),
        "months": _months(played, mails, letters, relays),
        "version": _version(),
    }


def _months(
    played: Played, mails: dict[str, str], letters: dict[int, str], relays: dict[int, str]
) -> list[dict]:
    """The days on which something happened, month by month, with the deadlines of those days."""
    cycle, found = played.cycle, played.stage.entries
    due: dict[date, list] = {}
    for deadline in cycle.deadlines.order_by("code"):
        due.setdefault(deadline.due_on, []).append(deadline)
    months: list[dict] = []
    for on in sorted({*found, *(day for day in due if day <= played.stage.on)}):
        if not months or months[-1]["first"] != on.replace(day=1):
            months.append({"first": on.replace(day=1), "days": []})
        entries = [_row(entry, mails, letters, relays) for entry in found.get(on, [])]
        months[-1]["days"].append({"on": on, "due": due.get(on, []), "entries": entries})
    return months


def _row(
    entry: Entry, mails: dict[str, str], letters: dict[int, str], relays: dict[int, str]
) -> dict[str, object]:
    fates = Mail.objects.in_bulk([mail.pk for mail in entry.mails])
    return {
        "who": entry.who,
        "what": entry.what,
        "mark": entry.mark,
        "mails": [
            {
                "to": fate.to_name or fate.to,
                "subject": fate.subject,
                "language": fate.language,
                "file": mails.get(fate.message_id),
                "state": fate.get_state_display(),
                "reason": fate.last_error,
            }
            for fate in fates.values()
        ],
        "letters": [
            {
                "reference": letter.reference,
                "language": letter.language,
                "addressee": letter.addressee.splitlines()[0],
                "file": letters.get(letter.pk),
            }
            for letter in entry.letters
        ]
        + [
            {
                "reference": letter.number,
                "language": "ja",
                "addressee": letter.addressee.splitlines()[0],
                "file": relays.get(letter.pk),
            }
            for letter in entry.relay_letters
        ],
    }


def _version() -> str:
    """A short fingerprint of the templates of mails and letters, so that two years compare."""
    digest = hashlib.sha256()
    for folder in ("mails", "letters"):
        for file in sorted((settings.BASE_DIR / "templates" / folder).iterdir()):
            digest.update(file.read_bytes())
    return digest.hexdigest()[:12]
