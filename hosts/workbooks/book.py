"""The workbook of the survey: taken out for one government, a relay or all, and brought back."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from files.sheets.books import Book, BookPlan, write_sheets

from .about import About, Choices
from .checking import Check
from .portal import Scope, load, sheet_rows
from .saving import Saving
from .sheets import PARTS


class SurveyBook(Book):
    """The workbook of one survey as one person takes it out and brings it back."""

    name = "survey"
    label = _("Workbook of the survey")
    label_ja = "受入要望調査"
    needed = frozenset({"about", "answers"})

    def __init__(self, scope: Scope):
        self.scope = scope
        self.about, self.choices = About(), Choices()
        self.sheets = (self.about, *PARTS, self.choices)

    def take_out(self) -> bytes:
        """The file of everything that this person sees of the survey in this part of it."""
        answers = load(self.scope.answers())
        if not self.scope.is_entered:
            for answer in answers:  # the relay writes it for the operator, not for the government
                answer.relay_remark, answer.relay_priority = "", None
        return write_sheets(
            [
                (self.about, self.about.rows(self.scope)),
                *sheet_rows(answers),
                (self.choices, self.choices.rows()),
            ]
        )

    def check(self, plan: BookPlan, *, by: User | None) -> None:
        self.about.check(plan, self.scope)
        if plan.faults:
            return  # of another survey: what its rows say means nothing here
        check = Check(plan, self.scope)
        plan.state = (check.run(), check.lines)

    def write(self, plan: BookPlan, *, by: Any) -> None:
        if plan.state is not None:
            work, lines = plan.state
            Saving(plan, work, self.scope, by).run(lines)
