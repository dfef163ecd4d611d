"""What is asked of whoever comes: languages and other conditions."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from schedule.vocabulary import EnglishLevel, JapaneseLevel, LanguageLevel, TrainingLanguage

from ..levels import level_needed
from ..models import HostRequest
from ..models.limits import AGES, MAX_YEARS_OF_EXPERIENCE
from ..services import MISSING
from .fields import optional_number
from .parts import PartForm

LEVELS_NEEDED = ("japanese_needed", "english_needed")


def level_field(label: object, levels: type, none: object, **kwargs) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label,
        choices=[("", none), *levels.choices],
        coerce=int,
        empty_value=None,
        required=False,
        **kwargs,
    )


class ConditionsForm(PartForm, forms.ModelForm):
    """The languages of the training with their levels, and the host's own conditions.

    `level` is no field of the page: it follows from the levels named. Only where none is named and
    none was (a row from a spreadsheet), what stands there stays.
    """

    language = forms.ChoiceField(
        label=_("Language of the training"),
        choices=TrainingLanguage.choices,
        required=False,
        help_text=_("In either language, one of the two levels below is enough."),
    )
    level = forms.TypedChoiceField(
        choices=LanguageLevel.choices, coerce=int, required=False, widget=forms.HiddenInput
    )
    japanese_needed = level_field(
        _("Japanese needed"),
        JapaneseLevel,
        _("not needed"),
        help_text=_("Levels of the JLPT: N5 is the lowest, N1 the highest."),
    )
    japanese_wished = level_field(_("Japanese wished"), JapaneseLevel, _("no wish"))
    english_needed = level_field(
        _("English needed"),
        EnglishLevel,
        _("not needed"),
        help_text=_("Levels of the CEFR: A1 is the lowest, C2 the highest."),
    )
    english_wished = level_field(_("English wished"), EnglishLevel, _("no wish"))
    age_from = optional_number(
        _("Age from"), unit=pgettext_lazy("unit of age", "years"), first=AGES[0], last=AGES[1]
    )
    age_until = optional_number(
        _("Age until"), unit=pgettext_lazy("unit of age", "years"), first=AGES[0], last=AGES[1]
    )
    experience_years = optional_number(
        _("Years of experience in the field"),
        unit=pgettext_lazy("unit", "years"),
        first=0,
        last=MAX_YEARS_OF_EXPERIENCE,
        help_text=_(
            "Years in the field, where the training builds on them. Empty: none is asked for."
        ),
    )

    class Meta:
        model = HostRequest
        fields = [
            "language",
            "level",
            "japanese_needed",
            "japanese_wished",
            "english_needed",
            "english_wished",
            "other_languages",
            "age_from",
            "age_until",
            "gender",
            "gender_reason",
            "experience_years",
            "qualifications_ja",
            "qualifications_en",
            "conditions_ja",
            "conditions_en",
        ]
        labels = {"gender": pgettext_lazy("condition", "Gender")}
        help_texts = {
            "other_languages": _("For example: Vietnamese in everyday life would help."),
            "gender": _(
                "Leave this at “any” unless the training itself cannot be given otherwise. The "
                "Constitution (article 14) and the Equal Employment Opportunity Act stand against "
                "choosing people by their gender; so each exception needs its reason."
            ),
            "gender_reason": _("Needed where a gender is chosen. The operator reads it."),
        }
        widgets = {
            "gender": forms.RadioSelect,
            "gender_reason": forms.Textarea(attrs={"rows": 3}),
            "qualifications_ja": forms.Textarea(attrs={"rows": 3}),
            "qualifications_en": forms.Textarea(attrs={"rows": 3, "lang": "en"}),
            "conditions_en": forms.Textarea(attrs={"lang": "en"}),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["gender"].required = False
        self.fields["gender"].choices = HostRequest.Gender.choices
        self.fields["level"].initial = self.instance.level
        if not self.is_bound:
            self._warn()

    def clean_language(self) -> str:
        return self.cleaned_data["language"] or self.instance.language

    def clean_gender(self) -> str:
        return self.cleaned_data["gender"] or HostRequest.Gender.ANY

    def clean(self) -> dict[str, object]:
        cleaned = super().clean()
        self._check_order("age_from", "age_until", _("This age lies below the one it starts from."))
        for name in ("japanese", "english"):
            below = _("What is wished lies below what is needed.")
            self._check_order(f"{name}_needed", f"{name}_wished", below)
        cleaned["level"] = self._level(cleaned)
        is_chosen = cleaned.get("gender") not in ("", None, HostRequest.Gender.ANY)
        if self.complete and is_chosen and not (cleaned.get("gender_reason") or "").strip():
            self.add_error("gender_reason", MISSING["gender_reason"])
        self._warn()
        return cleaned

    def _check_order(self, lower: str, upper: str, message: Any) -> None:
        first, last = self.cleaned_data.get(lower), self.cleaned_data.get(upper)
        if first is not None and last is not None and last < first:
            self.add_error(upper, message)

    def _level(self, cleaned: dict[str, object]) -> int:
        named = [cleaned.get(name) for name in LEVELS_NEEDED]
        was_named = any(getattr(self, "_saved", {}).get(name) for name in LEVELS_NEEDED)
        if any(named) or was_named:
            return level_needed(str(cleaned.get("language")), *named)
        given = cleaned.get("level")
        return self.instance.level if given in ("", None) else int(str(given))

    def _warn(self) -> None:
        self.warn_untranslated("qualifications", "conditions")
        language = self.now("language")
        spoken: dict[str, str] = {
            TrainingLanguage.JAPANESE: "japanese_needed",
            TrainingLanguage.ENGLISH: "english_needed",
        }
        name = spoken.get(str(language))
        if name and not self.now(name):
            self.warnings[name] = _("The training is in this language, but no level is needed.")
        if self.now("age_from") or self.now("age_until"):
            self.warnings["age_until"] = _(
                "The programme sets no age limit; this one is your own, and candidates read it."
            )
