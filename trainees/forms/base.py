"""What every section has in common: days as people type them, and answers that may wait."""

import re
from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.editing import VersionedFormMixin
from accounts.plain_text import PlainTextMixin
from japan.dates import parse_date

from ..models import Application
from ..names import check_name
from ..needed import MISSING, NEEDED

_MONTHS = {
    name: number
    for number, names in enumerate(
        [
            "january jan",
            "february feb",
            "march mar",
            "april apr",
            "may",
            "june jun",
            "july jul",
            "august aug",
            "september sept sep",
            "october oct",
            "november nov",
            "december dec",
        ],
        start=1,
    )
    for name in names.split()
}
_DAY_FIRST = re.compile(r"(?P<day>\d{1,2})\s+(?P<month>[a-z]+)\.?,?\s+(?P<year>\d{4})", re.ASCII)
_MONTH_FIRST = re.compile(r"(?P<month>[a-z]+)\.?\s+(?P<day>\d{1,2}),?\s+(?P<year>\d{4})", re.ASCII)
_MONTH_ONLY = re.compile(r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})|(?P<word>[a-z]+)\s+(?P<in>\d{4})")
_MONTH_JA = re.compile(r".*\d年\s*\d{1,2}月|.*元年\s*\d{1,2}月")
FIRST_DAY = date(1900, 1, 1)
LAST_DAY = date(2100, 12, 31)


class AnyDateField(forms.DateField):
    """A day, typed as people type days: 1990-05-17, 17 May 1990, 平成2年5月17日."""

    widget = forms.DateInput(attrs={"class": "middle"})

    def to_python(self, value: object) -> date | None:
        if value in self.empty_values or isinstance(value, date):
            return super().to_python(value)
        typed = " ".join(str(value).split())
        words = typed.casefold()
        found = _DAY_FIRST.fullmatch(words) or _MONTH_FIRST.fullmatch(words)
        if found and found["month"] in _MONTHS:
            try:
                return date(int(found["year"]), _MONTHS[found["month"]], int(found["day"]))
            except ValueError as error:
                message = gettext("There is no such day as “{date}”.").format(date=typed)
                raise ValidationError(message) from error
        if len(typed) > 40:
            raise ValidationError(_("Enter a date, for example 1990-05-17 or 17 May 1990."))
        try:
            return parse_date(typed)
        except ValueError as error:
            raise ValidationError(error.args[0]) from error

    def validate(self, value: date | None) -> None:
        super().validate(value)
        if value is None:
            return
        if value < FIRST_DAY:
            raise ValidationError(_("Check the year; it lies before 1900."))
        if value > LAST_DAY:
            raise ValidationError(_("Check the year; it lies after 2100."))


class PastDateField(AnyDateField):
    """A day that has been."""

    def validate(self, value: date | None) -> None:
        if value is not None and value > timezone.localdate():
            raise ValidationError(_("This day lies in the future."))
        super().validate(value)


class MonthField(AnyDateField):
    """A month, kept as its first day: 2015-04, April 2015, 2015年4月, 平成27年4月; a whole day is
    taken for its month.
    """

    widget = forms.DateInput(attrs={"class": "middle"}, format="%Y-%m")

    def to_python(self, value: object) -> date | None:
        words = " ".join(str(value or "").split()).casefold().translate(_NARROW)
        found = _MONTH_ONLY.fullmatch(words)
        if found:
            month = int(found["month"]) if found["month"] else _MONTHS.get(found["word"], 0)
            year = int(found["year"] or found["in"])
            if not 1 <= month <= 12 or year < 1:
                message = gettext("There is no such month as “{month}”.").format(month=words)
                raise ValidationError(message)
            return date(year, month, 1)
        if _MONTH_JA.fullmatch(words):
            words += "1日"
        try:
            day = super().to_python(words)
        except ValidationError as error:
            raise ValidationError(_("Enter a month, for example 2015-04 or April 2015.")) from error
        return day.replace(day=1) if day else None


_NARROW = str.maketrans("０１２３４５６７８９－／．", "0123456789-/.")


class StepForm(PlainTextMixin, VersionedFormMixin, forms.ModelForm):
    """One section. What is needed in the end may still be left open where the reader only saves.

    `application` is the dossier that the section belongs to, also where the row is the person.
    """

    step = ""
    names: tuple[str, ...] = ()
    always_needed: frozenset[str] = frozenset()

    def __init__(
        self, *args, complete: bool = True, application: Application | None = None, **kwargs
    ):
        super().__init__(*args, **kwargs)
        self.application = application
        self.complete = complete
        self.warnings: dict[str, object] = {}
        needed = NEEDED[self.step]
        for name, field in self.fields.items():
            field.required = name in needed and (complete or name in self.always_needed)
            if name in MISSING:
                field.error_messages["required"] = MISSING[name]
            field.widget.is_required = field.required
            if isinstance(field.widget, forms.Textarea):
                field.widget.attrs.pop("maxlength", None)  # a long text is refused, never cut
            if name in self.names:
                field.validators.append(check_name)
                field.widget.attrs["spellcheck"] = "false"
