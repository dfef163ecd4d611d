import io
from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from hosts.models import DemandSurvey, SurveyAnswer
from hosts.opening import compose_survey, open_survey, reason_against
from hosts.services import HostError
from notices.models import Mail
from schedule.models import Cycle
from tests.factories import (
    CycleFactory,
    LocalGovernmentFactory,
    MembershipFactory,
    PrefectureFactory,
    UserFactory,
    coordinator_of,
    relay_officer_of,
)

pytestmark = pytest.mark.django_db


def compose_and_open(cycle: Cycle) -> DemandSurvey:
    compose_survey(cycle)
    survey = DemandSurvey.objects.get(cycle=cycle)
    open_survey(survey, by=None)
    return survey


def test_compose_survey_is_going_to_ask_every_government_that_exists_through_its_usual_relay():
    town = LocalGovernmentFactory()
    LocalGovernmentFactory(prefecture=town.prefecture, valid_until=date(2025, 3, 31))
    cycle = CycleFactory()

    compose_survey(cycle)

    asked = SurveyAnswer.objects.filter(survey__cycle=cycle)
    assert {answer.government: answer.relay for answer in asked} == {
        town: town.prefecture,
        town.prefecture: None,
    }
    assert {answer.state for answer in asked} == {"not_opened"}
    assert DemandSurvey.objects.get(cycle=cycle).opened_at is None
    assert not Mail.objects.exists()


def test_open_survey_notes_when_it_was_opened_and_by_whom_once():
    coordinator_of(LocalGovernmentFactory())
    cycle = CycleFactory(fiscal_year=timezone.localdate().year + 2)
    survey = compose_and_open(cycle)
    first = survey.opened_at

    open_survey(survey, by=UserFactory())

    assert (survey.opened_at, survey.opened_by) == (first, None)
    assert survey.is_open
    assert Mail.objects.count() == 1


@pytest.mark.parametrize("state", [Cycle.State.CLOSED, Cycle.State.CALLED_OFF])
def test_a_survey_whose_cycle_is_over_is_not_opened(state):
    LocalGovernmentFactory()
    cycle = CycleFactory()
    compose_survey(cycle)
    Cycle.objects.update(state=state)

    with pytest.raises(HostError):
        open_survey(DemandSurvey.objects.get(cycle=cycle), by=None)

    assert DemandSurvey.objects.get(cycle=cycle).opened_at is None


def test_a_survey_that_asks_nobody_is_not_opened():
    cycle = CycleFactory()
    compose_survey(cycle)

    with pytest.raises(HostError):
        open_survey(DemandSurvey.objects.get(cycle=cycle), by=None)


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

    compose_and_open(cycle)

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

    compose_and_open(CycleFactory(fiscal_year=2020))

    assert not Mail.objects.exists()


def test_an_address_that_takes_no_mail_keeps_nobody_else_from_theirs(cycle):
    coordinator_of(LocalGovernmentFactory(), email="no address")
    other = coordinator_of(LocalGovernmentFactory())

    compose_and_open(cycle)

    assert [mail.to for mail in Mail.objects.all()] == [other.email]


def test_the_mail_is_not_needed_once_the_cycle_is_over(cycle):
    coordinator_of(LocalGovernmentFactory())
    compose_and_open(cycle)
    mail = Mail.objects.get()

    assert reason_against(mail) is None
    Cycle.objects.update(state=Cycle.State.CALLED_OFF)
    assert reason_against(mail) is not None
    DemandSurvey.objects.all().delete()
    assert reason_against(mail) is not None


def test_the_command_opens_a_survey_and_tells_how_many_are_asked_and_mailed(cycle):
    coordinator_of(LocalGovernmentFactory())
    compose_survey(cycle)
    year, code = str(cycle.fiscal_year), cycle.programme.code

    tried = output_of(year, "--programme", code, "--dry-run")
    assert DemandSurvey.objects.get(cycle=cycle).opened_at is None
    said = output_of(year, "--programme", code)

    assert "would be open: 2 local governments are asked, 1 people mailed." in tried
    assert "is open: 2 local governments are asked, 1 people mailed." in said
    assert f"deadline  survey-municipality  {int(year) - 1}-11-2" in said
    with pytest.raises(CommandError, match="already"):
        output_of(year, "--programme", code)
    with pytest.raises(CommandError, match="no cycle"):
        output_of("2098")


def output_of(*args: str) -> str:
    said = io.StringIO()
    call_command("open_survey", *args, stdout=said)
    return said.getvalue()
