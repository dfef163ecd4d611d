"""A matching problem: reads and checks what `match --input` takes."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from django.utils.translation import gettext as _
from numpy.typing import NDArray

MAX_RANK = 1_000_000
MAX_SCORE = 1000

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Row = dict[str, Any]


class InstanceError(Exception):
    """The input is impossible; `faults` has one line for each fault, with its place."""

    def __init__(self, faults: list[str]):
        super().__init__("\n".join(faults))
        self.faults = faults


@dataclass(frozen=True, eq=False)
class Instance:
    """A checked problem in one order, whatever the order of the input's rows.

    Ids are sorted. `fixed` (application → request) and `forbidden` ((application, request) →
    reason) hold positions in them, as do the columns of the pairs, which are sorted by application
    and request. Missing ranks and scores are filled in.
    """

    applications: tuple[str, ...]
    requests: tuple[str, ...]
    capacity: tuple[int, ...]
    fixed: dict[int, int]
    forbidden: dict[tuple[int, int], str]
    application: Ints
    request: Ints
    host_rank: Ints
    applicant_rank: Ints
    score: Ints

    @cached_property
    def seats(self) -> tuple[int, ...]:
        """The seats of each request that fixed placements leave."""
        left = list(self.capacity)
        for request in self.fixed.values():
            left[request] -= 1
        return tuple(left)

    @cached_property
    def allowed(self) -> Bools:
        """Which pairs are not forbidden."""
        width = len(self.requests)
        ruled_out = [application * width + request for application, request in self.forbidden]
        return ~np.isin(self.application * width + self.request, np.array(ruled_out, np.int64))

    @cached_property
    def open(self) -> Bools:
        """Which pairs the solver may place: allowed, and the application is not fixed elsewhere."""
        is_fixed = np.zeros(len(self.applications), np.bool_)
        is_fixed[list(self.fixed)] = True
        return self.allowed & ~is_fixed[self.application]


def loads(text: str | bytes) -> Instance:
    """Read a problem from JSON in UTF-8; raises InstanceError, also where it is not JSON."""
    if isinstance(text, bytes):
        try:
            text = text.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            fault = _("byte {place}: this is not UTF-8.").format(place=error.start + 1)
            raise InstanceError([fault]) from error
    constants: list[str] = []

    def read_constant(name: str) -> float:
        constants.append(name)
        return float(name)

    try:
        data = json.loads(text, object_pairs_hook=_read_object, parse_constant=read_constant)
    except json.JSONDecodeError as error:
        fault = _("line {line}, column {column}: this is not JSON.")
        fault = fault.format(line=error.lineno, column=error.colno)
        raise InstanceError([fault]) from error
    except RecursionError as error:
        raise InstanceError([_("input: this is nested too deeply.")]) from error
    except ValueError as error:  # A number of thousands of digits.
        raise InstanceError([_("input: a number is too long.")]) from error
    instance = parse(data)
    if constants:  # Python reads them, JSON does not have them; here one stands in an unread key.
        raise InstanceError([_("input: {name} is not JSON.").format(name=constants[0])])
    return instance


def parse(data: object) -> Instance:
    """Check a problem in the format of `match --input`; raises InstanceError with every fault.

    Keys that the format does not name are ignored.
    """
    return _Reader().read(data)


class _Doubled(dict):
    """A JSON object that gives a key twice."""

    keys_given_twice: list[str]


def _read_object(items: list[tuple[str, Any]]) -> Row:
    row = dict(items)
    if len(row) == len(items):
        return row
    doubled = _Doubled(row)
    keys = [key for key, value in items]
    doubled.keys_given_twice = [key for key in row if keys.count(key) > 1]
    return doubled


class _Reader:
    """Reads the sections in their order and collects the faults."""

    def __init__(self) -> None:
        self.faults: list[str] = []

    def read(self, data: object) -> Instance:
        if not isinstance(data, dict):
            raise InstanceError([_("input: must be an object with requests and applications.")])
        self._refuse_doubled(data, "")
        request_at, capacities = self._read_ids(data, "requests", with_capacity=True)
        application_at, _none = self._read_ids(data, "applications")
        self.positions = {
            "request": _sorted_positions(request_at),
            "application": _sorted_positions(application_at),
        }
        pairs = self._read_pairs(data)
        fixed_at = self._read_fixed(data, capacities)
        forbidden = self._read_forbidden(data, fixed_at)
        if self.faults:
            raise InstanceError(self.faults)
        requests = tuple(self.positions["request"] or ())
        return Instance(
            applications=tuple(self.positions["application"] or ()),
            requests=requests,
            capacity=tuple(capacities[id_] for id_ in requests),
            fixed=dict(sorted(fixed_at)),
            forbidden=dict(sorted(forbidden.items())),
            **_columns(pairs),
        )

    def _fault(self, place: str, message: str) -> None:
        self.faults.append(f"{place}: {message}")

    def _refuse_doubled(self, row: Row, place: str) -> None:
        if isinstance(row, _Doubled):
            for key in row.keys_given_twice:
                self._fault(f"{place}{_shown_key(key)}", _("is given twice."))

    def _rows(self, data: Row, section: str, optional: bool = False) -> Iterator[tuple[int, Row]]:
        """The rows of a section that are objects, with their numbers from 0."""
        rows = data.get(section)
        if type(rows) is not list:
            if section in data:
                self._fault(section, _("must be a list."))
            elif not optional:
                self._fault(section, _("is missing."))
            return
        for number, row in enumerate(rows):
            if isinstance(row, dict):
                self._refuse_doubled(row, f"{section}[{number}].")
                yield number, row
            else:
                self._fault(f"{section}[{number}]", _("must be an object."))

    def _read_ids(
        self, data: Row, section: str, with_capacity: bool = False
    ) -> tuple[dict[str, int] | None, dict[str, int]]:
        """Where each id stands, or None where there is no list to look an id up in; capacities."""
        known: dict[str, int] = {}
        capacities: dict[str, int] = {}
        for number, row in self._rows(data, section):
            place = f"{section}[{number}]"
            id_ = self._text(row, "id", place)
            if id_ is not None and id_ in known:
                message = _("{id} stands already at {place}.")
                message = message.format(id=_shown(id_), place=f"{section}[{known[id_]}]")
                self._fault(f"{place}.id", message)
            elif id_ is not None:
                known[id_] = number
            capacity = self._capacity(row, place) if with_capacity else None
            if id_ is not None and capacity is not None:
                capacities.setdefault(id_, capacity)
        return (known if type(data.get(section)) is list else None), capacities

    def _text(self, row: Row, key: str, place: str) -> str | None:
        value = row.get(key)
        if type(value) is str:
            if value.isascii() or _is_unicode(value):
                return value
            self._fault(f"{place}.{key}", _("holds half a character."))
        elif key in row:
            self._fault(f"{place}.{key}", _("must be a text."))
        else:
            self._fault(f"{place}.{key}", _("is missing."))
        return None

    def _capacity(self, row: Row, place: str) -> int | None:
        value = row.get("capacity")
        if type(value) is int and value >= 0:
            return value
        if "capacity" not in row:
            self._fault(f"{place}.capacity", _("is missing."))
        elif type(value) is int:
            self._fault(f"{place}.capacity", _("must be 0 or more."))
        else:
            self._fault(f"{place}.capacity", _("must be a whole number."))
        return None

    def _number(self, row: Row, key: str, number: int, low: int, high: int) -> int:
        """A rank or score of a pair, 0 if it is not given."""
        value = row.get(key, 0)
        if type(value) is int and (low <= value <= high or key not in row):
            return value
        if type(value) is int:
            message = _("must be from {low} to {high}.").format(low=low, high=high)
        else:
            message = _("must be a whole number.")
        self._fault(f"pairs[{number}].{key}", message)
        return 0

    def _position(self, row: Row, key: str, place: str) -> int | None:
        """The position of the application or request that a row names."""
        id_ = self._text(row, key, place)
        known = self.positions[key]
        if id_ is None or known is None:
            return None
        position = known.get(id_)
        if position is None:
            message = _("{id} is not among the {section}.")
            self._fault(f"{place}.{key}", message.format(id=_shown(id_), section=f"{key}s"))
        return position

    def _pair(self, row: Row, place: str) -> tuple[int, int] | None:
        application = self._position(row, "application", place)
        request = self._position(row, "request", place)
        return None if application is None or request is None else (application, request)

    def _read_pairs(self, data: Row) -> Ints:
        """Sorted rows of application, request, host rank, applicant rank, score (0: not given)."""
        numbers: list[int] = []
        cells: list[int] = []
        for number, row in self._rows(data, "pairs"):
            pair = self._pair(row, f"pairs[{number}]")
            host_rank = self._number(row, "host_rank", number, 1, MAX_RANK)
            applicant_rank = self._number(row, "applicant_rank", number, 1, MAX_RANK)
            score = self._number(row, "score", number, 0, MAX_SCORE)
            if pair is not None:
                numbers.append(number)
                cells += (*pair, host_rank, applicant_rank, score)
        pairs = np.array(cells, np.int64).reshape(-1, 5)
        order = np.lexsort((pairs[:, 1], pairs[:, 0]))
        pairs = pairs[order]
        same = (pairs[1:, :2] == pairs[:-1, :2]).all(axis=1)
        again = [(numbers[order[i + 1]], numbers[order[i]]) for i in np.flatnonzero(same)]
        for number, earlier in sorted(again):
            message = _("the same pair stands already at {place}.")
            self._fault(f"pairs[{number}]", message.format(place=f"pairs[{earlier}]"))
        return pairs

    def _read_fixed(self, data: Row, capacities: dict[str, int]) -> dict[tuple[int, int], int]:
        """Where each fixed pair stands. The second row of an application is the fault."""
        fixed_at: dict[tuple[int, int], int] = {}
        application_at: dict[int, int] = {}
        requested: dict[int, list[int]] = {}
        for number, row in self._rows(data, "fixed", optional=True):
            pair = self._pair(row, f"fixed[{number}]")
            if pair is None:
                continue
            application, request = pair
            if application in application_at:
                message = _("{id} is fixed already at {place}.")
                place = f"fixed[{application_at[application]}]"
                message = message.format(id=_shown(row["application"]), place=place)
                self._fault(f"fixed[{number}].application", message)
                continue
            application_at[application] = number
            fixed_at[pair] = number
            requested.setdefault(request, []).append(number)
        ids = list(self.positions["request"] or ())
        for request, numbers in requested.items():
            capacity = capacities.get(ids[request])
            if capacity is not None and len(numbers) > capacity:
                message = _("{id} has capacity {capacity}, but {count} are fixed there.")
                message = message.format(
                    id=_shown(ids[request]), capacity=capacity, count=len(numbers)
                )
                self._fault(f"fixed[{numbers[capacity]}].request", message)
        return fixed_at

    def _read_forbidden(
        self, data: Row, fixed_at: dict[tuple[int, int], int]
    ) -> dict[tuple[int, int], str]:
        reasons: dict[tuple[int, int], str] = {}
        stands_at: dict[tuple[int, int], int] = {}
        for number, row in self._rows(data, "forbidden", optional=True):
            place = f"forbidden[{number}]"
            pair = self._pair(row, place)
            reason = self._text(row, "reason", place) if "reason" in row else ""
            if pair is None:
                continue
            if pair in stands_at:
                message = _("the same pair stands already at {place}.")
                self._fault(place, message.format(place=f"forbidden[{stands_at[pair]}]"))
            elif pair in fixed_at:
                message = _("the same pair is fixed at {place}.")
                self._fault(place, message.format(place=f"fixed[{fixed_at[pair]}]"))
            stands_at.setdefault(pair, number)
            reasons[pair] = reason or ""
        return reasons


def _sorted_positions(known: dict[str, int] | None) -> dict[str, int] | None:
    return None if known is None else {id_: i for i, id_ in enumerate(sorted(known))}


def _columns(pairs: Ints) -> dict[str, Ints]:
    """The columns of the pairs; a missing rank is one worse than the worst that its giver gave."""
    application, request, host_rank, applicant_rank, score = np.ascontiguousarray(pairs.T)
    return {
        "application": application,
        "request": request,
        "host_rank": _fill_ranks(request, host_rank),
        "applicant_rank": _fill_ranks(application, applicant_rank),
        "score": score,
    }


def _fill_ranks(giver: Ints, rank: Ints) -> Ints:
    worst = np.zeros(giver.max(initial=-1) + 1, np.int64)
    np.maximum.at(worst, giver, rank)
    return np.where(rank == 0, worst[giver] + 1, rank)


def _is_unicode(value: str) -> bool:
    """Whether a text can be written: JSON's escapes can spell half of a surrogate pair."""
    return not any("\ud800" <= character <= "\udfff" for character in value)


def _shown(id_: str) -> str:
    """An id as one short piece of a line, whatever is in it."""
    short = id_ if len(id_) <= 60 else id_[:59] + "…"
    return json.dumps(short, ensure_ascii=not short.isprintable())


def _shown_key(key: str) -> str:
    return key if key.isidentifier() and len(key) <= 60 else _shown(key)
