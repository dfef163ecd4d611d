"""Diet, belief and health: each with its own consent, which may be refused; of what is refused
nothing is kept, not even in a draft.
"""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from ..consents import give_consent, withdraw_consent
from ..health import DETAILS, QUESTIONS
from ..models import SHORT_TEXT, Application, ConsentKind, HealthDeclaration
from .base import StepForm
from .sections import YesOrNo

AGREES = {ConsentKind.NEEDS: "agree_needs", ConsentKind.HEALTH: "agree_health"}
SAID = {
    ConsentKind.NEEDS: ("dietary_needs", "religious_needs"),
    ConsentKind.HEALTH: (*(f"health_{code}" for code in QUESTIONS), "health_details"),
}


def leave_out_what_needs_consent(data: QueryDict) -> QueryDict:
    """What may be kept as a draft: health and belief only where the same page says yes to it."""
    kept = data.copy()
    for kind, box in AGREES.items():
        if kept.get(box) != "yes":
            for name in SAID[kind]:
                kept.pop(name, None)
    return kept


def _question(label: object) -> YesOrNo:
    return YesOrNo(
        label=label, yes=pgettext_lazy("answer", "yes"), no=pgettext_lazy("answer", "no")
    )


class NeedsForm(StepForm):
    """Two consents with what is said on their ground."""

    step = "needs"

    agree_needs = YesOrNo(
        label=_("Do you agree, and tell us what you need?"),
        yes=_("Yes, I agree to this text"),
        no=_("No, I say nothing of it"),
    )
    agree_health = YesOrNo(
        label=_("Do you agree, and declare your health?"),
        yes=_("Yes, I agree to this text"),
        no=_("No, I make no declaration"),
    )
    health_details = forms.CharField(
        label=_("What we should know"),
        max_length=SHORT_TEXT * 2,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Where you have answered “yes”: since when, which medicine, what helps."),
    )

    class Meta:
        model = Application
        fields = ["dietary_needs", "religious_needs"]
        labels = {
            "dietary_needs": _("What you do not eat or drink"),
            "religious_needs": _("What your belief asks for in the day"),
        }
        help_texts = {
            "dietary_needs": _(
                "For example: no pork and no alcohol, vegetarian, allergic to nuts."
            ),
            "religious_needs": _("For example: a room and time for prayer. Empty means nothing."),
        }
        widgets = {
            "dietary_needs": forms.Textarea(attrs={"rows": 3}),
            "religious_needs": forms.Textarea(attrs={"rows": 3}),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for code, label in QUESTIONS.items():
            self.fields[f"health_{code}"] = _question(label)
        self.order_fields(
            ["agree_needs", "dietary_needs", "religious_needs", "agree_health"]
            + [f"health_{code}" for code in QUESTIONS]
            + ["health_details"]
        )
        for name in (*SAID[ConsentKind.NEEDS], *SAID[ConsentKind.HEALTH]):
            self.fields[name].widget.attrs["data-secret"] = True
        if not self.is_bound:
            self.initial = {**self._answered(), **self.initial}
        self._saved = {name: self._answered().get(name) for name in self.fields} | {
            name: getattr(self.instance, name) for name in self._meta.fields
        }

    def _answered(self) -> dict[str, object]:
        """What was answered before: a consent that stands, or a refusal."""
        row = self.instance
        found: dict[str, object] = {
            "agree_needs": True if row.agrees_to_needs else (False if row.declines_needs else None),
            "agree_health": (
                True if row.agrees_to_health else (False if row.declines_health else None)
            ),
        }
        declaration = self._declaration
        if declaration is not None:
            said = declaration.answers
            found |= {f"health_{code}": said.get(code) for code in QUESTIONS}
            found["health_details"] = said.get(DETAILS, "")
        return found

    @property
    def health_questions(self) -> list[forms.BoundField]:
        return [self[f"health_{code}"] for code in QUESTIONS]

    @property
    def _declaration(self) -> HealthDeclaration | None:
        found: HealthDeclaration | None = getattr(self.instance, "health", None)
        return found

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for kind, box in AGREES.items():
            if cleaned.get(box) is None and self.complete and box not in self.errors:
                self.add_error(box, UNANSWERED[kind])
            if cleaned.get(box) is not True:
                for name in SAID[kind]:  # nothing of it is kept, and no fault stands at it
                    cleaned[name] = "" if name in NeedsForm.Meta.fields else None
                    self._errors.pop(name, None)
        if cleaned.get("agree_health") and self.complete:
            for code in QUESTIONS:
                if cleaned.get(f"health_{code}") is None:
                    self.add_error(f"health_{code}", _("Choose yes or no."))
        said = [cleaned.get(f"health_{code}") for code in QUESTIONS]
        if True in said and not (cleaned.get("health_details") or "").strip() and self.complete:
            self.add_error("health_details", _("Write what we should know of it."))
        return cleaned

    def save(self, commit: bool = True) -> Application:
        """Keep the answers with their consents, or the refusal without them."""
        row, cleaned = self.instance, self.cleaned_data
        row.declines_needs = cleaned["agree_needs"] is False
        row.declines_health = cleaned["agree_health"] is False
        saved = super().save(commit)
        language = (get_language() or "en")[:2]
        for kind, box in AGREES.items():
            if cleaned[box]:
                give_consent(saved, kind, language=language)
            else:
                withdraw_consent(saved, kind, refused=cleaned[box] is False)
        if cleaned["agree_health"]:
            answers = {code: cleaned.get(f"health_{code}") for code in QUESTIONS}
            answers[DETAILS] = cleaned.get("health_details") or ""
            is_whole = None not in answers.values()
            self._keep(saved, answers, is_whole)
        return saved

    def _keep(self, application: Application, answers: dict, is_whole: bool) -> None:
        row = self._declaration or HealthDeclaration(application=application)
        row.answers = answers  # type: ignore[assignment]  # the stubs take the column for text
        row.declared_at = timezone.now() if is_whole else None
        row.version += 0 if row._state.adding else 1
        row.save()


UNANSWERED = {
    ConsentKind.NEEDS: _(
        "Say whether you agree and tell us what you eat and believe, or say nothing of it."
    ),
    ConsentKind.HEALTH: _("Say whether you agree and declare your health, or make no declaration."),
}
