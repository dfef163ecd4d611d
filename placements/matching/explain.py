"""Says what a solution places, what it leaves, and why, in the format of `match --output`."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from .instance import Bools, Instance, Ints
from .solver import Solution

# More ids than these are counted, not listed, in a sentence.
IDS_SHOWN = 5


def to_json(solution: Solution) -> dict[str, Any]:
    """The answer to a matching problem as plain data, its lists sorted by id."""
    return {
        "placements": list_placements(solution),
        "unplaced": list_unplaced(solution),
        "unfilled": list_unfilled(solution),
        "objective": solution.objective,
        "blocking_pairs": list_blocking_pairs(solution),
    }


def list_placements(solution: Solution) -> list[dict[str, str]]:
    """Every placement, the fixed ones included."""
    return _ids(solution.instance, sorted(_placed(solution).items()))


def list_blocking_pairs(solution: Solution) -> list[dict[str, str]]:
    """Acceptable pairs not placed together that would both gain; fixed people and seats apart."""
    instance, chosen = solution.instance, solution.chosen
    application, request = instance.application, instance.request
    placed_rank = np.full(len(instance.applications), np.iinfo(np.int64).max)
    placed_rank[application[chosen]] = instance.applicant_rank[chosen]
    worst_rank = np.zeros(len(instance.requests), np.int64)
    np.maximum.at(worst_rank, request[chosen], instance.host_rank[chosen])
    has_seat = np.array([left > 0 for left in _seats_left(solution)], np.bool_)
    applicant_gains = instance.applicant_rank < placed_rank[application]
    host_gains = has_seat[request] | (instance.host_rank < worst_rank[request])
    blocking = instance.open & applicant_gains & host_gains
    blocking[chosen] = False
    pairs = zip(application[blocking].tolist(), request[blocking].tolist(), strict=True)
    return _ids(instance, pairs)


def list_unplaced(solution: Solution) -> list[dict[str, str]]:
    """Every application without a placement, with the reason."""
    instance = solution.instance
    allowed = _Lookup(instance.application, instance.request, instance.allowed)
    ruled_out = _ruled_out(instance, lambda pair: pair)
    placed = _placed(solution)
    rows = []
    for application, id_ in enumerate(instance.applications):
        if application in placed:
            continue
        requests = [instance.requests[i] for i in allowed[application]]
        ruled_out_by = _name_ruled_out(instance.requests, ruled_out[application])
        if requests:
            reason = "seats_taken"
            detail = _("No seat was left at {requests}.").format(requests=_name_some(requests))
        elif ruled_out_by:
            reason = "forbidden"
            detail = _("Every host request that could be considered is ruled out.")
        else:
            reason = "no_acceptable_request"
            detail = _("There is no host request that this application could be placed with.")
        detail = _join_sentences(detail, ruled_out_by)
        rows.append({"application": id_, "reason": reason, "detail": detail})
    return rows


def list_unfilled(solution: Solution) -> list[dict[str, Any]]:
    """Every request with empty seats, how many, and the reason."""
    instance = solution.instance
    allowed = _Lookup(instance.request, instance.application, instance.allowed)
    ruled_out = _ruled_out(instance, lambda pair: (pair[1], pair[0]))
    placed = _placed(solution)
    rows: list[dict[str, Any]] = []
    for request, seats in enumerate(_seats_left(solution)):
        if not seats:
            continue
        others = [i for i in allowed[request] if placed.get(i) != request]
        ruled_out_by = _name_ruled_out(instance.applications, ruled_out[request])
        if others:
            reason = "placed_elsewhere"
            names = _name_some([instance.applications[i] for i in others])
            detail = _(
                "The other applications that could be placed here have other places: {names}."
            )
            detail = detail.format(names=names)
        elif ruled_out_by:
            reason = "forbidden"
            detail = _("Every other application that could be considered is ruled out.")
        else:
            reason = "no_acceptable_application"
            detail = _("There is no other application that could be placed here.")
        detail = _join_sentences(detail, ruled_out_by)
        id_ = instance.requests[request]
        rows.append({"request": id_, "seats": seats, "reason": reason, "detail": detail})
    return rows


def _placed(solution: Solution) -> dict[int, int]:
    """The request of each placed application, by position."""
    instance, chosen = solution.instance, solution.chosen
    applications = instance.application[chosen].tolist()
    return instance.fixed | dict(zip(applications, instance.request[chosen].tolist(), strict=True))


def _seats_left(solution: Solution) -> list[int]:
    instance = solution.instance
    requests = instance.request[solution.chosen]
    used = np.bincount(requests, minlength=len(instance.requests)).tolist()
    return [seats - taken for seats, taken in zip(instance.seats, used, strict=True)]


def _ids(instance: Instance, pairs: Iterable[tuple[int, int]]) -> list[dict[str, str]]:
    applications, requests = instance.applications, instance.requests
    return [{"application": applications[a], "request": requests[r]} for a, r in pairs]


class _Lookup:
    """The partners of each application or request, in the order of their ids."""

    def __init__(self, side: Ints, partner: Ints, wanted: Bools):
        order = np.lexsort((partner[wanted], side[wanted]))
        self.side = side[wanted][order]
        self.partner = partner[wanted][order]

    def __getitem__(self, position: int) -> list[int]:
        low, high = np.searchsorted(self.side, [position, position + 1])
        return self.partner[low:high].tolist()


def _ruled_out(
    instance: Instance, turn: Callable[[tuple[int, int]], tuple[int, int]]
) -> dict[int, list[tuple[str, int]]]:
    """For each side of the forbidden pairs the reasons and the partners."""
    found: dict[int, list[tuple[str, int]]] = defaultdict(list)
    for pair, reason in instance.forbidden.items():
        side, partner = turn(pair)
        found[side].append((reason, partner))
    return found


def _name_ruled_out(ids: tuple[str, ...], ruled_out: list[tuple[str, int]]) -> str:
    """The forbidden partners by reason as one sentence, empty if there are none."""
    by_reason: dict[str, list[str]] = defaultdict(list)
    for reason, partner in sorted(ruled_out):
        by_reason[reason].append(ids[partner])
    if not by_reason:
        return ""
    named = _("{names} (reason: {reason})")
    unnamed = _("{names} (no reason given)")
    parts = [
        (named if reason else unnamed).format(names=_name_some(names), reason=reason)
        for reason, names in by_reason.items()
    ]
    return _("Ruled out: {list}.").format(list=pgettext("between items", "; ").join(parts))


def _name_some(names: list[str]) -> str:
    shown = pgettext("between names", ", ").join(names[:IDS_SHOWN])
    if (more := len(names) - IDS_SHOWN) <= 0:
        return shown
    text = ngettext("{names} and {count} other", "{names} and {count} others", more)
    return text.format(names=shown, count=more)


def _join_sentences(*sentences: str) -> str:
    return ("" if get_language() == "ja" else " ").join(filter(None, sentences))
