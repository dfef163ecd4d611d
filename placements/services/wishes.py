"""Which requests a candidate wishes for, in their order, with the reason of each."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from hosts.models import HostRequest
from trainees.models import Application
from trainees.services import reason_against_edit

from ..models import RequestWish
from ..wishes import MOST_WISHES, open_requests
from .ground import PlacementError

Wish = tuple[HostRequest, str]


@transaction.atomic
def save_wishes(application: Application, wishes: Sequence[Wish], *, by: User) -> int:
    """Keep these wishes in this order in place of the earlier ones; how many there are.

    Raises PlacementError once the application was submitted, for more wishes than there may be, for
    one request twice, or for one that is not open to this person.
    """
    locked = Application.objects.select_for_update(of=("self",)).with_names().get(pk=application.pk)
    locked.cycle.refresh_from_db(fields=["state"])
    if reason := reason_against_edit(locked):
        raise PlacementError(reason)
    if len(wishes) > MOST_WISHES:
        raise PlacementError(_("At most {n} requests can be wished for.").format(n=MOST_WISHES))
    chosen = [request.pk for request, _reason in wishes]
    if len(set(chosen)) < len(chosen):
        raise PlacementError(_("Each request can be chosen only once."))
    kept = set(locked.request_wishes.values_list("host_request", flat=True))
    if set(chosen) - kept - {request.pk for request in open_requests(locked)}:
        raise PlacementError(_("One of these requests is no longer open to you. Look again."))
    locked.request_wishes.all().delete()
    RequestWish.objects.bulk_create(
        RequestWish(application=locked, host_request=request, rank=rank, reason=reason)
        for rank, (request, reason) in enumerate(wishes, start=1)
    )
    return len(chosen)
