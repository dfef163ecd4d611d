"""Last year's answer becomes this year's draft, with everything that it is made of, once."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from hosts import copying
from hosts.contents import contents_of
from hosts.copying import copy_answer, years_later
from hosts.models import (
    CoHost,
    HostRequest,
    SurveyAnswer,
    TrainingProgramme,
    TrainingUnit,
    Treatment,
)
from hosts.services import HostError, submit_demand, submit_no_demand
from tests.factories import (
    CycleFactory,
    DemandSurveyFactory,
    HostRequestFactory,
    LocalGovernmentFactory,
    ProgrammeFactory,
    SurveyAnswerFactory,
    TieFactory,
    coordinator_of,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def last() -> SurveyAnswer:
    """A full answer of FY2026: a tie, two wishes, a co-host, a treatment, a programme of two
    units.
    """
    programme = ProgrammeFactory()
    answer = SurveyAnswerFactory(
        survey__cycle=CycleFactory(programme=programme, fiscal_year=2026, state="closed"),
        state="received",
        has_demand=True,
        submitted_at=timezone.now(),
    )
    request = HostRequestFactory(
        answer=answer,
        state="filled",
        countries=["VN"],
        tie=TieFactory(government=answer.government),
        starts_on=date(2026, 5, 18),
        ends_on=date(2026, 12, 17),
        needs_assembly=True,
        assembly_month=date(2026, 3, 1),
    )
    request.wished_countries.create(rank=2, region="africa")
    CoHost.objects.create(
        host_request=request, government=LocalGovernmentFactory(), part_ja="防災訓練"
    )
    Treatment.objects.create(host_request=request, rent_yen=20_000, allowance_from_yen=5_000)
    unit = request.training_programme.units.get()
    unit.instructors.create(name="近藤　誠", years=12)
    HostRequestFactory(answer=answer, state="withdrawn")
    return answer


@pytest.fixture
def now(last) -> SurveyAnswer:
    cycle = CycleFactory(programme=last.survey.cycle.programme, fiscal_year=2028)
    survey = DemandSurveyFactory(cycle=cycle)
    return SurveyAnswerFactory(survey=survey, government=last.government)


@pytest.fixture
def by(now):
    return coordinator_of(now.government)


def without_numbers(contents: object) -> object:
    """What an answer says, without the numbers of its rows."""
    if isinstance(contents, dict):
        return {key: without_numbers(value) for key, value in contents.items() if key != "id"}
    if isinstance(contents, list):
        return [without_numbers(each) for each in contents]
    if isinstance(contents, date):
        return (contents.month, contents.day)
    return contents


def test_everything_is_copied_and_the_days_are_moved_by_the_years_between(last, now, by):
    (made,) = copy_answer(last, now, by=by)

    now.refresh_from_db()
    assert (now.state, made.state, made.version) == ("draft", "draft", 1)
    assert (made.starts_on, made.ends_on) == (date(2028, 5, 18), date(2028, 12, 17))
    assert made.assembly_month == date(2028, 3, 1)
    before, after = (contents_of(answer)["requests"] for answer in (last, now))
    assert without_numbers(after) == without_numbers(before)
    assert after[0]["treatment"]["rent_yen"] == 20_000
    assert len(after[0]["training_programme"]["units"][0]["instructors"]) == 1
    assert HostRequest.objects.exclude(public_id=made.public_id).count() == 2


def test_what_is_copied_has_rows_of_its_own(last, now, by):
    (made,) = copy_answer(last, now, by=by)

    TrainingUnit.objects.filter(training_programme=made.training_programme).update(name_ja="別")
    assert not TrainingUnit.objects.filter(
        training_programme__host_request__answer=last, name_ja="別"
    ).exists()
    assert len(set(TrainingUnit.objects.values_list("public_id", flat=True))) == 3


def test_the_copy_can_be_submitted_as_it_stands(last, now, by):
    copy_answer(last, now, by=by)

    assert submit_demand(now, by=by).state == "submitted"


def test_copied_twice_it_stands_once(last, now, by):
    copy_answer(last, now, by=by)

    assert copy_answer(last, now, by=by) == []
    assert now.requests.count() == 1
    assert Treatment.objects.filter(host_request__answer=now).count() == 1


def test_a_copy_that_was_discarded_can_be_made_again(last, now, by):
    (made,) = copy_answer(last, now, by=by)
    HostRequest.objects.filter(pk=made.pk).update(state="withdrawn")

    assert len(copy_answer(last, now, by=by)) == 1


def test_the_database_refuses_a_second_copy_control(last, now, by, monkeypatch):
    """Without the look at what was copied before, the constraint still stands."""
    (made,) = copy_answer(last, now, by=by)
    HostRequest.objects.filter(pk=made.pk).update(copied_from=None)
    again = copy_answer(last, now, by=by)
    assert len(again) == 1  # the look found none, and a second one was made

    with pytest.raises(IntegrityError), transaction.atomic():
        HostRequest.objects.filter(pk=made.pk).update(copied_from=again[0].copied_from)


def test_no_demand_is_copied_as_a_reason_and_not_submitted(last, now, by):
    said = {"no_demand_kind": "budget", "no_demand_reason": "予算の確保が難しいため"}
    SurveyAnswer.objects.filter(pk=last.pk).update(has_demand=False, **said)
    last.refresh_from_db()

    assert copy_answer(last, now, by=by) == []

    now.refresh_from_db()
    assert (now.state, now.has_demand, now.no_demand_kind) == ("not_opened", None, "budget")
    assert now.no_demand_reason == "予算の確保が難しいため"


def test_a_submitted_answer_takes_no_copy_and_nothing_is_half_written(last, now, by):
    submit_no_demand(now, reason="", by=by)

    with pytest.raises(HostError):
        copy_answer(last, now, by=by)
    assert now.requests.count() == 0


def test_a_copy_that_breaks_leaves_nothing(last, now, by, monkeypatch):
    def broken(copier):
        raise RuntimeError

    monkeypatch.setattr(copying._Copier, "join", broken)

    with pytest.raises(RuntimeError):
        copy_answer(last, now, by=by)
    now.refresh_from_db()
    assert (now.state, now.requests.count()) == ("not_opened", 0)
    assert TrainingProgramme.objects.filter(host_request__answer=now).count() == 0


def test_29_february_moves_to_the_28th():
    assert years_later(date(2028, 2, 29), 1) == date(2029, 2, 28)
    assert years_later(date(2028, 2, 29), 4) == date(2032, 2, 29)
