"""Holding the rows of a workbook against the portal: what becomes of each, and what is wrong."""

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, field
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from files.sheets.books import BookPlan
from files.sheets.columns import same
from files.sheets.kinds import Change, Line, Plan, Values
from japan.codes import CodeError, validate_code

from ..intake import reason_against_intake
from ..models import HostRequest, LocalGovernment, SurveyAnswer
from .columns import KEEP, VERSION, when_empty
from .hours import CONTRIBUTIONS, UNITS, tell_impossible_week
from .parts import Key, Part
from .portal import Scope, locked
from .sheets import BY_NAME, DEMAND, MOST_WISHES, NO_DEMAND, PARTS

STALE = _(
    "This was changed in the portal after the workbook was taken out. Take out a fresh one and "
    "type your changes into it."
)
NUMBERS = ("request_no", "unit_no", "tie_no", "question_no")


@dataclass
class Save:
    """One row as it was (None where it is new) and as it is going to be."""

    part: Part
    key: Key
    before: Any
    now: Any


@dataclass
class Renewal:
    """A list that is written anew as a whole."""

    part: Part
    key: Key
    before: list[Any]
    now: list[Any]


@dataclass
class Submission:
    """An answer that the workbook says is the answer of its government."""

    line: Line
    wants: str
    reason: str


@dataclass
class Work:
    """Everything that the check found out, for the writing."""

    answers: dict[str, SurveyAnswer] = field(default_factory=dict)
    now: dict[str, dict[Key, Any]] = field(default_factory=dict)
    owners: dict[str, list[tuple[Key, Any]]] = field(default_factory=dict)
    saves: list[Save] = field(default_factory=list)
    gone: list[Save] = field(default_factory=list)
    submissions: dict[str, Submission] = field(default_factory=dict)
    renewed: list[Renewal] = field(default_factory=list)
    unsound: set[str] = field(default_factory=set)  # codes of governments with a fault


class Check:
    """One workbook held against one survey."""

    def __init__(self, plan: BookPlan, scope: Scope):
        self.plan = plan
        self.scope = scope
        self.work = Work()
        self.refused: set[Key] = set()
        self.blurred: set[str] = set()  # codes with a row whose number cannot be read
        self.lines: dict[str, dict[Key, list[Line]]] = {}
        self.co_hosts: dict[str, LocalGovernment] = {}

    def run(self) -> Work:
        codes = self._read_keys()
        self.work.answers = locked(self.scope, codes)
        self._find_co_hosts()
        self.work.owners[""] = [((code,), each) for code, each in self.work.answers.items()]
        for part in PARTS:
            self._part(part)
        self._weeks()
        self._submissions()
        return self.work

    # which row is of whom ---------------------------------------------------------------------

    def _read_keys(self) -> set[str]:
        """Sort the lines by their owner; the codes that the workbook names."""
        codes: set[str] = set()
        for part in PARTS:
            groups = self.lines.setdefault(part.name, {})
            for line in self.plan.of(part.name):
                if (key := self._key(part, line)) is not None:
                    groups.setdefault(key, []).append(line)
                    codes.add(key[0])
        return codes

    def _key(self, part: Part, line: Line) -> Key | None:
        """The key of a line's owner; None with a fault where a cell of it cannot be read."""
        plan, found = self.plan.plans[part.name], []
        is_sound = True
        for name in part.key_names:
            if name in line.reasons:
                plan.wrong(line, name, line.reasons[name])
                is_sound = False
            else:
                found.append(line.values.get(name))
        if "government_code" not in line.reasons:
            try:
                found[0] = validate_code(str(found[0]))
            except CodeError as error:
                plan.wrong(line, "government_code", error.args[0])
                is_sound = False
        if part.number and part.number.key in line.reasons and not part.is_blank(line):
            plan.wrong(line, part.number.key, line.reasons[part.number.key])
            is_sound = False
        if not is_sound:
            self._tell_cells(part, line)
            self.blurred |= {str(each) for each in found[:1]}
            return None
        return tuple(found)

    def _tell_cells(self, part: Part, line: Line) -> None:
        """The faults of the single cells of a line whose owner is not known."""
        plan = self.plan.plans[part.name]
        for column in part.typed:
            if column.key in line.reasons:
                plan.wrong(line, column.key, line.reasons[column.key])

    def _find_co_hosts(self) -> None:
        codes = set()
        for line in self.plan.of("co_hosts"):
            try:
                codes.add(validate_code(str(line.values.get("co_host_code") or "")))
            except CodeError:
                continue
        rows = LocalGovernment.objects.filter(code__in=codes).select_related("successor")
        self.co_hosts = {row.code: row for row in rows} if codes else {}

    # one sheet --------------------------------------------------------------------------------

    def _part(self, part: Part) -> None:
        owners = self.work.owners[part.owner]
        mine = self.work.owners.setdefault(part.name, [])
        groups = dict(self.lines[part.name])
        for key, owner in owners:
            lines = groups.pop(key, [])
            rows = [owner] if not part.owner else part.get(owner)
            mine += Group(self, part, key, owner, rows, lines).run()
        self.work.now[part.name] = dict(mine)
        if part.name in self.plan.plans:
            self._strangers(part, groups)

    def _strangers(self, part: Part, groups: dict[Key, list[Line]]) -> None:
        """Lines whose owner is not there: an unknown government, or a number without its row."""
        plan = self.plan.plans[part.name]
        for key, lines in groups.items():
            if key[0] not in self.work.answers:
                plan.wrong(lines[0], "government_code", self.scope.unknown)
                for line in lines:
                    self._tell_cells(part, line)
                continue
            filled = [line for line in lines if not part.is_blank(line)]
            if part.is_as_taken_out(lines):
                continue  # of a request that has been discarded meanwhile
            if filled and key[0] not in self.blurred:
                sheet = BY_NAME["units" if len(key) > 2 else "requests"].label_ja
                message = _("The sheet “{sheet}” has no row of this number.")
                plan.wrong(filled[0], part.key_names[-1], format_lazy(message, sheet=sheet))
                self.work.unsound.add(key[0])
            for line in filled:
                self._tell_cells(part, line)

    def refuse(self, part: Part, line: Line, key: Key, row: Any) -> bool:
        """Whether these rows may not be changed now; said once for each answer and request."""
        answer = self.work.answers[key[0]]
        request = row if isinstance(row, HostRequest) and row.pk else None
        if request is None and len(key) > 1:
            request = self.work.now.get("requests", {}).get(key[:2])
            request = request if request is not None and request.pk else None
        reason = self.scope.reason_against(answer) or reason_against_intake(answer, None)
        told = key[:1]
        if not reason and request is not None:
            reason, told = reason_against_intake(answer, request), key[:2]
        if not reason:
            return False
        if told not in self.refused:
            self.refused.add(told)
            self.plan.plans[part.name].wrong(line, "government_code", reason)
        self.work.unsound.add(key[0])
        return True

    def _weeks(self) -> None:
        """Where parts of a programme change, the hours of its weeks are held together."""
        work = self.work
        saves = [*work.saves, *work.gone]
        for key in sorted({save.key[:2] for save in saves if save.part in (UNITS, CONTRIBUTIONS)}):
            programme = work.now["programmes"].get(key)
            if programme and tell_impossible_week(
                self.plan, key, programme, rows=work.owners, lines=self.lines
            ):
                work.unsound.add(key[0])

    # what is submitted ------------------------------------------------------------------------

    def _submissions(self) -> None:
        plan = self.plan.plans.get("answers")
        for key, lines in self.lines["answers"].items():
            line, answer = lines[0], self.work.answers.get(key[0])
            if plan is None or answer is None or "submit" in line.reasons:
                continue
            before = BY_NAME["answers"].values_of(answer)
            wants = line.values.get("wants", before["wants"])
            if not line.values.get("submit"):
                if wants == NO_DEMAND and before["wants"] != NO_DEMAND:
                    message = _("Enter ○ here as well to answer “no demand”.")
                    self._refuse_submission(plan, line, key, "submit", message)
                continue
            if not answer.is_editable and wants == before["wants"]:
                continue  # it was submitted already
            if self.refuse(BY_NAME["answers"], line, key, None):
                continue
            has_rows = any(each[0] == key[0] for each in self.work.now["requests"])
            if wants == NO_DEMAND and self._types_requests(key[0]):
                message = _("Requests of this government stand in the workbook. Which is right?")
                self._refuse_submission(plan, line, key, "wants", message)
            elif wants is None and not has_rows:
                message = _("Write 要望あり or 要望なし.")
                self._refuse_submission(plan, line, key, "wants", message)
            else:
                reason = str(line.values.get("no_demand_reason") or "")
                self.work.submissions[key[0]] = Submission(line, wants or DEMAND, reason)

    def _refuse_submission(
        self, plan: Plan, line: Line, key: Key, column: str, reason: object
    ) -> None:
        plan.wrong(line, column, reason)
        self.work.unsound.add(key[0])

    def _types_requests(self, code: str) -> bool:
        """Whether the workbook adds a request or changes one."""
        rows: list[Any] = [*self.work.saves, *self.work.renewed]
        return any(each.key[0] == code and each.part.owner_field for each in rows)


class Group:
    """The lines of one sheet that belong to one owner, and the rows that stand there."""

    def __init__(
        self,
        check: Check,
        part: Part,
        key: Key,
        owner: Any,
        rows: Sequence[Any],
        lines: Sequence[Line],
    ):
        self.check, self.part, self.key, self.owner = check, part, key, owner
        self.rows, self.lines = list(rows), list(lines)
        self.plan = check.plan.plans.get(part.name)
        self.faults = 0
        self.version = part.version_of(self.rows) if self.lines else ""
        self.highest = max((getattr(row, "position", 0) or 0 for row in self.rows), default=0)
        self.changes: list[tuple[Change, Save]] = []

    def run(self) -> list[tuple[Key, Any]]:
        """What the rows are going to be, by their keys, for the sheets that belong to them."""
        part = self.part
        now = dict(enumerate(self.rows, start=1))
        if self.lines and self.plan is not None:
            filled = [line for line in self.lines if not part.is_blank(line)]
            matched = self._matched(filled)
            if self._is_left():
                self._same(matched, now)
                matched = []
            for place, line in matched:
                row = now.get(place)
                if part.keeps and row is not None and part.is_as_taken_out([line]):
                    self._same([(place, line)], now)
                else:
                    now[place] = self._row(line, place, row)
            if not part.keeps and part.is_list and not self._is_left():
                for place in range(1, len(self.rows) + 1):
                    if place not in {each for each, _line in matched}:
                        self._goes(now.pop(place))
            self._together(matched, now)
            self._settle(now)
        if part.name == "programmes" and not now:
            now[1] = self._made()
        return [
            ((*self.key, place) if part.number else self.key, row) for place, row in now.items()
        ]

    def _is_left(self) -> bool:
        """Whether the whole list, or the one row, is as it was taken out."""
        is_whole = not (self.part.keeps and self.part.is_list)
        return is_whole and self.part.is_as_taken_out(self.lines)

    def _same(self, matched: list[tuple[int, Line]], now: dict[int, Any]) -> None:
        assert self.plan is not None  # noqa: S101 - a group with lines has its sheet
        for place, line in matched:
            name = self._name(now.get(place))
            self.plan.changes.append(Change(line, name, False, {}, now.get(place)))

    def _made(self) -> Any:
        """A request always has its training programme, if an empty one."""
        row = self.part.make(self.owner)
        self.check.work.saves.append(Save(self.part, self.key, None, row))
        return row

    def _wrong(self, line: Line, column: str, reason: object) -> None:
        self.faults += 1
        assert self.plan is not None  # noqa: S101 - a group with lines has its sheet
        self.plan.wrong(line, column, reason)

    def _matched(self, filled: list[Line]) -> list[tuple[int, Line]]:
        """Each line with the place that it takes: by its number, else by its order."""
        part, found = self.part, []
        seen: dict[int, Line] = {}
        for order, line in enumerate(filled, start=1):
            place = order
            if part.number is not None:
                place = int(line.values.get(part.number.key) or 0)
            if not part.is_list:
                place = 1
            if place in seen:
                column = part.number.key if part.number else part.key_names[-1]
                message = _("Row {number} of this sheet says the same already.")
                self._wrong(line, column, format_lazy(message, number=seen[place].number))
                continue
            seen[place] = line
            found.append((place, line))
        return found

    def _row(self, line: Line, place: int, row: Any) -> Any:
        """The row of one line as it is going to be."""
        part = self.part
        if row is None and part.name == "replies":
            self._wrong(line, "question_no", _("This survey has no question of this number."))
            return None
        base = part.make(self.owner) if row is None else row
        values, reasons = part.read(line, base)
        for column, reason in reasons.items():
            self._wrong(line, column, reason)
        before = part.values_of(base)
        shares = row is not None and row is self.owner and bool(part.owner)
        now = base if row is None or shares else copy(base)
        was = copy(base) if row is not None else None
        if row is None and hasattr(now, "position"):
            self.highest += 1
            now.position = self.highest
        if not reasons:
            part.put(now, values)
        self._needs(line, now, values, reasons)
        self._relations(line, now, values)
        for column, against in part.against(now):
            if column not in reasons:
                self._wrong(line, column, against)
        found = self._differences(before, values, is_new=row is None)
        is_new = row is None or (part.name == "replies" and not row.pk and bool(found))
        if found or row is None:
            key = (*self.key, place) if part.number else self.key
            change = Change(line, self._name(now), is_new, found, now)
            self.changes.append((change, Save(part, key, was, now)))
        elif self.plan is not None:
            self.plan.changes.append(Change(line, self._name(now), False, {}, now))
        return now

    def _differences(self, before: Values, values: Values, *, is_new: bool) -> dict:
        silent = {"submit", "wants"}
        found = {
            key: (None if is_new else before[key], value)
            for key, value in values.items()
            if key not in silent and not same(before[key], value)
        }
        return {
            key: pair
            for key, pair in found.items()
            if pair[1] is not None or not (is_new or when_empty(self.part.model, key) is KEEP)
        }

    def _needs(self, line: Line, now: Any, values: Values, reasons: Any) -> None:
        for name in self.part.needs:
            told = values.get(name, self.part.values_of(now).get(name) if now.pk else None)
            if name not in reasons and told in (None, ""):
                self._wrong(line, name, _("This cell must be filled in."))

    def _relations(self, line: Line, now: Any, values: Values) -> None:
        """What a cell names by a number or a code of another row."""
        work = self.check.work
        if self.part.name == "requests" and "tie_no" in values:
            number = values["tie_no"]
            tie = work.now["ties"].get((*self.key, number)) if number else None
            if number and tie is None:
                self._wrong(line, "tie_no", _("The sheet of the ties has no row of this number."))
            else:
                now.tie = tie
        if self.part.name == "co_hosts" and values.get("co_host_code"):
            self._co_host(line, now, str(values["co_host_code"]))

    def _co_host(self, line: Line, now: Any, typed: str) -> None:
        try:
            code = validate_code(typed)
        except CodeError as error:
            self._wrong(line, "co_host_code", error.args[0])
            return
        found = self.check.co_hosts.get(code)
        if found is None and now.government_id and now.government.code == code:
            found = now.government
        if found is None:
            message = _("The register has no local government of this code.")
            self._wrong(line, "co_host_code", message)
        elif code == self.key[0]:
            self._wrong(line, "co_host_code", _("This is the government that asks."))
        elif found.successor is not None and found.pk != now.government_id:
            message = _("This government is now {code} {name}.")
            named = {"code": found.successor.code, "name": found.successor.name}
            self._wrong(line, "co_host_code", format_lazy(message, **named))
        else:
            now.government = found

    def _goes(self, row: Any) -> None:
        part = self.part
        change = Change(self.lines[0], self._name(row), False, {}, row, is_gone=True)
        self.changes.append((change, Save(part, self.key, row, None)))

    def _together(self, matched: list[tuple[int, Line]], now: dict[int, Any]) -> None:
        """What the rows of one list have against one another."""
        name = self.part.name
        rows = [(line, now[place]) for place, line in matched if now.get(place) is not None]
        if name in UNIQUE:
            column, told = UNIQUE[name]
            seen: set[object] = set()
            for line, row in rows:
                if not (value := told(row)):
                    continue
                if value in seen:
                    self._wrong(line, column, _("This stands in the list already."))
                seen.add(value)
        if name == "wishes":
            for line, _row in rows[MOST_WISHES:]:
                self._wrong(line, "wish", _("At most five countries or regions."))
            for rank, (_line, row) in enumerate(rows, start=1):
                row.rank = rank

    def _settle(self, now: dict[int, Any]) -> None:
        """Keep what is sound; say of a stale list or row where it is."""
        work = self.check.work
        for change, save in self.changes:
            if self.faults:
                break
            if self.check.refuse(self.part, change.line, save.key, save.before):
                break
            if self._is_stale(change, save):
                self._wrong(change.line, VERSION.key, STALE)
                break
        if self.faults:
            work.unsound.add(self.key[0])
            return
        for change, save in self.changes:
            if self.plan is not None:
                self.plan.changes.append(change)
            if not self.part.anew:
                (work.gone if change.is_gone else work.saves).append(save)
        if self.part.anew and self.changes:
            rows = [now[place] for place in sorted(now)]
            work.renewed.append(Renewal(self.part, self.key, self.rows, rows))

    def _is_stale(self, change: Change, save: Save) -> bool:
        """Whether the portal says something else than it did when the file was taken out."""
        if getattr(self.owner, "pk", None) is None and self.part.owner:
            return False
        part = self.part
        if part.is_list and part.keeps:
            known = str(change.line.values.get(VERSION.key) or "")
            return known != (part.version_of([save.before]) if save.before is not None else "")
        told = {str(line.values.get(VERSION.key) or "") for line in self.lines} - {""}
        return bool(self.rows) if not told else told != {self.version}

    def _name(self, row: Any) -> str:
        """How the preview calls a row: the government, its number, and what it is."""
        numbers = "-".join(str(each) for each in self.key[1:])
        answer = self.check.work.answers[self.key[0]]
        text = f"{answer.government.code} {answer.government.name}"
        return f"{text} {self.part.label_ja}{numbers}"


def _told_tie(row: Any) -> object:
    return (row.kind, str(row.country), row.partner_en) if row.until is None else None


UNIQUE = {
    "wishes": ("wish", lambda row: row.code),
    "co_hosts": ("co_host_code", lambda row: row.government_id),
    "ties": ("partner_en", _told_tie),
}


def faults_at(
    plan: BookPlan, work: Work, key: Key, column: str, reason: object, *, lines: dict
) -> None:
    """A fault of a request at the cell that it names, else at the row of the request."""
    for part in PARTS:
        names = [each.key for each in part.typed]
        is_there = column in names or (column == part.name and part.is_list)
        if (is_there and len(part.key_names) > 1) or (is_there and part.name == "requests"):
            found = _line_of(part, key, lines)
            if found is not None:
                plan.plans[part.name].wrong(found, column if column in names else names[0], reason)
                return
    part = BY_NAME["requests"]
    found = _line_of(part, key, lines)
    if found is not None:
        plan.plans[part.name].wrong(found, "request_no", reason)
    else:
        plan.plans["answers"].wrong(work.submissions[key[0]].line, "submit", reason)


def _line_of(part: Part, key: Key, lines: dict) -> Line | None:
    if part.name == "requests":
        found = lines[part.name].get(key[:1], [])
        return next((line for line in found if line.values.get("request_no") == key[1]), None)
    return next(iter(lines[part.name].get(key[:2], [])), None)
