"""The end of the audit trail, carried out of the database once a day.

Whoever owns the database can rewrite the whole chain or cut off its end. What they cannot change is
a mail that has left, and a line in a file of another machine: with one of them in hand
`manage.py verify_audit --anchor` finds it.
"""

from datetime import date
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from notices.mails import queue_mail

from .models import Membership, Role
from .trail import Anchor, end_of_chain


def anchor_file() -> Path:
    """One line a day: the day and the anchor."""
    return Path(settings.DATA_DIR, "audit-anchors.txt")


def mail_anchor(on: date) -> int:
    """Mail the end of the chain to every administrator and append it to the file; gives how many
    mails. A second call on the same day does nothing; an empty chain has no anchor.
    """
    anchor = end_of_chain()
    if anchor.number == 0:
        return 0
    _append(on, anchor)
    in_office = Membership.objects.in_force(on).filter(role=Role.ADMINISTRATOR)
    people = {membership.user for membership in in_office.select_related("user")}
    for user in people:
        queue_mail(
            key=f"audit-anchor:{on.isoformat()}:{user.pk}",
            purpose="audit-anchor",
            to=user.email,
            to_name=user.name,
            language=user.language,
            template="audit_anchor",
            context={"on": on, "anchor": str(anchor), "number": anchor.number},
            related=f"audit:{anchor.number}",
        )
    return len(people)


def _append(on: date, anchor: Anchor) -> None:
    file = anchor_file()
    if file.exists() and f"{on.isoformat()} " in file.read_text():
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a") as lines:
        lines.write(f"{on.isoformat()} {anchor} {timezone.now().isoformat(timespec='seconds')}\n")


def anchors_in(file: Path) -> list[Anchor]:
    """The anchors of a file. Raises ValueError with the line that is none."""
    found = []
    for line in file.read_text().splitlines():
        if line.strip():
            words = line.split()
            found.append(Anchor.read(words[1] if len(words) > 1 else words[0]))
    return found
