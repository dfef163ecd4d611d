"""What a host reads about its money."""

from django.http import HttpRequest

from accounts.panels import panel
from hosts.models import LocalGovernment

from .routes import allocation_tax_route, files_with_governor


@panel("host_home", order=50, template="funding/_route.html")
def tax_route(_request: HttpRequest, government: LocalGovernment) -> dict[str, object]:
    """The tax route of this government, and through whom its papers go."""
    through = None
    if files_with_governor(government.kind):
        through = government.prefecture
    return {
        "route": allocation_tax_route(government.kind).label,
        "through": through,
    }
