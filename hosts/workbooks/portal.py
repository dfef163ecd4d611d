"""Whose rows a workbook holds, read from the portal in a number of queries that does not grow."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Role, User
from files.sheets.writing import Cells

from ..models import DemandSurvey, SurveyAnswer, WorkbookUpload
from ..permissions import can_edit
from .columns import VERSION
from .parts import Key, Part, government_values
from .sheets import PARTS

MOST_TEMPLATES = 300  # beyond so many answers, no lines that only wait to be typed
RELATED = (
    "replies",
    "survey__questions",
    "government__ties",
    "requests__treatment",
    "requests__training_programme__units__instructors",
    "requests__training_programme__contributions",
    "requests__wished_countries",
    "requests__co_hosts__government",
)
OwnPart = WorkbookUpload.Part


@dataclass(frozen=True)
class Scope:
    """What one person takes out of a survey or brings back: the answer of one government, those
    that pass through the person's office, or all.
    """

    survey: DemandSurvey
    user: User | None
    part: str
    answer: SurveyAnswer | None = None

    def answers(self) -> QuerySet[SurveyAnswer]:
        """The answers that this person sees at this moment."""
        rows = SurveyAnswer.objects.filter(survey=self.survey)
        if self.part == OwnPart.OWN and self.answer is not None:
            rows = rows.filter(pk=self.answer.pk)
        if self.user is not None:
            rows = rows.visible_to(self.user)
            if self.part == OwnPart.RELAY:
                rows = rows.relayed_by(self.user.organisation_ids(Role.RELAY))
        return rows.order_by("government__code")

    @property
    def is_entered(self) -> bool:
        """Whether somebody else enters what the government has written."""
        return self.part != OwnPart.OWN

    def reason_against(self, answer: SurveyAnswer) -> object | None:
        """Why this person may not bring rows of this answer; None where they may."""
        if self.is_entered or self.user is None or can_edit(self.user, answer):
            return None
        return _("You can read this answer, but not change it.")

    @property
    def unknown(self) -> object:
        """What is said of a code that is none of these, whoever else has it."""
        if self.part == OwnPart.OWN and self.answer is not None:
            return _("This workbook is of one local government; write its own code here.")
        if self.part == OwnPart.RELAY:
            return _("None of the governments that you relay has this code.")
        return _("This survey asks no government of this code.")


def load(rows: QuerySet[SurveyAnswer]) -> list[SurveyAnswer]:
    """The answers with everything that stands on the sheets."""
    found = rows.select_related(
        "survey__cycle__programme",
        "government__organisation",
        "government__prefecture__organisation",
        "relay__organisation",
    ).prefetch_related(*RELATED)
    answers = list(found)
    for answer in answers:  # one and the same answer, with its government, behind all its rows
        for request in answer.requests.all():
            request.answer = answer
    return answers


def locked(scope: Scope, codes: Collection[str]) -> dict[str, SurveyAnswer]:
    """The answers of these governments by code, locked in one order for everybody."""
    rows = scope.answers().filter(government__code__in=codes).order_by("pk")
    keys = [
        row.pk
        for row in SurveyAnswer.objects.filter(pk__in=rows.values("pk"))
        .select_for_update(of=("self",))
        .order_by("pk")
        .only("pk")
    ]
    answers = load(SurveyAnswer.objects.filter(pk__in=keys).order_by("pk"))
    return {answer.government.code: answer for answer in answers}


def sheet_rows(answers: list[SurveyAnswer]) -> Iterator[tuple[Part, Iterable[Cells]]]:
    """Each sheet with its rows, and with a line to be typed where there is none yet."""
    with_templates = len(answers) <= MOST_TEMPLATES
    owners: dict[str, list[tuple[Key, SurveyAnswer, Any]]] = {
        "": [((answer.government.code,), answer, answer) for answer in answers]
    }
    for part in PARTS:
        rows: list[Cells] = []
        mine = owners.setdefault(part.name, [])
        for key, answer, owner in owners[part.owner]:
            existing = [] if owner is None else part.get(owner) if part.owner else [owner]
            for place, row in enumerate(existing, start=1):
                own = (*key, place) if part.number else key
                mine.append((own, answer, row))
                rows.append(cells_of(part, own, answer, row, existing))
            if not existing and with_templates:
                own = (*key, 1) if part.number else key
                mine.append((own, answer, None))
                rows.append(cells_of(part, own, answer, None, existing))
        yield part, rows


def cells_of(
    part: Part, key: Key, answer: SurveyAnswer, row: Any, existing: list[Any]
) -> list[object]:
    """One line of a sheet; without a row one that waits to be typed."""
    numbers = [name for name in part.key_names if name != "government_code"]
    numbers += [part.number.key] if part.number else []
    told: dict[str, object] = {
        **government_values(answer),
        **dict(zip(numbers, key[1:], strict=True)),
        **part.shown_of(row),
        VERSION.key: version_in_file(part, row, existing),
    }
    written = part.written(row) if row is not None else {}
    return [
        written[column.key] if column.key in written else column.write(told.get(column.key))
        for column in part.columns
    ]


def version_in_file(part: Part, row: Any, existing: list[Any]) -> str:
    """Of the row, or of the whole list where the rows that are missing in the file go away."""
    if part.is_list and part.keeps:
        return part.version_of([row]) if row is not None else ""
    return part.version_of(existing)
