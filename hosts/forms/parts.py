"""Forms that may be saved half filled."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.editing import VersionedFormMixin
from accounts.plain_text import PlainTextMixin

from ..services import MISSING

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
            self.fields[name].error_messages["required"] = MISSING[name]

    def full_clean(self) -> None:
        """The fields stay marked as required, also where a half filled form is checked."""
        required = [field for field in self.fields.values() if field.required]
        for field in required:
            field.required = self.complete
        super().full_clean()
        for field in required:
            field.required = True

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
