"""The invitation of a nominee may be asked for anew once it has run out."""

from accounts.models import Invitation
from accounts.renewals import renews_invitations

from .models import Nomination
from .services import PlacementError, invite_again


@renews_invitations
def of_a_nominee(invitation: Invitation) -> bool:
    """Send it to the same address again; who is no longer nominated gets nothing."""
    found = Nomination.objects.counted().filter(invitation=invitation).first()
    if found is None:
        return False
    try:
        invite_again(found, by=None)
    except PlacementError:
        return False
    return True
