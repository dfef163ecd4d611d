"""The sections of this app: what is missing in each, and how its answers are shown."""

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import cast

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import User
from files.encrypted import masked

from ..consents import consents_of
from ..forms import FORMS, ROWS, STEPS
from ..forms.lines import line_answers
from ..forms.needs import UNANSWERED
from ..forms.people import NO_PASSPORT
from ..forms.sections import NO_REASON
from ..health import DETAILS, QUESTIONS
from ..lines import lines_of
from ..models import (
    Application,
    ConsentKind,
    Education,
    HealthDeclaration,
    StayInJapan,
    VisaRefusal,
)
from ..needed import MISSING, NEEDED, OF_THE_PERSON
from . import CONFIRM, Answer, Fault, Step, register_step

ONLY_FOR_THE_PERSON = frozenset({"needs"})  # and staff; an office reads it of nobody


def _missing(application: Application, code: str) -> list[Fault]:
    row = application.trainee if code in OF_THE_PERSON else application
    return [(name, str(MISSING[name])) for name in NEEDED[code] if _is_empty(getattr(row, name))]


def _is_empty(value: object) -> bool:
    """Level 0 ("not at all") and "no" are answers; nothing and blanks are none."""
    return value is None or not str(value).strip()


def _of_person(application: Application) -> list[Fault]:
    person, found = application.trainee, _missing(application, "person")
    promised = person.passport_promised_on
    if person.passport_number:
        if person.passport_expires_on is None:
            found.append(("passport_expires_on", _("Enter the day on which it expires.")))
        elif person.passport_expires_on < timezone.localdate():
            words = _("Your passport has expired. Say until when your new passport follows.")
            found.append(("passport_expires_on", words))
    elif promised is None:
        found.append(("passport_number", str(NO_PASSPORT)))
    elif promised < timezone.localdate():
        words = _("Your passport was to follow by {day}. Enter its number, or a new day.")
        found.append(("passport_number", words.format(day=date_format(promised))))
    return found


def _of_needs(application: Application) -> list[Fault]:
    found = []
    if not (application.agrees_to_needs or application.declines_needs):
        found.append(("agree_needs", str(UNANSWERED[ConsentKind.NEEDS])))
    if application.agrees_to_health and not application.has_declared:
        found.append(("agree_health", _("Answer each question on your health.")))
    elif not (application.agrees_to_health or application.declines_health):
        found.append(("agree_health", str(UNANSWERED[ConsentKind.HEALTH])))
    return found


def _of_employer(application: Application) -> list[Fault]:
    found = _missing(application, "employer")
    born, employed = application.trainee.born_on, application.employed_since
    if born and employed and employed <= born:
        words = _("The day of your employment lies before your date of birth. Check both.")
        found.append(("employed_since", words))
    if application.is_national_official and not application.national_reason.strip():
        found.append(("national_reason", str(NO_REASON)))
    return found


def _of_education(application: Application) -> list[Fault]:
    if lines_of(application)[Education]:
        return []
    return [("education-1-school", _("Enter at least the last school that you finished."))]


def _of_japan(application: Application) -> list[Fault]:
    lines, found = lines_of(application), []
    if application.never_in_japan and lines[StayInJapan]:
        words = _("You say that you have never been in Japan, and name a stay. Correct one.")
        found.append(("never_in_japan", words))
    elif not application.never_in_japan and not lines[StayInJapan]:
        words = _("Name your earlier stays in Japan, or say that you have never been there.")
        found.append(("never_in_japan", words))
    if application.never_refused and lines[VisaRefusal]:
        words = _("You say that no visa was ever refused, and name a refusal. Correct one.")
        found.append(("never_refused", words))
    elif not application.never_refused and not lines[VisaRefusal]:
        words = _("Name each refusal of a visa, or say that there was none.")
        found.append(("never_refused", words))
    return found


def _of_field(application: Application) -> list[Fault]:
    found = _missing(application, "field")
    begins, ends = application.available_from, application.available_until
    if begins and ends and ends <= begins:
        found.append(("available_until", _("This day lies before the first one.")))
    return found


OWN_FAULTS: dict[str, Callable[[Application], list[Fault]]] = {
    "person": _of_person,
    "needs": _of_needs,
    "employer": _of_employer,
    "education": _of_education,
    "japan": _of_japan,
    "field": _of_field,
}


# Answers ----------------------------------------------------------------------------------------


def may_read(code: str, application: Application, reader: User) -> bool:
    """Health and belief are read by the person and by staff; everything else by all who may read
    the application.
    """
    is_own = application.trainee.user_id == reader.pk
    return code not in ONLY_FOR_THE_PERSON or is_own or reader.is_staff


def _answers(code: str, application: Application, reader: User) -> list[Answer]:
    """Everything that was answered in a section; once submitted, the person as they were then."""
    row = application.judged_person if code in OF_THE_PERSON else application
    form = FORMS[code]
    found = [
        Answer(name, form.base_fields[name].label, _shown(row, name))
        for name in form._meta.fields or ()
    ]
    if code == "person":
        found = [_masked(answer, application) for answer in found]
    lines = lines_of(application)
    for rows in ROWS.get(code, ()):
        model = rows.form._meta.model
        texts = [line_answers(line) for line in lines[model]]
        found.append(Answer(model._meta.model_name, rows.title, "\n".join(texts)))
    return found


def _masked(answer: Answer, application: Application) -> Answer:
    """The number of the passport is no part of what is kept of the person; it is shown masked."""
    if answer.name != "passport_number":
        return answer
    return Answer(answer.name, answer.label, masked(application.trainee.passport_number))


def _needs_answers(application: Application, reader: User) -> list[Answer]:
    """What was said with a consent, each with its version and day; a refusal says itself."""
    if not may_read("needs", application, reader):
        return []
    consents = consents_of(application)
    form, found = FORMS["needs"], []
    for kind, is_refused in (
        (ConsentKind.NEEDS, application.declines_needs),
        (ConsentKind.HEALTH, application.declines_health),
    ):
        words = ""
        if consent := consents.get(kind):
            words = _("agreed on {day}, version {version} of the text").format(
                day=date_format(timezone.localdate(consent.given_at)),
                version=consent.text.version,
            )
        elif is_refused:
            words = _("refused; nothing is kept")
        found.append(Answer(kind, _("Consent: {what}").format(what=kind.label), words))
        if kind == ConsentKind.NEEDS and consent:
            found += [
                Answer(name, form.base_fields[name].label, getattr(application, name))
                for name in form._meta.fields or ()
            ]
    if ConsentKind.HEALTH in consents:
        found += _health_answers(application)
    return found


def _health_answers(application: Application) -> list[Answer]:
    declaration: HealthDeclaration | None = getattr(application, "health", None)
    if declaration is None:
        return []
    said = cast(dict[str, object], declaration.answers)
    found = [Answer(code, label, _yes_or_no(said.get(code))) for code, label in QUESTIONS.items()]
    label = FORMS["needs"].base_fields["health_details"].label
    return [*found, Answer("health_details", label, said.get(DETAILS, ""))]


def _yes_or_no(value: object) -> str:
    if value is None:
        return ""
    return pgettext("answer", "yes") if value else pgettext("answer", "no")


def _shown(row: object, name: str) -> object:
    """A value in the reader's words."""
    value = getattr(row, name)
    if isinstance(value, bool):
        return _yes_or_no(value)
    if isinstance(value, date):
        return date_format(value)
    if name in {"nationality", "residence"}:
        return getattr(value, "name", "")
    display = getattr(row, f"get_{name}_display", None)
    if display and value not in (None, ""):
        return display()
    return value


for _number, (_code, _title) in enumerate(STEPS.items(), start=1):
    if _code != CONFIRM:
        register_step(
            Step(
                code=_code,
                title=_title,
                order=_number * 10,
                faults=OWN_FAULTS.get(_code, partial(_missing, code=_code)),
                answers=_needs_answers if _code == "needs" else partial(_answers, _code),
            )
        )
