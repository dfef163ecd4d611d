from datetime import date

import pytest
from django.http import QueryDict
from django.utils import translation

from hosts.forms import DemandForm, PeriodForm, ProgrammeForm, UnitForm
from hosts.forms.fields import country_choices
from hosts.models import TrainingUnit
from tests.factories import (
    CycleFactory,
    DemandSurveyFactory,
    HostRequestFactory,
    SurveyAnswerFactory,
)

pytestmark = pytest.mark.django_db

DEMAND = {
    "field": "water",
    "number": "2",
    "route": "mediated",
    "language": "either",
    "level": "2",
    "country_1": "VN",
    "country_2": "",
    "country_3": "TH",
}
UNIT = {
    "name_ja": "漏水調査の実務",
    "name_en": "",
    "site_kind": "own",
    "site_name": "工務課",
    "postal_code": "",
    "address": "",
    "weeks": "16",
    "hours_per_week": "12",
}


@pytest.fixture
def host_request():
    survey = DemandSurveyFactory(cycle=CycleFactory(fiscal_year=2027))
    return HostRequestFactory(answer=SurveyAnswerFactory(survey=survey, state="draft"))


def sent(values: dict[str, str], **changes: str) -> QueryDict:
    data = QueryDict(mutable=True)
    data.update({"version": "1", **values, **changes})
    return data


def test_demand_form_saves_the_wishes_without_gaps(host_request):
    form = DemandForm(sent(DEMAND), instance=host_request, complete=True)

    assert form.is_valid(), form.errors
    form.save()

    wishes = host_request.wished_countries.all()
    assert [(wish.rank, wish.country.code) for wish in wishes] == [(1, "VN"), (2, "TH")]
    assert host_request.version == 2


@pytest.mark.parametrize("number", ["0", "500", "100", "-1", "many", "", "9" * 5000])
def test_demand_form_refuses_a_number_outside_1_to_99(host_request, number):
    form = DemandForm(sent(DEMAND, number=number), instance=host_request, complete=True)

    assert list(form.errors) == ["number"]


def test_demand_form_reads_a_full_width_number(host_request):
    form = DemandForm(sent(DEMAND, number="３"), instance=host_request, complete=True)

    assert form.is_valid()
    assert form.cleaned_data["number"] == 3


@pytest.mark.parametrize("changes", [{"country_3": "VN"}, {"country_3": "JP"}, {"country_3": "XX"}])
def test_demand_form_refuses_a_country_named_twice_or_not_on_the_list(host_request, changes):
    form = DemandForm(sent(DEMAND, **changes), instance=host_request, complete=True)

    assert list(form.errors) == ["country_3"]


def test_demand_form_asks_for_the_field_only_when_complete(host_request):
    assert DemandForm(sent(DEMAND, field=""), instance=host_request).is_valid()

    form = DemandForm(sent(DEMAND, field=""), instance=host_request, complete=True)

    assert list(form.errors) == ["field"]


def test_demand_form_ignores_what_is_no_field_of_it(host_request):
    form = DemandForm(
        sent(DEMAND, state="filled", answer="99", government="1"), instance=host_request
    )

    assert form.is_valid()
    form.save()
    answer = host_request.answer_id
    host_request.refresh_from_db()
    assert (host_request.state, host_request.answer_id) == ("draft", answer)


def test_a_stale_form_saves_nothing_and_shows_both_versions_in_words(host_request):
    form = DemandForm(sent(DEMAND, version="7"), instance=host_request, complete=True)

    assert not form.is_valid()
    assert form.stale
    with translation.override("en"):
        differing = {str(row["label"]): (row["saved"], row["typed"]) for row in form.conflicts()}
    assert differing == {
        "Number of trainees": ("1", "2"),
        "First wished country": ("", "Vietnam"),
        "Third wished country": ("", "Thailand"),
    }


def test_country_choices_are_sorted_in_the_reader_s_language():
    with translation.override("en"):
        english = [str(name) for _code, name in country_choices()]
    with translation.override("ja"):
        japanese = [str(name) for _code, name in country_choices()]

    assert english[1] == "Afghanistan"
    assert "ベトナム" in japanese
    assert "日本" not in japanese


def test_a_country_select_marks_the_chosen_one(host_request):
    with translation.override("en"):
        html = str(DemandForm(sent(DEMAND), instance=host_request)["country_1"])

    assert '<option value="VN" selected>Vietnam</option>' in html
    assert html.count("selected") == 1


@pytest.mark.parametrize(
    "typed",
    ["2027-05-17", "2027/5/17", "2027年5月17日", "令和9年5月17日", "２０２７／５／１７", "R9.5.17"],
)
def test_period_form_reads_days_as_offices_write_them(host_request, typed):
    form = PeriodForm(
        sent({"starts_on": typed, "ends_on": "2027-12-16"}), instance=host_request, complete=True
    )

    assert form.is_valid(), form.errors
    assert form.cleaned_data["starts_on"] == date(2027, 5, 17)


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "refused"),
    [
        ("2027-05-17", "2027-05-16", "ends_on"),
        ("2027-05-17", "2027-05-17", "ends_on"),
        ("05/02/2027", "2027-12-16", "starts_on"),
        ("2027-02-30", "2027-12-16", "starts_on"),
        ("someday", "2027-12-16", "starts_on"),
        ("0001-01-01", "2027-12-16", "starts_on"),
        ("2027-05-17", "9999-12-31", "ends_on"),
        ("2027-05-17", "", "ends_on"),
    ],
)
def test_period_form_refuses_a_wrong_day_at_its_field(host_request, starts_on, ends_on, refused):
    form = PeriodForm(
        sent({"starts_on": starts_on, "ends_on": ends_on}), instance=host_request, complete=True
    )

    assert list(form.errors) == [refused]


def test_period_form_warns_of_a_short_stay_and_takes_it_with_a_reason(host_request):
    values = {"starts_on": "2027-05-17", "ends_on": "2027-08-16"}

    without = PeriodForm(sent(values), instance=host_request, complete=True)
    draft = PeriodForm(sent(values), instance=host_request)
    given = PeriodForm(sent(values, length_reason="短期"), instance=host_request, complete=True)

    assert list(without.errors) == ["length_reason"]
    assert draft.is_valid()
    assert given.is_valid()
    assert [list(form.warnings) for form in (without, draft, given)] == [["ends_on"]] * 3


def test_period_form_refuses_ten_thousand_characters_at_the_field(host_request):
    form = PeriodForm(
        sent({"starts_on": "2027-05-17", "ends_on": "2027-12-16", "remarks_ja": "あ" * 10_000}),
        instance=host_request,
    )

    assert list(form.errors) == ["remarks_ja"]


def test_programme_form_warns_where_english_is_missing(host_request):
    form = ProgrammeForm(
        sent({"theme_ja": "水道", "theme_en": "", "aim_ja": "学ぶ", "aim_en": "To learn"}),
        instance=host_request.training_programme,
        complete=True,
    )

    assert form.is_valid()
    assert list(form.warnings) == ["theme_en"]


@pytest.fixture
def blank(host_request):
    return TrainingUnit(training_programme=host_request.training_programme)


@pytest.mark.parametrize("typed", ["793-8601", "7938601", "〒７９３－８６０１"])
def test_unit_form_keeps_one_way_of_writing_a_postal_code(blank, typed):
    form = UnitForm(sent(UNIT, postal_code=typed), instance=blank, complete=True)

    assert form.is_valid(), form.errors
    assert form.cleaned_data["postal_code"] == "793-8601"


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("postal_code", "７９３－８６"),
        ("weeks", "0"),
        ("weeks", "200"),
        ("hours_per_week", "61"),
        ("site_kind", "moon"),
        ("name_ja", ""),
        ("site_name", "あ" * 10_000),
    ],
)
def test_unit_form_refuses_at_the_field(blank, name, typed):
    form = UnitForm(sent(UNIT, **{name: typed}), instance=blank, complete=True)

    assert list(form.errors) == [name]


def test_look_up_fills_the_address_and_asks_for_nothing_else(blank):
    form = UnitForm(sent({"postal_code": "７９３８６０１", "name_ja": "検査"}), instance=blank)

    form.look_up()

    assert not form.errors
    assert form["address"].value().startswith("愛媛県西条市")
    assert form["postal_code"].value() == "793-8601"
    assert form["name_ja"].value() == "検査"


def test_look_up_keeps_an_address_that_says_more(blank):
    form = UnitForm(
        sent({"postal_code": "793-8601", "address": "東京都港区一丁目"}), instance=blank
    )

    form.look_up()

    assert form["address"].value() == "東京都港区一丁目"
    assert list(form.warnings) == ["address"]


@pytest.mark.parametrize("typed", ["", "793-86", "000-0000"])
def test_look_up_says_at_the_field_what_is_wrong(blank, typed):
    form = UnitForm(sent({"postal_code": typed}), instance=blank)

    form.look_up()

    assert list(form.errors) == ["postal_code"]
