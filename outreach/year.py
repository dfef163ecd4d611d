"""The year as a picture: when each phase runs, on a scale of 21 months from September."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

MONTHS = 21


@dataclass(frozen=True)
class Row:
    """One phase. `begin` and `end` count months from 1 September of the year before."""

    name: str | Promise
    when: str | Promise
    what: str | Promise
    begin: float
    end: float
    kind: str = "f1"

    @property
    def x(self) -> str:
        return f"{self.begin / MONTHS:.2%}"

    @property
    def width(self) -> str:
        return f"{(self.end - self.begin) / MONTHS:.2%}"


# After the pamphlet Q11, Q8 and the English page for the length of the specialised training.
ROWS = [
    Row(
        _("Demand survey"),
        _("September to November"),
        _("Local governments say what they can teach, to how many, and when"),
        0,
        3,
    ),
    Row(
        _("Recruitment and decision"),
        _("November to February"),
        _("Candidates are nominated abroad, reviewed and placed"),
        2,
        6,
    ),
    Row(
        _("Procedures before arrival"),
        _("February to April"),
        _("Residence papers, visa, flight and lodging are arranged"),
        5,
        8,
    ),
    Row(
        _("Arrival and orientation"),
        _("mid-May"),
        _("In Tokyo; trainees and hosts meet"),
        8.4,
        8.8,
        "fw",
    ),
    Row(
        _("Group training"),
        _("May to June"),
        _("About a month at JIAM in Shiga: Japanese, local government and culture"),
        8.8,
        9.8,
    ),
    Row(
        _("Training at the host"),
        _("from late June"),
        _("Five to eleven months at the workplaces of the host"),
        9.8,
        21,
    ),
    Row(
        _("Return home"),
        _("November to the following May"),
        _("Each when the training ends; trainees go back to their posts"),
        14,
        21,
        "range",
    ),
]

GRID = [f"{month / MONTHS:.2%}" for month in range(0, MONTHS, 3)]
FISCAL = [f"{month / MONTHS:.2%}" for month in (7, 19)]
SCALE = [
    (place, name)
    for place, name in zip(
        GRID,
        [
            pgettext_lazy("month", "Sep"),
            pgettext_lazy("month", "Dec"),
            pgettext_lazy("month", "Mar"),
            pgettext_lazy("month", "Jun"),
            pgettext_lazy("month", "Sep"),
            pgettext_lazy("month", "Dec"),
            pgettext_lazy("month", "Mar"),
        ],
        strict=True,
    )
]
