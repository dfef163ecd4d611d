"""The lists of a section: family, education, career, languages, stays, refusals. Lines are taken as
they stand on the page: they have no keys, so that none of another person can be named.
"""

from collections.abc import Iterable
from datetime import date
from itertools import zip_longest
from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from accounts.editing import as_read, initial_from
from accounts.models import FormDraft
from accounts.plain_text import PlainTextMixin

from ..models import (
    LINES_MOST,
    Application,
    Career,
    Education,
    FamilyMember,
    LanguageSkill,
    StayInJapan,
    VisaRefusal,
)
from ..models.dossier import Line
from ..names import check_name, tidy_name
from .base import AnyDateField, MonthField, PastDateField


class LineForm(PlainTextMixin, forms.ModelForm):
    """One line; one that is empty is none."""

    needed: ClassVar[dict[str, object]] = {}  # where anything is written, and how it is asked for

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.required = False
            if not isinstance(field.widget, forms.Textarea | forms.CheckboxInput | forms.Select):
                field.widget.attrs.setdefault("autocomplete", "off")
            field.widget.is_required = name in self.needed

    @property
    def is_empty(self) -> bool:
        """Whether nothing was typed; a box that was ticked alone is no line."""
        values = self.cleaned_data.items()
        return not any(value not in (None, "", False) for _name, value in values)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if self.is_empty and not self.errors:
            return cleaned
        for name, words in self.needed.items():
            if cleaned.get(name) in (None, "") and name not in self.errors:
                self.add_error(name, str(words))
        begins, ends = cleaned.get("starts_on"), cleaned.get("ends_on")
        if begins and ends and ends < begins:
            self.add_error("ends_on", _("This lies before the beginning."))
        return cleaned

    def _post_clean(self) -> None:
        """A line that is empty is not checked as a row."""
        if not self.errors and self.is_empty:
            return
        super()._post_clean()

    @property
    def words(self) -> str:
        """The line as it stands on the page, in words; empty where it is none."""
        found = [as_read(self[name].field, self[name].value()) for name in self._meta.fields]
        texts = [text for text in found if text]
        boxes = [
            as_read(self[name].field, False)
            for name in self._meta.fields
            if isinstance(self[name].field, forms.BooleanField)
        ]
        return pgettext("between names", ", ").join(texts) if texts != boxes else ""


class FamilyForm(LineForm):
    needed: ClassVar = {
        "name": _("Enter the name."),
        "relation": _("Choose how this person is related to you."),
    }
    born_on = PastDateField(label=_("Date of birth"))

    class Meta:
        model = FamilyMember
        fields = ["name", "relation", "born_on", "lives_in_japan"]
        labels = {
            "name": _("Name"),
            "relation": _("Relation"),
            "lives_in_japan": _("Lives in Japan"),
        }

    def clean_name(self) -> str:
        name = tidy_name(self.cleaned_data["name"])
        check_name(name)
        return name


class EducationLineForm(LineForm):
    needed: ClassVar = {"school": _("Enter the school or university.")}
    starts_on = MonthField(
        label=pgettext_lazy("education", "From"),
        help_text=_("For example 2008-09 or September 2008."),
    )
    ends_on = MonthField(label=pgettext_lazy("education", "Until"))

    class Meta:
        model = Education
        fields = ["school", "country", "subject", "degree", "starts_on", "ends_on"]
        labels = {
            "school": _("School or university"),
            "country": _("Country"),
            "subject": pgettext_lazy("education", "Subject"),
            "degree": _("Degree or certificate"),
        }


class CareerForm(LineForm):
    needed: ClassVar = {"employer": _("Enter the employer.")}
    starts_on = MonthField(
        label=pgettext_lazy("career", "From"), help_text=_("For example 2015-04 or April 2015.")
    )
    ends_on = MonthField(label=pgettext_lazy("career", "Until"))

    class Meta:
        model = Career
        fields = ["employer", "position", "starts_on", "ends_on", "duties"]
        labels = {
            "employer": pgettext_lazy("career", "Employer"),
            "position": _("Position"),
            "duties": _("Duties"),
        }
        widgets = {"duties": forms.Textarea(attrs={"rows": 2})}


class SkillForm(LineForm):
    needed: ClassVar = {
        "language": _("Enter the language."),
        "level": _("Choose the level."),
    }
    tested_on = PastDateField(label=_("Day of the test"))

    class Meta:
        model = LanguageSkill
        fields = ["language", "level", "evidence", "tested_on"]
        labels = {
            "language": _("Language"),
            "level": _("Level"),
            "evidence": _("What shows it"),
        }


class StayForm(LineForm):
    needed: ClassVar = {
        "starts_on": _("Enter the first day."),
        "ends_on": _("Enter the last day."),
        "purpose": _("Enter the purpose."),
    }
    starts_on = PastDateField(
        label=pgettext_lazy("stay in Japan", "From"),
        help_text=_("For example 2019-07-01 or 1 July 2019."),
    )
    ends_on = AnyDateField(label=pgettext_lazy("stay in Japan", "Until"))

    class Meta:
        model = StayInJapan
        fields = ["starts_on", "ends_on", "purpose", "status", "place"]
        labels = {
            "purpose": pgettext_lazy("stay in Japan", "Purpose"),
            "status": _("Status of residence"),
            "place": pgettext_lazy("stay in Japan", "Place"),
        }


class RefusalForm(LineForm):
    needed: ClassVar = {
        "country": _("Choose the country."),
        "month": _("Enter the month."),
        "what": _("Enter what was refused."),
    }
    month = MonthField(label=_("Month"), help_text=_("For example 2018-11 or November 2018."))

    class Meta:
        model = VisaRefusal
        fields = ["country", "month", "what", "reason"]
        labels = {
            "country": _("Country"),
            "what": _("What was refused"),
            "reason": _("Reason, as far as it was told"),
        }
        widgets = {"reason": forms.Textarea(attrs={"rows": 2})}

    def clean_month(self) -> date | None:
        month = self.cleaned_data["month"]
        if month and month > timezone.localdate():
            raise forms.ValidationError(_("This month lies in the future."))
        return month


class LineRows:
    """The lines of one kind on the page of a section."""

    form: type[LineForm]
    prefix: str
    title: object
    line_title: object
    add_title: object
    help_text: object = ""

    def __init__(
        self,
        saved: Iterable[Line],
        data: Any = None,
        *,
        add: bool = False,
        draft: FormDraft | None = None,
    ):
        self.saved = list(saved)
        self.is_sent = data is not None and f"{self.prefix}-rows" in data
        kept = draft.values.get(f"{self.prefix}-rows") if draft else None
        if self.is_sent:
            self.forms = [
                self.form(data, prefix=f"{self.prefix}-{n}", instance=self._blank())
                for n in range(1, _count(data.get(f"{self.prefix}-rows")) + 1)
            ]
        elif draft is not None and kept:
            prefixes = [f"{self.prefix}-{n}" for n in range(1, _count(kept[-1]) + 1)]
            self.forms = [
                self.form(initial=initial_from(draft, self.form, prefix), prefix=prefix)
                for prefix in prefixes
            ]
        else:
            self.forms = [
                self.form(instance=line, prefix=f"{self.prefix}-{n}")
                for n, line in enumerate(self.saved, start=1)
            ]
        if (add or not self.forms) and self.has_room:
            self.forms.append(self.form(prefix=f"{self.prefix}-{len(self.forms) + 1}"))

    def __init_subclass__(cls) -> None:
        cls.prefix = str(cls.form._meta.model._meta.model_name)

    def _blank(self) -> Line:
        return self.form._meta.model()

    @property
    def has_room(self) -> bool:
        return len(self.forms) < LINES_MOST

    @property
    def typed(self) -> list[LineForm]:
        """The lines on the page that say something."""
        return [form for form in self.forms if form.is_bound and not form.is_empty]

    def is_valid(self) -> bool:
        if not self.is_sent:
            return True
        return not [form for form in self.forms if form.is_bound and not form.is_valid()]

    def differences(self) -> list[dict[str, object]]:
        """Each line in which what is saved and what stands on the page differ, in words."""
        before = [self.form(instance=line).words for line in self.saved]
        after = [words for form in self.forms if (words := form.words)]
        pairs = enumerate(zip_longest(before, after, fillvalue=""), start=1)
        return [
            {"label": f"{self.line_title} {n}", "saved": was, "typed": now}
            for n, (was, now) in pairs
            if was != now
        ]

    def typed_values(self) -> list[dict[str, Any]]:
        """What each line on the page says; what was left empty has the value of an empty row."""
        model, found = self.form._meta.model, []
        for form in self.typed:
            values = {name: form.cleaned_data.get(name) for name in self.form._meta.fields}
            for name, value in values.items():
                default = model._meta.get_field(name).get_default()
                values[name] = default if value is None else value
            found.append(values)
        return found

    def save(self, application: Application) -> None:
        """Keep the lines in the order in which they stand; the same page sent twice changes
        nothing.
        """
        if not self.is_sent:
            return
        for order, (line, values) in enumerate(
            zip_longest(self.saved, self.typed_values()), start=1
        ):
            if values is None:
                line.delete()
                continue
            row = line or self.form._meta.model(application=application)
            is_same = line and line.order == order
            if is_same and all(getattr(line, name) == value for name, value in values.items()):
                continue
            for name, value in {**values, "order": order}.items():
                setattr(row, name, value)
            row.version += bool(line)
            row.save()


def _count(value: object) -> int:
    try:
        return max(0, min(int(str(value)), LINES_MOST))
    except ValueError:
        return 0


class FamilyRows(LineRows):
    form = FamilyForm
    title = _("Members of the family")
    line_title = _("Member of the family")
    add_title = _("Add a member of the family")
    help_text = _(
        "Wife, husband or partner, children, and relatives who live in Japan: the procedures of "
        "residence ask for them. Leave it empty if there are none."
    )


class EducationRows(LineRows):
    form = EducationLineForm
    title = _("Education")
    line_title = _("School or university")
    add_title = _("Add a school or university")
    help_text = _("At least the last school that you finished.")


class CareerRows(LineRows):
    form = CareerForm
    title = _("Earlier posts")
    line_title = _("Earlier post")
    add_title = _("Add an earlier post")
    help_text = _("The post that you have now stands in the section “Employment”.")


class SkillRows(LineRows):
    form = SkillForm
    title = _("Your languages and what shows them")
    line_title = _("Language")
    add_title = _("Add a language")
    help_text = _("Your mother tongue, and each language with a test or another proof.")


class StayRows(LineRows):
    form = StayForm
    title = _("Earlier stays in Japan")
    line_title = _("Earlier stay in Japan")
    add_title = _("Add an earlier stay")


class RefusalRows(LineRows):
    form = RefusalForm
    title = _("Refusals of a visa or of entry")
    line_title = _("Refusal")
    add_title = _("Add a refusal")


def line_answers(line: Line) -> str:
    """A saved line in the reader's words, part after part."""
    texts = []
    for name in FORM_OF[type(line)]._meta.fields:
        value = getattr(line, name)
        column = line._meta.get_field(name)
        if isinstance(value, bool):
            if value:
                texts.append(str(FORM_OF[type(line)].base_fields[name].label))
        elif isinstance(value, date):
            is_month = isinstance(FORM_OF[type(line)].base_fields[name], MonthField)
            texts.append(date_format(value, "YEAR_MONTH_FORMAT" if is_month else "DATE_FORMAT"))
        elif hasattr(value, "name") and column.name == "country":
            texts.append(value.name)
        elif getattr(column, "choices", None) and value:
            texts.append(str(getattr(line, f"get_{name}_display")()))
        elif value:
            texts.append(str(value))
    return pgettext("between names", ", ").join(text for text in texts if text)


FORM_OF: dict[type[Line], type[LineForm]] = {
    form._meta.model: form
    for form in (FamilyForm, EducationLineForm, CareerForm, SkillForm, StayForm, RefusalForm)
}
