"""The spreadsheet of this app: applications. People come in by nomination only, so a row changes
a draft that is there, and begins none.
"""

import re
from copy import copy
from typing import cast

from django.db.models import QuerySet
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts.change_log import log_changes
from accounts.models import User
from files.sheets.bulk import update_rows
from files.sheets.columns import Choice, Day, Text, Whole, YesNo, same
from files.sheets.faults import both
from files.sheets.forms import clean_row
from files.sheets.kinds import Change, Kind, Line, Plan, Values, register
from schedule.lgotp import CODE
from schedule.vocabulary import LanguageLevel, TrainingField

from .forms import EmployerForm, FieldForm, JapanForm, LanguagesForm
from .models import LONG_TEXT, SHORT_TEXT, Application, ApplicationQuerySet
from .services import reason_against_edit

FORMS = (EmployerForm, LanguagesForm, JapanForm, FieldForm)
TYPED = tuple(name for form in FORMS for name in form.Meta.fields)
NUMBER = re.compile(r"(?P<year>[0-9]{4})-(?P<number>[0-9]{1,6})")


@register
class Applications(Kind):
    """The case number names the application."""

    name = "applications"
    label = _("Applications")
    label_ja = "候補者調書"
    note = _(
        "The case number says which application is meant. Only drafts and returned applications "
        "are changed; nothing is submitted, and nobody is nominated."
    )
    can_import = True
    columns = (
        Text(key="case_number", heading="受付番号", required=True, max_length=12),
        Text(key="programme", heading="事業", max_length=40),
        Whole(key="fiscal_year", heading="来日年度", shown_only=True),
        Text(key="state", heading="状態", shown_only=True),
        Text(key="passport_name", heading="旅券の氏名", shown_only=True),
        Text(key="nationality", heading="国籍", shown_only=True),
        Text(key="sending_government", heading="派遣元自治体", shown_only=True),
        Text(key="employer_department", heading="所属", max_length=200),
        Text(key="employer_position", heading="役職", max_length=200),
        Day(key="employed_since", heading="勤務開始日"),
        Text(key="employer_duties", heading="職務内容", max_length=LONG_TEXT),
        YesNo(key="is_national_official", heading="国の職員"),
        Text(key="national_reason", heading="国の職員を推薦する理由", max_length=SHORT_TEXT),
        Choice(key="english_level", heading="英語の水準", choices=LanguageLevel),
        Choice(key="japanese_level", heading="日本語の水準", choices=LanguageLevel),
        Text(key="other_languages", heading="その他の言語", max_length=1000),
        Choice(key="field", heading="研修分野", choices=TrainingField),
        Choice(key="second_field", heading="第２希望の分野", choices=TrainingField),
        Text(key="statement", heading="研修の目的", max_length=LONG_TEXT),
        Text(key="future_use", heading="帰国後の活用", max_length=LONG_TEXT),
        Day(key="available_from", heading="来日可能日"),
        Day(key="available_until", heading="滞在可能期限"),
        YesNo(key="never_in_japan", heading="訪日歴なし"),
        YesNo(key="never_refused", heading="査証拒否歴なし"),
        Text(key="previous_stays", heading="過去の日本滞在", max_length=LONG_TEXT),
    )

    def rows_for(self, user: User | None) -> QuerySet:
        rows = Application.objects.order_by("cycle__fiscal_year", "number", "pk")
        return rows if user is None else rows.visible_to(user)

    def with_relations(self, rows: QuerySet) -> QuerySet:
        return cast(ApplicationQuerySet, rows).with_names()

    def values_of(self, row: Application) -> Values:
        person, sender = row.judged_person, row.sending_government
        return {
            "case_number": row.case_number,
            "programme": row.cycle.programme.code,
            "fiscal_year": row.cycle.fiscal_year,
            "state": row.state,
            "passport_name": person.passport_name,
            "nationality": str(person.nationality or ""),
            "sending_government": sender.organisation.name_en if sender else "",
            **{key: getattr(row, key) for key in TYPED},
        }

    def check(self, plan: Plan, lines: list[Line], *, by: User | None) -> None:
        rows = _applications(lines)
        seen: dict[tuple[str, str], int] = {}
        for line in lines:
            if (number := line.values.get("case_number")) is None:
                continue
            key = (line.values.get("programme") or CODE, number)
            if key in seen:
                message = _("Row {number} of this file says the same already.")
                plan.wrong(line, "case_number", format_lazy(message, number=seen[key]))
                continue
            seen[key] = line.number
            row = rows.get(key)
            if row is None:
                plan.wrong(line, "case_number", _("There is no application of this number."))
            self._plan_row(plan, line, row)

    def _plan_row(self, plan: Plan, line: Line, row: Application | None) -> None:
        after = copy(row) if row else Application()
        before = {key: getattr(after, key) for key in TYPED}
        given = {key: value for key, value in line.values.items() if key in TYPED}

        def build(data: dict[str, str]):
            for form in FORMS:
                yield form({**data, "version": str(after.version)}, instance=after, complete=False)

        cleaned, faults = clean_row({**before, **given}, build)
        for key, reason in faults:
            if key not in line.bad:
                plan.wrong(line, key, reason)
        if line.bad or faults or row is None:
            return
        found = {
            key: (before[key], cleaned[key]) for key in TYPED if not same(before[key], cleaned[key])
        }
        if found and reason_against_edit(row):
            plan.wrong(line, "case_number", both(_Reason(row)))
            return
        plan.changes.append(Change(line, f"{row.case_number} {row.trainee}", False, found, after))
        after.before = row  # type: ignore[attr-defined]

    def write(self, plan: Plan, *, by: User | None) -> None:
        rows = [change.row for change in plan.changed]
        for row in rows:
            row.version += 1
        update_rows(Application, rows, [*TYPED, "version"])
        log_changes([(row.before, row) for row in rows], by=by)


class _Reason:
    """Why an application takes no change, in the language in which it is asked."""

    def __init__(self, application: Application):
        self.application = application

    def __str__(self) -> str:
        return reason_against_edit(self.application) or ""


def _applications(lines: list[Line]) -> dict[tuple[str, str], Application]:
    """The applications that these rows name, locked."""
    numbers = {line.values.get("case_number") for line in lines}
    years = {int(found["year"]) for each in numbers if each and (found := NUMBER.fullmatch(each))}
    rows = (
        Application.objects.select_for_update(of=("self",))
        .filter(cycle__fiscal_year__in=years)
        .with_names()
        .order_by("pk")
    )
    return {(row.cycle.programme.code, row.case_number): row for row in rows}
