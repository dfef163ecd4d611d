from datetime import date

import pytest
from django.utils import timezone

from hosts.models import DemandSurvey, SurveyAnswer
from hosts.opening import open_survey, reason_against
from notices.models import Mail
from schedule.models import Cycle
from tests.factories import (
    CycleFactory,
    LocalGovernmentFactory,
    MembershipFactory,
    PrefectureFactory,
    coordinator_of,
    relay_officer_of,
)

pytestmark = pytest.mark.django_db


def test_open_survey_asks_every_government_that_exists():
    town = LocalGovernmentFactory()
    LocalGovernmentFactory(prefecture=town.prefecture, valid_until=date(2025, 3, 31))
    cycle = CycleFactory()

    open_survey(cycle)

    asked = SurveyAnswer.objects.filter(survey__cycle=cycle)
    assert {answer.government for answer in asked} == {town, town.prefecture}
    assert {answer.state for answer in asked} == {"not_opened"}


@pytest.fixture
def cycle() -> Cycle:
    """A cycle whose survey lies ahead."""
    return CycleFactory(fiscal_year=timezone.localdate().year + 2)


def test_everybody_with_a_part_in_the_survey_is_told_once_in_their_language(cycle):
    ehime = PrefectureFactory()
    saijo = LocalGovernmentFactory(prefecture=ehime)
    coordinator = coordinator_of(saijo)
    MembershipFactory(user=coordinator, organisation=ehime.organisation)
    officer = relay_officer_of(ehime, language="en")
    gone = coordinator_of(LocalGovernmentFactory(prefecture=ehime), is_active=False)

    open_survey(cycle)

    mails = {mail.to: mail for mail in Mail.objects.all()}
    year = cycle.fiscal_year - 1
    assert set(mails) == {coordinator.email, officer.email}
    assert f"{year}年11月24日" in mails[coordinator.email].body  # the earlier of the two
    assert "進達" not in mails[coordinator.email].body
    assert "forward them by the end of" in mails[officer.email].body
    assert "Please answer by" not in mails[officer.email].body
    assert gone.email not in mails


def test_a_survey_of_the_past_is_told_to_nobody():
    coordinator_of(LocalGovernmentFactory())

    open_survey(CycleFactory(fiscal_year=2020))

    assert not Mail.objects.exists()


def test_an_address_that_takes_no_mail_keeps_nobody_else_from_theirs(cycle):
    coordinator_of(LocalGovernmentFactory(), email="no address")
    other = coordinator_of(LocalGovernmentFactory())

    open_survey(cycle)

    assert [mail.to for mail in Mail.objects.all()] == [other.email]


def test_the_mail_is_not_needed_once_the_cycle_is_over(cycle):
    coordinator_of(LocalGovernmentFactory())
    open_survey(cycle)
    mail = Mail.objects.get()

    assert reason_against(mail) is None
    Cycle.objects.update(state=Cycle.State.CALLED_OFF)
    assert reason_against(mail) is not None
    DemandSurvey.objects.all().delete()
    assert reason_against(mail) is not None
