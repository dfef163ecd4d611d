"""What can be opened again, and the questions that the person then sees.

A field is asked by the form of its section, with all its checks: the other answers of the section
are put in as they were submitted, and only the opened ones are taken from what was sent. A list,
the needs and the health declaration are each opened as one (`wholes`).
"""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import get_language

from ..contents import APPLICATION, LINES, LIST, PERSON, Data, columns_of, overlaid, row_from
from ..forms import FORMS, StepForm
from ..models import Application, DocumentKind, Trainee
from ..steps import step_named
from ..versions import Judged, as_read
from .wholes import Questions, all_wholes, whole_named

DOCUMENT = "document"
NOT_OPENED = {"needs"}  # each half of it is opened as one, with its consent
# What contradicts the list beside it is opened with it, and the list with the answer.
TOGETHER = [
    {"lines.stay", "application.never_in_japan"},
    {"lines.refusal", "application.never_refused"},
]
CHECKED_TOGETHER = {"education", "japan"}  # sections whose lists may not say just anything
PLACE_OF: dict[type, str] = {Trainee: PERSON, Application: APPLICATION}


@dataclass(frozen=True)
class Reopenable:
    """One field that can be opened: "person.katakana", "document.photo"."""

    code: str
    label: str
    group: str


def section_forms() -> list[type[StepForm]]:
    """The forms of the sections that ask for columns of the person or of the application."""
    return [
        form
        for step, form in FORMS.items()
        if step not in NOT_OPENED and getattr(form._meta, "model", None) in PLACE_OF
    ]


def names_of(form: type[StepForm]) -> list[tuple[str, str]]:
    """The fields of one form: code and name."""
    place = PLACE_OF[form._meta.model]
    model = form._meta.model
    columns = {field.name for field in model._meta.concrete_fields}
    return [
        (f"{place}.{name}", name)
        for name, field in form.base_fields.items()
        if name in columns and not field.widget.is_hidden
    ]


def reopenable_fields(titles: dict[str, str]) -> list[Reopenable]:
    """Everything that can be opened, section by section, documents last; `titles` names the
    sections.
    """
    found = [
        Reopenable(code, str(form.base_fields[name].label), titles.get(form.step, form.step))
        for form in section_forms()
        for code, name in names_of(form)
    ]
    found += [
        Reopenable(whole.code, str(whole.label), titles.get(whole.step, whole.step))
        for whole in all_wholes()
    ]
    order = list(dict.fromkeys([*titles.values(), *(each.group for each in found)]))
    found.sort(key=lambda each: order.index(each.group))
    group = titles.get("documents", titles.get(DOCUMENT, ""))
    return found + [
        Reopenable(f"{DOCUMENT}.{kind.code}", kind.name, group)
        for kind in DocumentKind.objects.order_by("order", "code")
    ]


def is_reopenable(code: str) -> bool:
    if code.startswith(f"{DOCUMENT}."):
        kind = code.removeprefix(f"{DOCUMENT}.")
        return DocumentKind.objects.filter(code=kind).exists()
    if whole_named(code):
        return True
    return any(code == known for form in section_forms() for known, _name in names_of(form))


def with_what_belongs(codes: set[str]) -> set[str]:
    """The chosen fields, with those that could not be answered without each other."""
    return codes.union(*(pair for pair in TOGETHER if pair & codes))


def labels_of(codes: list[str]) -> list[str]:
    """The opened fields in the reader's words."""
    known = {
        code: str(form.base_fields[name].label)
        for form in section_forms()
        for code, name in names_of(form)
    }
    known |= {whole.code: str(whole.label) for whole in all_wholes()}
    kinds = document_codes(codes)
    if kinds:
        is_japanese = (get_language() or "ja") == "ja"
        column = "name_ja" if is_japanese else "name_en"
        rows = DocumentKind.objects.filter(code__in=kinds).values_list("code", column)
        known |= {f"{DOCUMENT}.{code}": name for code, name in rows}
    return [known.get(code, code) for code in codes]


def document_codes(codes: list[str]) -> list[str]:
    """The kinds of documents among the opened fields."""
    return [code.removeprefix(f"{DOCUMENT}.") for code in codes if code.startswith(f"{DOCUMENT}.")]


class Together(forms.Form):
    """It asks nothing; what is wrong between several answers stands at it."""


class ChangeForms:
    """The questions of one reopening, each in the form of its section. `values` are what was sent
    before and waits, else what was submitted.
    """

    def __init__(
        self,
        codes: list[str],
        read: Judged,
        proposed: Data,
        data: QueryDict | None = None,
    ):
        self.opened = set(codes)
        self.read = read
        self.forms: list[StepForm] = []
        self._names: list[tuple[StepForm, str, str]] = []
        for form_class in section_forms():
            names = [(code, name) for code, name in names_of(form_class) if code in self.opened]
            if names:
                form = self._form(form_class, names, read, proposed, data)
                self.forms.append(form)
                self._names += [(form, code, name) for code, name in names]
        add = data.get("add", "") if data is not None else ""
        self.wholes: dict[str, Questions] = {
            whole.code: whole.questions(read, proposed, data, add=add)
            for whole in all_wholes()
            if whole.code in self.opened
        }
        self.together = Together({} if data is not None else None)

    def _form(
        self,
        form_class: type[StepForm],
        names: list[tuple[str, str]],
        read: Judged,
        proposed: Data,
        data: QueryDict | None,
    ) -> StepForm:
        model = form_class._meta.model
        kept = dict(read.data.get(PLACE_OF[model], {}))
        kept |= {name: proposed[code] for code, name in names if code in proposed}
        row = row_from(model, kept)
        if data is None:
            return form_class(instance=row, **self._more(form_class, read))
        sent = QueryDict(mutable=True)
        opened = {name for _code, name in names}
        shown = form_class(instance=row, **self._more(form_class, read))
        for name, field in shown.fields.items():
            if name in opened:
                sent.setlist(name, data.getlist(name))
            else:
                _put(sent, name, field, shown[name].value())
        return form_class(sent, instance=row, **self._more(form_class, read))

    def _more(self, form_class: type[StepForm], read: Judged) -> dict[str, Any]:
        return {"complete": True, "application": read.application}

    @property
    def fields(self) -> list[forms.BoundField]:
        """The questions, in the order of the sections."""
        return [form[name] for form, _code, name in self._names]

    @property
    def all_forms(self) -> list[forms.BaseForm]:
        """Every form in which a fault can stand."""
        return [
            *self.forms,
            *(form for questions in self.wholes.values() for form in questions.forms),
            self.together,
        ]

    def is_valid(self) -> bool:
        """Whether what was sent to the opened fields is good, each in itself and all together; the
        others are as they were.
        """
        for form in self.forms:
            form.full_clean()
            opened = {name for each, _code, name in self._names if each is form}
            for name in list(form.errors):
                if name not in opened:
                    del form.errors[name]
        are_whole = [questions.is_valid() for questions in self.wholes.values()]
        if any(form.errors for form in self.forms) or not all(are_whole):
            return False
        for words in self._faults_together():
            self.together.add_error(None, words)
        return not self.together.errors

    def _faults_together(self) -> list[str]:
        """What is wrong with a section as it would then be, where one of its lists was opened."""
        steps = {
            whole.step
            for whole in all_wholes()
            if whole.code in self.opened and whole.code.startswith(f"{LIST}.")
        }
        read = self.read
        after = as_read(read.application, overlaid(read.data, self.values()), read.files)
        row = after.application
        row.__dict__["_lines"] = {model: after.lines(code) for code, model in LINES.items()}
        found = [step_named(code) for code in sorted(steps & CHECKED_TOGETHER)]
        return [text for step in found if step for _field, text in step.faults(row)]

    def values(self) -> Data:
        """What was sent, as JSON keeps it, field by field."""
        found: Data = {}
        for form, code, name in self._names:
            row = form.instance
            setattr(row, name, form.cleaned_data.get(name))
            found[code] = columns_of(row)[name]
        return found | {code: questions.value() for code, questions in self.wholes.items()}


def _put(sent: QueryDict, name: str, field: forms.Field, value: object) -> None:
    """One answer as a browser would have sent it."""
    if isinstance(field, forms.BooleanField):
        if value:
            sent[name] = "on"
    elif value is not None:
        sent[name] = str(field.prepare_value(value))
