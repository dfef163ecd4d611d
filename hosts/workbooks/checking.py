"""Holding the rows of a workbook against the portal: what becomes of each, and what is wrong."""

from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from files.sheets.books import BookPlan
from files.sheets.kinds import Line, Plan
from japan.codes import CodeError, validate_code

from ..intake import reason_against_intake
from ..models import HostRequest, LocalGovernment
from .groups import Group
from .hours import CONTRIBUTIONS, UNITS, tell_impossible_week
from .parts import Key, Part
from .portal import Scope, locked
from .sheets import BY_NAME, PARTS
from .sheets.answers import DEMAND, NO_DEMAND
from .work import Submission, Work


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
