"""A request on which somebody is placed is not taken back behind the board's back."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from hosts.holds import holds_request
from hosts.models import HostRequest

from .models import Placement


@holds_request
def seated(requests: list[HostRequest]) -> str | None:
    """The reason against moving these requests: people who are proposed or placed there."""
    placements = Placement.objects.seated().filter(host_request__in=requests)
    names = placements.values_list("application__trainee__passport_name", flat=True)
    if not names:
        return None
    return _("Somebody is proposed or placed there: {names}. Take that back first.").format(
        names=pgettext("between names", ", ").join(sorted(set(names)))
    )
