"""Parts of a page that an upper app shows on a lower app's page.

An app declares its panels in `panels.py`; autodiscovery finds them as it finds `admin.py`.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

Context = dict[str, object]


@dataclass(frozen=True)
class Panel:
    """One part: where it stands, in which order, and what it shows (None: nothing for this
    reader).
    """

    place: str
    order: int
    template: str
    context: Callable[[HttpRequest, object], Context | None]


_panels: dict[str, list[Panel]] = {}


def panel(place: str, *, order: int, template: str):
    """Declare a panel: the decorated function gives the template's context, or None to show
    nothing.
    """

    def register(context: Callable[[HttpRequest, object], Context | None]):
        row = Panel(place, order, template, context)
        _panels.setdefault(place, []).append(row)
        _panels[place].sort(key=lambda each: (each.order, each.template))
        return context

    return register


def render_panels(place: str, request: HttpRequest, subject: object = None) -> list[SafeString]:
    """The panels of a place, in their order, as this reader sees them."""
    shown = []
    for each in _panels.get(place, []):
        context = each.context(request, subject)
        if context is not None:
            shown.append(render_to_string(each.template, context, request=request))
    return shown
