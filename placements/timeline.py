"""What the selection knows of one application, for the trainee's status page."""

from typing import Any

from django.db.models import FilteredRelation, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from trainees.models import Application
from trainees.timeline import Facts, timeline_fact

from .models import Nomination, NominationMove
from .states import TOLD, NominationState

HOST = "told__host_request__answer__government"
PREFECTURE = f"{HOST}__prefecture"
THEME = "told__host_request__training_programme"


@timeline_fact
def selection(application: Application) -> Facts:
    """When the person was nominated, and the decision once it was announced, in one query.

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
            f"{HOST}__organisation__name_en",
            f"{PREFECTURE}__name",
            f"{PREFECTURE}__organisation__name_en",
            f"{THEME}__theme_ja",
            f"{THEME}__theme_en",
        )
        .first()
    )
    if row is None:
        return {}
    facts: Facts = {"nominated_on": row["nominated_on"]}
    if row["confirmed_at"]:
        facts["confirmed_on"] = timezone.localdate(row["confirmed_at"])
    if row["told__decided_on"]:
        facts |= _decision(row)
    return facts


def _decision(row: dict[str, Any]) -> Facts:
    themes = [row[f"{THEME}__theme_ja"], row[f"{THEME}__theme_en"]]
    if (get_language() or "ja") == "ja":
        host = f"{row[f'{PREFECTURE}__name'] or ''}{row[f'{HOST}__name']}"
    else:
        names = [row[f"{HOST}__organisation__name_en"], row[f"{PREFECTURE}__organisation__name_en"]]
        host = ", ".join(str(name) for name in names if name)
        themes.reverse()
    return {
        "reviewed": row["told__decided_on"],
        "decided_on": row["told__decided_on"],
        "host_name": host,
        "theme": next((str(theme) for theme in themes if theme), ""),
        "starts_on": row["told__starts_on"],
        "ends_on": row["told__ends_on"],
        "outlook": _("Your host asks you for your papers; your notice says by when."),
    }
