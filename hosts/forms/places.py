"""What the forms of units and of contributions have in common: their place in the week."""

from collections.abc import Sequence
from dataclasses import replace

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.editing import OnceFormMixin

from ..outline import Outline, Part
from .fields_of_time import ClockField, WeekdaysField
from .parts import PartForm


class PlaceForm(forms.Form):
    """To which place of its list a part is put."""

    to = forms.IntegerField(min_value=1, max_value=1000)


class InTheWeekForm(PartForm, OnceFormMixin):
    """A part of a programme with its days and times, both as they like or laid out by itself."""

    def __init__(self, *args, outline: Outline | None = None, **kwargs):
        self.outline = outline
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, object]:
        cleaned = super().clean()
        starts, ends = cleaned.get("starts_at"), cleaned.get("ends_at")
        if "starts_at" in self.errors or "ends_at" in self.errors:
            return cleaned
        if starts and not ends:
            self.add_error("ends_at", _("Enter until when, or leave both times empty."))
        elif ends and not starts:
            self.add_error("starts_at", _("Enter from when, or leave both times empty."))
        elif starts and ends and ends <= starts:
            self.add_error(
                "ends_at",
                _("The end must come after the beginning; hours over midnight are not possible."),
            )
        return cleaned

    def _post_clean(self) -> None:
        super()._post_clean()
        if self.outline is not None and not self.errors:
            self._refuse_the_impossible(self.outline)

    def _refuse_the_impossible(self, outline: Outline) -> None:
        """More than sixty hours a week in all are not possible."""
        tried = self.tried(outline)
        if tried.is_impossible:
            self.add_error(
                "hours_per_week",
                _(
                    "With this, week {week} would have {hours} hours. More than 60 are not "
                    "possible: take hours away here or from another part."
                ).format(week=tried.busiest_week, hours=tried.busiest_hours),
            )

    def tried(self, outline: Outline) -> Outline:
        """The programme as it would be with what was typed."""
        raise NotImplementedError

    def put_in(self, parts: Sequence[Part]) -> list:
        """These parts with this one as it was typed, in its place or at the end."""
        own = self.instance
        if any(part.pk == own.pk for part in parts):
            return [own if part.pk == own.pk else part for part in parts]
        return [*parts, own]


class WeekFields(forms.Form):
    """Days and times; stands behind ModelForm among the bases."""

    days = WeekdaysField(
        label=_("Days of the week"), required=False, help_text=_("None: on every working day.")
    )
    starts_at = ClockField(
        label=pgettext_lazy("time of day", "From"),
        required=False,
        help_text=_("Empty: the timetable lays the hours out by itself."),
    )
    ends_at = ClockField(label=pgettext_lazy("time of day", "Until"), required=False)


def with_parts(outline: Outline, **parts: Sequence[Part]) -> Outline:
    return replace(outline, **parts)
