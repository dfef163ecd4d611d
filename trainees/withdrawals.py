"""A person takes back their own application: what follows, told before and done after.

What the apps above have to undo (a nomination, a placement) they declare in their own
`withdrawals.py`, found by autodiscovery. Everything is one transaction, under the lock of the
cycle: asked for twice, it is done and mailed once.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import User
from notices.mails import queue_or_refuse
from schedule.models import Cycle

from .models import Application
from .services import CYCLE_CLOSED, TraineeError, withdraw_application
from .states import EDITABLE, ApplicationState
from .timeline import facts_of


@dataclass(frozen=True)
class Consequence:
    """What an app above knows of a withdrawal: `words` says to the person what follows, `follow`
    does it and gives what staff should read of it.
    """

    order: int
    words: Callable[[Application], list[str]]
    follow: Callable[[Application, User, str], list[str]]


_consequences: list[Consequence] = []


def withdrawal_consequence(consequence: Consequence) -> Consequence:
    """Declare what follows in an app above."""
    _consequences.append(consequence)
    _consequences.sort(key=lambda each: each.order)
    return consequence


def reason_against_withdrawal(application: Application) -> str | None:
    """Why the person cannot withdraw by themselves, or None."""
    if application.state == ApplicationState.WITHDRAWN:
        return _("This application has been withdrawn already.")
    if application.cycle.state != Cycle.State.OPEN:
        return str(CYCLE_CLOSED)
    starts_on = facts_of(application).get("starts_on")
    if starts_on and starts_on <= timezone.localdate():
        return _(
            "Your stay in Japan has begun. Ending it early concerns your residence status, lodging "
            "and allowance: talk to your host and to us first."
        )
    return None


def what_follows(application: Application) -> list[str]:
    """What the withdrawal brings with it, in the reader's language, before it is done."""
    if application.state in EDITABLE and application.submitted_at is None:
        words = [_("Your application is not submitted, and nobody will read or judge it.")]
    elif facts_of(application).get("decided_on"):
        words = []  # the review has ended; what becomes of the place, the apps above know
    elif application.state == ApplicationState.FROZEN:
        words = [_("The review of your application ends.")]
    else:
        words = [_("We stop checking your application; nobody will judge it.")]
    for consequence in _consequences:
        words += consequence.words(application)
    words += [
        _("We tell your overseas office, if one sent your nomination, and the programme's office."),
        _("You can still read your application, and its case number stays yours."),
        _(
            "A withdrawal cannot be taken back. To take part after all, your government nominates "
            "you anew."
        ),
    ]
    return words


@transaction.atomic
def withdraw_own(application: Application, *, reason: str, by: User) -> Application:
    """The person takes it back with a reason; a second time changes nothing and mails nothing.

    Raises TraineeError where it cannot be taken back any more.
    """
    reason = reason.strip()
    if not reason:
        raise TraineeError(_("Write the reason; staff read it."))
    locked = _lock(application)
    if locked.state == ApplicationState.WITHDRAWN:
        return locked
    if against := reason_against_withdrawal(locked):
        raise TraineeError(against)
    return _withdraw(locked, reason=reason, by=by, person=by)


@transaction.atomic
def withdraw_for(application: Application, *, reason: str, by: User) -> Application:
    """Staff withdraw it for the person, who said so by telephone or letter, also once the stay has
    begun; everything else follows as from the person's own withdrawal, and the person is mailed.
    """
    reason = reason.strip()
    if not reason:
        raise TraineeError(_("Write the reason; staff read it."))
    locked = _lock(application)
    if locked.state == ApplicationState.WITHDRAWN:
        return locked
    if locked.cycle.state != Cycle.State.OPEN:
        raise TraineeError(str(CYCLE_CLOSED))
    return _withdraw(locked, reason=reason, by=by, person=locked.trainee.user)


def _lock(application: Application) -> Application:
    """The application behind its cycle, which the board locks first, too."""
    Cycle.objects.select_for_update(of=("self",), no_key=True).get(pk=application.cycle_id)
    return (
        Application.objects.select_for_update(of=("self",))
        .with_names()
        .select_related("trainee__user", "cycle__programme__operator")
        .get(pk=application.pk)
    )


def _withdraw(locked: Application, *, reason: str, by: User, person: User | None) -> Application:
    followed = [
        words for consequence in _consequences for words in consequence.follow(locked, by, reason)
    ]
    withdraw_application(locked, by=by, reason=reason)
    if person is not None:  # who never signed in has no account to be told by
        _tell_person(locked, person)
    _tell_office(locked, followed)
    return locked


def tell_of_withdrawal(
    application: Application,
    *,
    to: str,
    to_name: str,
    language: str,
    words: list[str],
    address: str = "",
) -> None:
    """Mail one of those who have to know; each address once for each withdrawal.

    The reason stays in the portal: it may tell of health or of the family.
    """
    with translation.override(language):
        context: dict[str, object] = {
            "programme": application.cycle.programme.name,
            "fiscal_year": application.cycle.year_label,
            "case_number": application.case_number,
            "person": application.trainee.passport_name,
            "employer": application.employer,
            "words": [str(each) for each in words],
            "address": address,
            "contact": application.cycle.programme.contact_email,
        }
    _queue(application, "withdrawal_told", to, to_name, language, context)


def _tell_person(application: Application, by: User) -> None:
    with translation.override(by.language):
        context: dict[str, object] = {
            "programme": application.cycle.programme.name,
            "fiscal_year": application.cycle.year_label,
            "case_number": application.case_number,
            "status_address": settings.SITE_URL + reverse("trainees:status"),
            "contact": application.cycle.programme.contact_email,
        }
    name = application.trainee.called
    _queue(application, "withdrawal_confirmed", by.email, name, by.language, context)


def _tell_office(application: Application, followed: list[str]) -> None:
    programme = application.cycle.programme
    with translation.override("ja"):
        followed = [*followed, _("The reason stands in the history of the application.")]
        name = programme.contact_unit_ja
        address = settings.SITE_URL + reverse("desk:application", args=[application.public_id])
    tell_of_withdrawal(
        application,
        to=programme.contact_email,
        to_name=name,
        language="ja",
        words=followed,
        address=address,
    )


def _queue(
    application: Application,
    template: str,
    to: str,
    to_name: str,
    language: str,
    context: dict[str, object],
) -> None:
    queue_or_refuse(
        refuse=TraineeError,
        key=f"{template}:{application.public_id}:{to}",
        to=to,
        to_name=to_name,
        language=language,
        template=template,
        context=context,
        related=f"trainees.Application:{application.pk}",
    )
