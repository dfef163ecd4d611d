"""The solver against every possible answer of small problems, and its proof on awkward ones."""

import random
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from placements.matching import flow, parse, solve, to_json
from placements.matching.flow import ProofError, assign


@st.composite
def problems(draw, most=4):
    """Small problems with ties, missing values, fixed and forbidden pairs, no capacity."""
    applications = [f"A{i}" for i in range(draw(st.integers(0, most)))]
    requests = [f"R{i}" for i in range(draw(st.integers(0, most)))]
    capacity = {id_: draw(st.integers(0, 2)) for id_ in requests}
    every = [(a, r) for a in applications for r in requests]
    some = st.lists(st.sampled_from(every), unique=True) if every else st.just([])
    values = {
        "host_rank": st.integers(1, 4),
        "applicant_rank": st.integers(1, 4),
        "score": st.integers(0, 3).map(lambda score: score * 100),
    }
    pairs = [
        {"application": a, "request": r} | draw(st.fixed_dictionaries({}, optional=values))
        for a, r in draw(some)
    ]
    fixed, left = {}, dict(capacity)
    for a, r in draw(some):
        if a not in fixed and left[r] and draw(st.booleans()):
            fixed[a] = r
            left[r] -= 1
    forbidden = [(a, r) for a, r in draw(some) if fixed.get(a) != r and draw(st.booleans())]
    return {
        "requests": [{"id": id_, "capacity": capacity[id_]} for id_ in requests],
        "applications": [{"id": id_} for id_ in applications],
        "pairs": pairs,
        "fixed": [{"application": a, "request": r} for a, r in fixed.items()],
        "forbidden": [{"application": a, "request": r, "reason": "x"} for a, r in forbidden],
    }


def filled_pairs(problem):
    """The pairs the solver may use, with missing values filled in straight from the rule."""

    def rank(row, key, giver):
        given = [
            other[key] for other in problem["pairs"] if other[giver] == row[giver] and key in other
        ]
        return row.get(key, max(given, default=0) + 1)

    fixed = {row["application"] for row in problem["fixed"]}
    forbidden = {(row["application"], row["request"]) for row in problem["forbidden"]}
    return {
        (row["application"], row["request"]): (
            rank(row, "host_rank", "request"),
            rank(row, "applicant_rank", "application"),
            row.get("score", 0),
        )
        for row in problem["pairs"]
        if row["application"] not in fixed and (row["application"], row["request"]) not in forbidden
    }


def free_seats(problem):
    seats = {row["id"]: row["capacity"] for row in problem["requests"]}
    for row in problem["fixed"]:
        seats[row["request"]] -= 1
    return seats


def best_by_trying_all(problem):
    """The best objective among all placements that the seats allow."""
    pairs, seats = filled_pairs(problem), free_seats(problem)
    applications = [row["id"] for row in problem["applications"]]
    choices = [[None, *(r for a, r in pairs if a == one)] for one in applications]
    best = None
    for choice in product(*choices):
        if any(choice.count(request) > seats[request] for request in seats):
            continue
        rows = [pairs[a, r] for a, r in zip(applications, choice, strict=True) if r]
        hosts, applicants, scores = (sum(row[i] for row in rows) for i in range(3))
        objective = (-len(rows), hosts, applicants, -scores)
        best = objective if best is None else min(best, objective)
    return {
        "placed": -best[0],
        "host_rank_sum": best[1],
        "applicant_rank_sum": best[2],
        "score_sum": -best[3],
    }


def blocking_by_definition(problem, answer):
    pairs, seats = filled_pairs(problem), free_seats(problem)
    placed = {row["application"]: row["request"] for row in answer["placements"]}
    mine = {a: r for a, r in placed.items() if (a, r) in pairs}
    found = []
    for (a, r), (host_rank, applicant_rank, _score) in pairs.items():
        if mine.get(a) == r:
            continue
        got = [pairs[other, r][0] for other, where in mine.items() if where == r]
        applicant_gains = a not in mine or applicant_rank < pairs[a, mine[a]][1]
        host_gains = len(got) < seats[r] or any(host_rank < rank for rank in got)
        if applicant_gains and host_gains:
            found.append({"application": a, "request": r})
    return sorted(found, key=lambda row: (row["application"], row["request"]))


def assert_placements_are_allowed(problem, answer):
    placed = [(row["application"], row["request"]) for row in answer["placements"]]
    fixed = {(row["application"], row["request"]) for row in problem["fixed"]}
    assert placed == sorted(placed)
    assert len({a for a, r in placed}) == len(placed)
    assert fixed <= set(placed)
    assert set(placed) - fixed <= set(filled_pairs(problem))
    for row in problem["requests"]:
        assert [r for a, r in placed].count(row["id"]) <= row["capacity"]


@settings(max_examples=400, deadline=None)
@given(problems())
def test_solve_reaches_the_best_of_all_placements_in_all_four_sums(problem):
    answer = to_json(solve(parse(problem)))

    assert_placements_are_allowed(problem, answer)
    assert answer["objective"] == best_by_trying_all(problem)


@settings(max_examples=200, deadline=None)
@given(problems(most=5), st.sampled_from(["optimal", "stable"]), st.randoms())
def test_solve_has_one_answer_whatever_the_order_of_the_rows(problem, mode, chance):
    shuffled = {key: chance.sample(rows, len(rows)) for key, rows in problem.items()}

    assert to_json(solve(parse(shuffled), mode)) == to_json(solve(parse(problem), mode))


@settings(max_examples=200, deadline=None)
@given(problems(most=5), st.sampled_from(["optimal", "stable"]))
def test_blocking_pairs_are_those_of_the_definition(problem, mode):
    answer = to_json(solve(parse(problem), mode))

    assert answer["blocking_pairs"] == blocking_by_definition(problem, answer)


@settings(max_examples=300, deadline=None)
@given(problems(most=6))
def test_stable_mode_leaves_no_blocking_pair(problem):
    answer = to_json(solve(parse(problem), "stable"))

    assert_placements_are_allowed(problem, answer)
    assert answer["blocking_pairs"] == []


def test_stable_mode_is_best_for_hosts_and_tells_ties_apart_by_id():
    def pair(application, request, host_rank, applicant_rank):
        return {
            "application": application,
            "request": request,
            "host_rank": host_rank,
            "applicant_rank": applicant_rank,
        }

    crossed = [pair("A1", "R1", 1, 2), pair("A1", "R2", 2, 1)]
    crossed += [pair("A2", "R1", 2, 1), pair("A2", "R2", 1, 2)]
    tied = [pair("A3", "R3", 1, 1), pair("A4", "R3", 1, 1)]
    problem = {
        "requests": [{"id": f"R{i}", "capacity": 1} for i in (3, 2, 1)],
        "applications": [{"id": f"A{i}"} for i in (4, 3, 2, 1)],
        "pairs": tied[::-1] + crossed[::-1],
    }

    answer = to_json(solve(parse(problem), "stable"))

    assert answer["placements"] == [
        {"application": "A1", "request": "R1"},
        {"application": "A2", "request": "R2"},
        {"application": "A3", "request": "R3"},
    ]


def test_solve_refuses_an_unknown_mode():
    problem = parse({"requests": [], "applications": [], "pairs": []})

    with pytest.raises(ValueError, match="fast"):
        solve(problem, "fast")


def random_columns(seed, applications, requests, degree, ranks):
    chance = np.random.default_rng(seed)
    keys = np.unique(
        np.repeat(np.arange(applications), degree) * requests
        + chance.integers(0, requests, applications * degree)
    )
    ranked = [chance.integers(1, ranks + 1, len(keys)) for _side in range(2)]
    scores = chance.integers(0, 1001, len(keys))
    seats = chance.integers(0, 4, requests)
    return keys // requests, keys % requests, seats, [np.full(len(keys), -1), *ranked, -scores]


def sums(criteria, chosen):
    return [int(cost[chosen].sum()) for cost in criteria]


def can_be_improved(application, request, seats, criteria, chosen):
    """Whether a cycle of moves betters the weighed sum, in Python's integers of any size."""
    weight = 4 * len(seats) * 1_000_001
    costs = [
        ((first * weight + second) * weight + third) * weight + fourth
        for first, second, third, fourth in zip(*(c.tolist() for c in criteria), strict=True)
    ]
    root = ("root",)
    arcs = []
    for a, r, cost, used in zip(
        application.tolist(), request.tolist(), costs, chosen.tolist(), strict=True
    ):
        arcs.append((("R", r), ("A", a), -cost) if used else (("A", a), ("R", r), cost))
    placed = set(application[chosen].tolist())
    for a in set(application.tolist()):
        arcs.append((("A", a), root, 0) if a in placed else (root, ("A", a), 0))
    for r, (taken, capacity) in enumerate(
        zip(np.bincount(request[chosen], minlength=len(seats)), seats, strict=True)
    ):
        arcs += [(("R", r), root, 0)] * bool(taken < capacity) + [(root, ("R", r), 0)] * bool(taken)
    distance = dict.fromkeys([end for tail, head, _cost in arcs for end in (tail, head)], 0)
    for _round in range(len(distance) + 1):
        changed = False
        for tail, head, cost in arcs:
            if distance[tail] + cost < distance[head]:
                distance[head] = distance[tail] + cost
                changed = True
        if not changed:
            return False
    return True


def test_assign_is_exact_where_weighed_sums_would_overflow():
    """A million ranks and thousands of applications: four exact weights need some 120 bits."""
    application, request, seats, criteria = random_columns(1, 3_000, 1_200, 10, 1_000_000)

    chosen = assign(application, request, seats, criteria)

    assert np.bincount(application[chosen]).max() == 1
    assert (np.bincount(request[chosen], minlength=len(seats)) <= seats).all()
    assert not can_be_improved(application, request, seats, criteria, chosen)


def test_can_be_improved_sees_a_single_point_of_score():
    """The control of the test above."""
    application, request, seats = np.array([0, 1]), np.array([0, 0]), np.array([1])
    criteria = [np.array(pair) for pair in ([-1, -1], [10**6, 10**6], [1, 1], [-7, -8])]

    assert can_be_improved(application, request, seats, criteria, np.array([True, False]))
    assert not can_be_improved(application, request, seats, criteria, np.array([False, True]))


def test_assign_repairs_a_first_guess_that_is_wrong(monkeypatch):
    columns = random_columns(2, 300, 100, 8, 5)
    expected = assign(*columns)
    improved = []
    improve = flow._Network.improve

    def count_improvements(network, cost):
        improved.append(cost)
        improve(network, cost)

    monkeypatch.setattr(flow, "LIMIT", 2**32)
    monkeypatch.setattr(flow, "_first_guess", lambda criteria, network, surest: criteria[1] - 2)
    monkeypatch.setattr(flow._Network, "improve", count_improvements)
    chosen = assign(*columns)

    assert len(improved) > 2
    assert sums(columns[3], chosen) == sums(columns[3], expected)


@pytest.mark.parametrize("looks", [0, 1, 100])
@pytest.mark.parametrize("looks_in_order", [0, 20])
def test_assign_has_the_same_answer_however_the_prices_are_found(
    monkeypatch, looks, looks_in_order
):
    columns = random_columns(3, 300, 100, 8, 5)
    expected = assign(*columns)
    monkeypatch.setattr(flow, "LOOKS", looks)
    monkeypatch.setattr(flow, "LOOKS_IN_ORDER", looks_in_order)

    assert (assign(*columns) == expected).all()


def test_assign_proves_a_chain_through_all_applications():
    """Everyone could move on by one for a better rank, but the last seat does not exist."""
    size = 3_000
    application = np.repeat(np.arange(size), 2)[:-1]
    request = application + np.tile([0, 1], size)[:-1]
    host_rank = np.tile([2, 1], size)[:-1]
    nothing = np.zeros(len(application), np.int64)

    chosen = assign(
        application,
        request,
        np.ones(size, np.int64),
        [np.full(len(application), -1), host_rank, nothing, nothing],
    )

    assert (chosen == (application == request)).all()


def test_freeze_refuses_a_flow_that_is_not_optimal():
    """The control of the proof: a worse flow, or one with wrong prices, is not let through."""
    cost = np.array([5, 1])
    network = flow._Network(np.array([0, 1]), np.array([0, 0]), np.array([1]))
    network.improve(cost - 100)
    prices = network.prices(cost - 100)
    with pytest.raises(ProofError):
        network.freeze(cost - 100, np.zeros_like(prices))
    network.flow[:2] = network.flow[1::-1]
    with pytest.raises(ProofError):
        network.freeze(cost - 100, prices)


def test_equal_answers_are_told_apart_by_lots_and_not_by_the_library():
    """With everything equal the sum of the lots is the lowest of all placements."""
    chance = random.Random(4)
    for _round in range(20):
        size = chance.randint(2, 5)
        application, request = (axis.ravel() for axis in np.indices((size, size)))
        equal = np.ones(size * size, np.int64)

        chosen = assign(application, request, np.ones(size, np.int64), [-equal, equal])

        lots = flow.draw_lots(application, request, 2 * size + 1).reshape(size, size)
        best = min(_sums_of_permutations(lots))
        assert lots.ravel()[chosen].sum() == best


def _sums_of_permutations(lots):
    size = len(lots)
    for places in product(range(size), repeat=size):
        if len(set(places)) == size:
            yield sum(lots[i, place] for i, place in enumerate(places))
