"""Forms that may be saved half filled."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.editing import VersionedFormMixin
from accounts.plain_text import PlainTextMixin

NOT_TRANSLATED = _("Not translated yet. English is needed before the recruitment begins.")


class PartForm(PlainTextMixin, VersionedFormMixin):
    """A form that may be saved half filled; only `complete` asks for everything that is needed."""

    needed: tuple[str, ...] = ()

    def __init__(self, *args, complete: bool = False, **kwargs):
        super().__init__(*args, **kwargs)
        self.complete = complete
        self.warnings: dict[str, object] = {}
        for name in self.needed:
            self.fields[name].required = True

    def full_clean(self) -> None:
        """The fields stay marked as required, also where a half filled form is checked."""
        required = [field for field in self.fields.values() if field.required]
        for field in required:
            field.required = self.complete
        super().full_clean()
        for field in required:
            field.required = True

    def conflicts(self) -> list[dict[str, object]]:
        """The fields in which the saved row and what was typed differ, in the reader's words."""
        return differences(self, self._saved)

    def now(self, name: str) -> object:
        """The value of a field as it stands on the page: typed, restored or saved."""
        if self.is_bound:
            return getattr(self, "cleaned_data", {}).get(name)
        value = self.get_initial_for_field(self.fields[name], name)
        try:
            return self.fields[name].to_python(value)
        except forms.ValidationError:
            return None

    def warn_untranslated(self, *names: str) -> None:
        """Say where the Japanese text stands alone; it stops nobody."""
        for name in names:
            if self.now(f"{name}_ja") and not self.now(f"{name}_en"):
                self.warnings[f"{name}_en"] = NOT_TRANSLATED


def differences(form: forms.BaseForm, saved: dict[str, object]) -> list[dict[str, object]]:
    """Each field whose saved value is another than the one that stands in the form."""
    found = []
    for bound in form.visible_fields():
        before = _in_words(bound.field, saved.get(bound.name))
        after = _in_words(bound.field, bound.value())
        if before != after:
            found.append({"label": bound.label, "saved": before, "typed": after})
    return found


def _in_words(field: forms.Field, value: object) -> str:
    text = "" if value is None else str(value)
    choices = getattr(field, "choices", None)
    if text and choices is not None:
        return str({str(key): label for key, label in choices}.get(text, text))
    return text.replace("\r\n", "\n").strip()
