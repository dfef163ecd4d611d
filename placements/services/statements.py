"""What the employer says of its official: asked for by a personal link, given, corrected, entered
from a letter. Every version is a row of its own; the last one counts.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.link_services import make_link
from accounts.links import LINK_DAYS
from accounts.models import PersonalLink, User
from files.received import store
from schedule.models import Cycle
from schedule.vocabulary import DeadlineCode
from trainees.models import Application, Contact, SenderStatement
from trainees.states import ApplicationState

from ..models import Nomination
from ..states import NominationState
from .ground import PlacementError, in_our_words, lock_open
from .nomination_mails import Change, tell_nominators

STATEMENT = "statement"  # the purpose of its links
FILES_A_DAY = 10  # of one case, by whoever holds its link
GRACE_DAYS = 14  # a link outlives the day of the statement by as much


def statement_until(cycle: Cycle) -> date | None:
    """The day by which employers give and correct their statement: that of the application."""
    deadline = cycle.deadlines_by_code.get(DeadlineCode.APPLICATION)
    return deadline.due_on if deadline else None


def links_of(application: Application) -> QuerySet[PersonalLink]:
    """The links by which this statement was asked for, the last one first."""
    return PersonalLink.objects.filter(
        purpose=STATEMENT, subject=f"trainees.Application:{application.pk}"
    )


def contact_for(nomination: Nomination) -> tuple[str, str, str] | None:
    """Whom to ask at the employer, as far as somebody is known: (name, address, language).

    The one whom the nomination names, who nominated for the employer by link, else the first
    contact that the register has there.
    """
    if nomination.contact and nomination.contact.email:
        contact = nomination.contact
        return contact.name, contact.email, contact.language
    sender = nomination.application.sending_government
    if sender is None:
        return None
    link = nomination.link
    if link is not None and link.organisation_id == sender.organisation_id:
        return link.name, link.email, link.language
    known = Contact.objects.filter(organisation=sender.organisation_id, left_on=None)
    first = known.exclude(email="").order_by("pk").first()
    return (first.name, first.email, first.language) if first else None


def ask_known_contact(nomination: Nomination) -> PersonalLink | None:
    """Ask the employer by itself once the nominee has confirmed, where somebody there is known and
    nothing was given or asked for yet.
    """
    application = nomination.application
    contact = contact_for(nomination)
    if contact is None or application.statements.exists() or links_of(application).exists():
        return None
    name, email, language = contact
    return ask_statement(nomination, name=name, email=email, language=language, by=None)


@in_our_words()
@transaction.atomic
def ask_statement(
    nomination: Nomination,
    *,
    name: str,
    email: str,
    language: str,
    by: User | None,
    message: str = "",
) -> PersonalLink:
    """Mail somebody at the employer a personal link to the statement; asked again, the same person
    gets a new link.

    Raises PlacementError before the nominee has confirmed and after the nomination has ended.
    """
    application = nomination.application
    lock_open(application.cycle)
    nomination.refresh_from_db(fields=["state"])
    if nomination.state not in (NominationState.CONFIRMED, NominationState.FORWARDED):
        raise PlacementError(
            _("The employer is asked once the nominee has confirmed the nomination.")
        )
    if email.strip().lower() in _addresses_of(application):
        raise PlacementError(_("This is the nominee's own address. Ask somebody else there."))
    sender = application.sending_government
    until = statement_until(application.cycle)
    left = (until + timedelta(days=GRACE_DAYS) - timezone.localdate()).days if until else 0
    return make_link(
        purpose=STATEMENT,
        subject=application,
        email=email,
        name=name,
        organisation=sender.organisation if sender else None,
        language=language,
        by=by,
        days=max(LINK_DAYS, left),
        message=message,
    )


def _addresses_of(application: Application) -> set[str]:
    """The nominee's own: nobody confirms their own employment."""
    person = application.trainee
    return {person.email} | ({person.user.email} if person.user else set())


def reason_against_statement(application: Application, on: date) -> str | None:
    """Why the employer can no longer say anything here, or None. A first statement is taken late,
    a correction is not.
    """
    if application.cycle.state != Cycle.State.OPEN:
        return _("This cycle is over.")
    if application.state in (ApplicationState.FROZEN, ApplicationState.WITHDRAWN):
        return _("The selection has begun, or the person takes no part any more.")
    until = statement_until(application.cycle)
    if until and on > until and application.statements.exists():
        return _("The statement could be corrected until {day}. Ask the office.").format(day=until)
    return None


@in_our_words()
@transaction.atomic
def give_statement(
    application: Application,
    *,
    values: Mapping[str, Any],
    language: str,
    upload: UploadedFile | None = None,
    entered_by: User | None = None,
    on: date | None = None,
) -> SenderStatement:
    """Write down what the employer says; a correction is a new row, the ones before stay.

    Without a new file a correction keeps the one that was given before. `entered_by` is the member
    of staff who enters it from a letter, and who may do so late. Raises PlacementError where
    nothing can be said any more, FileRefused for a file that is not taken.
    """
    lock_open(application.cycle)
    application = (
        Application.objects.select_for_update(of=("self",))
        .select_related("cycle", "trainee")
        .get(pk=application.pk)
    )
    reason = reason_against_statement(application, on or timezone.localdate())
    if reason and not (entered_by and application.state != ApplicationState.WITHDRAWN):
        raise PlacementError(reason)
    last = application.statements.first()
    stored = last.file if last and not values.get("drop_file") else None
    if upload is not None:
        _refuse_too_many(application)
        stored = store(upload, by=entered_by, purpose=STATEMENT)
    given = SenderStatement.objects.create(
        application=application,
        file=stored,
        language=language,
        entered_by=entered_by,
        **{name: value for name, value in values.items() if name != "drop_file"},
    )
    _tell(application, is_first=last is None)
    return given


def _refuse_too_many(application: Application) -> None:
    """Whoever holds a link has no account whose share of a day could be counted: the case's is."""
    since = timezone.now() - timedelta(days=1)
    recent = application.statements.filter(file__isnull=False, given_at__gte=since)
    if recent.count() >= FILES_A_DAY:
        raise PlacementError(_("Too many files came for this case today. Try again tomorrow."))


def _tell(application: Application, *, is_first: bool) -> None:
    if not is_first:
        return
    for nomination in Nomination.objects.counted().filter(application=application):
        tell_nominators(nomination, Change.STATEMENT)
