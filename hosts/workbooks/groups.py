"""The lines of one sheet that belong to one owner, held against the rows that stand there."""

from collections.abc import Sequence
from copy import copy
from typing import TYPE_CHECKING, Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from files.sheets.columns import same
from files.sheets.kinds import Change, Line, Values
from japan.codes import CodeError, validate_code

from .columns import KEEP, VERSION, when_empty
from .parts import Key, Part
from .sheets.requests import MOST_WISHES
from .work import Renewal, Save

if TYPE_CHECKING:
    from .checking import Check

STALE = _(
    "This was changed in the portal after the workbook was taken out. Take out a fresh one and "
    "type your changes into it."
)


class Group:
    """The lines of one sheet that belong to one owner, and the rows that stand there."""

    def __init__(
        self,
        check: "Check",
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
