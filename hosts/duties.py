"""What hosts and relay officers have to do."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import STAFF_ROLES, Organisation, Role, User
from accounts.queries import people_by_organisation
from accounts.succession import TakeOver
from schedule.duties import Duty, duty_source
from schedule.models import Deadline
from schedule.vocabulary import DeadlineCode

from .addresses import relay_list
from .models import IS_UNDER_WAY, SurveyAnswer, SurveyAnswerQuerySet
from .standing import due_on_of, with_relays_day
from .states import AnswerState

lazy_reverse = lazy(reverse, str)


def _relay_address(deadline: Deadline | None) -> str:
    """The relay's page of the deadline's cycle, in the language of whoever reads it."""
    return lazy(relay_list, str)(deadline.cycle if deadline else None)


def _memberships(user: User | None, role: str, on: date) -> dict[int, list[User]]:
    """Who acts for which organisation in this role; the reader's memberships are known already."""
    if user is not None and on == timezone.localdate():
        return {organisation: [user] for organisation in user.organisation_ids(role)}
    return people_by_organisation(role, on=on, user=user)


def _deadlines(codes: list[str]) -> dict[tuple[int, str], Deadline]:
    found = Deadline.objects.filter(code__in=codes).select_related("cycle__programme")
    return {(deadline.cycle_id, deadline.code): deadline for deadline in found}


def _answers(organisations: Iterable[int]) -> SurveyAnswerQuerySet:
    return SurveyAnswer.objects.filter(government__organisation__in=list(organisations))


@duty_source("answer-survey")
def answer_survey(user: User | None, on: date) -> list[Duty]:
    """Coordinators answer the demand survey, also when it is "no demand"."""
    people = _memberships(user, Role.COORDINATOR, on)
    if not people:
        return []
    answers = list(
        with_relays_day(_answers(people).to_be_answered()).select_related("survey", "government")
    )
    if not answers:
        return []
    deadlines = _deadlines([DeadlineCode.SURVEY_MUNICIPALITY, DeadlineCode.SURVEY_DIRECT])
    return [
        Duty(
            code="answer-survey",
            subject=f"hosts.SurveyAnswer:{answer.pk}",
            user=person,
            title=_("Answer the demand survey"),
            detail=_("If you want no trainee, answer “no demand”; silence is no answer."),
            deadline=(deadline := deadlines.get((answer.survey.cycle_id, answer.survey_deadline))),
            extended_until=due_on_of(
                answer,
                usual=deadline.due_on if deadline else None,
                own=answer.relays_day,  # type: ignore[attr-defined]  # annotated above
            ),
            url=lazy_reverse("hosts:answer", args=[answer.public_id]),
            state=answer.get_state_display(),
            state_mark="late" if answer.state == AnswerState.RETURNED else "none",
        )
        for answer in answers
        for person in people[answer.government.organisation_id]
    ]


@duty_source("forward-survey")
def forward_survey(user: User | None, on: date) -> list[Duty]:
    """Relay officers check and forward what their municipalities have submitted."""
    people = _memberships(user, Role.RELAY, on)
    if not people:
        return []
    waiting = SurveyAnswer.objects.relayed_by(people).filter(
        IS_UNDER_WAY, state__in=[AnswerState.SUBMITTED, AnswerState.HELD]
    )
    groups = waiting.order_by().values_list("survey__cycle_id", "relay__organisation_id")
    counts = {(cycle, body): n for cycle, body, n in groups.annotate(n=Count("pk"))}
    if not counts:
        return []
    deadlines = _deadlines([DeadlineCode.SURVEY_RELAY])
    return [
        Duty(
            code="forward-survey",
            subject=f"accounts.Organisation:{organisation}:{cycle}",
            user=person,
            title=_("Check and forward the answers of your municipalities"),
            detail=_("Answers wait for you to look at them and forward them."),
            deadline=deadlines.get((cycle, DeadlineCode.SURVEY_RELAY)),
            url=_relay_address(deadlines.get((cycle, DeadlineCode.SURVEY_RELAY))),
            state=str(count),
            state_mark="half",
        )
        for (cycle, organisation), count in counts.items()
        for person in people[organisation]
    ]


@duty_source("confirm-take-over")
def confirm_take_over(user: User | None, on: date) -> list[Duty]:
    """Relay officers, and the staff where there is no relay, say whether a newcomer is whom they
    claim to be; nobody of one's own.
    """
    officers = _memberships(user, Role.RELAY, on)
    desk = [each for role in sorted(STAFF_ROLES) for each in _all_of(_memberships(user, role, on))]
    if not officers and not desk:
        return []
    now = timezone.now()
    waiting = TakeOver.objects.waiting(now).select_related("organisation")
    if desk:
        waiting = waiting.filter(Q(confirmer=None) | Q(confirmer__in=list(officers)))
    else:
        waiting = waiting.filter(confirmer__in=list(officers))
    return [
        Duty(
            code="confirm-take-over",
            subject=f"accounts.TakeOver:{take_over.pk}",
            user=person,
            title=_("Confirm who takes over"),
            detail=format_lazy(
                _("{name} says to be the new person in charge of {office}."),
                name=take_over.name,
                office=lazy(_name_of, str)(take_over.organisation),
            ),
            deadline=None,
            url=lazy_reverse(
                "desk:take_over" if take_over.confirmer_id is None else "hosts:take_over_decide",
                args=[take_over.public_id],
            ),
            state=take_over.get_state_display(),
            state_mark=take_over.state_mark,
        )
        for take_over in waiting.order_by("asked_at", "pk")
        for person in dict.fromkeys(
            desk if take_over.confirmer_id is None else officers.get(take_over.confirmer_id, [])
        )
        if person.email != take_over.email
    ]


def _all_of(people: dict[int, list[User]]) -> list[User]:
    return [person for found in people.values() for person in found]


def _name_of(organisation: Organisation) -> str:
    return organisation.name
