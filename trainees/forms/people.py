"""Who the person is: the names that each paper needs, birth, nationality and passport."""

import re
import unicodedata
from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from japan.readings import suggest_katakana

from ..machine_line import is_line, suggest_line, tidy_line
from ..models import Sex, Trainee
from ..names import NameForms, check_katakana, is_latin, name_forms, tidy_katakana, tidy_name
from .base import AnyDateField, PastDateField, StepForm

ADULT_AGE = 18  # Civil Code, article 4; trainees are officials in service
PASSPORT_NUMBER = re.compile(r"[A-Z0-9]{4,20}", re.ASCII)


class NamesForm(StepForm):
    """Every form of the person's name. Nothing asks for two parts of it."""

    step = "names"
    names = (
        "passport_name",
        "letter_name",
        "daily_name",
        "katakana",
        "kanji",
        "native_name",
        "former_names",
    )
    always_needed = frozenset({"passport_name"})

    class Meta:
        model = Trainee
        fields = [
            "passport_name",
            "has_single_name",
            "mrz_name",
            "letter_name",
            "salutation",
            "daily_name",
            "katakana",
            "kanji",
            "native_name",
            "former_names",
        ]
        labels = {
            "passport_name": _("Name as in your passport"),
            "has_single_name": _("I have a single name, without a family name"),
            "mrz_name": _("Name in the machine-readable line"),
            "letter_name": _("Name in letters and certificates"),
            "salutation": _("Salutation"),
            "daily_name": _("Name for daily use"),
            "katakana": _("Name in katakana"),
            "kanji": _("Name in kanji"),
            "native_name": _("Name in your own script"),
            "former_names": _("Former names"),
        }
        help_texts = {
            "passport_name": _(
                "The whole name in one line, in the same order and spelling as your passport."
            ),
            "mrz_name": _(
                "The last lines of the passport page print it with the signs &lt;, for example "
                "SURYANI or NGUYEN&lt;&lt;THI&lt;HOA. We suggest one; your passport decides."
            ),
            "letter_name": _(
                "In the order in which letters are to print it. Empty: as in your passport."
            ),
            "salutation": _("Letters use it. You can leave it out."),
            "daily_name": _("What people call you. It stands on your name plate."),
            "katakana": _(
                "How your name is read in Japan. Your residence card, bank and host use it. We "
                "suggest a reading; correct it if you know a better one."
            ),
            "kanji": _("Only if your name is written in kanji."),
            "native_name": _("As you write it yourself, for example in Thai or Arabic letters."),
            "former_names": _("Names that older papers or diplomas show."),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["passport_name"].widget.attrs["autocomplete"] = "name"
        self.fields["daily_name"].widget.attrs["autocomplete"] = "nickname"
        self.fields["mrz_name"].widget.attrs |= {"autocapitalize": "characters", "lang": "zxx"}
        self.fields["katakana"].widget.attrs["lang"] = "ja"
        self.fields["kanji"].widget.attrs["lang"] = "ja"
        for name in self.names:
            self.fields[name].widget.attrs["dir"] = "auto"
        katakana = self.fields["katakana"]
        katakana.validators = [*katakana.validators, check_katakana]
        self.fields["mrz_name"].validators = []  # `clean_mrz_name` knows the signs of the line
        passport = str(self["passport_name"].value() or "")
        self.fields["mrz_name"].required = False  # suggested where it is left out
        if not is_latin(passport):
            self.warnings["passport_name"] = _(
                "Passports also print the name in Latin letters. If yours does, write that line."
            )
        if not self.is_bound:
            self._suggest(passport)

        else:
            self._suggest_anew(passport)

    def _suggest_anew(self, passport: str) -> None:
        """Who corrects the name of the passport gets both suggestions anew; what they wrote
        themselves stays.
        """
        before, country = self.instance.passport_name, str(self.instance.nationality or "")
        passport = tidy_name(passport)
        if passport in ("", before):
            return
        self.data = self.data.copy()
        for name, tidy, suggest in (
            ("katakana", tidy_katakana, lambda text: suggest_katakana(text, country)),
            ("mrz_name", tidy_line, suggest_line),
        ):
            key = self.add_prefix(name)
            if tidy(str(self.data.get(key) or "")) == suggest(before):
                self.data[key] = suggest(passport)

    def _suggest(self, passport: str) -> None:
        """What was left open is suggested on the page; it is the person's once it is saved."""
        country = str(self.instance.nationality or "")
        if not self.initial.get("katakana"):
            self.initial["katakana"] = suggest_katakana(passport, country)
        if not self.initial.get("mrz_name"):
            self.initial["mrz_name"] = suggest_line(passport)

    @property
    def preview(self) -> NameForms:
        """How each paper prints the name as it stands on the page now, saved or not."""
        typed = {name: tidy_name(str(self[name].value() or "")) for name in self.names}
        return name_forms(
            Trainee(
                **typed | {"katakana": tidy_katakana(typed["katakana"])},
                mrz_name=tidy_line(str(self["mrz_name"].value() or "")),
                nationality=self.instance.nationality,
            )
        )

    def clean_passport_name(self) -> str:
        return tidy_name(self.cleaned_data["passport_name"])

    def clean_letter_name(self) -> str:
        return tidy_name(self.cleaned_data["letter_name"])

    def clean_daily_name(self) -> str:
        return tidy_name(self.cleaned_data["daily_name"])

    def clean_kanji(self) -> str:
        return tidy_name(self.cleaned_data["kanji"])

    def clean_native_name(self) -> str:
        return tidy_name(self.cleaned_data["native_name"])

    def clean_former_names(self) -> str:
        return tidy_name(self.cleaned_data["former_names"])

    def clean_katakana(self) -> str:
        return tidy_katakana(self.cleaned_data["katakana"])

    def clean_mrz_name(self) -> str:
        line = tidy_line(self.cleaned_data["mrz_name"])
        if line and not is_line(line):
            raise ValidationError(
                _("The line has only the letters A to Z and the sign <, at most 39 of them.")
            )
        return line

    def clean(self) -> dict[str, object]:
        cleaned = super().clean()
        passport = str(cleaned.get("passport_name") or "")
        if not cleaned.get("mrz_name") and "mrz_name" not in self.errors:
            cleaned["mrz_name"] = suggest_line(passport)
        return cleaned


class PassportFields(forms.Form):
    """The number of a passport and the day on which it ends; the number is kept encrypted."""

    passport_number = forms.CharField(
        label=_("Passport number"),
        max_length=40,
        required=False,
        widget=forms.TextInput(
            attrs={
                "class": "middle",
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
                "data-secret": True,
            }
        ),
        help_text=_("Kept encrypted; other pages show its last four signs only."),
    )
    passport_expires_on = AnyDateField(
        label=_("Passport expires on"),
        required=False,
        help_text=_("As printed in your passport, for example 2031-03-31."),
    )

    def clean_passport_number(self) -> str:
        typed = unicodedata.normalize("NFKC", self.cleaned_data["passport_number"])
        number = re.sub(r"[\s\-‐–<]", "", typed).upper()
        if number and not PASSPORT_NUMBER.fullmatch(number):
            raise ValidationError(
                _("A passport number has 4 to 20 letters and digits. Check it in your passport.")
            )
        return number

    def clean_passport_expires_on(self) -> date | None:
        day = self.cleaned_data["passport_expires_on"]
        if day and day < timezone.localdate():
            raise ValidationError(
                _(
                    "This passport has expired. Leave number and day empty, and say until when "
                    "your new passport follows."
                )
            )
        return day


def warning_of_passport(expires_on: object, stay_until: date | None) -> str:
    """That a passport ends before the stay does; a remark that stops nobody."""
    if not isinstance(expires_on, date) or stay_until is None or expires_on >= stay_until:
        return ""
    return gettext(
        "Your passport expires before the stay can end ({day}). Renew it before you travel; you "
        "can submit your application now and send the new passport later."
    ).format(day=date_format(stay_until))


class PersonForm(PassportFields, StepForm):
    """Birth, sex, nationality, residence and the passport, or the day until which it follows."""

    step = "person"
    always_needed = frozenset({"nationality"})

    born_on = PastDateField(
        label=_("Date of birth"), help_text=_("For example 1990-05-17 or 17 May 1990.")
    )
    passport_promised_on = AnyDateField(
        label=_("My passport follows until"),
        help_text=_(
            "Only if you have no valid passport yet: the day until which you give us its number."
        ),
    )

    class Meta:
        model = Trainee
        fields = [
            "born_on",
            "sex",
            "nationality",
            "residence",
            "passport_number",
            "passport_expires_on",
            "passport_promised_on",
        ]
        labels = {
            "sex": _("Sex as in your passport"),
            "nationality": _("Nationality"),
            "residence": _("Country in which you live"),
        }
        help_texts = {
            "nationality": _("The country that issues your passport."),
            "residence": _("It may be another than that of your nationality."),
        }
        widgets = {"sex": forms.RadioSelect}

    field_order = Meta.fields

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["born_on"].widget.attrs["autocomplete"] = "bday"
        self.fields["sex"].choices = Sex.choices
        if not self.is_bound:
            self._warn(self["passport_expires_on"].value())

    def _warn(self, expires_on: object) -> None:
        stay_until = getattr(self.application, "stay_until", None)
        if words := warning_of_passport(expires_on, stay_until):
            self.warnings["passport_expires_on"] = words

    def clean_born_on(self) -> date | None:
        born_on = self.cleaned_data["born_on"]
        if born_on is None:
            return None
        age = Trainee(born_on=born_on).age_on(timezone.localdate())
        if age is not None and age < ADULT_AGE:
            raise ValidationError(
                _(
                    "On this date of birth you are %(age)s years old. Trainees are officials of "
                    "at least %(least)s years. If the date is right, write to the office that "
                    "nominated you."
                ),
                params={"age": age, "least": ADULT_AGE},
            )
        return born_on

    def clean_passport_promised_on(self) -> date | None:
        day = self.cleaned_data["passport_promised_on"]
        if day is None or day == self.instance.passport_promised_on:
            return day
        if day < timezone.localdate():
            raise ValidationError(_("This day has passed. Enter the day until which it follows."))
        if self.application and day > (last := self.application.cycle.arrival_on):
            raise ValidationError(
                _("The passport is needed before the arrival in Japan, %(day)s."),
                params={"day": date_format(last)},
            )
        return day

    def clean(self) -> dict[str, object]:
        cleaned = super().clean()
        expires_on, born_on = cleaned.get("passport_expires_on"), cleaned.get("born_on")
        self._warn(expires_on)
        if expires_on and born_on and expires_on <= born_on:
            self.add_error("passport_expires_on", _("This day lies before your date of birth."))
        if cleaned.get("passport_number"):
            cleaned["passport_promised_on"] = None  # kept as promised
            if self.complete and not expires_on and "passport_expires_on" not in self.errors:
                self.add_error("passport_expires_on", _("Enter the day on which it expires."))
        elif self.complete and not cleaned.get("passport_promised_on"):
            touched = {"passport_number", "passport_promised_on"} & set(self.errors)
            if not touched:
                self.add_error("passport_number", NO_PASSPORT)
        return cleaned

    def save(self, commit: bool = True) -> Trainee:
        self.instance.index_passport()
        return super().save(commit)


NO_PASSPORT = _("Enter the number of your passport, or the day until which it follows.")


class PassportForm(PassportFields, forms.Form):
    """The passport that was promised, given after the dossier was submitted."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, words in {
            "passport_number": _("Enter the number of your passport."),
            "passport_expires_on": _("Enter the day on which it expires."),
        }.items():
            field = self.fields[name]
            field.required = field.widget.is_required = True
            field.error_messages["required"] = words
