"""The steps of a request: wishes, levels, conditions, co-hosts, treatment, and their bad input."""

from datetime import date

import pytest
from django.http import QueryDict
from django.utils import translation

from hosts.forms import ConditionsForm, DemandForm, PeriodForm, TreatmentForm
from hosts.forms.fields import MonthField, YenField, parse_year
from hosts.levels import level_needed
from hosts.models import CoHost, Treatment
from hosts.services import faults_of
from hosts.treatment import last_treatment_of, undecided
from tests.factories import (
    CycleFactory,
    DemandSurveyFactory,
    HostRequestFactory,
    LocalGovernmentFactory,
    PrefectureFactory,
    SurveyAnswerFactory,
    TieFactory,
)

pytestmark = pytest.mark.django_db

DEMAND = {"field": "water", "number": "1", "route": "mediated"}
PERIOD = {"starts_on": "2027-05-17", "ends_on": "2027-12-16", "needs_assembly": "no"}
HOSTILE = ["<script>alert(1)</script>", "a\x00b", "あ" * 5000, "\u202eabc"]


@pytest.fixture(autouse=True)
def japanese():
    with translation.override("ja"):
        yield


@pytest.fixture
def host_request():
    survey = DemandSurveyFactory(cycle=CycleFactory(fiscal_year=2027))
    return HostRequestFactory(answer=SurveyAnswerFactory(survey=survey, state="draft"))


def sent(values: dict[str, str], **changes: str) -> QueryDict:
    data = QueryDict(mutable=True)
    data.update({"version": "1", **values, **changes})
    return data


# Field, route and wishes ------------------------------------------------------------------------


def test_countries_and_regions_are_wished_for_in_one_order(host_request):
    wishes = {"country_1": "southeast_asia", "country_2": "BR", "country_5": "africa"}
    form = DemandForm(sent(DEMAND, **wishes), instance=host_request, complete=True)

    assert form.is_valid(), form.errors
    form.save()

    rows = host_request.wished_countries.all()
    assert [(row.rank, str(row.country), row.region) for row in rows] == [
        (1, "", "southeast_asia"),
        (2, "BR", ""),
        (3, "", "africa"),
    ]
    again = DemandForm(instance=type(host_request).objects.get())
    assert [field.value() for field in again.wishes()][:3] == ["southeast_asia", "BR", "africa"]


@pytest.mark.parametrize("wish", ["XX", "JP", "atlantis", "ベトナム", "<b>", "VN,TH"])
def test_what_is_no_country_is_refused_by_name(host_request, wish):
    with translation.override("en"):
        form = DemandForm(sent(DEMAND, country_2=wish), instance=host_request)

        assert list(form.errors) == ["country_2"]
        assert f"no country or region “{wish}”" in form.errors["country_2"][0]


def test_a_country_after_its_region_is_asked_about_and_taken(host_request):
    values = {"country_1": "southeast_asia", "country_2": "VN"}
    form = DemandForm(sent(DEMAND, **values), instance=host_request)

    assert form.is_valid()
    assert list(form.warnings) == ["country_2"]


def test_another_field_is_named(host_request):
    empty = DemandForm(sent(DEMAND, field="other"), instance=host_request, complete=True)
    draft = DemandForm(sent(DEMAND, field="other"), instance=host_request)
    named = DemandForm(
        sent(DEMAND, field="other", field_other_ja="港湾"), instance=host_request, complete=True
    )

    assert list(empty.errors) == ["field_other_ja"]
    assert draft.is_valid()
    draft.save()
    assert [fault[:2] for fault in faults_of(host_request)] == [("demand", "field_other_ja")]
    host_request.version = 1
    assert named.is_valid(), named.errors
    assert named.save().field_name == "港湾"
    assert list(named.warnings) == ["field_other_en"]


def test_own_selection_without_a_tie_or_a_reason_is_warned_of_and_taken(host_request):
    values = {**DEMAND, "route": "own_selection"}
    tie = TieFactory(government=host_request.government)
    bare = DemandForm(sent(values), instance=host_request, complete=True)
    tied = DemandForm(sent(values, tie=str(tie.public_id)), instance=host_request, complete=True)
    reasoned = DemandForm(
        sent(values, own_selection_reason="前年度の研修員の紹介"), instance=host_request
    )

    assert (bare.is_valid(), tied.is_valid(), reasoned.is_valid()) == (True, True, True)
    assert [list(form.warnings) for form in (bare, tied, reasoned)] == [["route"], [], []]


def test_only_a_tie_of_the_own_register_that_holds_can_be_chosen(host_request):
    foreign = TieFactory()
    ended = TieFactory(government=host_request.government, until=date(2020, 3, 31))
    for tie in (foreign, ended):
        form = DemandForm(sent(DEMAND, tie=str(tie.public_id)), instance=host_request)
        assert list(form.errors) == ["tie"]

    host_request.tie = ended
    host_request.save()
    kept = DemandForm(sent(DEMAND, tie=str(ended.public_id)), instance=host_request)
    assert kept.is_valid()
    assert "tie" in kept.warnings


# Languages and conditions -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "japanese", "english", "level"),
    [
        ("japanese", 3, None, 2),
        ("japanese", 5, 1, 4),
        ("japanese", None, 4, 0),
        ("english", None, 4, 3),
        ("english", 1, None, 0),
        ("either", 4, 1, 1),
        ("either", None, 6, 4),
        ("either", None, None, 0),
    ],
)
def test_the_level_of_the_matching_follows_from_the_levels_needed(
    host_request, language, japanese, english, level
):
    assert level_needed(language, japanese, english) == level
    values = {"language": language, "japanese_needed": str(japanese or "")}
    values |= {"english_needed": str(english or "")}
    host_request.japanese_needed = 1
    form = ConditionsForm(sent(values), instance=host_request)

    assert form.is_valid(), form.errors
    assert form.save().level == level


def test_a_level_from_elsewhere_stays_until_a_test_is_named(host_request):
    form = ConditionsForm(sent({"language": "either"}), instance=host_request)

    assert form.is_valid()
    assert form.save().level == 2


def test_what_is_wished_is_not_below_what_is_needed(host_request):
    values = {"language": "either", "japanese_needed": "3", "japanese_wished": "2"}
    values |= {"english_needed": "2", "english_wished": "2"}

    assert list(ConditionsForm(sent(values), instance=host_request).errors) == ["japanese_wished"]


@pytest.mark.parametrize(
    ("changes", "refused"),
    [
        ({"age_from": "１７"}, ["age_from"]),
        ({"age_until": "71"}, ["age_until"]),
        ({"age_from": "40", "age_until": "３０"}, ["age_until"]),
        ({"age_from": "forty"}, ["age_from"]),
        ({"experience_years": "41"}, ["experience_years"]),
        ({"experience_years": "-1"}, ["experience_years"]),
        ({"gender": "unknown"}, ["gender"]),
        ({"japanese_needed": "N3"}, ["japanese_needed"]),
        ({"language": "latin"}, ["language"]),
        *(({"other_languages": text}, ["other_languages"]) for text in HOSTILE),
    ],
)
def test_wrong_conditions_are_refused_at_their_field(host_request, changes, refused):
    form = ConditionsForm(sent({"language": "either"}, **changes), instance=host_request)

    assert list(form.errors) == refused


def test_ages_and_years_are_read_in_full_width(host_request):
    values = {"language": "either", "age_from": "２５", "age_until": "４０"}
    form = ConditionsForm(sent(values, experience_years="３"), instance=host_request)

    assert form.is_valid(), form.errors
    saved = form.save()
    assert (saved.age_from, saved.age_until, saved.experience_years) == (25, 40, 3)
    assert saved.ages == "25歳から40歳まで" or "25" in saved.ages


def test_a_gender_needs_its_reason_before_it_is_submitted(host_request):
    values = {"language": "either", "gender": "female"}
    bare = ConditionsForm(sent(values), instance=host_request, complete=True)
    draft = ConditionsForm(sent(values), instance=host_request)

    assert list(bare.errors) == ["gender_reason"]
    assert draft.is_valid()
    draft.save()
    assert [fault[:2] for fault in faults_of(host_request)] == [("conditions", "gender_reason")]


# Period, approval, co-hosts ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed", ["2027-03", "2027年3月", "令和9年3月", "Ｒ９．３", "2027/3", "2027-03-15"]
)
def test_a_month_is_read_as_offices_write_it(typed):
    assert MonthField().clean(typed) == date(2027, 3, 1)


@pytest.mark.parametrize("typed", ["3月", "2027-13", "soon", "令和99年", "1" * 500])
def test_what_is_no_month_is_refused(typed, host_request):
    values = {**PERIOD, "needs_assembly": "yes", "assembly_month": typed}

    assert list(PeriodForm(sent(values), instance=host_request).errors) == ["assembly_month"]


def test_a_month_says_that_there_is_an_approval(host_request):
    form = PeriodForm(sent(PERIOD, assembly_month="令和9年3月"), instance=host_request)

    assert form.is_valid(), form.errors
    saved = form.save()
    assert (saved.needs_assembly, saved.assembly_month) == (True, date(2027, 3, 1))


def test_an_approval_without_its_month_is_asked_about(host_request):
    form = PeriodForm(sent(PERIOD, needs_assembly="yes"), instance=host_request, complete=True)

    assert form.is_valid()
    assert list(form.warnings) == ["assembly_month"]


@pytest.fixture
def imabari():
    ehime = PrefectureFactory(name="愛媛県", kana="エヒメケン", romaji="Ehime")
    names = {"name": "今治市", "kana": "イマバリシ", "romaji": "Imabari"}
    return LocalGovernmentFactory(prefecture=ehime, **names)


@pytest.mark.parametrize("typed", ["{code}", "今治市", "愛媛県今治市", "ｲﾏﾊﾞﾘｼ", "imabari", "今治"])
def test_a_co_host_is_found_by_code_or_name_in_any_width(host_request, imabari, typed):
    values = {"co_host_1": typed.format(code=imabari.code), "co_host_1_part": "防災訓練"}
    form = PeriodForm(sent(PERIOD, **values), instance=host_request)

    assert form.is_valid(), form.errors
    form.save()
    assert [(row.government, row.part_ja) for row in host_request.co_hosts.all()] == [
        (imabari, "防災訓練")
    ]
    fresh = type(host_request).objects.with_parts().get()
    assert [row.government.full_name for row in fresh.together] == ["愛媛県今治市"]
    assert PeriodForm(instance=fresh)["co_host_1"].value() == f"{imabari.code} 愛媛県今治市"


def test_co_hosts_are_taken_out_again(host_request, imabari):
    CoHost.objects.create(host_request=host_request, government=imabari)
    form = PeriodForm(sent(PERIOD), instance=host_request)

    assert form.is_valid()
    form.save()
    assert not CoHost.objects.exists()


def test_a_co_host_that_cannot_be_is_refused_at_its_line(host_request, imabari):
    own, code = host_request.government.code, imabari.code
    LocalGovernmentFactory(name="今治市", kana="イマバリシ", romaji="Imabari")
    for wrong in [own, "123456", "アトランティス", "今治市", "%", "あ" * 61, "<b>今治市</b>"]:
        form = PeriodForm(sent(PERIOD, co_host_1=wrong), instance=host_request)
        assert list(form.errors) == ["co_host_1"], wrong
    twice = PeriodForm(sent(PERIOD, co_host_1=code, co_host_2=code), instance=host_request)
    assert list(twice.errors) == ["co_host_2"]
    nobody = PeriodForm(sent(PERIOD, co_host_3_part="防災"), instance=host_request)
    assert list(nobody.errors) == ["co_host_3"]


# Treatment --------------------------------------------------------------------------------------


def treatment_form(host_request, **values: str) -> TreatmentForm:
    data = QueryDict(mutable=True)
    data.update({"allowance_per": "day", **values})
    return TreatmentForm(data, instance=Treatment(host_request=host_request))


@pytest.mark.parametrize(
    "typed", ["5000", "5,000", "５，０００", "¥5,000", "5,000円", " ５０００　円 "]
)
def test_yen_are_read_as_people_write_them(host_request, typed):
    form = treatment_form(host_request, allowance_from_yen=typed)

    assert form.is_valid(), form.errors
    assert form.save().allowance_from_yen == 5000


@pytest.mark.parametrize("typed", ["-1", "5000.5", "five", "10000000", "1" * 5000, "=1+1", "5千円"])
def test_what_are_no_whole_yen_is_refused(host_request, typed):
    assert list(treatment_form(host_request, rent_yen=typed).errors) == ["rent_yen"]


def test_an_amount_that_looks_wrong_is_asked_about_and_taken(host_request):
    form = treatment_form(host_request, rent_yen="4500000", allowance_from_yen="150000")

    assert form.is_valid()
    assert sorted(form.warnings) == ["allowance_from_yen", "rent_yen"]
    month = treatment_form(host_request, allowance_per="month", allowance_from_yen="150000")
    assert month.is_valid()
    assert month.warnings == {}


def test_an_allowance_goes_from_the_lower_to_the_upper_end(host_request):
    form = treatment_form(host_request, allowance_from_yen="6,000", allowance_until_yen="5,000")

    assert list(form.errors) == ["allowance_until_yen"]


def test_names_in_half_width_kana_are_written_in_full(host_request):
    form = treatment_form(host_request, met_by_ja="ｸﾛｶﾜ ﾅｵﾄ")

    assert form.is_valid()
    assert form.save().met_by_ja == "クロカワ ナオト"


def test_a_treatment_says_what_is_not_decided_yet(host_request):
    assert len(undecided(host_request)) == 5

    Treatment.objects.create(
        host_request=host_request,
        lodging_kind="rented",
        rent_payer="host",
        allowance_from_yen=0,
        insurance_payer="host",
        met_by_ja="職員",
    )

    assert undecided(type(host_request).objects.get()) == []


def test_the_last_treatment_is_the_newest_one_of_the_same_government(host_request):
    for year, rent in [(2025, 1), (2026, 2)]:
        survey = DemandSurveyFactory(cycle=CycleFactory(fiscal_year=year))
        answer = SurveyAnswerFactory(survey=survey, government=host_request.government)
        Treatment.objects.create(host_request=HostRequestFactory(answer=answer), rent_yen=rent)
    Treatment.objects.create(host_request=HostRequestFactory(), rent_yen=3)
    answer = host_request.answer
    given_up = HostRequestFactory(answer=answer, state="withdrawn")
    Treatment.objects.create(host_request=given_up, rent_yen=4)

    assert last_treatment_of(host_request).rent_yen == 2


@pytest.mark.parametrize(
    ("typed", "year"),
    [
        ("1985", 1985),
        ("1985年", 1985),
        ("昭和60年", 1985),
        ("S60", 1985),
        ("令和元年", 2019),
        ("２００７", 2007),
    ],
)
def test_a_year_is_read_as_offices_write_it(typed, year):
    assert parse_year(typed) == year


@pytest.mark.parametrize("typed", ["", "85", "long ago", "宝永3年", "19855"])
def test_what_is_no_year_is_refused(typed):
    with pytest.raises(ValueError, match="no year"):
        parse_year(typed)


def test_an_empty_amount_is_not_decided_and_nought_is_nothing():
    field = YenField(per="yen")

    assert (field.clean(""), field.clean("0")) == (None, 0)
