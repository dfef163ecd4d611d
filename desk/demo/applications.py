"""The nominees of the demonstration and what they apply for."""

import random
from datetime import date, timedelta

from accounts.models import Invitation, Role, User
from hosts.models import HostRequest
from placements.models import Nomination
from placements.states import NominationState
from schedule.models import Cycle
from trainees.models import Application, ApplicationMove, SendingGovernment, Trainee
from trainees.states import ApplicationState
from trainees.versions import keep_version

from . import data
from .dossiers import answers_of, complete_dossier, complete_person
from .records import at_ten


def add_trainee(
    name: tuple[str, str, str, str, str],
    email: str,
    rng: random.Random,
    *,
    is_whole: bool = True,
) -> Trainee:
    """A nominee; one who is not whole has confirmed the nomination and has just begun."""
    passport_name, katakana, kanji, country, salutation = name
    person = Trainee(
        email=email,
        passport_name=passport_name,
        has_single_name=" " not in passport_name,
        katakana=katakana,
        kanji=kanji,
        salutation=salutation,
        nationality=country,
        born_on=date(1985, 1, 1) + timedelta(days=rng.randint(0, 4000)),
    )
    if is_whole:
        complete_person(person)
    person.save()
    return person


def add_application(
    person: Trainee,
    request: HostRequest,
    *,
    number: int,
    state: str,
    on: date,
    rng: random.Random,
    staff: User,
) -> Application:
    """The application of a nominee in the field of a request, handed in on a day or begun."""
    cycle = request.answer.survey.cycle
    sender = SendingGovernment.objects.filter(country=person.nationality).order_by("pk").first()
    is_draft = state == ApplicationState.DRAFT
    at = at_ten(on)
    application = Application.objects.create(
        trainee=person,
        cycle=cycle,
        state=state,
        number=number,
        sending_government=sender,
        employer_department=rng.choice(data.DEPARTMENTS),
        employer_position="" if is_draft else rng.choice(data.POSITIONS),
        employed_since=date(2015, 4, 1) + timedelta(days=rng.randint(0, 2500)),
        english_level=rng.randint(2, 4),
        japanese_level=rng.randint(0, 3),
        field=request.field,
        second_field=rng.choice(["", "general", "exchange", "environment", "tourism"]),
        statement="" if is_draft else rng.choice(data.STATEMENTS),
        future_use="" if is_draft else rng.choice(data.USES),
        submitted_at=None if is_draft else at,
    )
    if not is_draft:
        Application.objects.filter(pk=application.pk).update(**answers_of(application))
        complete_dossier(application, on)
        application.refresh_from_db()
    if application.second_field == application.field:
        Application.objects.filter(pk=application.pk).update(second_field="")
    if not is_draft:
        ApplicationMove.objects.create(
            application=application,
            at=at,
            by=person.user,
            from_state=ApplicationState.DRAFT,
            to_state=ApplicationState.SUBMITTED,
        )
    _nominate(application, on, staff)
    return application


def keep_submissions(cycle: Cycle) -> None:
    """Each dossier of a cycle that was handed in is kept as it was, dated on its day."""
    rows = Application.objects.filter(cycle=cycle, submitted_at__isnull=False)
    for application in rows.select_related("trainee__user").order_by("number"):
        at = application.submitted_at
        keep_version(application, by=application.trainee.user, at=at)


def _nominate(application: Application, on: date, staff: User) -> None:
    person = application.trainee
    nominated_on = on - timedelta(days=14)
    invitation = Invitation.objects.create(
        email=person.email,
        name=person.passport_name,
        language="en",
        role=Role.TRAINEE,
        token_hash=Invitation.hash_of(f"demonstration-{application.pk}"),
        invited_by=staff,
        expires_at=at_ten(nominated_on + timedelta(days=7)),
        accepted_at=at_ten(nominated_on + timedelta(days=1)),
        accepted_by=person.user,
    )
    nomination = Nomination.objects.create(
        application=application,
        route="mediated",
        state=NominationState.CONFIRMED,
        invitation=invitation,
        nominated_by=staff,
        nominated_on=nominated_on,
    )
    nomination.moves.create(
        by=person.user,
        at=at_ten(nominated_on + timedelta(days=1)),
        from_state=NominationState.PROPOSED,
        to_state=NominationState.CONFIRMED,
    )
