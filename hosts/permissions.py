"""Who may change what in the demand survey; what a person may see says `visible_to`."""

from accounts.models import Role, User

from .models import SurveyAnswer


def can_edit(user: User, answer: SurveyAnswer) -> bool:
    """Coordinators of the government itself; where the answer came outside the portal, also those
    who enter it: the officers of its relay and the staff. Else these read along.
    """
    if answer.channel != SurveyAnswer.Channel.PORTAL and (user.is_staff or can_relay(user, answer)):
        return True
    return is_coordinator(user, answer)


def is_coordinator(user: User, answer: SurveyAnswer) -> bool:
    """Whether the person answers for this government today."""
    return answer.government.organisation_id in user.organisation_ids(Role.COORDINATOR)


def can_relay(user: User, answer: SurveyAnswer) -> bool:
    """Only officers of its relay; nobody where the government answers directly."""
    if answer.relay is None:
        return False
    return answer.relay.organisation_id in user.organisation_ids(Role.RELAY)
