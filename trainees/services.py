"""What people, staff and the apps above do with applications."""

from datetime import date
from functools import partial

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.moves import make_move
from notices.mails import queue_or_refuse
from schedule.models import Cycle, Deadline
from schedule.vocabulary import DeadlineCode

from .duplicates import kept_record
from .models import Application, SendingGovernment, Trainee
from .reopening.ending import end_reopenings_of
from .states import APPLICATION_MOVES, ApplicationState
from .steps import steps_of_dossier
from .submission import follow_submission
from .versions import keep_given_passport, keep_what_is_judged

CYCLE_CLOSED = gettext_lazy("This cycle is closed; its applications can no longer be changed.")
NOT_AGREED = gettext_lazy(
    "Tick that you agree to the use of your data; nothing can be submitted without it."
)


class TraineeError(Exception):
    """A rule about candidates was broken. The message is written for the user."""


_move = partial(make_move, table=APPLICATION_MOVES, refuse=TraineeError)


@transaction.atomic
def create_application(
    *,
    trainee: Trainee,
    cycle: Cycle,
    sending_government: SendingGovernment | None = None,
) -> Application:
    """Begin a candidate's dossier in a cycle, with the next case number.

    The cycle's row is locked, so that two candidates never get one number. A record that was joined
    with another meanwhile gets none: the kept one does. Raises TraineeError if the cycle is closed
    or the candidate has a dossier in it that was not withdrawn.
    """
    cycle = Cycle.objects.select_for_update().get(pk=cycle.pk)
    trainee = kept_record(Trainee.objects.select_for_update(of=("self",)).get(pk=trainee.pk))
    if cycle.state != Cycle.State.OPEN:
        raise TraineeError(_("This cycle is closed; no application can be opened in it."))
    theirs = Application.objects.filter(trainee=trainee, cycle=cycle)
    if theirs.exclude(state=ApplicationState.WITHDRAWN).exists():
        raise TraineeError(_("This person already has an application in this cycle."))
    last = cycle.applications.order_by("-number").values_list("number", flat=True).first()
    return Application.objects.create(
        trainee=trainee,
        cycle=cycle,
        number=(last or 0) + 1,
        sending_government=sending_government,
    )


@transaction.atomic
def link_person(trainee: Trainee, user: User) -> Trainee:
    """Join the candidate to the person who confirmed the nomination; a second time changes nothing.

    Raises TraineeError if either of the two is joined with another already.
    """
    locked = Trainee.objects.select_for_update().get(pk=trainee.pk)
    if locked.user_id not in {None, user.pk}:
        raise TraineeError(_("This nomination belongs to somebody else."))
    if Trainee.objects.filter(user=user).exclude(pk=locked.pk).exists():
        raise TraineeError(
            _("Your account already belongs to another record. Ask the office that nominated you.")
        )
    locked.user = user
    locked.save(update_fields=["user"])
    trainee.user = user
    return trainee


@transaction.atomic
def submit_application(application: Application, *, by: User) -> Application:
    """Submit the dossier and mail a receipt; a second time changes nothing and mails nothing.

    The person is kept with it as they are now, and everything that was declared to follow from a
    submission is done. Raises TraineeError if something is missing, if the person has not agreed
    that their data are used, or if the application can no longer be changed.
    """
    locked = _lock(application)
    if locked.state == ApplicationState.SUBMITTED:
        return locked
    if reason := reason_against_edit(locked):
        raise TraineeError(reason)
    if faults := faults_of(locked):
        raise TraineeError(" ".join(message for _step, _field, message in faults))
    if not locked.agrees_to_sharing:
        raise TraineeError(str(NOT_AGREED))
    _move(
        locked,
        ApplicationState.SUBMITTED,
        by=by,
        submitted_at=timezone.now(),
        person=locked.trainee.snapshot,
    )
    follow_submission(locked, by)
    _tell(locked, "application_receipt")
    return locked


def may_give_passport(application: Application) -> bool:
    """Whether a passport was promised and is still to be given, also after the submission."""
    person = application.trainee
    waits = bool(person.passport_promised_on) and not person.passport_number
    is_open = application.cycle.state == Cycle.State.OPEN
    return waits and is_open and application.state != ApplicationState.WITHDRAWN


@transaction.atomic
def give_passport(
    application: Application, *, passport_number: str, passport_expires_on: date
) -> Trainee:
    """Keep the passport that was promised. A dossier that was submitted has a further version, in
    which nothing else is different; a second time changes nothing.
    """
    locked = _lock(application)
    person = locked.trainee
    application.trainee = person
    if not may_give_passport(locked):
        return person
    person.passport_number = passport_number
    person.passport_expires_on = passport_expires_on
    person.passport_promised_on = None
    person.index_passport()
    person.version += 1
    person.save()
    keep_given_passport(locked)
    return person


@transaction.atomic
def return_application(application: Application, *, reason: str, by: User) -> Application:
    """Give the application back to the person with a comment and mail it."""
    if not reason.strip():
        raise TraineeError(_("Write what is to be corrected; the person reads it."))
    locked = _lock_open(application)
    _move(application, ApplicationState.RETURNED, by=by, reason=reason)
    end_reopenings_of(locked, by=by, reason=_("The whole application was returned."))
    _tell(application, "application_returned", reason=reason)
    return application


@transaction.atomic
def mark_complete(application: Application, *, by: User) -> Application:
    """The papers were checked and nothing is missing; a frozen one is open to the office again.

    What is judged then names the papers that came in place of refused ones, too.
    """
    locked = _lock_open(application)
    _move(application, ApplicationState.COMPLETE, by=by)
    keep_what_is_judged(locked, by=by)
    return application


@transaction.atomic
def freeze(application: Application, *, by: User) -> Application:
    """Close the application to changes, so that all reviewers judge the same papers."""
    locked = _lock_open(application)
    kept = locked.person or locked.trainee.snapshot  # a row older than the column has none
    _move(application, ApplicationState.FROZEN, by=by, person=kept)
    keep_what_is_judged(locked, by=by)
    return application


@transaction.atomic
def withdraw_application(application: Application, *, by: User, reason: str = "") -> Application:
    """The candidate no longer takes part; the dossier stays readable and keeps its number.

    What follows elsewhere, after a decision the end of the placement, `withdrawals` does around it.
    """
    locked = _lock_open(application)
    _move(application, ApplicationState.WITHDRAWN, by=by, reason=reason)
    end_reopenings_of(locked, by=by, reason=_("The application was withdrawn."))
    return application


def reason_against_edit(application: Application) -> str | None:
    """Why the person may no longer change the application, or None."""
    if application.cycle.state != Cycle.State.OPEN:
        return str(CYCLE_CLOSED)
    if not application.is_editable:
        return _("This application has been submitted and can no longer be changed.")
    return None


def faults_of(application: Application) -> list[tuple[str, str, str]]:
    """What is missing before an application can be submitted, section by section: (section, field,
    message).
    """
    return [
        (step.code, field, message)
        for step in steps_of_dossier(application)
        for field, message in step.faults(application)
    ]


def deadline_of(application: Application) -> Deadline | None:
    """Until when it is to be submitted."""
    return application.deadlines_by_code.get(DeadlineCode.APPLICATION)


def _tell(application: Application, template: str, reason: str = "") -> None:
    """Mail the person in their language; each submission and each return is told once."""
    person = application.trainee
    language = person.user.language if person.user else "en"
    to = person.user.email if person.user else person.email
    turn = application.moves.count()
    due_on = open_until(application, timezone.localdate())
    with translation.override(language):
        context = {
            "name": person.called,
            "case_number": application.case_number,
            "programme": application.cycle.programme.name,
            "fiscal_year": application.cycle.year_label,
            "field": application.get_field_display(),
            "submitted_at": application.submitted_at,
            "due_on": due_on,
            "reason": reason,
            "status_address": settings.SITE_URL + reverse("trainees:status"),
            "address": settings.SITE_URL + application.get_absolute_url(),
            "contact": application.cycle.programme.contact_email,
        }
    queue_or_refuse(
        refuse=TraineeError,
        key=f"{template}:{application.public_id}:{turn}",
        to=to,
        to_name=person.called,
        language=language,
        template=template,
        context=context,
        related=f"trainees.Application:{application.pk}",
    )


def open_until(application: Application, on: date) -> date | None:
    """The last day for submitting, where one is set and has not passed."""
    deadline = deadline_of(application)
    return deadline.due_on if deadline and deadline.due_on >= on else None


def _lock(application: Application) -> Application:
    """The application and its person, locked; the cycle is read once the locks are held."""
    locked = (
        Application.objects.select_for_update(of=("self", "trainee"))
        .with_names()
        .select_related("trainee__user")
        .get(pk=application.pk)
    )
    locked.cycle.refresh_from_db(fields=["state"])
    return locked


def _lock_open(application: Application) -> Application:
    """The same while its cycle is open. Raises TraineeError once the cycle is over."""
    locked = _lock(application)
    if locked.cycle.state != Cycle.State.OPEN:
        raise TraineeError(str(CYCLE_CLOSED))
    return locked
