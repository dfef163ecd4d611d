"""Composing the survey's own questions. Once it is open, only their words are still corrected."""

from copy import copy

from django.db import transaction
from django.db.models import F, Max
from django.utils.translation import gettext as _

from .composing import lock_survey
from .models import DemandSurvey, SurveyQuestion
from .questions import MAX_QUESTIONS, Audience
from .services import HostError

FAR = 10_000  # beyond every place, for the moment in which two change theirs


def lock_composed(survey: DemandSurvey) -> DemandSurvey:
    """The survey, locked, while it is being composed. Raises HostError once it was opened."""
    locked = lock_survey(survey)
    if locked.opened_at is not None:
        raise HostError(
            _("The survey is open. Only the words of its questions can still be corrected.")
        )
    return locked


def questions_in_order(survey: DemandSurvey) -> list[SurveyQuestion]:
    rows = SurveyQuestion.objects.filter(survey=survey).select_related("shown_if")
    return list(rows.order_by("position"))


def place_for_another(survey: DemandSurvey) -> int:
    """The place of a question that is added to a locked survey. Raises HostError at the limit."""
    found = SurveyQuestion.objects.filter(survey=survey).aggregate(last=Max("position"))
    if SurveyQuestion.objects.filter(survey=survey).count() >= MAX_QUESTIONS:
        raise HostError(
            _("A survey has {most} questions of its own at most.").format(most=MAX_QUESTIONS)
        )
    return (found["last"] or 0) + 1


def reason_against_condition(
    question: SurveyQuestion, earlier: SurveyQuestion, value: str, audience: str
) -> str | None:
    """Why `question`, asked of this audience, cannot hang on that reply; None where it can."""
    is_earlier = question.position is None or earlier.position < question.position
    if earlier.survey_id != question.survey_id or not is_earlier:
        return _("A question can only hang on one that stands before it.")
    if value and value not in {each["key"] for each in earlier.choices}:
        return _("The question before it has no such reply.")
    if earlier.audience not in (Audience.ALL, audience):
        return _("The question that it hangs on is asked of others. Ask both of the same.")
    return None


@transaction.atomic
def move_question(question: SurveyQuestion, *, up: bool, at: int | None = None) -> None:
    """Change places with the neighbour; at the end of the list nothing happens, nor where the
    question has left the place `at` which it had on the page.

    Raises HostError where a question would come before the one that it hangs on.
    """
    survey = lock_composed(question.survey)
    rows = questions_in_order(survey)
    place = next((n for n, row in enumerate(rows) if row.pk == question.pk), None)
    if place is None or (at is not None and rows[place].position != at):
        return
    other = place - 1 if up else place + 1
    if not 0 <= other < len(rows):
        return
    first, second = rows[min(place, other)], rows[max(place, other)]
    if second.shown_if_id == first.pk:
        raise HostError(
            _("“{question}” hangs on the reply before it, so it stays behind it.").format(
                question=second.label
            )
        )
    places = first.position, second.position
    SurveyQuestion.objects.filter(pk__in=[first.pk, second.pk]).update(position=F("position") + FAR)
    for row, new_place in zip((second, first), places, strict=True):
        row.position = new_place
        row.save(update_fields=["position"])


@transaction.atomic
def delete_question(question: SurveyQuestion) -> None:
    """Take a question out of a survey that is being composed; gone already is gone.

    Raises HostError while another one hangs on it.
    """
    survey = lock_composed(question.survey)
    found = SurveyQuestion.objects.filter(survey=survey, pk=question.pk).first()
    if found is None:
        return
    if follower := found.followers.order_by("position").first():
        raise HostError(
            _("“{question}” hangs on this question. Change or delete that one first.").format(
                question=follower.label
            )
        )
    found.delete()


def survey_before(survey: DemandSurvey) -> DemandSurvey | None:
    """The last survey of the same programme that was sent out."""
    return (
        DemandSurvey.objects.filter(
            cycle__programme=survey.cycle.programme_id,
            cycle__fiscal_year__lt=survey.cycle.fiscal_year,
            opened_at__isnull=False,
        )
        .select_related("cycle__programme")
        .order_by("-cycle__fiscal_year")
        .first()
    )


@transaction.atomic
def roll_forward(survey: DemandSurvey) -> int:
    """Take over names, text and questions of the last survey; how many questions came.

    What stands in this survey already is not written over: a text stays, and with a question of
    its own it takes none. Raises HostError where there is nothing to take.
    """
    locked = lock_composed(survey)
    before = survey_before(locked)
    if before is None:
        raise HostError(_("There is no survey before this one."))
    if SurveyQuestion.objects.filter(survey=locked).exists():
        raise HostError(
            _("This survey has questions already. Delete them first to take those of before.")
        )
    locked.name_ja, locked.name_en = before.name_ja, before.name_en
    locked.text_ja = locked.text_ja or before.text_ja
    locked.text_en = locked.text_en or before.text_en
    locked.version += 1
    locked.save()
    new: dict[int, SurveyQuestion] = {}
    for place, row in enumerate(questions_in_order(before), start=1):
        fresh = copy(row)
        fresh.pk, fresh._state.adding = None, True
        fresh.public_id = SurveyQuestion._meta.get_field("public_id").get_default()
        fresh.survey, fresh.position, fresh.version = locked, place, 1
        fresh.shown_if = new.get(row.shown_if_id) if row.shown_if_id else None
        fresh.save()
        new[row.pk] = fresh
    return len(new)
