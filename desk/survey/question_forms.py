"""The form of one question of a survey."""

import secrets
import uuid
from typing import cast

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.editing import KeyField, VersionedFormMixin
from accounts.plain_text import PlainTextMixin, check_one_line, check_plain_text
from hosts.forms.questions import WholeNumberField
from hosts.models import SurveyQuestion
from hosts.question_edits import reason_against_condition
from hosts.questions import MAX_CHOICES, Kind

FREE_ROWS = 4


class QuestionForm(PlainTextMixin, VersionedFormMixin, forms.ModelForm):
    """A question in both languages. Once the survey is open only its words can be changed."""

    once = KeyField(widget=forms.HiddenInput, required=False, initial=uuid.uuid4)
    least = WholeNumberField(label=gettext_lazy("Smallest number"), required=False)
    most = WholeNumberField(label=gettext_lazy("Largest number"), required=False)
    condition = forms.ChoiceField(
        label=gettext_lazy("Shown"),
        required=False,
        help_text=gettext_lazy("Only what stands before this question can be a condition."),
    )

    WORDS = ("label_ja", "label_en", "help_ja", "help_en")

    class Meta:
        model = SurveyQuestion
        fields = [
            *("label_ja", "label_en", "help_ja", "help_en"),
            *("kind", "is_needed", "audience", "least", "most"),
        ]
        widgets = {
            "kind": forms.RadioSelect,
            "audience": forms.RadioSelect,
            "label_en": forms.TextInput(attrs={"lang": "en"}),
            "help_ja": forms.Textarea(attrs={"rows": 2}),
            "help_en": forms.Textarea(attrs={"rows": 2, "lang": "en"}),
        }
        help_texts = {
            "is_needed": gettext_lazy("Without a reply the answer cannot be submitted."),
        }

    def __init__(self, *args, earlier: list[SurveyQuestion], is_open: bool, **kwargs):
        super().__init__(*args, **kwargs)
        self.earlier = {question.pk: question for question in earlier}
        self.is_open = is_open
        fields = cast(dict[str, forms.ChoiceField], self.fields)
        fields["kind"].choices = SurveyQuestion.Kind.choices
        fields["audience"].choices = SurveyQuestion.Audience.choices
        fields["condition"].choices = self._conditions()
        question = self.instance
        self.initial.setdefault(
            "condition",
            f"{question.shown_if_id}:{question.shown_if_value}" if question.shown_if_id else "",
        )
        self._add_choice_rows()
        self._saved = {
            name: self.initial.get(name, field.initial) for name, field in self.fields.items()
        }
        if is_open:
            for name, field in self.fields.items():
                is_word = name in self.WORDS or name.startswith("choice_")
                field.disabled = not is_word and name not in {"version", "once"}

    def _conditions(self) -> list:
        choices: list = [("", _("always"))]
        for question in self.earlier.values():
            options = [(f"{question.pk}:", _("if there is any reply"))]
            options += [
                (f"{question.pk}:{key}", _("if the reply is “{reply}”").format(reply=words))
                for key, words in question.offered
            ]
            choices.append((question.label, options))
        return choices

    def _add_choice_rows(self) -> None:
        """Two fields for each choice there is, and some free ones."""
        known = self.instance.choices
        free = 0 if self.is_open else min(FREE_ROWS, MAX_CHOICES - len(known))
        self.choice_keys = [each["key"] for each in known] + [""] * free
        for place, key in enumerate(self.choice_keys):
            words = known[place] if key else {"ja": "", "en": ""}
            for language in ("ja", "en"):
                attrs = {"lang": "en"} if language == "en" else {}
                label = (
                    _("Choice {n} in Japanese") if language == "ja" else _("Choice {n} in English")
                )
                field = forms.CharField(
                    label=label.format(n=place + 1),
                    required=False,
                    max_length=200,
                    widget=forms.TextInput(attrs=attrs),
                    initial=words[language],
                    validators=[check_plain_text, check_one_line],
                )
                self.fields[f"choice_{place}_{language}"] = field
            self.fields[f"choice_{place}_key"] = forms.CharField(
                widget=forms.HiddenInput, required=False, max_length=20, initial=key
            )

    def choice_rows(self) -> list[dict[str, forms.BoundField]]:
        return [
            {language: self[f"choice_{place}_{language}"] for language in ("ja", "en")}
            for place in range(len(self.choice_keys))
        ]

    def clean_least(self) -> int | None:
        return self._number("least")

    def clean_most(self) -> int | None:
        return self._number("most")

    def _number(self, name: str) -> int | None:
        value = self.cleaned_data[name]
        return int(value) if value not in ("", None) else None

    def clean(self):
        cleaned = super().clean()
        least, most = cleaned.get("least"), cleaned.get("most")
        if least is not None and most is not None and least > most:
            self.add_error("most", _("The largest number lies below the smallest."))
        is_choice = cleaned.get("kind") == Kind.CHOICE
        self.new_choices = self._choices(cleaned) if is_choice else []
        if cleaned.get("kind") != Kind.NUMBER:
            cleaned["least"] = cleaned["most"] = None
        self._clean_condition(cleaned)
        self._clean_followers(cleaned)
        return cleaned

    def _choices(self, cleaned: dict) -> list[dict[str, str]]:
        """The rows that were filled in, in their order, each with its key."""
        found: list[dict[str, str]] = []
        keys = {each["key"] for each in self.instance.choices}
        words: set[tuple[str, str]] = set()
        for place in range(len(self.choice_keys)):
            name = f"choice_{place}"
            pair = {each: (cleaned.get(f"{name}_{each}") or "").strip() for each in ("ja", "en")}
            key = cleaned.get(f"{name}_key") or ""
            if not any(pair.values()) and not (self.is_open and key):
                continue
            for language, text in pair.items():
                if not text:
                    self.add_error(f"{name}_{language}", _("Write the choice in both languages."))
                elif (language, text) in words:
                    self.add_error(f"{name}_{language}", _("This choice stands there already."))
                words.add((language, text))
            keys_taken = {each["key"] for each in found}
            if key not in keys or key in keys_taken:
                key = secrets.token_hex(4)
            found.append({"key": key, **pair})
        if len(found) < 2 and not self.errors:
            self.add_error("choice_0_ja", _("Write at least two choices."))
        return found

    def _clean_condition(self, cleaned: dict) -> None:
        number, _colon, value = (cleaned.get("condition") or "").partition(":")
        earlier = self.earlier.get(int(number)) if number.isdecimal() else None
        self.instance.shown_if, self.instance.shown_if_value = earlier, value if earlier else ""
        if earlier is None or "audience" in self.errors:
            return
        audience = cleaned.get("audience", self.instance.audience)
        if reason := reason_against_condition(self.instance, earlier, value, audience):
            self.add_error("condition", reason)

    def _clean_followers(self, cleaned: dict) -> None:
        """What hangs on this question goes on making sense."""
        if self.instance.pk is None:
            return
        keys = {each["key"] for each in self.new_choices}
        for follower in self.instance.followers.all():
            if follower.shown_if_value and follower.shown_if_value not in keys:
                text = _("“{question}” hangs on a choice that would be gone. Change it first.")
                self.add_error(None, text.format(question=follower.label))
            elif cleaned.get("audience") not in ("all", follower.audience):
                text = _("“{question}” hangs on this one and is asked of others.")
                self.add_error("audience", text.format(question=follower.label))

    def save(self, commit: bool = True) -> SurveyQuestion:
        self.instance.choices = self.new_choices
        return super().save(commit=commit)
