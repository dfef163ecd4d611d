"""What the selection knows of one application, for the trainee's status page."""

from typing import Any

from django.db.models import FilteredRelation, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.json_rows import json_rows, related_from, row_from
from accounts.models import Membership, Role
from notices.models import Letter as LetterOfNotice
from notices.states import LetterState
from schedule.models import Cycle
from trainees.contacts import HelpDesk, from_abroad
from trainees.models import Application
from trainees.papers_list import Letter
from trainees.states import ApplicationState
from trainees.timeline import Facts, timeline_fact

from .models import Nomination, NominationMove, PlacementNotice
from .states import TOLD, NominationState

CONTACTS_MOST = 3

LETTER_READ = [
    *("id", "public_id", "letter__id", "letter__subject", "letter__issued_on"),
    *("letter__reference", "letter__check_code", "letter__state"),
]
CONTACT_READ = ["id", "user__name", "user__telephone", "user__email"]

HOST = "told__host_request__answer__government"
PREFECTURE = f"{HOST}__prefecture"
THEME = "told__host_request__training_programme"


@timeline_fact
def selection(application: Application) -> Facts:
    """When the person was nominated, the decision once it was announced, whom to ask at the host,
    and the letters: all in one query.

    Before the announcement the trainee learns nothing of a placement.
    """
    row = _told_of(application)
    facts: Facts = {}
    if application.state == ApplicationState.FROZEN:
        facts["letters"] = _letters(row["letters"])
    if row["nominated_on"] is None:
        return facts
    facts["nominated_on"] = row["nominated_on"]
    if application.cycle.state == Cycle.State.OPEN:
        facts["ask"] = reverse("accounts:question_ask", args=["nomination", row["nomination"]])
    if row["confirmed_at"]:
        facts["confirmed_on"] = timezone.localdate(row["confirmed_at"])
    if row["told__decided_on"]:
        facts |= _decision(row)
        facts["contacts"] = _contacts(row)
    return facts


def _told_of(application: Application) -> dict[str, Any]:
    """What the person may know, as columns."""
    last = Nomination.objects.filter(application=OuterRef("pk")).order_by("-pk")
    confirmed = NominationMove.objects.filter(
        nomination=OuterRef("last_nomination"), to_state=NominationState.CONFIRMED
    )
    letters = PlacementNotice.objects.filter(
        placement__state__in=TOLD,
        audience=PlacementNotice.Audience.TRAINEE,
        letter__state__in=[LetterState.ISSUED, LetterState.SUPERSEDED],
    )
    contacts = Membership.objects.in_force(timezone.localdate()).filter(
        role=Role.COORDINATOR, user__is_active=True
    )
    rows = (
        Application.objects.filter(pk=application.pk)
        .annotate(
            last_nomination=Subquery(last.values("pk")[:1]),
            nominated_on=Subquery(last.values("nominated_on")[:1]),
            nomination=Subquery(last.values("public_id")[:1]),
            told=FilteredRelation("placements", condition=Q(placements__state__in=TOLD)),
        )
        .annotate(
            confirmed_at=Subquery(confirmed.values("at")[:1]),
            letters=json_rows(letters, "placement__application", LETTER_READ),
            contacts=json_rows(
                contacts, "organisation", CONTACT_READ, outer=f"{HOST}__organisation"
            ),
        )
    )
    return rows.order_by("-told__pk").values(
        *("nominated_on", "nomination", "confirmed_at", "letters", "contacts"),
        *("told__decided_on", "told__starts_on", "told__ends_on"),
        *(f"{HOST}__name", f"{HOST}__organisation__name_en"),
        *(f"{PREFECTURE}__name", f"{PREFECTURE}__organisation__name_en"),
        *(f"{THEME}__theme_ja", f"{THEME}__theme_en"),
    )[0]


def _contacts(row: dict[str, Any]) -> list[HelpDesk]:
    """The people of the host who look after the training; they are named once it was announced."""
    people = sorted(row["contacts"], key=lambda each: (each["user__name"], each["id"]))
    return [
        HelpDesk(
            name=each["user__name"],
            organisation=_host_name(row),
            about=_("Procedures, lodging, your training"),
            telephone=from_abroad(each["user__telephone"]),
            email=each["user__email"],
            hours=_("Weekdays, office hours in Japan"),
        )
        for each in people[:CONTACTS_MOST]
    ]


def _letters(rows: list[dict[str, Any]]) -> list[Letter]:
    """The notices to the trainee; nothing is decided before the application was frozen."""
    found = []
    for row in sorted(rows, key=lambda each: each["id"], reverse=True):
        notice: PlacementNotice = row_from(
            PlacementNotice, row, letter=related_from(LetterOfNotice, row, "letter")
        )
        letter = notice.letter
        found.append(
            Letter(
                title=letter.subject,
                on=letter.issued_on,
                url=reverse("placements:notice", args=[notice.public_id]),
                detail=f"{letter.reference} PDF",
                check_url=reverse("verify:letter", args=[letter.check_code]),
                check_code=letter.check_code,
                state=str(_("replaced by a later letter"))
                if letter.state == LetterState.SUPERSEDED
                else "",
                mark="stopped",
            )
        )
    return found


def _host_name(row: dict[str, Any]) -> str:
    if (get_language() or "ja") == "ja":
        return f"{row[f'{PREFECTURE}__name'] or ''}{row[f'{HOST}__name']}"
    names = [row[f"{HOST}__organisation__name_en"], row[f"{PREFECTURE}__organisation__name_en"]]
    return ", ".join(str(name) for name in names if name)


def _decision(row: dict[str, Any]) -> Facts:
    starts_on = row["told__starts_on"]
    has_begun = starts_on is not None and starts_on <= timezone.localdate()
    outlook = _("Your host asks you for your papers; your notice says by when.")
    themes = [row[f"{THEME}__theme_ja"], row[f"{THEME}__theme_en"]]
    if (get_language() or "ja") != "ja":
        themes.reverse()
    return {
        "reviewed": row["told__decided_on"],
        "decided_on": row["told__decided_on"],
        "host_name": _host_name(row),
        "theme": next((str(theme) for theme in themes if theme), ""),
        "starts_on": row["told__starts_on"],
        "ends_on": row["told__ends_on"],
        "outlook": "" if has_begun else outlook,
    }
