"""What the selection keeps with a dossier: the wishes, and who nominated the person."""

from datetime import date

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from accounts.templatetags.portal import era_date
from schedule.vocabulary import Route
from trainees.contents import Data, Part, part_of_dossier
from trainees.models import Application

from .models import Nomination, RequestWish
from .states import NOMINATION_OPEN


def _wishes(application: Application) -> list[Data]:
    rows = RequestWish.objects.filter(application=application).order_by("rank")
    rows = rows.select_related(
        "host_request__answer__government__organisation",
        "host_request__answer__government__prefecture__organisation",
    )
    return [
        {
            "request": str(row.host_request.public_id),
            "name_ja": row.host_request.government.full_name,
            "name_en": str(row.host_request.government.organisation.name_en),
            "field": row.host_request.field,
            "reason": row.reason,
        }
        for row in rows
    ]


def _show_wish(kept: Data) -> list[tuple[str, str]]:
    is_japanese = (get_language() or "ja") == "ja"
    name = kept["name_ja"] if is_japanese else kept["name_en"] or kept["name_ja"]
    return [(_("Request"), name), (_("Reason"), kept["reason"])]


def _nominations(application: Application) -> list[Data]:
    rows = Nomination.objects.filter(application=application, state__in=NOMINATION_OPEN)
    return [
        {
            "nomination": str(row.public_id),
            "route": row.route,
            "on": row.nominated_on.isoformat(),
            "nominator": row.nominator,
        }
        for row in rows
    ]


def _show_nomination(kept: Data) -> list[tuple[str, str]]:
    return [
        (_("Way of selection"), str(Route(kept["route"]).label)),
        (_("Nominated on"), era_date(date.fromisoformat(kept["on"]))),
        (_("Nominated by"), kept["nominator"]),
    ]


part_of_dossier(Part("wish", gettext_lazy("Wished requests"), _wishes, _show_wish, is_ordered=True))
part_of_dossier(Part("nomination", gettext_lazy("Nomination"), _nominations, _show_nomination))
