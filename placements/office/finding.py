"""What the pages of an overseas office start from: only what its people may see today."""

from collections.abc import Callable
from functools import wraps
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone

from accounts.models import Organisation, Role, User
from trainees.models import Agency, OfficeCountry, OverseasOffice, SendingGovernment

from ..models import Nomination, Opening
from ..services.recruitment import with_parts

View = Callable[..., HttpResponse]


def office_page(view: View) -> View:
    """A page of the officers of an overseas office, which the operator's staff see as well."""

    @login_required
    @wraps(view)
    def page(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if not (request.user.is_staff or request.user.has_role(Role.OVERSEAS_OFFICE)):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return page


def offices_of(user: User) -> QuerySet[OverseasOffice]:
    """The offices for which this person acts today; staff look at all."""
    rows = OverseasOffice.objects.select_related("organisation")
    if user.is_staff:
        return rows
    return rows.filter(organisation__in=user.organisation_ids(Role.OVERSEAS_OFFICE))


def countries_of(user: User) -> list[str]:
    """The countries that this person's office looks after today; staff look after all."""
    today = timezone.localdate()
    rows = OfficeCountry.objects.in_force(today)
    if not user.is_staff:
        rows = OfficeCountry.objects.of(user, today)
    return sorted({str(code) for code in rows.values_list("country", flat=True)})


def openings_of(user: User) -> QuerySet[Opening]:
    """What was published to this person's office, with its names and the days of its cycle."""
    rows = with_parts(Opening.objects.visible_to(user).filter(published_at__isnull=False))
    return rows.prefetch_related("host_request__answer__survey__cycle__deadlines")


def find_opening(user: User, public_id: UUID) -> Opening:
    return get_object_or_404(openings_of(user), public_id=public_id)


def nominations_of(user: User) -> QuerySet[Nomination]:
    """What came through this person's office, with everything that a list says of it."""
    rows = Nomination.objects.filter(office__isnull=False)
    if not user.is_staff:
        rows = rows.filter(office__organisation__in=user.organisation_ids(Role.OVERSEAS_OFFICE))
    return rows.with_people().select_related("forwarded_by")


class Body:
    """An agency or an overseas local government, as the register shows it."""

    def __init__(self, profile: Agency | SendingGovernment):
        self.profile = profile
        self.organisation: Organisation = profile.organisation

    @property
    def is_agency(self) -> bool:
        return isinstance(self.profile, Agency)

    @property
    def country(self) -> str:
        return str(self.profile.country)

    @property
    def agency(self) -> Agency | None:
        return None if isinstance(self.profile, Agency) else self.profile.agency


def find_body(user: User, public_id: UUID) -> Body:
    """The body of this address; one of a country that is not the office's today answers 404."""
    found: Agency | SendingGovernment | None = (
        Agency.objects.visible_to(user)
        .select_related("organisation")
        .filter(organisation__public_id=public_id)
        .first()
    ) or (
        SendingGovernment.objects.visible_to(user)
        .select_related("organisation", "agency__organisation")
        .filter(organisation__public_id=public_id)
        .first()
    )
    if found is None:
        raise Http404
    return Body(found)
