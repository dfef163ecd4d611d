"""Nominations: propose a person for a cycle and invite them, by the rules of nominating."""

import logging
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import PersonalLink, User
from hosts.models import HostRequest
from japan.text import search_key
from schedule.models import Cycle
from schedule.vocabulary import Route
from trainees.duplicates import name_key, name_keys, record_of_address
from trainees.models import (
    Agency,
    Application,
    Contact,
    OverseasOffice,
    SendingGovernment,
    Trainee,
)
from trainees.services import (
    create_application,
)
from trainees.states import ApplicationState

from ..models import Nomination, Opening, Recruitment
from ..nominating import Proposal, reason_against
from ..states import (
    NominationState,
)
from .ground import PlacementError, in_our_words, lock_open
from .invitations import invite_nominee
from .nomination_mails import (
    Change,
    tell_nominators,
    tell_of_elsewhere,
    tell_of_refusal,
)

logger = logging.getLogger(__name__)


class ElsewhereError(PlacementError):
    """The person is nominated in this cycle already: `others` are the nominations that stand,
    `proposal` and `name` the one that was refused.
    """

    def __init__(self, text: str, others: list[Nomination], proposal: Proposal, name: str) -> None:
        super().__init__(text)
        self.others, self.proposal, self.name = others, proposal, name


@in_our_words()
@transaction.atomic
def nominate(
    *,
    cycle: Cycle,
    email: str,
    passport_name: str,
    nationality: str,
    language: str,
    by: User | None,
    sending_government: SendingGovernment | None = None,
    host_request: HostRequest | None = None,
    opening: Opening | None = None,
    office: OverseasOffice | None = None,
    agency: Agency | None = None,
    link: PersonalLink | None = None,
    contact: Contact | None = None,
    nominator: str = "",
    comment: str = "",
    on: date | None = None,
    override: str = "",
    replaces: Nomination | None = None,
) -> Nomination:
    """Propose one person for a cycle and invite them by e-mail to complete the application.

    With a `host_request` it is the host's own selection; with an `opening` the person is nominated
    for that request through its office; with neither for the cycle. `by` is nobody where somebody
    without an account nominates by `link`; `contact` is asked for the employer's statement. Staff
    may set the day and the country aside with a reason, `override`, which stays in the history.

    A person known from an earlier cycle by the address keeps their record. Where the cycle allows
    it, a person who is nominated already gets a further nomination for the same dossier, and both
    sides are told; where not, whoever catches the ElsewhereError calls `tell_if_elsewhere`, because
    nothing of what is written here stays.

    The cycle is locked first, then the opening: of two who reach for the last place of a quota at
    once the second is refused. Raises PlacementError, and has then changed nothing.
    """
    cycle = lock_open(cycle)
    if opening is not None:
        opening = _lock_opening(opening)
        office = opening.office
    day = on or timezone.localdate()
    is_set_aside = bool(override.strip()) and by is not None and by.is_staff
    proposal = Proposal(cycle, nationality, day, opening, host_request, office)
    if reason := reason_against(proposal, is_set_aside=is_set_aside):
        raise PlacementError(reason)
    email = email.strip().lower()
    trainee = _known_person(email, passport_name, by=by) or Trainee.objects.create(
        email=email, passport_name=passport_name, nationality=nationality
    )
    application, others = _dossier(
        cycle, trainee, proposal, sending_government, by=by, name=passport_name
    )
    nomination = Nomination.objects.create(
        application=application,
        host_request=host_request,
        route=Route.OWN_SELECTION if host_request else Route.MEDIATED,
        invitation=invite_nominee(application, passport_name, language, by=by, host=host_request),
        nominated_by=by,
        nominated_on=day,
        opening=opening,
        office=office,
        agency=agency,
        link=link,
        contact=contact,
        nominator=nominator or (link.name if link else str(by or ""))[:200],
        comment=comment,
        replaces=replaces,
    )
    if is_set_aside or replaces:
        why = override.strip() or _("In the place of {name}.").format(
            name=replaces.application.trainee.passport_name if replaces else ""
        )
        nomination.moves.create(by=by, from_state="", to_state=NominationState.PROPOSED, reason=why)
    for other in others:
        tell_of_elsewhere(other, nomination)
    if link is not None:
        tell_nominators(nomination, Change.MADE, but=link)
    return nomination


def _lock_opening(opening: Opening) -> Opening:
    """The opening as it stands now; whoever counts its nominees waits for the one before."""
    rows = Opening.objects.select_for_update(of=("self",)).select_related(
        "office__organisation", "host_request__answer__survey__cycle"
    )
    return rows.get(pk=opening.pk)


def _known_person(email: str, passport_name: str, *, by: User | None) -> Trainee | None:
    """The record of this address from an earlier cycle; never that of somebody else.

    Raises PlacementError where the address names another person than the one typed; only staff read
    which.
    """
    known = record_of_address(email)  # where records were joined, the kept one
    if known is None:
        return None
    was_joined = known.email.lower() != email
    is_theirs = was_joined or known.user is None or known.user.email == email
    is_same_name = search_key(known.passport_name) == search_key(passport_name)
    if is_theirs and (is_same_name or name_key(passport_name) in name_keys(known)):
        return known
    if by is not None and by.is_staff:
        text = _("This address is known for {name}. Use the person's own address.")
        raise PlacementError(text.format(name=known.passport_name))
    raise PlacementError(
        _(
            "This address is known under another name. Use the person's own address and the name "
            "in their passport, or ask the office in charge."
        )
    )


def _dossier(
    cycle: Cycle,
    trainee: Trainee,
    proposal: Proposal,
    sender: SendingGovernment | None,
    *,
    by: User | None,
    name: str,
) -> tuple[Application, list[Nomination]]:
    """The application of this person in the cycle, a new one or the one that there is; and the
    nominations that stand beside it then.
    """
    found = (
        trainee.applications.filter(cycle=cycle)
        .exclude(state=ApplicationState.WITHDRAWN)
        .select_related("trainee__user", "cycle__programme__operator", "sending_government")
        .first()
    )
    if found is None:
        made = create_application(trainee=trainee, cycle=cycle, sending_government=sender)
        return made, []
    others = list(Nomination.objects.counted().filter(application=found).with_people())
    reason = _reason_against_further(found, others, proposal, sender)
    if reason is None:
        return found, others
    if by is not None and by.is_staff and others:
        told = _("{reason} Case {case}, nominated by {proposer}.")
        reason = told.format(reason=reason, case=found.case_number, proposer=others[0].proposer)
    raise ElsewhereError(reason, others, proposal, name)


def tell_if_elsewhere(error: Exception) -> None:
    """Once a nomination was refused and undone: where it was refused because the person is
    nominated elsewhere, both sides are told. Tried again, nobody is told twice.
    """
    if not isinstance(error, ElsewhereError):
        return
    known = [other.public_id for other in error.others]  # what was undone with it is no more
    others = Nomination.objects.counted().filter(public_id__in=known).with_people()
    try:
        with transaction.atomic():
            tell_of_refusal(list(others), error.proposal, error.name)
    except PlacementError:  # the refusal stands, also where a mail cannot be written
        logger.exception("a side was not told of a refused nomination")


def _reason_against_further(
    application: Application,
    others: list[Nomination],
    proposal: Proposal,
    sender: SendingGovernment | None,
) -> str | None:
    """Why somebody with an application in the cycle may not be nominated once more, or None.

    Nothing of it says where else they are nominated: that is not for everybody.
    """
    rule = Recruitment.objects.filter(cycle=proposal.cycle).values_list("elsewhere", flat=True)
    is_named = proposal.opening is not None or proposal.host_request is not None
    if rule.first() != Recruitment.Elsewhere.ALLOWED or not others or not is_named:
        return _("This person has an application in this cycle already.")
    for other in others:
        if proposal.opening and other.opening_id == proposal.opening.pk:
            return _("This person is nominated for this request already.")
        if proposal.host_request and other.host_request_id:
            return _("A host has selected this person already; the place is fixed.")
    if application.state == ApplicationState.FROZEN:
        return _("This person is being judged already; nothing can be added now.")
    if sender and application.sending_government_id not in (None, sender.pk):
        return _("This person is nominated already with another employer. Ask the office.")
    return None
