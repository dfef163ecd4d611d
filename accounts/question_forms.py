"""What the pages of questions accept."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from files.received.fields import ReceivedFilesField

from .editing import OnceFormMixin
from .fields import DayField
from .models import User
from .plain_text import PlainTextMixin
from .questions import ByHand
from .subjects import OPERATOR, Party
from .threads import TEXT_CHARACTERS, TITLE_CHARACTERS, Channel, Counterpart

People = dict[str, list[User]]
YEARS_BACK = 5


def side_choices(parties: list[Party], row: Any, people: People) -> list[tuple[str, str]]:
    """Each side by the name of its office, and who gets a mail when it is chosen."""
    return [(party.code, _named(party, row, people.get(party.code, []))) for party in parties]


def _named(party: Party, row: Any, people: list[User]) -> str:
    name = party.name(row)
    if not people:
        return _("{office} (nobody there has an account yet; no mail is sent)").format(office=name)
    if party.code == OPERATOR:  # who works there is not for those who ask it
        names = _("the staff of the operator")
        return _("{office} (mail to {names})").format(office=name, names=names)
    names = pgettext("between names", ", ").join(str(user) for user in people[:6])
    if len(people) > 6:
        names += _(" and {n} more").format(n=len(people) - 6)
    return _("{office} (mail to {names})").format(office=name, names=names)


def _text_field(label: object, help_text: object = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=TEXT_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 6}),
    )


class QuestionForm(PlainTextMixin, OnceFormMixin, forms.Form):
    """A new question: to whom, about what, until when."""

    addressee = forms.ChoiceField(label=pgettext_lazy("thread", "To"), widget=forms.RadioSelect)
    reading = forms.MultipleChoiceField(
        label=gettext_lazy("Also shown to"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("They read along and get no mail of this question."),
    )
    title = forms.CharField(
        label=pgettext_lazy("question", "Title"),
        max_length=TITLE_CHARACTERS,
        help_text=gettext_lazy("A few words, without names of private persons."),
    )
    text = _text_field(pgettext_lazy("thread", "Question"))
    answer_by = DayField(
        label=gettext_lazy("Answer wanted by"),
        required=False,
        help_text=gettext_lazy("For example 2027-05-17 or 令和9年5月17日."),
    )
    attachments = ReceivedFilesField(label=pgettext_lazy("thread", "Files"), required=False)

    def __init__(self, *args, others: list[Party], row: Any, people: People, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["addressee"].choices = side_choices(others, row, people)
        if len(others) == 1:
            self.fields["addressee"].initial = others[0].code
            del self.fields["reading"]
        else:
            # The staff read every question; they need not be chosen for that.
            self.fields["reading"].choices = [
                (party.code, party.name(row)) for party in others if party.code != OPERATOR
            ]

    def clean_answer_by(self):
        day = self.cleaned_data["answer_by"]
        today = timezone.localdate()
        if day and day < today:
            raise forms.ValidationError(_("This day has passed. Choose a later one."))
        if day and day.year > today.year + YEARS_BACK:
            raise forms.ValidationError(_("This day is too far away."))
        return day

    def clean(self):
        cleaned = super().clean()
        chosen = [code for code in cleaned.get("reading", []) if code != cleaned.get("addressee")]
        cleaned["reading"] = chosen
        return cleaned


class EntryForm(PlainTextMixin, OnceFormMixin, forms.Form):
    """What is written into a question. Only those who may see its further fields: relay officers
    and staff those of a call or a letter, staff that of an internal note.
    """

    BY_HAND = ("channel", "happened_on", "counterpart", "counterpart_name", "settles")

    text = _text_field(pgettext_lazy("thread", "Text"))
    for_party = forms.ChoiceField(
        label=pgettext_lazy("question", "Written for"), required=False, widget=forms.RadioSelect
    )
    attachments = ReceivedFilesField(label=pgettext_lazy("thread", "Files"), required=False)
    channel = forms.ChoiceField(
        label=gettext_lazy("How it was said"), choices=Channel, required=False
    )
    happened_on = DayField(
        label=gettext_lazy("On which day"),
        required=False,
        help_text=gettext_lazy("For example 2027-05-17 or 令和9年5月17日."),
    )
    counterpart = forms.ChoiceField(
        label=gettext_lazy("With whom"), choices=[("", "―"), *Counterpart.choices], required=False
    )
    counterpart_name = forms.CharField(
        label=gettext_lazy("Office and name"), max_length=200, required=False
    )
    settles = forms.BooleanField(label=gettext_lazy("This answers the question"), required=False)
    is_internal = forms.BooleanField(
        label=gettext_lazy("Internal note: only the staff see it"), required=False
    )

    def __init__(
        self, *args, side: Party, readers: list[Party], row: Any, people: People, **kwargs
    ):
        super().__init__(*args, **kwargs)
        self.readers = readers
        self.is_staff = side.code == OPERATOR
        choices = side_choices(readers, row, people)
        if side.notes_calls:
            nobody = _("Nobody in particular: it is only noted, and no mail is sent")
            choices.append(("", nobody))
        else:
            for name in self.BY_HAND:
                del self.fields[name]
        self.fields["for_party"].choices = choices
        self.fields["for_party"].initial = choices[0][0] if choices else ""
        if not self.is_staff:
            del self.fields["is_internal"]

    @property
    def asks_how(self) -> bool:
        """Whether this reader may note a call or a letter."""
        return "channel" in self.fields

    def open_by_hand(self) -> bool:
        """Whether something was typed into what is folded away, or is wrong there."""
        typed = self.data if self.is_bound else self.initial
        is_noted = typed.get("channel") not in (None, "", Channel.PORTAL)
        return is_noted or any(self.errors.get(name) for name in self.BY_HAND)

    def clean_happened_on(self):
        day = self.cleaned_data["happened_on"]
        today = timezone.localdate()
        if day and day > today:
            raise forms.ValidationError(_("This day is still to come. Choose the day of the call."))
        if day and day.year < today.year - YEARS_BACK:
            raise forms.ValidationError(_("This day is too long ago."))
        return day

    def clean(self):
        cleaned = super().clean()
        is_noted = self._is_noted(cleaned)
        if is_noted:
            if not cleaned.get("happened_on") and "happened_on" not in self.errors:
                self.add_error("happened_on", _("Enter the day on which it was."))
            if not cleaned.get("counterpart") and "counterpart" not in self.errors:
                self.add_error("counterpart", _("Choose with whom it was."))
        elif self.asks_how:
            self._refuse_half_a_note(cleaned)
        if cleaned.get("is_internal"):
            cleaned["for_party"] = ""
        elif not is_noted and not cleaned.get("for_party") and "for_party" not in self.errors:
            self.add_error("for_party", _("Choose for whom you write."))
        return cleaned

    def _is_noted(self, cleaned: dict[str, Any]) -> bool:
        return cleaned.get("channel", "") not in ("", Channel.PORTAL)

    def _refuse_half_a_note(self, cleaned: dict[str, Any]) -> None:
        """A day or a name without the way it was said: something was forgotten."""
        typed = any(cleaned.get(name) for name in self.BY_HAND if name != "channel")
        if typed and "channel" not in self.errors:
            self.add_error("channel", _("Choose how it was said, or empty the fields beside it."))

    def by_hand(self) -> ByHand | None:
        """The note of a call or a letter, if it is one."""
        cleaned = self.cleaned_data
        if not self._is_noted(cleaned):
            return None
        names = ("channel", "happened_on", "counterpart", "counterpart_name")
        return ByHand(**{name: cleaned[name] for name in names})


class ReopenForm(PlainTextMixin, forms.Form):
    """Why a closed question is asked again."""

    reason = forms.CharField(
        label=gettext_lazy("What is still to be answered"),
        max_length=TEXT_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ThreadFilterForm(forms.Form):
    """Which questions are shown. What is no choice shows all."""

    OURS, ANSWERED, CLOSED = "ours", "answered", "closed"

    show = forms.ChoiceField(
        label=pgettext_lazy("filter", "Show"),
        required=False,
        choices=[
            ("", pgettext_lazy("question", "all")),
            (OURS, gettext_lazy("waiting for our answer")),
            ("open", pgettext_lazy("question", "waiting for an answer")),
            (ANSWERED, pgettext_lazy("question", "answered")),
            (CLOSED, pgettext_lazy("question", "closed")),
        ],
    )
    q = forms.CharField(label=pgettext_lazy("question", "Title"), max_length=100, required=False)
