"""Last year's answer as the draft of this year's: everything that the requests are made of, the
days moved by the years between.

What belongs to a request says each model itself (`part_of_answer`, see `contents`), so that a part
that is added later is copied as well.
"""

from datetime import date
from typing import Any

from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.moves import make_move

from .contents import parts_of
from .models import HostRequest, LocalGovernment, SurveyAnswer
from .services import HostError, lock_answer
from .states import ANSWER_MOVES, AnswerState, RequestState

Row = Any  # the walk goes over whatever models are parts of an answer


def sources_for(answer: SurveyAnswer, user: User) -> models.QuerySet[SurveyAnswer]:
    """The answers of other years that may be copied into this one: of the same government or what
    it came from, and given.
    """
    body = answer.government.organisation_id
    own = Q(government__in=LocalGovernment.objects.succeeded_by([body]))
    return (
        SurveyAnswer.objects.visible_to(user)
        .filter(own | Q(government=answer.government_id), has_demand__isnull=False)
        .exclude(survey=answer.survey_id)
        .select_related("survey__cycle")
    )


@transaction.atomic
def copy_answer(source: SurveyAnswer, into: SurveyAnswer, *, by: User) -> list[HostRequest]:
    """Take the requests of another year over as drafts; a request that was taken over stays once.

    Of an answer without demand the reason is taken over, and still nothing is submitted. Raises
    HostError once the answer can no longer be changed.
    """
    answer = lock_answer(into)
    if not source.has_demand:
        SurveyAnswer.objects.filter(pk=answer.pk).update(
            no_demand_kind=source.no_demand_kind, no_demand_reason=source.no_demand_reason
        )
        return []
    standing = answer.requests.exclude(state=RequestState.WITHDRAWN)
    known = set(standing.values_list("copied_from", flat=True))
    years = answer.survey.cycle.fiscal_year - source.survey.cycle.fiscal_year
    rows = source.requests.exclude(state=RequestState.WITHDRAWN).order_by("pk")
    made = [_copy(row, answer, years) for row in rows if row.pk not in known]
    if made and answer.state == AnswerState.NOT_OPENED:
        make_move(answer, AnswerState.DRAFT, by=by, table=ANSWER_MOVES, refuse=HostError)
    return made


def _copy(source: HostRequest, answer: SurveyAnswer, years: int) -> HostRequest:
    copier = _Copier(years)
    request = copier.copy(source, answer=answer, state=RequestState.DRAFT, copied_from=source)
    copier.join()
    return request


class _Copier:
    """Copies a row with all its parts. What points to another copied row points to its copy."""

    def __init__(self, years: int):
        self.years = years
        self.copies: dict[tuple[Any, object], Row] = {}

    def copy(self, row: Row, **changes: object) -> Row:
        model: Any = type(row)
        copy = model()
        for field in model._meta.concrete_fields:
            if field.name in changes:
                setattr(copy, field.name, changes[field.name])
            elif not (field.primary_key or field.unique or field.name == "version"):
                setattr(copy, field.attname, self._value(row, field))
        copy.save(force_insert=True)
        self.copies[model, row.pk] = copy
        for field in model._meta.many_to_many:
            if field.remote_field.through._meta.auto_created:
                getattr(copy, field.name).set(getattr(row, field.name).all())
        for part in parts_of(model):
            link = part.part_of_answer
            for each in part._default_manager.filter(**{link: row}).order_by("pk"):
                self.copy(each, **{link: copy})
        return copy

    def join(self) -> None:
        """Let relations among the parts hold among their copies."""
        for (model, _pk), copy in self.copies.items():
            changed = []
            for field in model._meta.concrete_fields:
                if not field.is_relation or field.name == "copied_from":
                    continue
                target = self.copies.get((field.related_model, getattr(copy, field.attname)))
                if target is not None:
                    setattr(copy, field.name, target)
                    changed.append(field.name)
            if changed:
                copy.save(update_fields=changed)

    def _value(self, row: Row, field: Any) -> object:
        value = getattr(row, field.attname)
        is_day = isinstance(field, models.DateField) and not isinstance(field, models.DateTimeField)
        return years_later(value, self.years) if is_day and value else value


def years_later(day: date, years: int) -> date:
    """The same day so many years later; 29 February becomes the 28th where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def in_words(made: list[HostRequest], source: SurveyAnswer) -> str:
    """What was copied, for the person who pressed the button."""
    if not source.has_demand:
        return _("The reason of before was filled in. Nothing has been submitted yet.")
    if not made:
        return _("Everything of this answer was copied already. Nothing was copied twice.")
    return _(
        "The requests of {year} were copied as drafts. Check them; nothing was submitted."
    ).format(year=source.survey.cycle.year_label)
