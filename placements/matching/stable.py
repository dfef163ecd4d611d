"""Deferred acceptance: placements that no host and applicant would both rather leave."""

import numpy as np

from .instance import Instance, Ints


def defer(instance: Instance) -> Ints:
    """The pairs that the host-proposing deferred acceptance of Gale and Shapley places.

    Equal ranks are told apart by id, the smaller id first, for hosts and applicants alike. The
    result does not depend on which host proposes first.
    """
    pairs = np.flatnonzero(instance.open)
    order = np.lexsort((pairs, instance.host_rank[pairs], instance.request[pairs]))
    pairs = pairs[order]
    bounds = np.searchsorted(instance.request[pairs], np.arange(len(instance.requests) + 1))
    next_offer, ends = bounds.tolist(), bounds[1:].tolist()
    applicants = instance.application[pairs].tolist()
    requests = instance.request[pairs].tolist()
    # Among the pairs of one applicant the smaller position is the smaller request id.
    preference = list(zip(instance.applicant_rank[pairs].tolist(), pairs.tolist(), strict=True))
    seats = list(instance.seats)
    held: dict[int, int] = {}
    proposing = list(range(len(instance.requests)))
    while proposing:
        request = proposing.pop()
        while seats[request] and next_offer[request] < ends[request]:
            offer = next_offer[request]
            next_offer[request] += 1
            applicant = applicants[offer]
            other = held.get(applicant)
            if other is not None and preference[other] < preference[offer]:
                continue
            held[applicant] = offer
            seats[request] -= 1
            if other is not None:
                seats[requests[other]] += 1
                proposing.append(requests[other])
    return np.sort(pairs[list(held.values())])
