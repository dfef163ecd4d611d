"""What stands on a host request and so keeps it from being taken back or rewritten.

An upper app declares what it knows in `holds.py`, found by autodiscovery.
"""

from collections.abc import Callable

from .models import HostRequest

Provider = Callable[[list[HostRequest]], str | None]

_providers: list[Provider] = []


def holds_request(provider: Provider) -> Provider:
    """Declare what holds requests: the function gives the reason in the reader's words, or None."""
    _providers.append(provider)
    return provider


def reason_to_hold(requests: list[HostRequest]) -> str | None:
    """The first reason for which these requests have to stay as they are, or None."""
    if not requests:
        return None
    return next((reason for ask in _providers if (reason := ask(requests))), None)
