"""Editing without loss: drafts that save themselves, edits that went stale, forms sent twice."""

import json
import re
import uuid
from collections.abc import Callable
from datetime import timedelta

from django import forms
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .models import FormDraft, Submission, User

DRAFT_MAX_CHARACTERS = 100_000
NEVER_KEPT = frozenset({"csrfmiddlewaretoken", "version", "once"})
_NOT_STORABLE = re.compile(r"[\x00\ud800-\udfff]")  # PostgreSQL refuses them in JSON


class VersionedFormMixin:
    """A ModelForm for a `Versioned` row: it refuses an edit that began before somebody else's.

    The view locks the row, so that the comparison and the save see the same version. A refused form
    shows both versions; sent again, it carries the new number and replaces the other edit
    knowingly.
    """

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["version"] = forms.IntegerField(
            widget=forms.HiddenInput, required=False, initial=self.instance.version
        )
        self.stale = False
        self._saved = {name: self.initial.get(name) for name in self.fields}

    def clean(self):
        cleaned = super().clean()
        if self.instance.pk and self.data.get(self.add_prefix("version")) != str(
            self.instance.version
        ):
            self.stale = True
            self.data = self.data.copy()
            self.data[self.add_prefix("version")] = str(self.instance.version)
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
        """The fields in which the saved row and what was typed differ."""
        found = []
        for bound in self.visible_fields():
            saved = bound.field.prepare_value(self._saved.get(bound.name))
            typed = bound.value()
            if str(saved or "") != str(typed or ""):
                found.append({"label": bound.label, "saved": saved, "typed": typed})
        return found

    def save(self, commit: bool = True):
        self.instance.version += 1
        return super().save(commit=commit)


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


@transaction.atomic
def once(user: User, key: uuid.UUID | None, create: Callable[[], str]) -> str:
    """Call `create` unless this form was sent before; the address of the result either way.

    The key is claimed first and in the same transaction, so that of two clicks at once the second
    waits and is then shown what the first has made. A form without a key (a browser that dropped
    it) is taken as a new one.
    """
    claim, is_new = Submission.objects.get_or_create(
        key=key or uuid.uuid4(), defaults={"user": user, "result": ""}
    )
    if not is_new:
        if claim.user_id != user.pk:
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


def keeps_draft(name_of: Callable[..., str]) -> Callable[[Callable], Callable]:
    """Declare under which name a page keeps its draft: what is sent to it after the session has
    ended is then kept, too. `name_of` takes the parts of the address.
    """

    def declare(view: Callable) -> Callable:
        view.draft_name = name_of
        return view

    return declare


def draft_of(user: User, form: str) -> FormDraft | None:
    """What this person typed into this form and has not saved, not older than thirty days."""
    since = timezone.now() - timedelta(days=30)
    return FormDraft.objects.filter(user=user, form=form, saved_at__gte=since).first()


def drop_draft(user: User, form: str) -> None:
    """The form was saved: what was typed stands in its rows now."""
    FormDraft.objects.filter(user=user, form=form).delete()


def initial_from(draft: FormDraft | None, form_class: type[forms.BaseForm]) -> dict[str, object]:
    """The draft's values as initial values of a form."""
    if draft is None:
        return {}
    data = QueryDict(mutable=True)
    for name, values in draft.values.items():
        data.setlist(name, values)
    return {
        name: field.widget.value_from_datadict(data, {}, name)
        for name, field in form_class.base_fields.items()
        if name in draft.values
    }


def autosave_answer(request: HttpRequest, form: str) -> HttpResponse:
    """Keep the draft and say so in one sentence, for the line under the form."""
    draft = keep_draft(request.user, form, request.POST)
    if draft is None:
        text = _("This is too long to be kept by itself. Save it with the button.")
    else:
        at = timezone.localtime(draft.saved_at)
        text = _("Kept by itself at {time}. Nothing has been submitted yet.").format(
            time=at.strftime("%H:%M")
        )
    return HttpResponse(text, content_type="text/plain; charset=utf-8")
