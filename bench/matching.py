"""How fast the solver is, as ratios inside one run: `python -m bench.matching`.

Against OR-tools' minimum-cost flow with exact weights, where these fit into 64 bits (three
criteria: number, host ranks, score), and against deferred acceptance; then the whole step from JSON
to JSON. Each size runs in a process of its own, the candidates in turn, five rounds;
medians.
"""

import json
import resource
import time
from collections.abc import Callable
from multiprocessing import get_context
from statistics import median

import numpy as np
from django.conf import settings
from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

from placements.matching import loads, solve, to_json
from placements.matching.instance import Instance

ROUNDS = 5
# Applications, seats, fewest and most pairs of an application.
SIZES = [(100, 120, 5, 25), (6_000, 5_000, 5, 25), (50_000, 40_000, 20, 20)]
KINDS = ["ranked", "three_levels", "all_equal", "million_ranks"]


def draw_problem(applications: int, seats: int, fewest: int, most: int, kind: str) -> dict:
    chance = np.random.default_rng(20261122)
    capacities: list[int] = []
    while sum(capacities) < seats:
        capacities.append(int(chance.integers(1, 5)))
    degrees = chance.integers(fewest, most + 1, applications)
    wanted = np.repeat(np.arange(applications), degrees) * len(capacities)
    keys = np.unique(wanted + chance.integers(0, len(capacities), degrees.sum()))
    application, request = keys // len(capacities), keys % len(capacities)
    if kind == "million_ranks":
        host_rank, applicant_rank = chance.integers(1, 1_000_001, (2, len(keys)))
    else:
        host_rank, applicant_rank = (draw_ranks(chance, side) for side in (request, application))
    score = chance.integers(0, 1001, len(keys))
    if kind == "three_levels":
        host_rank, applicant_rank = np.minimum(host_rank, 3), np.minimum(applicant_rank, 3)
        score = score // 200 * 200
    if kind == "all_equal":
        host_rank, applicant_rank, score = host_rank * 0 + 1, applicant_rank * 0 + 1, score * 0
    columns = [application, request, host_rank, applicant_rank, score]
    return {
        "requests": [{"id": f"R{i:06}", "capacity": seats} for i, seats in enumerate(capacities)],
        "applications": [{"id": f"A{i:06}"} for i in range(applications)],
        "pairs": [
            {
                "application": f"A{a:06}",
                "request": f"R{r:06}",
                "host_rank": host,
                "applicant_rank": applicant,
                "score": points,
            }
            for a, r, host, applicant, points in zip(*(c.tolist() for c in columns), strict=True)
        ],
    }


def draw_ranks(chance: np.random.Generator, giver: np.ndarray) -> np.ndarray:
    order = np.lexsort((chance.random(len(giver)), giver))
    rank = np.empty(len(giver), np.int64)
    rank[order] = np.arange(len(giver)) - np.searchsorted(giver[order], giver[order]) + 1
    return rank


def solve_with_exact_weights(instance: Instance) -> np.ndarray | None:
    """Which pairs are placed, None where the weights do not fit."""
    applications, requests = len(instance.applications), len(instance.requests)
    rank_weight = 1001 * applications
    number_weight = rank_weight * int(instance.host_rank.max()) * applications
    if number_weight >= 2**62:
        return None
    cost = instance.host_rank * rank_weight - instance.score - number_weight
    sink = applications + requests
    everyone, hosts = np.arange(applications), np.arange(applications, sink)
    solver = SimpleMinCostFlow()
    arcs = solver.add_arcs_with_capacity_and_unit_cost(
        np.concatenate([instance.application, everyone, hosts]),
        np.concatenate([applications + instance.request, np.full(sink, sink)]),
        np.concatenate([np.ones(len(cost) + applications, np.int64), instance.capacity]),
        np.concatenate([cost, np.zeros(sink, np.int64)]),
    )
    solver.set_nodes_supplies(everyone, np.ones(applications, np.int64))
    solver.set_nodes_supplies(np.array([sink]), np.array([-applications]))
    if solver.solve() != solver.OPTIMAL:
        return None
    return solver.flows(arcs[: len(cost)]) > 0


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def peak_mib() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def measure_solver(text: str) -> str:
    instance = loads(text)
    before = peak_mib()
    reference = solve_with_exact_weights(instance)
    objective = solve(instance).objective
    if fits := reference is not None:
        assert instance.host_rank[reference].sum() == objective["host_rank_sum"]
    times: dict[str, list[float]] = {"ours": [], "exact": [], "stable": []}
    for _round in range(ROUNDS):
        times["ours"].append(seconds(lambda: solve(instance)))
        if fits:
            times["exact"].append(seconds(lambda: solve_with_exact_weights(instance)))
        times["stable"].append(seconds(lambda: solve(instance, "stable")))
    ours = median(times["ours"])
    exact = f"{ours / median(times['exact']):.2f}" if fits else "weights do not fit"
    return (
        f"{ours:.3f} s; ours / exact weights {exact}; "
        f"ours / deferred acceptance {ours / median(times['stable']):.2f}; "
        f"peak {peak_mib()} MiB ({before} before solving); {objective}"
    )


def measure_whole(text: str) -> str:
    settings.configure(USE_I18N=False)
    content = text.encode()
    del text
    steps = [time.perf_counter()]
    instance = loads(content)
    steps.append(time.perf_counter())
    solution = solve(instance)
    steps.append(time.perf_counter())
    json.dumps(to_json(solution), ensure_ascii=False, indent=2)
    steps.append(time.perf_counter())
    read, solved, written = np.diff(steps)
    return (
        f"read {read:.3f} s, solve {solved:.3f} s, explain and write {written:.3f} s; "
        f"solve / whole {solved / (read + solved + written):.2f}; peak {peak_mib()} MiB"
    )


def main() -> None:
    for size in SIZES:
        for kind in KINDS:
            text = json.dumps(draw_problem(*size, kind))
            applications, seats = size[:2]
            for name, measure in (("solver", measure_solver), ("whole", measure_whole)):
                with get_context("spawn").Pool(1) as pool:
                    line = pool.apply(measure, [text])
                print(f"{applications:>6} x {seats:<6} {kind:<13} {name}: {line}", flush=True)


if __name__ == "__main__":
    main()
