"""What the pages on which a survey is composed accept."""

from datetime import date
from typing import cast

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.editing import VersionedFormMixin
from accounts.plain_text import PlainTextMixin
from files.sheets.faults import SheetError
from files.sheets.reading import FILE_BYTES
from hosts.code_lists import Line, lines_of_file, lines_of_text
from hosts.composing import Way
from hosts.forms.fields import DayField
from hosts.models import DemandSurvey, LocalGovernment
from japan.business_days import is_business_day
from schedule.models import Deadline, Phase

LAST_YEARS = 30


class TextForm(PlainTextMixin, VersionedFormMixin, forms.ModelForm):
    """What the survey is called and what it says to those who answer."""

    class Meta:
        model = DemandSurvey
        fields = ["name_ja", "name_en", "text_ja", "text_en"]
        widgets = {
            "name_en": forms.TextInput(attrs={"lang": "en"}),
            "text_en": forms.Textarea(attrs={"lang": "en"}),
        }

    def clean(self):
        """A reader of the other language would see the wrong one, so that it is asked for."""
        cleaned = super().clean()
        for own, other in (("text_ja", "text_en"), ("text_en", "text_ja")):
            if cleaned.get(other) and not cleaned.get(own) and own not in self.errors:
                self.add_error(own, _("Write the text in both languages, or in neither."))
        return cleaned


class DeadlineForm(VersionedFormMixin, forms.ModelForm):
    """The day of one of the survey's deadlines; what is unusual about it is said and kept."""

    due_on = DayField(
        label=gettext_lazy("Day"),
        error_messages={"required": gettext_lazy("Enter the day.")},
    )

    class Meta:
        model = Deadline
        fields = ["due_on"]

    def __init__(self, *args, phase: Phase | None, today: date, **kwargs):
        super().__init__(*args, **kwargs)
        self.phase, self.today = phase, today
        self.warnings: dict[str, str] = {}
        self.fields["due_on"].label = self.instance.name
        self.fields["due_on"].help_text = self.instance.get_audience_display()
        if not self.is_bound and self.instance.due_on:
            self.warn(self.instance.due_on)

    def clean_due_on(self) -> date:
        day = self.cleaned_data["due_on"]
        year = self.instance.cycle.fiscal_year
        if not date(year - 2, 1, 1) <= day <= date(year + 1, 12, 31):
            raise forms.ValidationError(
                _("Enter a day between {first} and {last}.").format(first=year - 2, last=year + 1)
            )
        self.warn(day)
        return day

    def warn(self, day: date) -> None:
        """What stops nobody."""
        said = []
        if not is_business_day(day):
            said.append(_("No business day: offices are closed."))
        if self.phase and not self.phase.starts_on <= day <= self.phase.ends_on:
            said.append(
                _("Outside the days of the survey ({first} – {last}).").format(
                    first=date_format(self.phase.starts_on), last=date_format(self.phase.ends_on)
                )
            )
        if day < self.today:
            said.append(_("This day has passed."))
        if said:
            self.warnings["due_on"] = " ".join(said)


class CodesMixin(forms.Form):
    """A list of codes, pasted or as a file; one of the two."""

    codes = forms.CharField(
        label=gettext_lazy("List"),
        required=False,
        max_length=200_000,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    file = forms.FileField(
        label=gettext_lazy("or a file"),
        required=False,
        help_text=gettext_lazy("XLSX, CSV or plain text, up to 5 MB."),
        error_messages={"empty": gettext_lazy("There is nothing in this file.")},
    )

    def lines(self) -> list[Line]:
        """The lines of what was given. A file that cannot be read is a fault of its field."""
        file = self.cleaned_data.get("file")
        if file is None:
            return lines_of_text(self.cleaned_data.get("codes") or "")
        if file.size > FILE_BYTES:
            self.add_error("file", _("This file is larger than 5 MB. Divide it."))
            return []
        try:
            return lines_of_file(file.read())
        except SheetError as error:
            self.add_error("file", str(error))
            return []

    def need_one_list(self, cleaned: dict) -> None:
        """A fault where there is no list, or two."""
        given = [bool((cleaned.get("codes") or "").strip()), bool(cleaned.get("file"))]
        if all(given):
            self.add_error("codes", _("Paste a list or choose a file, not both."))
        elif not any(given) and "file" not in self.errors and "codes" not in self.errors:
            self.add_error("codes", _("Paste a list of codes or choose a file."))


class AskedForm(CodesMixin):
    """Who is to be asked: all, those that fit, or those of a list."""

    ALL, FITTING, LISTED = "all", "fitting", "listed"

    way = forms.ChoiceField(
        label=gettext_lazy("What is to be done"),
        choices=[
            (Way.ONLY.value, gettext_lazy("Ask these and no others")),
            (Way.ADD.value, gettext_lazy("Ask these in addition")),
            (Way.REMOVE.value, gettext_lazy("Do not ask these")),
        ],
        initial=Way.ONLY.value,
        widget=forms.RadioSelect,
    )
    basis = forms.ChoiceField(
        label=gettext_lazy("Which governments"),
        choices=[
            (ALL, gettext_lazy("all that exist")),
            (FITTING, gettext_lazy("those that fit the choices below")),
            (LISTED, gettext_lazy("those of a list of codes")),
        ],
        initial=ALL,
        widget=forms.RadioSelect,
    )
    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("Kind"),
        choices=LocalGovernment.Kind.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    prefectures = forms.MultipleChoiceField(
        label=gettext_lazy("Prefecture"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("The prefecture itself and its municipalities."),
    )
    asked_for = forms.TypedChoiceField(
        label=gettext_lazy("Wanted trainees before"), required=False, coerce=int, empty_value=None
    )
    hosted = forms.TypedChoiceField(
        label=gettext_lazy("Hosted before"), required=False, coerce=int, empty_value=None
    )

    def __init__(self, *args, prefectures: list[LocalGovernment], **kwargs):
        super().__init__(*args, **kwargs)
        fields = cast(dict[str, forms.ChoiceField], self.fields)
        fields["prefectures"].choices = [(row.pk, row.short_name) for row in prefectures]
        years = [("", _("any"))] + [
            (n, _("in the last {n} fiscal years").format(n=n)) for n in (1, 2, 3, 5, 10, LAST_YEARS)
        ]
        fields["asked_for"].choices = fields["hosted"].choices = years
        self.fields["codes"].help_text = _(
            "One local government in each line, by its six-digit code; a name may stand beside it."
        )

    def clean(self):
        cleaned = super().clean() or {}
        basis = cleaned.get("basis")
        chosen = ("kinds", "prefectures", "asked_for", "hosted")
        if basis == self.FITTING and not any(cleaned.get(name) for name in chosen):
            self.add_error("basis", _("Make at least one choice below."))
        if basis == self.LISTED:
            self.need_one_list(cleaned)
        return cleaned


class RelaysForm(CodesMixin):
    """Who relays for whom, as a list."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["codes"].help_text = _(
            "In each line the code of a government and the code of its relay, for example "
            "“382060, 380008”. Instead of the second code “direct” (直接) or “usual” (通常)."
        )

    def clean(self):
        cleaned = super().clean() or {}
        self.need_one_list(cleaned)
        return cleaned


class OneCodeForm(forms.Form):
    """One government that is asked or not asked."""

    code = forms.CharField(max_length=6)
    way = forms.ChoiceField(choices=[(Way.ADD.value, ""), (Way.REMOVE.value, "")])
