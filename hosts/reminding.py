"""Reminding exactly those who are silent: looked at first, then one mail for each person.

A round is sent once, however often its button is clicked. Whoever answers between the preview and
the sending is left out of it; whoever answers before their mail leaves gets none (`still_needed`).
The mails of the deadlines (`schedule.reminders`) go on beside it by themselves.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import Membership, Role, User
from accounts.queries import people_by_organisation
from notices.mails import mail_text, queue_mails, still_needed
from notices.models import Mail
from schedule.models import Cycle

from .addresses import relay_list
from .models import DemandSurvey, RemindedAnswer, SurveyAnswer, SurveyReminder
from .selecting import SILENT_STATES, not_reminded_since, select_answers, with_names, with_story
from .services import HostError
from .standing import due_on_of, own_days

PURPOSE = "survey_reminder"
RELAY_PURPOSE = "survey_reminder_relay"


@dataclass(frozen=True)
class Choice:
    """Which of the silent ones are meant."""

    prefecture: str = ""
    state: str = ""  # how far they came: one of SILENT_STATES, else all
    not_within_days: int = 0  # left out who was reminded in the last days; 0 leaves nobody out
    with_extended: bool = False  # also those whose extension has not run out

    def as_kept(self) -> dict[str, Any]:
        """As it is kept with the round."""
        return {name: value for name, value in self.__dict__.items() if value}


@dataclass
class Plan:
    """Who would get what."""

    answers: list[SurveyAnswer]
    people: dict[User, list[SurveyAnswer]] = field(default_factory=dict)
    without: list[SurveyAnswer] = field(default_factory=list)  # nobody acts for them
    relays: dict[User, list[SurveyAnswer]] = field(default_factory=dict)  # who is told of those

    @property
    def reached(self) -> list[SurveyAnswer]:
        """The governments of which somebody is written to."""
        without = {answer.pk for answer in self.without}
        return [answer for answer in self.answers if answer.pk not in without]

    @property
    def unreachable(self) -> list[SurveyAnswer]:
        """Those without a coordinator of whom no relay can be told either."""
        told = {answer.pk for answers in self.relays.values() for answer in answers}
        return [answer for answer in self.without if answer.pk not in told]


def silent_answers(survey: DemandSurvey, choice: Choice) -> list[SurveyAnswer]:
    """The silent governments that are meant, in the order of their codes."""
    state = choice.state if choice.state in SILENT_STATES else "silent"
    rows = select_answers(survey, selection=state, prefecture=choice.prefecture)
    today = timezone.localdate()
    if not choice.with_extended:
        rows = rows.filter(Q(extended_until=None) | Q(extended_until__lt=today))
    if choice.not_within_days:
        rows = not_reminded_since(rows, timezone.now() - timedelta(days=choice.not_within_days))
    return list(with_story(with_names(rows), today).order_by("government__code"))


def plan_round(answers: list[SurveyAnswer]) -> Plan:
    """Who acts for these governments, and whom of their relays one can tell of the others: two
    queries, however many there are.
    """
    today = timezone.localdate()
    plan = Plan(answers)
    bodies = {answer.government.organisation_id for answer in answers}
    upper = {answer.relay.organisation_id for answer in answers if answer.relay}
    people = people_by_organisation(Role.COORDINATOR, on=today, organisations=bodies)
    relays = people_by_organisation(Role.RELAY, on=today, organisations=upper)
    for answer in answers:
        acting = people.get(answer.government.organisation_id, [])
        for user in acting:
            plan.people.setdefault(user, []).append(answer)
        if acting:
            continue
        plan.without.append(answer)
        for user in relays.get(answer.relay.organisation_id, []) if answer.relay else []:
            plan.relays.setdefault(user, []).append(answer)
    return plan


@transaction.atomic
def send_reminder(
    survey: DemandSurvey,
    *,
    answers: Collection[int],
    looked_at: datetime,
    choice: Choice,
    by: User,
    text_ja: str = "",
    text_en: str = "",
    tells_relays: bool = False,
) -> SurveyReminder:
    """Send one round to those of the answers that were looked at and are silent still.

    Rounds of one survey follow each other: who was reminded by another one since `looked_at` is
    left out. Raises HostError once the survey is closed, or if nobody is left to be written to.
    """
    locked = (
        DemandSurvey.objects.select_for_update(of=("self",))
        .select_related("cycle__programme__operator")
        .get(pk=survey.pk)
    )
    if not locked.is_open or locked.cycle.state != Cycle.State.OPEN:
        raise HostError(_("The survey is closed; nobody is reminded of it any more."))
    rows = select_answers(locked, selection="silent").filter(pk__in=list(answers))
    rows = not_reminded_since(rows, looked_at)
    plan = plan_round(list(with_names(rows).order_by("government__code")))
    if not plan.people and not (tells_relays and plan.relays):
        raise HostError(_("Nobody is left to be reminded: they have answered, or were reminded."))
    reminder = SurveyReminder.objects.create(
        survey=locked,
        by=by,
        chosen=choice.as_kept(),
        text_ja=text_ja.strip(),
        text_en=text_en.strip(),
        tells_relays=tells_relays,
    )
    _write(reminder, plan)
    return reminder


def _write(reminder: SurveyReminder, plan: Plan) -> None:
    days = _days_of(reminder.survey, plan.answers)
    relays = plan.relays if reminder.tells_relays else {}
    drafts = [_draft(reminder, user, theirs, days) for user, theirs in plan.people.items()]
    drafts += [
        _draft(reminder, user, theirs, days, to_relay=True) for user, theirs in relays.items()
    ]
    queued = set(queue_mails(drafts).keys)
    reached = _count(reminder, plan.people, queued)
    told = _count(reminder, relays, queued, to_relay=True)
    RemindedAnswer.objects.bulk_create(
        [
            RemindedAnswer(
                reminder=reminder,
                answer=answer,
                people=reached.get(answer.pk, 0),
                relay_people=told.get(answer.pk, 0),
            )
            for answer in plan.answers
            if answer.pk in reached or answer.pk in told
        ],
        batch_size=500,
    )
    reminder.people = len(queued)
    reminder.save(update_fields=["people"])


def _count(
    reminder: SurveyReminder,
    people: dict[User, list[SurveyAnswer]],
    queued: set[str],
    *,
    to_relay: bool = False,
) -> dict[int, int]:
    """How many people were written to of each answer."""
    counts: dict[int, int] = {}
    for user, answers in people.items():
        if _key(reminder, user, to_relay=to_relay) in queued:
            for answer in answers:
                counts[answer.pk] = counts.get(answer.pk, 0) + 1
    return counts


def _days_of(survey: DemandSurvey, answers: Iterable[SurveyAnswer]) -> dict[int, date | None]:
    """The day by which each of these governments answers: two queries."""
    usual = {each.code: each.due_on for each in survey.cycle.deadlines.all()}
    own = own_days([survey.pk])
    return {
        answer.pk: due_on_of(
            answer,
            usual=usual.get(answer.survey_deadline),
            own=own.get((survey.pk, answer.relay_id or 0)),
        )
        for answer in answers
    }


def _key(reminder: SurveyReminder, user: User, *, to_relay: bool = False) -> str:
    purpose = RELAY_PURPOSE if to_relay else PURPOSE
    return f"{purpose}:{reminder.public_id}:{user.pk}"


def _draft(
    reminder: SurveyReminder,
    user: User,
    answers: list[SurveyAnswer],
    days: dict[int, date | None],
    *,
    to_relay: bool = False,
) -> dict[str, Any]:
    purpose = RELAY_PURPOSE if to_relay else PURPOSE
    return {
        "key": _key(reminder, user, to_relay=to_relay),
        "purpose": purpose,
        "to": user.email,
        "to_name": user.name,
        "language": user.language,
        "template": purpose,
        "context": mail_context(reminder, user, answers, days, to_relay=to_relay),
        "related": f"hosts.SurveyReminder:{reminder.pk}:{user.pk}",
    }


def mail_context(
    reminder: SurveyReminder,
    user: User,
    answers: list[SurveyAnswer],
    days: dict[int, date | None],
    *,
    to_relay: bool = False,
) -> dict[str, Any]:
    """What the mail to this person says, in their language."""
    language = user.language
    cycle = reminder.survey.cycle
    in_order = [reminder.text_ja, reminder.text_en]
    own, other = in_order if language == "ja" else reversed(in_order)
    with translation.override(language):
        if to_relay:
            address = relay_list(cycle)
        elif len(answers) == 1:
            address = reverse("hosts:answer", args=[answers[0].public_id])
        else:
            address = reverse("hosts:home")
        programme = cycle.programme
        return {
            "programme": programme.name,
            "fiscal_year": cycle.year_label,
            "survey": reminder.survey.name,
            "governments": [
                {
                    "name": answer.government.full_name_in(language),
                    "day": days.get(answer.pk),
                    "is_draft": answer.state == "draft",
                }
                for answer in answers
            ],
            "as_of": timezone.localtime(reminder.at),
            "text": own or other,
            "contact_unit": programme.contact_unit_ja
            if language == "ja"
            else programme.contact_unit_en,
            "contact_telephone": programme.contact_telephone,
            "contact_email": programme.contact_email,
            "address": settings.SITE_URL + address,
        }


def preview_mail(
    survey: DemandSurvey,
    plan: Plan,
    *,
    text_ja: str = "",
    text_en: str = "",
) -> dict[str, Any] | None:
    """What the first of the mails would say, for the page that asks."""
    first = next(iter(plan.people.items()), None)
    if first is None:
        return None
    user, answers = first
    reminder = SurveyReminder(survey=survey, text_ja=text_ja, text_en=text_en)
    context = mail_context(reminder, user, answers, _days_of(survey, answers))
    subject, body = mail_text(PURPOSE, user.language, {**context, "to_name": user.name})
    return {"user": user, "subject": subject, "body": body}


def _is_waited_for(mail: Mail, role: str) -> bool:
    """Whether one of the governments that the mail tells of is silent still, in a survey that is
    open, and the person still acts for it.
    """
    _model, reminder, user = mail.related.split(":")
    acts_for = Membership.objects.in_force(timezone.localdate()).filter(
        user=user, role=role, user__is_active=True
    )
    is_relay = role == Role.RELAY
    side = "relay" if is_relay else "government"
    told = "reminded__relay_people__gt" if is_relay else "reminded__people__gt"
    waiting = SurveyAnswer.objects.silent().filter(
        **{f"{side}__organisation__in": acts_for.values("organisation"), told: 0},
        reminded__reminder=reminder,
        survey__closed_at=None,
        survey__cycle__state=Cycle.State.OPEN,
    )
    return waiting.exists()


@still_needed(PURPOSE)
def reason_against(mail: Mail) -> str | None:
    """Who has answered meanwhile is not reminded."""
    return None if _is_waited_for(mail, Role.COORDINATOR) else "The answer has come meanwhile."


@still_needed(RELAY_PURPOSE)
def reason_against_telling(mail: Mail) -> str | None:
    """A relay is not told of municipalities that have answered meanwhile."""
    return None if _is_waited_for(mail, Role.RELAY) else "The answers have come meanwhile."
