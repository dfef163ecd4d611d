"""What a relay does with its part of a survey: its own date, its opinion, many answers at once."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from itertools import pairwise

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import Role, User
from accounts.queries import people_by_organisation
from notices.mails import still_needed
from notices.models import Mail
from schedule.models import Cycle, Deadline
from schedule.vocabulary import DeadlineCode

from .models import DemandSurvey, LocalGovernment, RelayRound, SurveyAnswer
from .services import HostError, NotAskedError, forward_answer, queue_for
from .states import ANSWER_EDITABLE, AnswerState

PURPOSE = "relay_day"


def start_round(survey: DemandSurvey, relay: LocalGovernment) -> RelayRound:
    """The relay's round of this survey; a second call gives the same one."""
    return RelayRound.objects.get_or_create(survey=survey, relay=relay)[0]


def municipality_due_on(survey: DemandSurvey) -> date | None:
    """The date of the survey for those who answer through a relay."""
    deadline = Deadline.objects.filter(
        cycle=survey.cycle_id, code=DeadlineCode.SURVEY_MUNICIPALITY
    ).first()
    return deadline.due_on if deadline else None


def people_of_round(round_: RelayRound) -> list[User]:
    """Who answers for a municipality that this relay still waits for, each person once."""
    waited_for = SurveyAnswer.objects.filter(
        survey=round_.survey_id, relay=round_.relay_id, state__in=ANSWER_EDITABLE
    )
    bodies = list(waited_for.values_list("government__organisation", flat=True))
    people = people_by_organisation(Role.COORDINATOR, on=timezone.localdate(), organisations=bodies)
    found = {user.pk: user for body in bodies for user in people.get(body, [])}
    return sorted(found.values(), key=lambda user: (user.name, user.pk))


def lock_round(round_: RelayRound) -> RelayRound:
    """The round, locked inside the caller's transaction, while its survey is open.

    Raises HostError once the survey was closed or its cycle has ended.
    """
    locked = (
        RelayRound.objects.select_for_update(of=("self",))
        .select_related("survey__cycle__programme__operator", "relay__organisation")
        .get(pk=round_.pk)
    )
    _refuse_closed(locked.survey)
    return locked


def save_round(round_: RelayRound, *, before: date | None, by: User) -> int:
    """Save the date and the words for the municipalities inside the caller's transaction, and tell
    those who have not answered yet when the date is another; the number of mails.
    """
    round_.save()
    if round_.own_due_on == before:
        return 0
    usual = municipality_due_on(round_.survey)
    people = people_of_round(round_)
    for user in people:
        _tell_day(round_, user, usual)
    return len(people)


def _tell_day(round_: RelayRound, user: User, usual: date | None) -> None:
    cycle = round_.survey.cycle
    with translation.override(user.language):
        context = {
            "name": user.name,
            "prefecture": round_.relay.short_name_in(user.language),
            "programme": cycle.programme.name,
            "fiscal_year": cycle.year_label,
            "own_due_on": round_.own_due_on,
            "survey_due_on": usual,
            "text": round_.text_ja,
            "address": settings.SITE_URL + reverse("hosts:home"),
        }
    queue_for(
        user,
        PURPOSE,
        key=f"{round_.public_id}:{round_.version}",
        context=context,
        related=f"hosts.RelayRound:{round_.pk}:{round_.own_due_on or ''}",
    )


@still_needed(PURPOSE)
def reason_against(mail: Mail) -> str | None:
    """Nobody is told of a date that was changed again, or of a survey that is over."""
    _model, pk, day = mail.related.split(":")
    rows = RelayRound.objects.filter(
        pk=pk, survey__closed_at=None, survey__cycle__state=Cycle.State.OPEN
    )
    found = rows.first()
    if found is None:
        return "The survey is no longer open."
    return None if str(found.own_due_on or "") == day else "The day was changed again."


# Many at once ---------------------------------------------------------------------------------


def forward_many(
    answers: Iterable[SurveyAnswer], *, by: User
) -> tuple[list[SurveyAnswer], list[tuple[SurveyAnswer, str]]]:
    """Forward each for itself: what was forwarded, and what was left with the reason.

    One that can no longer be forwarded keeps no other back; sent twice, each goes once.
    """
    done: list[SurveyAnswer] = []
    left: list[tuple[SurveyAnswer, str]] = []
    for answer in sorted(answers, key=lambda each: each.pk):
        try:
            done.append(forward_answer(answer, by=by))
        except HostError as error:
            left.append((answer, str(error)))
    return done, left


# Opinion --------------------------------------------------------------------------------------


def lock_for_opinion(answer: SurveyAnswer) -> SurveyAnswer:
    """The answer, locked inside the caller's transaction, while the relay may still say something
    of it: its opinion goes with the answer, what the operator has received stays as it was.
    """
    rows = SurveyAnswer.objects.select_for_update(of=("self",)).select_related(
        "survey__cycle", "government", "relay"
    )
    try:
        locked = rows.get(pk=answer.pk)
    except SurveyAnswer.DoesNotExist:
        raise NotAskedError from None
    if locked.state == AnswerState.RECEIVED:
        raise HostError(
            _("The operator has received this answer. Remark and priority stay as they are.")
        )
    if not locked.is_under_way:
        raise HostError(_("The survey is closed. Nothing of it can be changed any more."))
    return locked


def _refuse_closed(survey: DemandSurvey) -> None:
    if not survey.is_open or survey.cycle.state != Cycle.State.OPEN:
        raise HostError(_("The survey is closed. Nothing of it can be changed any more."))


@transaction.atomic
def set_priorities(round_: RelayRound, wished: Mapping[int, int | None]) -> int:
    """Give these answers their places, all or none; the number of answers that moved.

    `wished` says the place of an answer by its key, None for none. Raises HostError for two answers
    in one place, and where one that was received would move.
    """
    locked = lock_round(round_)
    rows = SurveyAnswer.objects.select_for_update(of=("self",)).filter(
        survey=locked.survey_id, relay=locked.relay_id
    )
    answers = {row.pk: row for row in rows.order_by("pk")}
    after = {pk: wished.get(pk, row.relay_priority) for pk, row in answers.items()}
    moved = [row for pk, row in answers.items() if row.relay_priority != after[pk]]
    if any(row.state == AnswerState.RECEIVED for row in moved):
        raise HostError(
            _("The operator has received one of these answers meanwhile. Its place stays.")
        )
    _refuse_shared(after.values())
    wanted = {after[row.pk] for row in moved}
    for row in moved:  # two that swap would meet on the way: who stands in the way steps aside
        if row.relay_priority in wanted:
            _place(row, None)
    for row in moved:
        _place(row, after[row.pk])
    return len(moved)


def _place(row: SurveyAnswer, place: int | None) -> None:
    if row.relay_priority != place:
        row.relay_priority = place
        row.version += 1
        row.save(update_fields=["relay_priority", "version"])


def _refuse_shared(places: Collection[int | None]) -> None:
    taken = sorted(place for place in places if place is not None)
    shared = {one for one, other in pairwise(taken) if one == other}
    if shared:
        raise HostError(
            _("Two answers have the place {places}. Give each its own, or leave it empty.").format(
                places=", ".join(map(str, sorted(shared)))
            )
        )
