"""The best assignment by several criteria, one after the other, with a proof of each.

A problem is a network: the root sends at most one unit through each application to a request, and
each request sends back at most as many as it has seats. An assignment is a circulation. It is
optimal for one criterion exactly when node prices exist under which no arc with room left has a
negative reduced cost (complementary slackness); those prices are the proof. Every other optimum
differs only on arcs of reduced cost zero, so the next criterion is solved and proven on these.
No criterion is ever weighed against another beyond what 64 bits hold exactly.
"""

from collections.abc import Sequence

import numpy as np

from .instance import Bools, Ints

# Costs times nodes must stay below this in the prices and in OR-tools' scaled costs.
LIMIT = 2**60
# How much a lower criterion may add up to in the first guess: a chain of so many applications.
CHAIN = 16
# How often the search for prices may look at each arc, all nodes at once and then in order.
LOOKS = 100
LOOKS_IN_ORDER = 20


class ProofError(RuntimeError):
    """No proof was found, so there is no answer: a defect of the solver, not of the input."""


def assign(application: Ints, request: Ints, seats: Ints, criteria: Sequence[Ints]) -> Bools:
    """Choose pairs, at most one per application and `seats` per request, with the lowest sums.

    The first criterion counts most; each sum is decided before the next is looked at. What is
    still open after all of them is decided by lots drawn from the positions, so that it depends
    neither on the library nor on the machine.
    """
    network = _Network(application, request, seats)
    stages = _pack(criteria, network)
    network.improve(_first_guess(criteria, network, stages[0]))
    for cost in [*stages, draw_lots(application, request, network.nodes)]:
        prices = network.prices(cost)
        if prices is None:
            network.improve(cost)
            prices = network.prices(cost, patient=True)
        network.freeze(cost, prices)
    return network.flow[: len(application)] > 0


def draw_lots(application: Ints, request: Ints, nodes: int) -> Ints:
    """A number for each pair by a fixed mixing of its positions (the finaliser of SplitMix64)."""
    lot = (application.astype(np.uint64) << np.uint64(32)) + request.astype(np.uint64)
    lot = lot + np.uint64(0x9E3779B97F4A7C15)
    lot = (lot ^ (lot >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    lot = (lot ^ (lot >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    lot = lot ^ (lot >> np.uint64(31))
    bits = min(40, (LIMIT // (2 * nodes)).bit_length() - 1)
    return (lot >> np.uint64(64 - bits)).astype(np.int64)


def _pack(criteria: Sequence[Ints], network: "_Network") -> list[Ints]:
    """Join neighbouring criteria into one cost where 64 bits hold it exactly.

    A simple cycle of the network has at most two pairs per node of its smaller side, so a criterion
    weighed by more than all that the lower ones can change on so many pairs always comes first.
    """
    stages: list[Ints] = []
    for cost in reversed(criteria):
        if stages:
            weight = network.longest_cycle * _reach(stages[0]) + 1
            if (weight * _reach(cost) + _reach(stages[0])) * network.nodes < LIMIT:
                stages[0] = weight * cost + stages[0]
                continue
        stages.insert(0, cost)
    return stages


def _first_guess(criteria: Sequence[Ints], network: "_Network", surest: Ints) -> Ints:
    """One small cost that nearly always has the right optimum: small costs are fast to solve."""
    guess = criteria[-1]
    for cost in reversed(criteria[:-1]):
        weight = CHAIN * _reach(guess) + 1
        if (weight * _reach(cost) + _reach(guess)) * network.nodes >= LIMIT:
            return surest
        guess = weight * cost + guess
    return guess


def _reach(cost: Ints) -> int:
    """The greatest absolute value, as an integer of any size."""
    return int(np.abs(cost).max(initial=0))


class _UnsettledError(Exception):
    """Neither prices nor a negative cycle were found soon: the chains of moves are very long."""


class _Network:
    """The arcs (pairs, then root to applications, then requests to root) and what flows on them."""

    def __init__(self, application: Ints, request: Ints, seats: Ints):
        applications = int(application.max(initial=-1)) + 1
        requests = len(seats)
        root = applications + requests
        self.nodes = root + 1
        self.longest_cycle = 2 * min(applications, requests) + 2
        self.pairs = len(application)
        pair_ends = applications + request
        everyone = np.arange(applications)
        hosts = np.arange(applications, root)
        self.tail = np.concatenate([application, np.full(applications, root), hosts])
        self.head = np.concatenate([pair_ends, everyone, np.full(requests, root)])
        ones = np.ones(self.pairs + applications, np.int64)
        self.capacity = np.concatenate([ones, np.minimum(seats, applications)])
        self.flow = np.zeros(len(self.tail), np.int64)
        self.free = np.arange(len(self.tail))

    def improve(self, pair_cost: Ints) -> None:
        """Bring the flow on the free arcs to the lowest cost, by OR-tools' cost scaling."""
        # Imported here: only who solves pays for loading the library.
        from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

        forward, backward, tail, head, cost = self._residual(pair_cost)
        if not (cost < 0).any():
            return
        room = np.concatenate([(self.capacity - self.flow)[forward], self.flow[backward]])
        solver = SimpleMinCostFlow()
        arcs = solver.add_arcs_with_capacity_and_unit_cost(tail, head, room, cost)
        if (status := solver.solve()) != solver.OPTIMAL:
            raise ProofError(f"The flow solver ended with {status}.")
        moved = solver.flows(arcs)
        self.flow[forward] += moved[: len(forward)]
        self.flow[backward] -= moved[len(forward) :]

    def prices(self, pair_cost: Ints, patient: bool = False) -> Ints | None:
        """Prices under which no residual arc is negative, None where the flow can be bettered.

        None also where they take too long to find and nobody asked for patience.
        """
        _forward, backward, tail, head, cost = self._residual(pair_cost)
        try:
            return _settle_together(self.nodes, tail, head, cost)
        except _UnsettledError:
            # With the placed applications' prices at their hosts' a chain of moves is in order.
            start = np.zeros(self.nodes, np.int64)
            placed = backward[backward < self.pairs]
            start[self.tail[placed]] = -pair_cost[placed]
            looks = None if patient else LOOKS_IN_ORDER * (len(tail) + self.nodes)
            return _settle_in_order(start, tail, head, cost, looks)

    def freeze(self, pair_cost: Ints, prices: Ints | None) -> None:
        """Check that the prices prove the flow, then keep free only where optima can differ."""
        if prices is None:
            raise ProofError("There are no prices for the flow.")
        free, flow = self.free, self.flow[self.free]
        reduced = self._cost(pair_cost) + prices[self.tail[free]] - prices[self.head[free]]
        has_room, is_used = flow < self.capacity[free], flow > 0
        if (has_room & (reduced < 0)).any() or (is_used & (reduced > 0)).any():
            raise ProofError("The prices do not prove the flow.")
        self._check_flow()
        self.free = free[reduced == 0]

    def _check_flow(self) -> None:
        balance = np.zeros(self.nodes, np.int64)
        np.add.at(balance, self.head, self.flow)
        np.subtract.at(balance, self.tail, self.flow)
        if balance.any() or (self.flow < 0).any() or (self.flow > self.capacity).any():
            raise ProofError("The flow breaks a capacity.")

    def _cost(self, pair_cost: Ints) -> Ints:
        """The cost of each free arc; only pairs cost."""
        pairs = self.free[: np.searchsorted(self.free, self.pairs)]
        return np.concatenate([pair_cost[pairs], np.zeros(len(self.free) - len(pairs), np.int64)])

    def _residual(self, pair_cost: Ints) -> tuple[Ints, Ints, Ints, Ints, Ints]:
        """Free arcs that can take more, those that can give back; tails, heads, costs of both."""
        cost = self._cost(pair_cost)
        has_room = self.flow[self.free] < self.capacity[self.free]
        is_used = self.flow[self.free] > 0
        forward, backward = self.free[has_room], self.free[is_used]
        tail = np.concatenate([self.tail[forward], self.head[backward]])
        head = np.concatenate([self.head[forward], self.tail[backward]])
        return forward, backward, tail, head, np.concatenate([cost[has_room], -cost[is_used]])


def _settle_together(nodes: int, tail: Ints, head: Ints, cost: Ints) -> Ints | None:
    """Distances to each node from anywhere, by Bellman and Ford, for all changed nodes at once.

    None where there is a negative cycle. Raises _UnsettledError where they do not settle soon.
    """
    order, first = _by_tail(nodes, tail)
    tail, head, cost = tail[order], head[order], cost[order]
    distance = np.zeros(nodes, np.int64)
    parent = np.arange(nodes)
    looks_left = LOOKS * (len(tail) + nodes)
    rounds = 0
    arcs = np.flatnonzero(cost < 0)
    while len(arcs):
        looks_left -= len(arcs) + 100  # A round costs something even where it looks at one arc.
        if looks_left < 0:
            raise _UnsettledError
        reached = distance[tail[arcs]] + cost[arcs]
        is_nearer = reached < distance[head[arcs]]
        arcs, reached = arcs[is_nearer], reached[is_nearer]
        np.minimum.at(distance, head[arcs], reached)
        is_nearest = reached == distance[head[arcs]]
        parent[head[arcs[is_nearest]]] = tail[arcs[is_nearest]]
        rounds += 1
        if rounds >= 8 and rounds.bit_count() == 1 and _has_cycle(parent):
            return None
        arcs = _ranges(first, np.unique(head[arcs]))
    return distance


def _by_tail(nodes: int, tail: Ints) -> tuple[Ints, Ints]:
    """The arcs ordered by the node they leave, and where those of each node begin."""
    order = np.argsort(tail, kind="stable")
    return order, np.searchsorted(tail[order], np.arange(nodes + 1))


def _has_cycle(parent: Ints) -> bool:
    """Whether some node never comes to one that is its own parent, in doubled strides."""
    ancestor = parent
    for _stride in range(len(parent).bit_length()):
        ancestor = ancestor[ancestor]
    return bool((parent[ancestor] != ancestor).any())


def _ranges(first: Ints, nodes: Ints) -> Ints:
    """The arcs that leave these nodes: first[n] … first[n + 1] - 1 of each, in a row."""
    lengths = first[nodes + 1] - first[nodes]
    ends = np.cumsum(lengths)
    return np.arange(lengths.sum()) + np.repeat(first[nodes] - ends + lengths, lengths)


def _settle_in_order(
    start: Ints, tail: Ints, head: Ints, cost: Ints, looks_left: int | None
) -> Ints | None:
    """Prices from these starting prices by Goldberg and Radzik: a whole chain in one sweep.

    None where they do not settle within so many looks at an arc.
    """
    nodes = len(start)
    order, begin = _by_tail(nodes, tail)
    first, heads, costs = begin.tolist(), head[order].tolist(), cost[order].tolist()
    price = start.tolist()
    changed = set(range(nodes))
    while changed:
        sweep = _order_sweep(changed, first, heads, costs, price)
        changed = set()
        for node in reversed(sweep):
            for arc in range(first[node], first[node + 1]):
                reached = price[node] + costs[arc]
                if reached < price[heads[arc]]:
                    price[heads[arc]] = reached
                    changed.add(heads[arc])
            if looks_left is not None:
                looks_left -= first[node + 1] - first[node]
        if looks_left is not None and looks_left < 0:
            return None
    return np.array(price, np.int64)


def _order_sweep(
    changed: set[int], first: list[int], heads: list[int], costs: list[int], price: list[int]
) -> list[int]:
    """What can be reached from unsettled nodes along arcs that do not rise, last things first."""
    sweep: list[int] = []
    is_seen = bytearray(len(price))
    for source in changed:
        arcs = range(first[source], first[source + 1])
        if is_seen[source] or all(price[source] + costs[i] >= price[heads[i]] for i in arcs):
            continue
        is_seen[source] = True
        stack = [(source, first[source])]
        while stack:
            node, arc = stack.pop()
            end = first[node + 1]
            while arc < end and (
                is_seen[heads[arc]] or price[node] + costs[arc] > price[heads[arc]]
            ):
                arc += 1
            if arc < end:
                is_seen[heads[arc]] = True
                stack += [(node, arc + 1), (heads[arc], first[heads[arc]])]
            else:
                sweep.append(node)
    return sweep
