"""Reasons, details and the form of the answer."""

from django.utils import translation

from placements.matching import parse, solve, to_json


def answer_to(problem, mode="optimal"):
    with translation.override("en"):
        return to_json(solve(parse(problem), mode))


def test_to_json_answers_the_example_of_the_format():
    problem = {
        "requests": [
            {"id": "R1", "capacity": 2},
            {"id": "R3", "capacity": 1},
            {"id": "R9", "capacity": 1},
        ],
        "applications": [{"id": "A1"}, {"id": "A2"}, {"id": "A7"}],
        "pairs": [
            {
                "application": "A1",
                "request": "R1",
                "host_rank": 1,
                "applicant_rank": 2,
                "score": 870,
            }
        ],
        "fixed": [{"application": "A7", "request": "R3"}],
        "forbidden": [{"application": "A2", "request": "R1", "reason": "language"}],
    }

    assert answer_to(problem) == {
        "placements": [
            {"application": "A1", "request": "R1"},
            {"application": "A7", "request": "R3"},
        ],
        "unplaced": [
            {
                "application": "A2",
                "reason": "forbidden",
                "detail": "Every host request that could be considered is ruled out."
                " Ruled out: R1 (reason: language).",
            }
        ],
        "unfilled": [
            {
                "request": "R1",
                "seats": 1,
                "reason": "forbidden",
                "detail": "Every other application that could be considered is ruled out."
                " Ruled out: A2 (reason: language).",
            },
            {
                "request": "R9",
                "seats": 1,
                "reason": "no_acceptable_application",
                "detail": "There is no other application that could be placed here.",
            },
        ],
        "objective": {
            "placed": 1,
            "host_rank_sum": 1,
            "applicant_rank_sum": 2,
            "score_sum": 870,
        },
        "blocking_pairs": [],
    }


def test_unplaced_has_each_reason():
    problem = {
        "requests": [{"id": "R1", "capacity": 1}, {"id": "R2", "capacity": 0}],
        "applications": [{"id": id_} for id_ in ("A4", "A3", "A2", "A1")],
        "pairs": [
            {"application": "A1", "request": "R1", "host_rank": 1},
            {"application": "A2", "request": "R1", "host_rank": 2},
            {"application": "A2", "request": "R2"},
            {"application": "A3", "request": "R1"},
        ],
        "forbidden": [
            {"application": "A2", "request": "R2", "reason": "language"},
            {"application": "A3", "request": "R1"},
            {"application": "A3", "request": "R2", "reason": "period"},
        ],
    }

    assert answer_to(problem)["unplaced"] == [
        {
            "application": "A2",
            "reason": "seats_taken",
            "detail": "No seat was left at R1. Ruled out: R2 (reason: language).",
        },
        {
            "application": "A3",
            "reason": "forbidden",
            "detail": "Every host request that could be considered is ruled out."
            " Ruled out: R1 (no reason given); R2 (reason: period).",
        },
        {
            "application": "A4",
            "reason": "no_acceptable_request",
            "detail": "There is no host request that this application could be placed with.",
        },
    ]


def test_unfilled_names_who_was_placed_elsewhere_and_counts_the_rest():
    ids = [f"A{i}" for i in range(7)]
    problem = {
        "requests": [{"id": "R1", "capacity": 10}, {"id": "R2", "capacity": 10}],
        "applications": [{"id": id_} for id_ in ids],
        "pairs": [
            {"application": id_, "request": request, "host_rank": rank}
            for id_ in ids
            for request, rank in (("R1", 1), ("R2", 2))
        ],
    }

    assert answer_to(problem)["unfilled"] == [
        {
            "request": "R1",
            "seats": 3,
            "reason": "no_acceptable_application",
            "detail": "There is no other application that could be placed here.",
        },
        {
            "request": "R2",
            "seats": 10,
            "reason": "placed_elsewhere",
            "detail": "The other applications that could be placed here have other places:"
            " A0, A1, A2, A3, A4 and 2 others.",
        },
    ]


def test_a_row_of_a_fixed_application_counts_as_placed_elsewhere_and_never_blocks():
    problem = {
        "requests": [{"id": "R1", "capacity": 1}, {"id": "R2", "capacity": 1}],
        "applications": [{"id": "A1"}],
        "pairs": [{"application": "A1", "request": "R1", "host_rank": 1, "applicant_rank": 1}],
        "fixed": [{"application": "A1", "request": "R2"}],
    }

    answer = answer_to(problem)

    assert [(row["request"], row["reason"]) for row in answer["unfilled"]] == [
        ("R1", "placed_elsewhere")
    ]
    assert answer["objective"] == {
        "placed": 0,
        "host_rank_sum": 0,
        "applicant_rank_sum": 0,
        "score_sum": 0,
    }
    assert answer["blocking_pairs"] == []


def test_a_missing_rank_is_one_worse_than_the_worst_also_of_fixed_and_forbidden_rows():
    problem = {
        "requests": [{"id": "R1", "capacity": 3}, {"id": "R2", "capacity": 1}],
        "applications": [{"id": "A1"}, {"id": "A2"}, {"id": "A3"}],
        "pairs": [
            {"application": "A1", "request": "R1"},
            {"application": "A2", "request": "R1", "host_rank": 7},
            {"application": "A3", "request": "R1", "host_rank": 9},
            {"application": "A1", "request": "R2", "applicant_rank": 4},
        ],
        "fixed": [{"application": "A3", "request": "R1"}],
        "forbidden": [
            {"application": "A2", "request": "R1", "reason": "x"},
            {"application": "A1", "request": "R2", "reason": "x"},
        ],
    }

    assert answer_to(problem)["objective"] == {
        "placed": 1,
        "host_rank_sum": 10,
        "applicant_rank_sum": 5,
        "score_sum": 0,
    }


def test_an_empty_problem_has_an_empty_answer():
    problem = {"requests": [], "applications": [], "pairs": []}

    for mode in ("optimal", "stable"):
        assert answer_to(problem, mode) == {
            "placements": [],
            "unplaced": [],
            "unfilled": [],
            "objective": {
                "placed": 0,
                "host_rank_sum": 0,
                "applicant_rank_sum": 0,
                "score_sum": 0,
            },
            "blocking_pairs": [],
        }


def test_a_capacity_of_any_size_is_counted_exactly():
    problem = {
        "requests": [{"id": "R1", "capacity": 10**30}],
        "applications": [{"id": "A1"}],
        "pairs": [{"application": "A1", "request": "R1"}],
    }

    assert answer_to(problem)["unfilled"][0]["seats"] == 10**30 - 1
