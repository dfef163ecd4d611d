"""Who may change what in the demand survey; what a person may see says `visible_to`."""

from accounts.models import Role, User

from .models import SurveyAnswer


def can_edit(user: User, answer: SurveyAnswer) -> bool:
    """Only coordinators of the government itself; its prefecture and the staff read along."""
    return answer.government.organisation_id in user.organisation_ids(Role.COORDINATOR)


def can_relay(user: User, answer: SurveyAnswer) -> bool:
    """Only relay officers of the prefecture, and not where the government answers directly."""
    government = answer.government
    if not government.is_relayed or government.prefecture is None:
        return False
    return government.prefecture.organisation_id in user.organisation_ids(Role.RELAY)
