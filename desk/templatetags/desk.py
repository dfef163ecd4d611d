"""The staff's menu in the portal's header, and the list of all lists."""

from django import template
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from schedule.models import Cycle

from ..menu import navigation
from ..queries import next_cycle

register = template.Library()


@register.simple_tag(takes_context=True)
def staff_person(context: template.Context) -> dict[str, object]:
    """The reader as the header shows them, with the staff's menu for the places of other roles."""
    request = context["request"]
    return {**(context.get("person") or {}), "places": _menu(request, _cycle_at_hand(context))}


@register.simple_tag(takes_context=True)
def staff_lists(context: template.Context) -> list[dict[str, object]]:
    """Every list of the desk, in the groups of its side menu."""
    return navigation(context["request"])


def _cycle_at_hand(context: template.Context) -> Cycle | None:
    """The cycle that the page is about, else the running one whose arrival is next."""
    if cycle := context.get("cycle"):
        return cycle
    if (overviews := context.get("cycles")) is not None:
        return overviews[0].cycle if overviews else None
    return next_cycle(timezone.localdate())


def _menu(request: HttpRequest, cycle: Cycle | None) -> list[dict[str, object]]:
    survey = (_("Survey answers"), reverse("admin:hosts_surveyanswer_changelist"))
    if cycle:
        place = [cycle.programme.code, cycle.fiscal_year]
        survey = (_("Demand survey"), reverse("desk:survey_overview", args=place))
    entries = [
        (_("Start page"), reverse("desk:start")),
        survey,
        (_("Host requests"), reverse("admin:hosts_hostrequest_changelist")),
        (_("Applications"), reverse("admin:trainees_application_changelist")),
    ]
    if cycle:
        board = reverse("desk:board", args=[cycle.programme.code, cycle.fiscal_year])
        entries.append((_("Placement board"), board))
    entries += [
        (_("Letters"), reverse("admin:notices_letter_changelist")),
        (_("Mails"), reverse("admin:notices_mail_changelist")),
        (_("All lists"), f"{reverse('desk:start')}#lists"),
    ]
    return [{"label": label, "url": url, "current": request.path == url} for label, url in entries]
