"""What is opened as one: a list with all its lines, the needs, the health declaration; an app above
adds its own. Each says what it asks, how it is taken over, and of which section it is.

Diet, belief and health are asked with their consent. It counts at once, as in the section: with
"no" the answers are erased everywhere; a "yes" lets the new answers wait for approval.
"""

from copy import copy
from itertools import zip_longest
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from ..consents import consents_of, give_consent, texts_in_force, withdraw_consent
from ..contents import CONSENT, LINES, LIST, Data, columns_of, row_from
from ..forms import FORMS, ROWS, LineRows, StepForm
from ..forms.needs import AGREES, SAID
from ..health import DETAILS, QUESTIONS
from ..models import Application, ConsentKind, HealthDeclaration
from ..services import TraineeError
from ..versions import Judged


class Questions:
    """What the page asks of one whole, filled with what was proposed or else submitted."""

    template = ""
    forms: list[forms.BaseForm]
    more: dict[str, Any]

    def is_valid(self) -> bool:
        return not [form for form in self.forms if not form.is_valid()]

    def value(self) -> Any:
        """What was sent, as a version keeps it."""
        raise NotImplementedError


class Whole:
    """Something that is opened as one; `code` names it among the opened fields."""

    code = ""
    step = ""
    label: object = ""

    def questions(
        self, read: Judged, proposed: Data, data: QueryDict | None, *, add: str = ""
    ) -> Questions:
        raise NotImplementedError

    def settle(self, application: Application, value: Any) -> None:
        """What counts as soon as it is sent, whatever becomes of the change."""

    def apply(self, application: Application, value: Any) -> None:
        """Write the approved value into the rows."""
        raise NotImplementedError


_wholes: dict[str, Whole] = {}


def register_whole(whole: Whole) -> Whole:
    """Declare something that is opened as one."""
    _wholes[whole.code] = whole
    return whole


def whole_named(code: str) -> Whole | None:
    return _wholes.get(code)


def all_wholes() -> list[Whole]:
    return list(_wholes.values())


# Lists ------------------------------------------------------------------------------------------
class ListQuestions(Questions):
    """The lines as they stand in the section, to be put right, added to and emptied."""

    template = "trainees/_lines.html"

    def __init__(self, rows: LineRows, kept: list[Data]):
        self.rows, self.kept = rows, kept
        self.forms = list(rows.forms)
        self.more = {"lines": rows}

    def is_valid(self) -> bool:
        return self.rows.is_valid()

    def value(self) -> list[Data]:
        if not self.rows.is_sent:
            return self.kept
        model = self.rows.form._meta.model
        return [columns_of(model(**values)) for values in self.rows.typed_values()]


class List(Whole):
    """All lines of one kind."""

    def __init__(self, name: str, step: str, rows: type[LineRows]):
        self.name, self.step, self.rows, self.label = name, step, rows, rows.title
        self.code = f"{LIST}.{name}"

    def questions(
        self, read: Judged, proposed: Data, data: QueryDict | None, *, add: str = ""
    ) -> Questions:
        kept = proposed.get(self.code, read.data.get(LIST, {}).get(self.name, []))
        saved = [row_from(LINES[self.name], line) for line in kept]
        return ListQuestions(self.rows(saved, data, add=add == self.rows.prefix), kept)

    def apply(self, application: Application, value: Any) -> None:
        model = LINES[self.name]
        saved = model._default_manager.filter(application=application)
        for order, (line, kept) in enumerate(zip_longest(list(saved), value), start=1):
            if kept is None:
                line.delete()
                continue
            row: Any = row_from(model, kept, line or model(application=application))
            row.order = order
            row.version += bool(line)
            row.save()


# Needs and health -------------------------------------------------------------------------------
class CareQuestions(Questions):
    """One half of the section: its consent, and what is said on its ground."""

    template = "trainees/_care_questions.html"

    def __init__(self, kind: ConsentKind, form: StepForm, kept: Data):
        self.kind, self.form, self.kept = kind, form, kept
        self.names = (AGREES[kind], *SAID[kind])
        self.forms = [form]
        self.more = {
            "kind": kind,
            "text": texts_in_force(timezone.localdate())[kind],
            "fields": [form[name] for name in self.names],
        }

    def is_valid(self) -> bool:
        self.form.full_clean()
        for name in list(self.form.errors):
            if name not in self.names:
                del self.form.errors[name]
        return not self.form.errors

    def value(self) -> Data:
        cleaned = self.form.cleaned_data
        if cleaned[AGREES[self.kind]] is not True:
            return {"agrees": False}
        if self.kind == ConsentKind.NEEDS:
            return {"agrees": True, **{name: cleaned[name] for name in SAID[self.kind]}}
        answers = {code: cleaned.get(f"health_{code}") for code in QUESTIONS}
        answers[DETAILS] = cleaned.get("health_details") or ""
        is_same = answers == self.kept.get("answers")
        declared_at = self.kept["declared_at"] if is_same else timezone.now().isoformat()
        return {"agrees": True, "answers": answers, "declared_at": declared_at}


class Care(Whole):
    """Diet and belief, or health, with the consent that it needs."""

    step = "needs"

    def __init__(self, kind: ConsentKind, label: object):
        self.kind, self.label = kind, label
        self.code = f"{CONSENT}.{kind}"

    def questions(
        self, read: Judged, proposed: Data, data: QueryDict | None, *, add: str = ""
    ) -> Questions:
        kept = proposed.get(self.code) or self._kept(read)
        row = copy(read.application)
        row._state = copy(row._state)
        row._state.fields_cache = {**row._state.fields_cache}
        agrees = kept.get("agrees")
        row.__dict__[f"agrees_to_{self.kind}"] = agrees is True
        setattr(row, f"declines_{self.kind}", agrees is False)
        for name in ("dietary_needs", "religious_needs"):
            setattr(row, name, kept.get(name, ""))
        answers = kept.get("answers")
        health = HealthDeclaration(answers=answers) if answers else None
        row._state.fields_cache["health"] = health
        options: dict[str, Any] = {"complete": True, "application": read.application}
        form = FORMS["needs"](instance=row, **options)
        if data is not None:
            sent = QueryDict(mutable=True)
            for name in (AGREES[self.kind], *SAID[self.kind]):
                sent.setlist(name, data.getlist(name))
            sent["version"] = str(row.version)
            form = FORMS["needs"](sent, instance=row, **options)
        return CareQuestions(self.kind, form, kept)

    def _kept(self, read: Judged) -> Data:
        """What counts now, with the consent that stands or the refusal."""
        row = read.application
        if self.kind not in consents_of(row):
            return {"agrees": False} if getattr(row, f"declines_{self.kind}") else {}
        if self.kind == ConsentKind.NEEDS:
            return {"agrees": True, **{name: getattr(row, name) for name in SAID[self.kind]}}
        return {"agrees": True, **(read.data.get("health") or {})}

    def settle(self, application: Application, value: Data) -> None:
        if value["agrees"]:
            give_consent(application, self.kind, language=(get_language() or "en")[:2])
        elif self.kind in consents_of(application):
            withdraw_consent(application, self.kind)

    def apply(self, application: Application, value: Data) -> None:
        if value["agrees"] and self.kind not in consents_of(application):
            raise TraineeError(_("The person has taken the consent back."))
        setattr(application, f"declines_{self.kind}", not value["agrees"])
        changed = [f"declines_{self.kind}"]
        if self.kind == ConsentKind.NEEDS:
            for name in SAID[self.kind]:
                setattr(application, name, value.get(name, ""))
                changed.append(name)
        elif value["agrees"]:
            row = HealthDeclaration.objects.filter(application=application).first()
            row = row or HealthDeclaration(application=application)
            row.answers, row.declared_at = value["answers"], value["declared_at"]
            row.version += 0 if row._state.adding else 1
            row.save()
        application.save(update_fields=changed)


_NAME_OF = {model: name for name, model in LINES.items()}
for _step, _lists in ROWS.items():
    for _rows in _lists:
        register_whole(List(_NAME_OF[_rows.form._meta.model], _step, _rows))
register_whole(Care(ConsentKind.NEEDS, gettext_lazy("Food and belief")))
register_whole(Care(ConsentKind.HEALTH, gettext_lazy("Health declaration")))
