"""Workbooks of the survey in tests: taken out, changed cell by cell, brought back."""

import io
from typing import Any

from openpyxl import load_workbook

from accounts.models import User
from files.sheets.books import BookPlan, check_book, take_in_book
from files.sheets.faults import SheetFaults
from hosts.models import SurveyAnswer, WorkbookUpload
from hosts.workbooks.book import SurveyBook
from hosts.workbooks.portal import Scope

Part = WorkbookUpload.Part


def own(answer: SurveyAnswer, user: User | None) -> SurveyBook:
    return SurveyBook(Scope(answer.survey, user, Part.OWN, answer))


def of_relay(answer: SurveyAnswer, user: User) -> SurveyBook:
    return SurveyBook(Scope(answer.survey, user, Part.RELAY))


def of_all(answer: SurveyAnswer, user: User | None = None) -> SurveyBook:
    return SurveyBook(Scope(answer.survey, user, Part.ALL))


class File:
    """A workbook that was taken out, as somebody in an office edits it."""

    def __init__(self, book: SurveyBook):
        self.book = book
        self.pages = load_workbook(io.BytesIO(book.take_out()))

    def columns(self, sheet: str) -> list[str]:
        return [cell.value for cell in self.pages[sheet][1]]

    def set(self, sheet: str, row: int = 3, **values: Any) -> "File":
        names = self.columns(sheet)
        for name, value in values.items():
            cell = self.pages[sheet].cell(row, names.index(name) + 1)
            cell.value = value
            if isinstance(value, str):
                cell.data_type = "s"  # also what looks like a formula
        return self

    def get(self, sheet: str, name: str, row: int = 3) -> Any:
        return self.pages[sheet].cell(row, self.columns(sheet).index(name) + 1).value

    def add(self, sheet: str, **values: Any) -> "File":
        """A row typed below the others."""
        return self.set(sheet, self.pages[sheet].max_row + 1, **values)

    def rows(self, sheet: str) -> list[dict[str, Any]]:
        names = self.columns(sheet)
        return [
            dict(zip(names, row, strict=True))
            for row in self.pages[sheet].iter_rows(min_row=3, values_only=True)
        ]

    def bytes(self) -> bytes:
        out = io.BytesIO()
        self.pages.save(out)
        return out.getvalue()

    def take_in(self, by: User | None = None) -> BookPlan:
        return take_in_book(self.book, self.bytes(), by=by or self.book.scope.user)

    def look(self) -> BookPlan:
        return check_book(self.book, self.bytes(), by=self.book.scope.user)

    def faults(self, by: User | None = None) -> list[tuple[str, str, str]]:
        """Each fault: sheet, cell, and what is wrong in the reader's language."""
        try:
            self.take_in(by)
        except SheetFaults as error:
            return [(each.sheet, each.cell, str(each.reason)) for each in error.faults]
        return []

    def cells(self, by: User | None = None) -> list[str]:
        return [f"{sheet}!{cell}" for sheet, cell, _reason in self.faults(by)]
