"""Invitations that their person may ask for anew once they have run out.

An upper app that invited somebody says so with `renews_invitations`, in a module that autodiscovery
finds; what it sends goes to the address of the old invitation and to no other.
"""

from collections.abc import Callable

from django.utils import timezone

from .models import Invitation

Provider = Callable[[Invitation], bool]

_providers: list[Provider] = []


def renews_invitations(provider: Provider) -> Provider:
    """Declare who sends an invitation anew: the function does so and says whether it did."""
    _providers.append(provider)
    return provider


def send_again(token_hash: object) -> None:
    """Send the invitation anew, where it has run out and somebody answers for it.

    It answers nothing: whether there is such an invitation is not for whoever asks.
    """
    if not isinstance(token_hash, str):
        return
    found = Invitation.objects.filter(
        token_hash=token_hash,
        accepted_at=None,
        revoked_at=None,
        expires_at__lte=timezone.now(),
    ).first()
    if found is not None:
        any(provider(found) for provider in _providers)
