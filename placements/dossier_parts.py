"""What the selection keeps with a dossier: the wishes, and who nominated the person."""

from datetime import date
from typing import Any

from django.http import QueryDict
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from hosts.models import HostRequest
from schedule.vocabulary import Route
from trainees.contents import PART, Data, Part, part_of_dossier
from trainees.models import Application
from trainees.reopening.wholes import Questions, Whole, register_whole
from trainees.versions import Judged

from .forms import WishesForm
from .known import nominations_of, wishes_of
from .models import RequestWish
from .steps import CODE, TITLE
from .wishes import open_requests


def _wishes(application: Application) -> list[Data]:
    return [_said_of_wish(row.host_request, row.reason) for row in wishes_of(application)]


def _said_of_wish(request: HostRequest, reason: str) -> Data:
    return {
        "request": str(request.public_id),
        "name_ja": request.government.full_name,
        "name_en": str(request.government.organisation.name_en),
        "field": request.field,
        "reason": reason,
    }


def _show_wish(kept: Data) -> list[tuple[str, str]]:
    is_japanese = (get_language() or "ja") == "ja"
    name = kept["name_ja"] if is_japanese else kept["name_en"] or kept["name_ja"]
    return [(_("Request"), name), (_("Reason"), kept["reason"])]


def _nominations(application: Application) -> list[Data]:
    return [
        {
            "nomination": str(row.public_id),
            "route": row.route,
            "on": row.nominated_on.isoformat(),
            "nominator": row.nominator,
        }
        for row in nominations_of(application)
        if row.is_open
    ]


def _show_nomination(kept: Data) -> list[tuple[str, str]]:
    return [
        (_("Way of selection"), str(Route(kept["route"]).label)),
        (_("Nominated on"), date_format(date.fromisoformat(kept["on"]))),
        (_("Nominated by"), kept["nominator"]),
    ]


part_of_dossier(Part("wish", gettext_lazy("Wished requests"), _wishes, _show_wish, is_ordered=True))
part_of_dossier(Part("nomination", gettext_lazy("Nomination"), _nominations, _show_nomination))


class WishQuestions(Questions):
    """The wishes as the section asks for them."""

    template = "placements/_wish_questions.html"

    def __init__(self, form: WishesForm):
        self.form, self.forms = form, [form]
        self.more = {"rows": form.rows(), "form": form}

    def value(self) -> list[Data]:
        return [_said_of_wish(request, reason) for request, reason in self.form.chosen()]


class Wishes(Whole):
    """The wished requests in their order, opened as one."""

    code = f"{PART}.wish"
    step = CODE
    label = TITLE

    def questions(
        self, read: Judged, proposed: Data, data: QueryDict | None, *, add: str = ""
    ) -> Questions:
        wishes = self._rows(read.application, proposed.get(self.code, read.part("wish")))
        options: dict[str, Any] = {"requests": open_requests(read.application), "wishes": wishes}
        if data is None:
            return WishQuestions(WishesForm(**options))
        sent = data.copy()
        sent["version"] = WishesForm(**options).now  # which proposal was seen, the page itself says
        return WishQuestions(WishesForm(sent, **options))

    def apply(self, application: Application, value: Any) -> None:
        RequestWish.objects.filter(application=application).delete()
        for wish in self._rows(application, value):
            wish.save()

    def _rows(self, application: Application, kept: list[Data]) -> list[RequestWish]:
        requests = {
            str(row.public_id): row
            for row in HostRequest.objects.filter(
                public_id__in=[each["request"] for each in kept]
            ).with_names()
        }
        known = [each for each in kept if each["request"] in requests]
        return [
            RequestWish(
                application=application,
                host_request=requests[each["request"]],
                rank=rank,
                reason=each["reason"],
            )
            for rank, each in enumerate(known, start=1)
        ]


register_whole(Wishes())
