"""Editing without loss: drafts that save themselves, edits that went stale, forms sent twice."""

import hashlib
import json
import re
import uuid
from collections.abc import Callable, Collection
from datetime import time, timedelta

from django import forms
from django.db import models, transaction
from django.forms.models import model_to_dict
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from .models import FormDraft, PersonalLink, Submission, User, Versioned

DRAFT_MAX_CHARACTERS = 100_000
NEVER_KEPT = frozenset({"csrfmiddlewaretoken", "version", "once"})
_NOT_STORABLE = re.compile(r"[\x00\ud800-\udfff]")  # PostgreSQL refuses them in JSON


def version_of(
    row: models.Model,
    fields: Collection[str] | None = None,
    exclude: Collection[str] | None = None,
) -> str:
    """What a form must bring back to show that it knew this row: the number of a `Versioned` row,
    else the digest of the fields that the form shows. A row that is not saved yet has none.
    """
    if row.pk is None or row._state.adding:
        return ""
    if isinstance(row, Versioned):
        return str(row.version)
    shown = {name: str(value) for name, value in model_to_dict(row, fields, exclude).items()}
    return hashlib.sha256(json.dumps(shown, sort_keys=True).encode()).hexdigest()[:16]


class VersionedFormMixin:
    """A ModelForm that refuses an edit of a row that began before somebody else's.

    The view locks the row, so that the comparison and the save see the same version. A refused form
    shows both versions; sent again, it carries the new one and replaces the other edit knowingly.
    """

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._now = version_of(self.instance, self._meta.fields, self._meta.exclude)
        self.fields["version"] = forms.CharField(
            widget=forms.HiddenInput, required=False, initial=self._now
        )
        self.stale = False
        self._saved = {name: self.initial.get(name) for name in self.fields}

    def clean(self):
        cleaned = super().clean()
        if self._now and self.data.get(self.add_prefix("version")) != self._now:
            self.stale = True
            self.data = self.data.copy()
            self.data[self.add_prefix("version")] = self._now
            self.add_error(
                None,
                forms.ValidationError(
                    gettext_lazy(
                        "Somebody else has changed this page since you opened it. Nothing has been "
                        "saved yet. Compare the two versions below, then save again to keep yours."
                    ),
                    code="stale",
                ),
            )
        return cleaned

    def conflicts(self) -> list[dict[str, object]]:
        """The fields in which the saved row and what was typed differ, in the reader's words."""
        return differences(self, self._saved)

    def save(self, commit: bool = True):
        if isinstance(self.instance, Versioned):
            self.instance.version += 1
        return super().save(commit=commit)


def differences(form: forms.BaseForm, saved: dict[str, object]) -> list[dict[str, object]]:
    """Each field whose saved value is another than the one that stands in the form."""
    found = []
    for bound in form.visible_fields():
        before = as_read(bound.field, bound.field.prepare_value(saved.get(bound.name)))
        after = as_read(bound.field, bound.value())
        if before != after:
            found.append({"label": bound.label, "saved": before, "typed": after})
    return found


def as_read(field: forms.Field, value: object) -> str:
    """A value in the words of the page: the name of a choice, yes or no, the text itself."""
    if isinstance(field, forms.BooleanField):
        return pgettext("answer", "yes") if value else pgettext("answer", "no")
    if isinstance(value, list):
        return pgettext("between names", ", ").join(as_read(field, each) for each in value)
    if isinstance(value, time):
        value = f"{value:%H:%M}"
    text = "" if value is None else str(value)
    choices = getattr(field, "choices", None)
    if text and choices is not None:
        return str({str(key): label for key, label in choices}.get(text, text))
    return text.replace("\r\n", "\n").strip()


class KeyField(forms.UUIDField):
    """A key that a browser garbled is taken as none: the form is then a new one."""

    def to_python(self, value):
        try:
            return super().to_python(value)
        except forms.ValidationError:
            return None


class OnceFormMixin:
    """A form that creates something; its hidden key makes a second click harmless."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["once"] = KeyField(widget=forms.HiddenInput, required=False, initial=uuid.uuid4)


def key_of(data: QueryDict) -> uuid.UUID | None:
    """The key that a button without further fields brings along."""
    return KeyField(required=False).clean(data.get("once"))


def in_words(error: Exception) -> str:
    """What an error says to the user, whether a rule or a form has raised it."""
    return " ".join(error.messages) if isinstance(error, forms.ValidationError) else str(error)


@transaction.atomic
def once(sender: User | PersonalLink, key: uuid.UUID | None, create: Callable[[], str]) -> str:
    """Call `create` unless this form was sent before, by a person or by whoever holds a link; the
    address of the result either way.

    The key is claimed first and in the same transaction, so that of two clicks at once the second
    waits and is then shown what the first has made. A form without a key (a browser that dropped
    it) is taken as a new one.
    """
    who = {"user": sender} if isinstance(sender, User) else {"link": sender}
    claim, is_new = Submission.objects.get_or_create(
        key=key or uuid.uuid4(), defaults={**who, "result": ""}
    )
    if not is_new:
        if (claim.user or claim.link) != sender:
            raise forms.ValidationError(_("This form belongs to somebody else. Open it anew."))
        return claim.result
    claim.result = create()
    claim.save(update_fields=["result"])
    return claim.result


def keep_draft(user: User, form: str, data: QueryDict) -> FormDraft | None:
    """Keep what was typed, as it was typed but for what no database stores; None where it is too
    long to be kept.
    """
    values = {
        _storable(name): [_storable(value) for value in data.getlist(name)]
        for name in data
        if name not in NEVER_KEPT
    }
    if len(json.dumps(values, ensure_ascii=False)) > DRAFT_MAX_CHARACTERS:
        return None
    draft, _created = FormDraft.objects.update_or_create(
        user=user, form=form, defaults={"values": values}
    )
    return draft


def _storable(text: str) -> str:
    return _NOT_STORABLE.sub("", text)


def keeps_draft(
    name_of: Callable[..., str], *, leave_out: Callable[[QueryDict], QueryDict] | None = None
) -> Callable[[Callable], Callable]:
    """Declare under which name a page keeps its draft: what is sent to it after the session has
    ended is then kept, too. `name_of` takes the parts of the address; `leave_out` gives what may
    be kept of what was sent.
    """

    def declare(view: Callable) -> Callable:
        view.draft_name = name_of
        view.draft_of_sent = leave_out or (lambda data: data)
        return view

    return declare


def draft_of(user: User, form: str) -> FormDraft | None:
    """What this person typed into this form and has not saved, not older than thirty days."""
    since = timezone.now() - timedelta(days=30)
    return FormDraft.objects.filter(user=user, form=form, saved_at__gte=since).first()


def drop_draft(user: User, form: str) -> None:
    """The form was saved: what was typed stands in its rows now."""
    FormDraft.objects.filter(user=user, form=form).delete()


def initial_from(
    draft: FormDraft | None, form_class: type[forms.BaseForm], prefix: str = ""
) -> dict[str, object]:
    """The draft's values as initial values of a form. A box that was emptied is sent by no browser;
    it is empty again.
    """
    if draft is None:
        return {}
    data = QueryDict(mutable=True)
    for name, values in draft.values.items():
        data.setlist(name, values)
    names = {name: f"{prefix}-{name}" if prefix else name for name in form_class.base_fields}
    return {
        name: field.widget.value_from_datadict(data, {}, names[name])
        for name, field in form_class.base_fields.items()
        if not field.widget.value_omitted_from_data(data, {}, names[name])
    }


def autosave_answer(request: HttpRequest, form: str, data: QueryDict | None = None) -> HttpResponse:
    """Keep the draft and say so in one sentence, for the line under the form. `data` is what of the
    sent may be kept, where it is not all.
    """
    draft = keep_draft(request.user, form, request.POST if data is None else data)
    if draft is None:
        text = _("This is too long to be kept by itself. Save it with the button.")
    else:
        at = timezone.localtime(draft.saved_at)
        text = _("Kept by itself at {time}. Nothing has been submitted yet.").format(
            time=at.strftime("%H:%M")
        )
    return HttpResponse(text, content_type="text/plain; charset=utf-8")
