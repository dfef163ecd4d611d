"""The register of local governments as a spreadsheet: staff correct it and add to it."""

import re
from copy import copy
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts.change_log import log_changes
from accounts.models import Organisation, User
from accounts.plain_text import check_one_line, check_plain_text
from files.sheets.columns import Choice, Code, Day, Text, same
from files.sheets.kinds import Change, Kind, Line, Plan, Values, register
from japan.codes import CodeError, validate_code
from japan.governments import Government
from japan.text import is_katakana

from ..models import LocalGovernment
from ..register import Validity, create_governments, name_successors, update_governments
from .successions import Known, check_successions

Kinds = LocalGovernment.Kind
ROMAJI = re.compile(r"[A-Za-z][A-Za-z' -]*")
NEEDED = ("kind", "name", "kana", "romaji")


@register
class LocalGovernments(Kind):
    """A code names the row; a code that is not there yet adds a local government."""

    name = "local_governments"
    label = _("Local governments")
    label_ja = "地方公共団体"
    note = _(
        "The code says which row is meant. Columns that are not in the file stay as they are. "
        "A code that the register does not have adds a local government. A merger or a promotion "
        "is the last day of the old row and the code of its successor; the successor may be a "
        "new row of the same file, with its first day."
    )
    can_import = True
    columns = (
        Code(key="code", heading="団体コード", required=True, max_length=6),
        Choice(key="kind", heading="種別", choices=Kinds),
        Text(key="prefecture_name", heading="都道府県", shown_only=True),
        Text(key="name", heading="名称", max_length=50),
        Text(key="kana", heading="フリガナ", max_length=100),
        Text(key="romaji", heading="ローマ字", max_length=100),
        Day(key="valid_from", heading="設置日"),
        Day(key="valid_until", heading="廃止日"),
        Code(key="successor_code", heading="継承団体コード", max_length=6),
        Text(key="successor_name", heading="継承団体", shown_only=True),
    )

    def rows_for(self, user: User | None) -> QuerySet:
        rows = LocalGovernment.objects.order_by("code")
        return rows if user is None else rows.visible_to(user)

    def with_relations(self, rows: QuerySet) -> QuerySet:
        return rows.select_related("prefecture", "successor")

    def values_of(self, row: LocalGovernment) -> Values:
        upper, successor = row.prefecture, row.successor
        names = ("code", "kind", "name", "kana", "romaji", "valid_from", "valid_until")
        return {name: getattr(row, name) for name in names} | {
            "prefecture_name": upper.name if upper else "",
            "successor_code": successor.code if successor else None,
            "successor_name": successor.name if successor else "",
        }

    def check(self, plan: Plan, lines: list[Line], *, by: User | None) -> None:
        rows = _register()
        prefectures = {code[:2] for code, row in rows.items() if row.kind == Kinds.PREFECTURE}
        prefectures |= {
            line.values["code"][:2]
            for line in lines
            if line.values.get("kind") == Kinds.PREFECTURE and line.values.get("code")
        }
        seen: dict[str, int] = {}
        for line in lines:
            code = line.values.get("code")
            if code is None:
                self._check_values(plan, line)
                continue
            if not self._is_code(plan, line, code):
                continue
            if code in seen:
                plan.wrong(line, "code", already(seen[code]))
                continue
            seen[code] = line.number
            self._plan_row(plan, line, rows.get(code), prefectures)
        register = {
            code: Known(row.kind, row.valid_from, row.valid_until, _code_of(row.successor))
            for code, row in rows.items()
        }
        check_successions(plan, lines, register)

    def _is_code(self, plan: Plan, line: Line, code: str) -> bool:
        try:
            line.values["code"] = validate_code(code)
        except CodeError as error:
            plan.wrong(line, "code", error.args[0])
            self._check_values(plan, line)
            return False
        return True

    def _check_values(self, plan: Plan, line: Line, standing: Values | None = None) -> bool:
        """The rules of single cells that say something new; False where one is broken."""
        before = len(plan.faults)
        values = {
            key: value
            for key, value in line.values.items()
            if not standing or not same(standing[key], value)
        }
        for key in NEEDED:
            if key in values and not values[key]:
                plan.wrong(line, key, _("This cell must be filled in."))
        kana, romaji = values.get("kana"), values.get("romaji")
        if kana and not is_katakana(kana):
            plan.wrong(line, "kana", _("Write the reading in full-width katakana."))
        if romaji and not ROMAJI.fullmatch(romaji):
            plan.wrong(line, "romaji", _("Write this in Latin letters, such as Saijo-shi."))
        if name := values.get("name"):
            try:
                check_plain_text(name)
                check_one_line(name)
            except ValidationError as error:
                plan.wrong(line, "name", error.message)
        return len(plan.faults) == before

    def _plan_row(
        self, plan: Plan, line: Line, row: LocalGovernment | None, prefectures: set[str]
    ) -> None:
        before = self.values_of(row) if row else {}
        is_sound = self._check_values(plan, line, before)
        values, code = line.values, line.values["code"]
        kind = values.get("kind") or (row.kind if row else None)
        is_prefecture_code = code[2:5] == "000"
        if kind and (kind == Kinds.PREFECTURE) != is_prefecture_code:
            plan.wrong(line, "kind", _("Prefectures, and only they, have a code such as 380008."))
            is_sound = False
        if row is None:
            for key in NEEDED:
                if key not in values and key not in line.bad:
                    plan.wrong(line, key, _("A local government that is added needs this column."))
                    is_sound = False
            if code[:2] not in prefectures:
                plan.wrong(line, "code", _("The register has no prefecture for this code."))
                is_sound = False
        if not is_sound or line.bad:
            return
        found = {
            key: (before.get(key), value)
            for key, value in values.items()
            if not same(before.get(key), value)
        }
        name = values.get("name") or (row.name if row else "")
        plan.changes.append(Change(line, f"{code} {name}", row is None, found, row))

    def write(self, plan: Plan, *, by: User | None) -> None:
        validity = {
            change.line.values["code"]: _validity(change.line.values, change.row)
            for change in plan.changes
        }
        new = [_government(change.line.values, None) for change in plan.new]
        added = create_governments(new, validity)
        known = {row.code: row for row in [change.row for change in plan.changed] + added}
        others = {each.successor_code for each in validity.values()} - known.keys() - {None}
        known |= {row.code: row for row in LocalGovernment.objects.filter(code__in=others)}
        pairs: list[tuple[Any, Any]] = []
        changed, government_of = [], {}
        for change in plan.changed:
            row = change.row
            pairs.append((copy(row), row))
            government_of[row.pk] = _government(change.line.values, row)
            now = validity[row.code]
            row.valid_from, row.valid_until = now.valid_from, now.valid_until
            row.successor = known[now.successor_code] if now.successor_code else None
            changed.append(row)
        update_governments(changed, government_of)
        name_successors(added, validity)
        pairs += [(None, row) for row in added]
        log_changes(pairs, by=by)


def _register() -> dict[str, LocalGovernment]:
    """The whole register by code, locked, its relations joined here: right after a large import
    the database does not know yet how many rows there are, and joins them slowly.
    """
    rows = list(LocalGovernment.objects.select_for_update().order_by("pk"))
    kind = Organisation.Kind.LOCAL_GOVERNMENT
    organisations = {each.pk: each for each in Organisation.objects.filter(kind=kind)}
    by_key = {row.pk: row for row in rows}
    for row in rows:
        if (organisation := organisations.get(row.organisation_id)) is not None:
            row.organisation = organisation
        row.prefecture = by_key.get(row.prefecture_id) if row.prefecture_id else None
        row.successor = by_key.get(row.successor_id) if row.successor_id else None
    return {row.code: row for row in rows}


def _code_of(row: LocalGovernment | None) -> str | None:
    return row.code if row else None


def _validity(values: Values, row: LocalGovernment | None) -> Validity:
    """What the file says, else what stands there."""
    before = Validity()
    if row is not None:
        before = Validity(row.valid_from, row.valid_until, _code_of(row.successor))
    return Validity(
        **{name: values.get(name, getattr(before, name)) for name in Validity.__annotations__}
    )


def _government(values: Values, row: LocalGovernment | None) -> Government:
    """The row as the register writes it: what the file says, else what stands there."""
    code = values["code"]

    def now(key: str) -> str:
        return values[key] if key in values else getattr(row, key)

    return Government(
        code=code,
        prefecture_code=code[:2],
        name=now("name"),
        kana=now("kana"),
        romaji=now("romaji"),
        kind=now("kind"),
    )


def already(number: int):
    """The reason against a row that says again what another row of the file says."""
    return format_lazy(_("Row {number} of this file says the same already."), number=number)
