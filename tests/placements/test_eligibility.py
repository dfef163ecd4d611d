import pytest
from hypothesis import given
from hypothesis import strategies as st

from placements.eligibility import (
    FIELD,
    LANGUAGE,
    REASONS,
    ROUTE,
    Offered,
    Wanted,
    applicant_rank,
    host_rank,
    reasons_against,
    score,
)
from schedule.vocabulary import LanguageLevel, Route, TrainingField, TrainingLanguage

LEVELS = [level.value for level in LanguageLevel]


def wanted(**values) -> Wanted:
    return Wanted(
        **{
            "field": "water",
            "language": TrainingLanguage.EITHER,
            "level": 2,
            "route": Route.MEDIATED,
            **values,
        }
    )


def offered(**values) -> Offered:
    return Offered(
        **{"fields": ("water",), "english": 3, "japanese": 0, "nationality": "VN", **values}
    )


def test_a_pair_that_fits_has_nothing_against_it():
    assert reasons_against(wanted(), offered()) == []


@pytest.mark.parametrize(
    ("want", "offer", "reasons"),
    [
        ({"field": "fire"}, {}, [FIELD]),
        ({"field": "fire"}, {"fields": ("water", "fire")}, []),
        ({"field": "fire"}, {"nominated_here": True}, []),
        ({"language": "japanese"}, {}, [LANGUAGE]),
        ({"language": "japanese"}, {"japanese": 2}, []),
        ({"language": "english"}, {"english": 1, "japanese": 4}, [LANGUAGE]),
        ({"language": "either"}, {"english": 1, "japanese": 2}, []),
        ({"route": "own_selection"}, {}, [ROUTE]),
        ({"route": "own_selection"}, {"nominated_here": True}, []),
        ({"route": "own_selection", "field": "fire", "level": 4}, {}, [ROUTE, FIELD, LANGUAGE]),
    ],
)
def test_reasons_against_name_every_rule_that_speaks_against(want, offer, reasons):
    assert reasons_against(wanted(**want), offered(**offer)) == reasons


def test_every_reason_has_words():
    assert set(REASONS) == {FIELD, LANGUAGE, ROUTE}


def test_host_rank_follows_the_wished_countries():
    want = wanted(countries=("TH", "VN"))

    assert [host_rank(want, offered(nationality=each)) for each in ("TH", "VN", "ID")] == [
        1,
        2,
        None,
    ]


def test_a_region_stands_for_all_its_countries_at_its_rank():
    want = wanted(countries=("BR", "southeast_asia", "TH"))

    ranks = {code: host_rank(want, offered(nationality=code)) for code in ("BR", "VN", "TH", "CN")}
    assert ranks == {"BR": 1, "VN": 2, "TH": 2, "CN": None}


@pytest.mark.parametrize(
    ("want", "offer", "reasons"),
    [
        ({"language": "either", "japanese": 3, "english": 2}, {"english": 2}, []),
        ({"language": "either", "japanese": 3, "english": 3}, {"english": 2, "japanese": 2}, None),
        ({"language": "either", "japanese": 2}, {"english": 4, "japanese": 1}, None),
        ({"language": "english", "japanese": 1}, {"english": 4, "japanese": 0}, None),
        ({"language": "english", "japanese": 1}, {"english": 4, "japanese": 1}, []),
    ],
)
def test_levels_named_for_a_language_count_one_by_one(want, offer, reasons):
    assert reasons_against(wanted(**want), offered(**offer)) == (
        [LANGUAGE] if reasons is None else reasons
    )


def test_applicant_rank_follows_the_wished_fields():
    offer = offered(fields=("fire", "water"))

    assert [applicant_rank(wanted(field=each), offer) for each in ("fire", "water", "police")] == [
        1,
        2,
        None,
    ]


people = st.builds(
    Offered,
    fields=st.lists(st.sampled_from(TrainingField.values), max_size=2, unique=True).map(tuple),
    english=st.sampled_from(LEVELS),
    japanese=st.sampled_from(LEVELS),
    nationality=st.sampled_from(["VN", "TH", "ID"]),
    nominated_here=st.booleans(),
)
requests = st.builds(
    Wanted,
    field=st.sampled_from(TrainingField.values),
    language=st.sampled_from(TrainingLanguage.values),
    level=st.sampled_from(LEVELS),
    route=st.sampled_from(Route.values),
)


@given(want=requests, offer=people)
def test_better_language_never_speaks_against_and_never_lowers_the_score(want, offer):
    better = Offered(
        fields=offer.fields,
        english=max(LEVELS),
        japanese=max(LEVELS),
        nationality=offer.nationality,
        nominated_here=offer.nominated_here,
    )

    assert LANGUAGE not in reasons_against(want, better)
    assert 0 <= score(want, offer) <= score(want, better) <= 1000


@given(want=requests, offer=people)
def test_reasons_against_are_known_and_named_once(want, offer):
    reasons = reasons_against(want, offer)

    assert len(reasons) == len(set(reasons))
    assert set(reasons) <= set(REASONS)
    if offer.nominated_here:
        assert set(reasons) <= {LANGUAGE}
