"""What the frame of every page shows of the reader."""

from django.http import HttpRequest
from django.urls import reverse

from .places import places_of


def person(request: HttpRequest) -> dict[str, object]:
    """The reader, the body they act for and the menu; nothing for strangers and on error pages."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"person": None}
    organisations = [m.organisation for m in user.active_memberships if m.organisation_id]
    places = [
        {
            "label": place.label,
            "url": reverse(place.url_name),
            "current": request.path == reverse(place.url_name),
        }
        for place in places_of(user)
    ]
    return {
        "person": {
            "user": user,
            "organisation": organisations[0].name if organisations else "",
            "places": places,
        }
    }
