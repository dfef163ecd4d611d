"""What is typed about a nominee, and what an employer says."""

from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BaseFormSet
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.editing import OnceFormMixin
from accounts.models import Language
from accounts.names import clean_name
from accounts.plain_text import PlainTextMixin
from files.received import ACCEPT
from files.received.fields import HELP
from hosts.models import Tie
from japan.text import search_key
from trainees.forms import PastDateField
from trainees.models import SendingGovernment
from trainees.names import tidy_name

from ..models import Forwarding
from ..nominee_form import AddressField, NomineeFields

ROWS_MOST = 20
OLDEST = date(1940, 1, 1)


class PersonNameField(forms.CharField):
    """A person's name on one line."""

    def clean(self, value: object) -> str:
        found = super().clean(value)
        return clean_name(found.replace("\u3000", " ")) if found else ""


class NomineeForm(NomineeFields):
    """One person to be nominated; the person completes the rest themselves."""

    field_order = ["passport_name", "email"]

    employer = forms.ModelChoiceField(
        label=_("Overseas local government that employs them"),
        queryset=SendingGovernment.objects.none(),
        required=False,
        help_text=_("If it is not in the list, type its name below."),
    )
    new_employer = forms.CharField(
        label=_("Name of the employing local government, if it is not in the list"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"class": "wide"}),
    )
    contact_name = PersonNameField(
        label=_("Who confirms the employment there (name)"),
        max_length=200,
        required=False,
        help_text=_(
            "Somebody of the personnel section, for example. They get a link by e-mail once the "
            "nominee has confirmed. It may follow later."
        ),
    )
    contact_email = AddressField(label=_("Their e-mail address"), max_length=254, required=False)
    comment = forms.CharField(
        label=_("Why you nominate this person"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args, employers=None, nationality: str = "", **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["nationality"].initial = nationality
        self.initial.setdefault("nationality", nationality)
        if employers is None:
            del self.fields["employer"], self.fields["new_employer"]
        else:
            self.fields["employer"].queryset = employers

    def clean_new_employer(self) -> str:
        return tidy_name(self.cleaned_data["new_employer"])

    def clean(self):
        cleaned = super().clean()
        if "employer" in self.fields and "employer" not in self.errors:
            chosen, typed = cleaned.get("employer"), cleaned.get("new_employer")
            if not chosen and not typed and "new_employer" not in self.errors:
                self.add_error("employer", _("Choose the employer or type its name."))
            if chosen and typed:
                self.add_error("new_employer", _("Choose one or type one, not both."))
        name, email = cleaned.get("contact_name"), cleaned.get("contact_email")
        if bool(name) != bool(email) and not {"contact_name", "contact_email"} & set(self.errors):
            missing = "contact_email" if name else "contact_name"
            self.add_error(missing, _("Enter both the name and the address, or neither."))
        if email and email == cleaned.get("email"):
            self.add_error("contact_email", _("Nobody confirms their own employment."))
        return cleaned


class OneNomineeForm(OnceFormMixin, NomineeForm):
    """The only nominee of a page; a list from which no employer can be chosen is not shown."""

    def __init__(self, *args, employers=None, **kwargs):
        super().__init__(*args, employers=employers, **kwargs)
        if employers is not None and not employers:
            self.fields["new_employer"].label = self.fields["employer"].label
            self.fields["new_employer"].required = True
            del self.fields["employer"]


class NomineeFormSet(BaseFormSet):
    """Several nominees of one page: all of them or none. Rows that stay empty are left out.

    `kept` is what was typed into the rows before, unchecked.
    """

    def __init__(self, *args, kept=(), **kwargs):
        self.kept = list(kept)
        super().__init__(*args, **kwargs)

    def get_form_kwargs(self, index):
        options = super().get_form_kwargs(index)
        if index is not None and index < len(self.kept):
            options["initial"] = self.kept[index]
        return options

    def clean(self) -> None:
        if any(self.errors):
            return
        filled = self.filled()
        if not filled:
            raise ValidationError(_("Enter at least one person."))
        seen: dict[str, int] = {}
        for number, form in filled:
            email = form.cleaned_data["email"]
            if email in seen:
                form.add_error(
                    "email",
                    _now("Person {number} has the same address.").format(number=seen[email]),
                )
            seen[email] = number

    def filled(self) -> list[tuple[int, NomineeForm]]:
        """The rows in which somebody is named, with their numbers."""
        return [
            (number, form)
            for number, form in enumerate(self.forms, start=1)
            if form.has_changed() and getattr(form, "cleaned_data", None)
        ]


class RowForm(NomineeForm):
    """A row that counts as empty while nobody is named in it, whatever its lists stand on."""

    NAMED = ("passport_name", "email", "new_employer", "contact_name", "contact_email", "comment")

    def has_changed(self) -> bool:
        return any(
            str(self.data.get(self.add_prefix(name), "")).strip()
            for name in self.NAMED
            if name in self.fields
        )


class AnswerForm(OnceFormMixin, PlainTextMixin, forms.Form):
    """What becomes of a request that was forwarded."""

    answer = forms.ChoiceField(
        label=_("Your answer"),
        widget=forms.RadioSelect,
        choices=[
            (Forwarding.Answer.CONSIDERS, Forwarding.Answer.CONSIDERS.label),
            (Forwarding.Answer.NOBODY, Forwarding.Answer.NOBODY.label),
        ],
    )
    note = forms.CharField(
        label=_("Reason or remark"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Needed where nobody is nominated: it helps us in the next year."),
    )

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("answer") == Forwarding.Answer.NOBODY and not cleaned.get("note"):
            self.add_error("note", _("Write why nobody is nominated."))
        return cleaned


YES_NO = [("yes", pgettext_lazy("answer", "yes")), ("no", pgettext_lazy("answer", "no"))]


def _said(label: object) -> forms.TypedChoiceField:
    """A question that has to be answered with yes or no; neither stands there before."""
    return forms.TypedChoiceField(
        label=label,
        choices=YES_NO,
        widget=forms.RadioSelect,
        coerce=lambda value: value == "yes",
        error_messages={"required": _("Answer with yes or no.")},
    )


class StatementForm(OnceFormMixin, PlainTextMixin, forms.Form):
    """Employment, return to the post, leave for the whole stay, and a recommendation."""

    is_employed = _said(_("Is this person employed by your government?"))
    employed_since = PastDateField(
        label=_("Employed since"),
        required=False,
        help_text=_("For example 1 April 2015 or 2015-04-01."),
    )
    will_return = _said(_("Does this person return to their post after the training?"))
    grants_leave = _said(_("Do you grant leave for the whole stay in Japan?"))
    recommendation = forms.CharField(
        label=_("Recommendation"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("Write it here, in English or Japanese, or send it as a file below."),
    )
    file = forms.FileField(
        label=_("Recommendation as a file"),
        required=False,
        help_text=HELP,
        widget=forms.FileInput(attrs={"accept": ACCEPT}),
    )
    drop_file = forms.BooleanField(label=_("Take the earlier file out"), required=False)
    given_by = PersonNameField(label=_("Your name"), max_length=200)
    given_post = forms.CharField(label=_("Your post and section"), max_length=200, required=False)

    def __init__(self, *args, has_file: bool = False, **kwargs):
        super().__init__(*args, **kwargs)
        self.has_file = has_file
        if not has_file:
            del self.fields["drop_file"]

    def clean_employed_since(self) -> date | None:
        day = self.cleaned_data["employed_since"]
        if day and not OLDEST <= day <= timezone.localdate():
            raise ValidationError(_("Enter a day that has been."))
        return day

    def clean(self):
        cleaned = super().clean()
        kept = self.has_file and not cleaned.get("drop_file")
        has_text = bool((cleaned.get("recommendation") or "").strip())
        says_yes = all(cleaned.get(name) for name in ("is_employed", "will_return", "grants_leave"))
        if says_yes and not (has_text or kept or cleaned.get("file") or "file" in self.errors):
            self.add_error("recommendation", _("Write the recommendation or choose a file."))
        return cleaned


class LetterStatementForm(StatementForm):
    """A statement that came by letter, as the staff enter it."""

    language = forms.ChoiceField(label=_("Language of the letter"), choices=Language)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["given_by"].label = _("Who has signed it")
        self.fields["given_post"].label = _("Their post and section")
        self.fields["is_employed"].label = _("The person is employed there")
        self.fields["will_return"].label = _("The person returns to their post")
        self.fields["grants_leave"].label = _("Leave is granted for the whole stay")


class AskForm(OnceFormMixin, PlainTextMixin, forms.Form):
    """Whom to ask for the statement."""

    name = PersonNameField(label=_("Name"), max_length=200)
    email = AddressField(label=_("E-mail address"), max_length=254)
    language = forms.ChoiceField(label=_("Language of the mail"), choices=Language)
    message = forms.CharField(
        label=_("Your words in the mail"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class WithdrawForm(OnceFormMixin, PlainTextMixin, forms.Form):
    """Why a nomination is taken back."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("It stays in the history. The nominee is told, without the reason."),
    )


class ReplaceForm(OneNomineeForm):
    """Who takes the place of a nominee, and why."""

    reason = forms.CharField(
        label=_("Why the nominee is replaced"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("It stays in the history. The nominee is told, without the reason."),
    )
    override = forms.CharField(
        label=_("Reason for nominating after the last day or from another country"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args, is_staff: bool = False, **kwargs):
        super().__init__(*args, **kwargs)
        if not is_staff:
            del self.fields["override"]
        self.order_fields(["reason"])


def employer_of_tie(tie: Tie | None, employers) -> dict[str, object]:
    """What the form of a host begins with: the government of its tie, where the register has it,
    else its name to be entered.
    """
    if tie is None:
        return {}
    wanted = search_key(tie.partner_en)
    for each in employers:
        if (
            str(each.country) == str(tie.country)
            and search_key(each.organisation.name_en) == wanted
        ):
            return {"employer": each.pk}
    return {"new_employer": tie.partner_en}
