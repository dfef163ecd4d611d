"""What the selection knows of one application, for the trainee's status page."""

from typing import Any

from django.db.models import FilteredRelation, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import Membership, Role
from notices.states import LetterState
from trainees.contacts import HelpDesk, from_abroad
from trainees.models import Application
from trainees.papers_list import Letter
from trainees.states import ApplicationState
from trainees.timeline import Facts, timeline_fact

from .models import Nomination, NominationMove, PlacementNotice
from .states import TOLD, NominationState

CONTACTS_MOST = 3

HOST = "told__host_request__answer__government"
PREFECTURE = f"{HOST}__prefecture"
THEME = "told__host_request__training_programme"


@timeline_fact
def selection(application: Application) -> Facts:
    """When the person was nominated, and the decision once it was announced, in one query; the
    letters in another.

    Before the announcement the trainee learns nothing of a placement.
    """
    confirmed = NominationMove.objects.filter(
        nomination=OuterRef("pk"), to_state=NominationState.CONFIRMED
    )
    row = (
        Nomination.objects.filter(application=application)
        .annotate(
            confirmed_at=Subquery(confirmed.values("at")[:1]),
            told=FilteredRelation(
                "application__placements", condition=Q(application__placements__state__in=TOLD)
            ),
        )
        .order_by("-pk")
        .values(
            "nominated_on",
            "confirmed_at",
            "told__decided_on",
            "told__starts_on",
            "told__ends_on",
            f"{HOST}__name",
            f"{HOST}__organisation",
            f"{HOST}__organisation__name_en",
            f"{PREFECTURE}__name",
            f"{PREFECTURE}__organisation__name_en",
            f"{THEME}__theme_ja",
            f"{THEME}__theme_en",
        )
        .first()
    )
    facts: Facts = {}
    if application.state == ApplicationState.FROZEN:
        facts["letters"] = _letters(application)
    if row is None:
        return facts
    facts["nominated_on"] = row["nominated_on"]
    if row["confirmed_at"]:
        facts["confirmed_on"] = timezone.localdate(row["confirmed_at"])
    if row["told__decided_on"]:
        facts |= _decision(row)
        facts["contacts"] = _contacts(row)
    return facts


def _contacts(row: dict[str, Any]) -> list[HelpDesk]:
    """The people of the host who look after the training; they are named once it was announced."""
    today = timezone.localdate()
    people = Membership.objects.in_force(today).filter(
        organisation=row[f"{HOST}__organisation"], role=Role.COORDINATOR, user__is_active=True
    )
    return [
        HelpDesk(
            name=each.user.name,
            organisation=_host_name(row),
            about=_("Procedures, lodging, your training"),
            telephone=from_abroad(each.user.telephone),
            email=each.user.email,
            hours=_("Weekdays, office hours in Japan"),
        )
        for each in people.select_related("user").order_by("user__name", "pk")[:CONTACTS_MOST]
    ]


def _letters(application: Application) -> list[Letter]:
    """The notices to the trainee; nothing is decided before the application was frozen."""
    notices = PlacementNotice.objects.filter(
        placement__application=application,
        placement__state__in=TOLD,
        audience=PlacementNotice.Audience.TRAINEE,
        letter__state__in=[LetterState.ISSUED, LetterState.SUPERSEDED],
    )
    return [
        Letter(
            title=notice.letter.subject,
            on=notice.letter.issued_on,
            url=reverse("placements:notice", args=[notice.public_id]),
            detail=f"{notice.letter.reference} PDF",
            check_url=reverse("verify:letter", args=[notice.letter.check_code]),
            check_code=notice.letter.check_code,
            state=str(_("replaced by a later letter"))
            if notice.letter.state == LetterState.SUPERSEDED
            else "",
            mark="stopped",
        )
        for notice in notices.select_related("letter").order_by("-pk")
    ]


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
