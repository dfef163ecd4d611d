"""The sections of an application: one group of questions per page."""

from django.utils.translation import pgettext_lazy

from .base import AnyDateField, MonthField, PastDateField, StepForm
from .lines import (
    CareerRows,
    EducationRows,
    FamilyRows,
    LineRows,
    RefusalRows,
    SkillRows,
    StayRows,
)
from .needs import NeedsForm
from .people import NamesForm, PassportForm, PersonForm
from .sections import (
    ContactForm,
    EducationForm,
    EmployerForm,
    FieldForm,
    JapanForm,
    LanguagesForm,
)

FORMS: dict[str, type[StepForm]] = {
    form.step: form
    for form in (
        NamesForm,
        PersonForm,
        ContactForm,
        NeedsForm,
        EmployerForm,
        EducationForm,
        LanguagesForm,
        JapanForm,
        FieldForm,
    )
}
# The lists beside the questions of a section.
ROWS: dict[str, tuple[type[LineRows], ...]] = {
    "contact": (FamilyRows,),
    "education": (EducationRows, CareerRows),
    "languages": (SkillRows,),
    "japan": (StayRows, RefusalRows),
}
# The sections of this app, and the page on which everything is checked; apps above add others.
STEPS = {
    "names": pgettext_lazy("step of the application", "Names"),
    "person": pgettext_lazy("step of the application", "Person and passport"),
    "contact": pgettext_lazy("step of the application", "Contact and family"),
    "needs": pgettext_lazy("step of the application", "Needs and health"),
    "employer": pgettext_lazy("step of the application", "Employment"),
    "education": pgettext_lazy("step of the application", "Education and career"),
    "languages": pgettext_lazy("step of the application", "Languages"),
    "japan": pgettext_lazy("step of the application", "Japan before"),
    "field": pgettext_lazy("step of the application", "Field and purpose"),
    "confirm": pgettext_lazy("step of the application", "Check and submit"),
}

__all__ = [
    "FORMS",
    "ROWS",
    "STEPS",
    "AnyDateField",
    "CareerRows",
    "ContactForm",
    "EducationForm",
    "EducationRows",
    "EmployerForm",
    "FamilyRows",
    "FieldForm",
    "JapanForm",
    "LanguagesForm",
    "LineRows",
    "MonthField",
    "NamesForm",
    "NeedsForm",
    "PassportForm",
    "PastDateField",
    "PersonForm",
    "RefusalRows",
    "SkillRows",
    "StayRows",
    "StepForm",
]
