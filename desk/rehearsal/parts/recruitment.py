"""Nominations, applications, the board and the decision."""

from datetime import date, timedelta

from django.utils.translation import gettext_lazy as _

from accounts.services import AccountError, accept_invitation, find_invitation
from hosts.models import HostRequest
from japan.readings import suggest_katakana
from placements.models import Nomination, Placement
from placements.services import (
    PlacementError,
    confirm_nomination,
    decide,
    invite_again,
    nominate,
    place_by_hand,
    propose,
    refuse_nomination,
    take_back,
)
from placements.states import SEATED, PlacementState
from schedule.models import PhaseKind
from trainees.consents import give_consent
from trainees.forms import FORMS
from trainees.health import QUESTIONS
from trainees.models import Application, ConsentKind, Education, SendingGovernment
from trainees.needed import OF_THE_PERSON
from trainees.services import (
    TraineeError,
    mark_complete,
    return_application,
    submit_application,
    withdraw_application,
)
from trainees.states import ApplicationState

from ..cast import (
    NOMINEES,
    OFFICE,
    OFFICE_LABEL,
    OWN_NOMINEE,
    STAFF,
    STAFF_LABEL,
    Nominee,
    born_on,
    coordinator,
    government_of,
    nominee,
    token_for,
)
from ..stage import Stage, part
from .papers import accept_papers, hand_in_papers
from .survey import typed

RECRUITMENT = PhaseKind.RECRUITMENT
DAY = timedelta(days=1)
STATEMENT = "I want to learn how a Japanese city plans, explains and checks such work."
USE = "I will write a manual for my department and train ten colleagues."


@part(RECRUITMENT)
def recruit(stage: Stage) -> None:
    opens = stage.phase(RECRUITMENT).starts_on
    nominated = stage.due("nomination", RECRUITMENT)
    applied = stage.due("application", RECRUITMENT)
    reviewed = stage.due("review", RECRUITMENT)
    decided = stage.due("decision", RECRUITMENT)
    stage.plan(opens + 2 * DAY, nominate_own, OWN_NOMINEE, applied)
    for key, person in NOMINEES.items():
        first = nominated - 9 * DAY if key == "sita" else opens + DAY
        stage.plan(stage.draw(first, nominated - 7 * DAY), nominate_by_office, person, applied)
    stage.plan(applied + 12 * DAY, apply_late, NOMINEES["somchai"])
    stage.plan(applied + 20 * DAY, withdraw, NOMINEES["ishara"])
    stage.plan(reviewed - 5 * DAY, check_papers)
    stage.plan(reviewed, propose_all)
    stage.plan(reviewed + 4 * DAY, host_declines)
    stage.plan(decided - 3 * DAY, place_one_more)
    stage.plan(decided, decide_all)


def application_of(person: Nominee) -> Application:
    rows = Application.objects.select_related("trainee__user", "cycle__programme")
    return rows.get(trainee__email=person.address)


# Nominating -----------------------------------------------------------------------------------


def nominate_by_office(stage: Stage, person: Nominee, applied: date) -> None:
    with stage.act(OFFICE_LABEL, _("Nominates {name}."), name=person.name):
        _nominate(stage, person, by=OFFICE)
    _plan_the_answer(stage, person, applied)


def nominate_own(stage: Stage, person: Nominee, applied: date) -> None:
    """A host that has a sister city selects its own candidate for its own request."""
    request = HostRequest.objects.get(
        answer__survey__cycle=stage.cycle, answer__government=government_of("nagano")
    )
    with stage.act(
        coordinator("nagano"), _("Nominates {name} for its own request."), name=person.name
    ):
        _nominate(stage, person, by="nagano", request=request)
    _plan_the_answer(stage, person, applied)


def _nominate(
    stage: Stage, person: Nominee, *, by: str, request: HostRequest | None = None
) -> None:
    nominate(
        cycle=stage.cycle,
        email=person.address,
        passport_name=person.name,
        nationality=person.country,
        language="en",
        by=stage.people[by],
        sending_government=SendingGovernment.objects.get(country=person.country),
        host_request=request,
        on=stage.on,
    )


def _plan_the_answer(stage: Stage, person: Nominee, applied: date) -> None:
    if person.key == "aisyah":
        stage.plan(stage.on + 3 * DAY, refuse, person)
    elif person.key == "sita":
        stage.plan(stage.on + 9 * DAY, come_too_late, person, applied)
    elif person.key != "dara":  # who never opens the mail
        stage.plan(stage.on + stage.dice.randint(1, 4) * DAY, accept, person, applied)


def accept(stage: Stage, person: Nominee, applied: date) -> None:
    with stage.act(nominee(person), _("Opens the link of the mail and confirms the nomination.")):
        found = find_invitation(token_for(person.address))
        user = accept_invitation(found)  # type: ignore[arg-type]
        stage.people[person.key] = user
        confirm_nomination(Nomination.objects.get(invitation=found), by=user)
    if person.key != "somchai":
        last = min(applied, stage.on + 25 * DAY)
        stage.plan(stage.draw(stage.on + DAY, last), apply, person)


def refuse(stage: Stage, person: Nominee) -> None:
    with stage.act(nominee(person), _("Declines the nomination."), mark="stopped"):
        found = find_invitation(token_for(person.address))
        user = accept_invitation(found)  # type: ignore[arg-type]
        nomination = Nomination.objects.get(invitation=found)
        refuse_nomination(nomination, by=user)


def come_too_late(stage: Stage, person: Nominee, applied: date) -> None:
    """A link holds for seven days; staff send a new one."""
    found = find_invitation(token_for(person.address))
    stage.refused(
        nominee(person),
        _("Opens a link that has expired: refused."),
        AccountError,
        lambda: accept_invitation(found),  # type: ignore[arg-type]
    )
    with stage.act(STAFF_LABEL, _("Sends {name} a new link."), name=person.name):
        invite_again(Nomination.objects.get(invitation=found), by=stage.people[STAFF])
    stage.plan(stage.on + DAY, accept, person, applied)


# Applying -------------------------------------------------------------------------------------


def apply(stage: Stage, person: Nominee) -> None:
    with stage.act(nominee(person), _("Fills in the sections and submits the application.")):
        _fill_in_and_submit(stage, person)
    if person.key == "maria":
        stage.plan(stage.on + 4 * DAY, give_back, person)


def apply_late(stage: Stage, person: Nominee) -> None:
    with stage.act(nominee(person), _("Submits the application after the deadline."), mark="late"):
        _fill_in_and_submit(stage, person)


def _fill_in_and_submit(stage: Stage, person: Nominee) -> None:
    """Section by section, as the pages do it; some answer, some refuse what they may refuse."""
    arrival = stage.cycle.arrival_on
    says_all = len(person.key) % 2 == 0
    health = {f"health_{code}": "no" for code in QUESTIONS}
    values: dict[str, dict[str, object]] = {
        "names": {
            "passport_name": person.name,
            **({} if " " in person.name else {"has_single_name": "on"}),
            "salutation": person.salutation,
            "katakana": suggest_katakana(person.name, person.country),
            "kanji": person.kanji,
        },
        "person": {
            "born_on": born_on(person),
            "sex": "F" if person.salutation == "ms" else "M",
            "nationality": person.country,
            "residence": person.country,
            "passport_number": f"X{sum(map(ord, person.address)):08d}",
            "passport_expires_on": arrival + timedelta(days=1500),
        },
        "contact": {
            "telephone": "+62 22 1234 5678",
            "address": "1 Main Road",
            "comes_alone": "yes",
            "emergency_name": "Budi",
            "emergency_relation": "brother",
            "emergency_telephone": "+62 22 8765 4321",
        },
        "needs": {
            "agree_needs": "yes" if says_all else "no",
            "dietary_needs": "No pork." if says_all else "",
            "agree_health": "yes" if says_all else "no",
            **(health if says_all else {}),
        },
        "employer": {
            "employer_department": "Planning Division",
            "employer_position": "Officer",
            "employed_since": "2018-04-01",
            "employer_duties": "Planning of the services of the city.",
        },
        "education": {},
        "languages": {"english_level": person.english, "japanese_level": person.japanese},
        "japan": {"never_in_japan": "on", "never_refused": "on"},
        "field": {
            "field": person.field,
            "statement": STATEMENT,
            "future_use": USE,
            "available_from": arrival - timedelta(days=14),
            "available_until": arrival + timedelta(days=365),
        },
    }
    for step, form_class in FORMS.items():
        application = application_of(person)
        row = application.trainee if step in OF_THE_PERSON else application
        typed(form_class, row, values[step])
    Education.objects.get_or_create(
        application=application_of(person), school="State University", defaults={"order": 1}
    )
    hand_in_papers(stage, application_of(person), stage.people[person.key])
    give_consent(application_of(person), ConsentKind.SHARING, language="en")
    submit_application(application_of(person), by=stage.people[person.key])


def give_back(stage: Stage, person: Nominee) -> None:
    with stage.act(
        STAFF_LABEL,
        _("Returns the application of {name} with a comment."),
        "late",
        name=person.name,
    ):
        reason = "Please check the day since which you have been employed."
        return_application(application_of(person), reason=reason, by=stage.people[STAFF])
    stage.plan(stage.on + 5 * DAY, apply_again, person)


def apply_again(stage: Stage, person: Nominee) -> None:
    with stage.act(nominee(person), _("Corrects the application and submits it again.")):
        submit_application(application_of(person), by=stage.people[person.key])


def withdraw(stage: Stage, person: Nominee) -> None:
    application = application_of(person)
    if application.state == ApplicationState.WITHDRAWN:
        return
    with stage.act(nominee(person), _("Withdraws the application."), mark="stopped"):
        by = stage.people[person.key]
        withdraw_application(application, by=by, reason="Family reasons.")
    stage.refused(
        nominee(person),
        _("Tries to submit the withdrawn application: refused."),
        TraineeError,
        lambda: submit_application(application_of(person), by=stage.people[person.key]),
    )


# Deciding -------------------------------------------------------------------------------------


def check_papers(stage: Stage) -> None:
    submitted = Application.objects.filter(cycle=stage.cycle, state=ApplicationState.SUBMITTED)
    count = submitted.count()
    with stage.act(
        STAFF_LABEL, _("Checks the papers of {count} applications: complete."), count=count
    ):
        for application in submitted.order_by("number"):
            accept_papers(stage, application)
            mark_complete(application, by=stage.people[STAFF])


def propose_all(stage: Stage) -> None:
    with stage.act(STAFF_LABEL, _("Lets the solver propose placements.")):
        propose(stage.cycle, by=stage.people[STAFF])


def host_declines(stage: Stage) -> None:
    """One host does not want the person who was proposed; staff take the proposal back."""
    proposed = _seated(stage).filter(state=PlacementState.PROPOSED)
    found = (
        proposed.filter(host_request__answer__government=government_of("kure")).first()
        or proposed.exclude(host_request__route="own_selection").first()
    )
    if found is None:
        return
    host = found.host_request.government
    with stage.act(
        STAFF_LABEL,
        _("Takes a proposal back, because {host} declines."),
        mark="stopped",
        host=host,
    ):
        take_back(found, reason="受入団体から辞退の申出があったため", by=stage.people[STAFF])


def place_one_more(stage: Stage) -> None:
    """Whoever is left is placed by hand where a seat is free; a taken seat is refused."""
    taken = set(_seated(stage).values_list("application_id", flat=True))
    left = Application.objects.filter(cycle=stage.cycle, state=ApplicationState.COMPLETE).exclude(
        pk__in=taken
    )
    person = left.select_related("trainee", "cycle__programme").order_by("number").first()
    requests = HostRequest.objects.filter(answer__survey__cycle=stage.cycle, state="open")
    requests = requests.exclude(route="own_selection").with_names()
    in_order = requests.order_by("answer__government__code", "pk")
    free = {
        each: each.number - _seated(stage).filter(host_request=each).count() for each in in_order
    }
    by = stage.people[STAFF]
    if person is None:
        return
    if full := next((each for each, seats in free.items() if not seats), None):
        stage.refused(
            STAFF_LABEL,
            _("Tries to place {name} where no seat is free: refused."),
            PlacementError,
            lambda: place_by_hand(person, full, reason="候補者の希望による", by=by),
            name=person.trainee.passport_name,
        )
    kure = government_of("kure")
    if where := next((r for r, seats in free.items() if seats and r.government != kure), None):
        with stage.act(
            STAFF_LABEL,
            _("Places {name} by hand in {host}."),
            mark="pinned",
            name=person.trainee.passport_name,
            host=where.government,
        ):
            place_by_hand(person, where, reason="候補者の希望による", by=by)


def decide_all(stage: Stage) -> None:
    by, count = stage.people[STAFF], _seated(stage).filter(state=PlacementState.PROPOSED).count()
    if not count:
        return
    with stage.act(
        STAFF_LABEL, _("Decides {count} placements; both sides get their letters."), count=count
    ):
        decide(stage.cycle, by=by, on=stage.on)
    stage.refused(
        STAFF_LABEL,
        _("Presses the button a second time: there is nothing left to decide."),
        PlacementError,
        lambda: decide(stage.cycle, by=by, on=stage.on),
    )


def _seated(stage: Stage):
    rows = Placement.objects.filter(application__cycle=stage.cycle, state__in=SEATED)
    return rows.select_related("host_request__answer__government").order_by("pk")
