"""The overview of an open survey and the lists behind its numbers."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from desk.survey.figures import Figures, figures_of
from hosts.models import (
    DemandSurvey,
    LocalGovernment,
    RemindedAnswer,
    SurveyAnswer,
    SurveyReminder,
)
from japan.codes import with_check_digit
from tests.factories import (
    CycleFactory,
    DemandSurveyFactory,
    HostRequestFactory,
    LocalGovernmentFactory,
    SurveyAnswerFactory,
    coordinator_of,
    staff_member,
)

pytestmark = pytest.mark.django_db

SESSION_QUERIES = 4


@pytest.fixture
def staff(client):
    client.force_login(staff_member(language="en"))
    return client


@pytest.fixture
def survey() -> DemandSurvey:
    return DemandSurveyFactory(cycle=CycleFactory(fiscal_year=timezone.localdate().year + 1))


def at(name: str, survey: DemandSurvey) -> str:
    cycle = survey.cycle
    return reverse(f"desk:{name}", args=[cycle.programme.code, cycle.fiscal_year])


def answer(survey: DemandSurvey, state: str = "not_opened", **fields) -> SurveyAnswer:
    if state not in {"not_opened", "draft"}:
        fields = {"has_demand": False, "submitted_at": timezone.now(), **fields}
    return SurveyAnswerFactory(survey=survey, state=state, **fields)


def more_time(days: int) -> dict[str, object]:
    return {
        "extended_until": timezone.localdate() + timedelta(days=days),
        "extension_reason": "x",
    }


def of(place: str, number: int = 1) -> LocalGovernment:
    """A municipality of the prefecture with these two digits."""
    return LocalGovernmentFactory(code=with_check_digit(f"{place}{600 + number:03}"))


def figures(survey: DemandSurvey) -> Figures:
    found = DemandSurvey.objects.select_related("cycle__programme").get(pk=survey.pk)
    return figures_of(found, timezone.localdate())


def test_every_state_is_counted_once(survey):
    answer(survey)
    answer(survey, first_opened_at=timezone.now())
    for state in ("draft", "submitted", "held", "returned", "forwarded", "received"):
        answer(survey, state)
    answer(DemandSurveyFactory())  # of another survey

    found = figures(survey)

    assert (found.total.asked, found.total.silent, found.total.answered) == (8, 3, 5)
    assert found.total.opened == 7
    assert found.total.percent == 62
    assert [each.count for each in found.stations] == [1] * 8
    assert found.total.counts["no_demand"] == 5


def test_demand_and_seats_by_field_and_route(survey):
    first = answer(survey, "received", has_demand=True)
    HostRequestFactory(answer=first, field="water", number=2, state="open")
    HostRequestFactory(answer=first, field="tourism", number=1, state="open", route="own")
    HostRequestFactory(answer=first, field="police", number=9, state="withdrawn")
    HostRequestFactory(answer=answer(survey, "draft"), field="police", number=9)

    found = figures(survey)

    assert (found.total.seats, found.requests) == (3, 2)
    assert [(str(each.label), each.count) for each in found.fields] == [
        ("water supply and sewerage", 2),
        ("tourism", 1),
    ]
    assert sorted(each.count for each in found.routes) == [1, 2]


def test_each_prefecture_has_its_tile_with_its_own_numbers(survey):
    answer(survey, government=of("38"))
    answer(survey, "received", government=of("38", 2))
    answer(survey, "received", government=of("13"))

    tiles = {tile.place.code: tile for tile in figures(survey).tiles}

    assert len(tiles) == 47
    assert (tiles["38"].tally.asked, tiles["38"].tally.percent, tiles["38"].shade) == (2, 50, "v1")
    assert (tiles["13"].tally.percent, tiles["13"].shade) == (100, "v5")
    assert (tiles["01"].tally.asked, tiles["01"].is_overdue) == (0, False)


def test_a_hundred_per_cent_means_that_nobody_is_silent(survey):
    found = figures(survey)
    found.total.asked = 1000
    found.total.counts["not_opened"] = 1

    assert found.total.percent == 99


def test_the_years_before_stand_beside_it(survey):
    for back in range(1, 8):
        year = survey.cycle.fiscal_year - back
        past = DemandSurveyFactory(cycle=CycleFactory(fiscal_year=year), closed_at=timezone.now())
        answer(past, "received", no_demand_kind="budget")
        wanted = answer(past, "received", has_demand=True)
        HostRequestFactory(answer=wanted, number=3, state="filled")
    answer(survey, "received", no_demand_kind="")

    found = figures(survey)

    assert [year.fiscal_year for year in found.years] == [
        survey.cycle.fiscal_year - back for back in range(6)
    ]
    assert [year.tally.seats for year in found.years] == [0, 3, 3, 3, 3, 3]
    assert {str(line["label"]): line["counts"] for line in found.reasons} == {
        "There is no budget for it": [0, 1, 1, 1, 1, 1],
        "no kind of reason given": [1, 0, 0, 0, 0, 0],
    }


def test_the_overview_says_what_to_do_and_links_every_number(staff, survey):
    answer(survey, government=of("38"))

    page = staff.get(at("survey_overview", survey)).content.decode()

    assert "1 government has not answered." in page
    assert at("survey_remind", survey) in page
    assert at("survey_close", survey) in page
    assert f"{at('survey_governments', survey)}?prefecture=38" in page
    assert "per cent: 0 of 1 have answered" in page


def test_a_survey_that_was_not_opened_leads_to_its_composition(staff):
    survey = DemandSurveyFactory(opened_at=None)

    page = staff.get(at("survey_overview", survey))

    assert page.status_code == 200
    assert at("survey_compose", survey) in page.content.decode()


def test_an_unknown_year_is_not_found(staff, survey):
    assert staff.get(reverse("desk:survey_overview", args=["lgotp", 1901])).status_code == 404


def listed(staff, survey: DemandSurvey, query: str = "") -> list[str]:
    page = staff.get(at("survey_governments", survey) + query).content.decode()
    return re.findall(r"/admin/answers/([0-9a-f-]{36})/", page)


def test_the_list_shows_exactly_what_its_number_counted(staff, survey):
    rows = {
        "not_opened": answer(survey, government=of("38")),
        "opened": answer(survey, first_opened_at=timezone.now()),
        "draft": answer(survey, "draft"),
        "held": answer(survey, "held"),
        "received": answer(survey, "received", has_demand=True),
        "extended": answer(
            survey, "returned", extended_until=timezone.localdate(), extension_reason="x"
        ),
        "entered": answer(survey, "submitted", channel="paper"),
    }

    def names(query: str) -> set[str]:
        known = {str(row.public_id): name for name, row in rows.items()}
        return {known[each] for each in listed(staff, survey, query)}

    assert names("") == set(rows)
    assert names("?state=silent") == {"not_opened", "opened", "draft"}
    assert names("?state=not_opened") == {"not_opened"}
    assert names("?state=opened") == {"opened"}
    assert names("?state=untouched") == {"not_opened", "opened"}
    assert names("?state=demand") == {"received"}
    assert names("?state=no_demand") == {"held", "extended", "entered"}
    assert names("?state=extended") == {"extended"}
    assert names("?state=entered") == {"entered"}
    of_ehime = {name for name, row in rows.items() if row.government.code.startswith("38")}
    assert names("?prefecture=38") == of_ehime
    assert names("?state=nonsense&prefecture=99&page=x") == set(rows)
    assert names(f"?q={rows['held'].government.code}") == {"held"}
    assert names("?q=%3Cscript%3E") == set()


def test_a_line_says_who_acts_when_it_was_reminded_and_until_when(staff, survey):
    row = answer(
        survey, extended_until=timezone.localdate() + timedelta(days=9), extension_reason="x"
    )
    coordinator_of(row.government)
    reminder = SurveyReminder.objects.create(survey=survey)
    RemindedAnswer.objects.create(reminder=reminder, answer=row, people=1)

    page = staff.get(at("survey_governments", survey)).content.decode()

    assert "known" in page
    assert page.count('data-label="Reminded on">―') == 0
    assert "until " in page


def test_the_list_has_pages(staff, survey):
    for _each in range(52):
        answer(survey)

    assert len(listed(staff, survey)) == 50
    assert len(listed(staff, survey, "?page=2")) == 2


def queries_of(client, address: str) -> int:
    client.get(address)  # the first request of a session notes when it began
    with CaptureQueriesContext(connection) as found:
        assert client.get(address).status_code == 200
    return len(found)


@pytest.mark.parametrize(
    ("name", "most"), [("survey_overview", 12), ("survey_governments", 6), ("survey_remind", 6)]
)
def test_the_queries_do_not_grow_with_the_governments(staff, survey, name, most):
    def fill() -> None:
        row = answer(survey, "received", has_demand=True)
        HostRequestFactory(answer=row, state="open")
        coordinator_of(answer(survey).government)

    def past(back: int) -> None:
        cycle = CycleFactory(fiscal_year=survey.cycle.fiscal_year - back)
        answer(DemandSurveyFactory(cycle=cycle), "received")

    fill()
    past(1)
    first = queries_of(staff, at(name, survey))
    fill()
    fill()
    past(2)

    assert queries_of(staff, at(name, survey)) == first
    assert first <= SESSION_QUERIES + most
