"""What opens with a cycle here: the demand survey, with one answer for each local government."""

from schedule.models import Cycle
from schedule.openers import opens_with_cycle

from .models import DemandSurvey, LocalGovernment, SurveyAnswer


@opens_with_cycle
def open_survey(cycle: Cycle) -> None:
    """Ask every local government that exists."""
    survey = DemandSurvey.objects.create(cycle=cycle)
    governments = LocalGovernment.objects.filter(valid_until=None).values_list("pk", flat=True)
    SurveyAnswer.objects.bulk_create(
        [SurveyAnswer(survey=survey, government_id=pk) for pk in governments], batch_size=500
    )
