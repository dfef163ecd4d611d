"""Between whom questions on an answer to the survey and on a host request are asked: the
government, the relay of its answer, and the operator. A government that answers directly has the
operator only.
"""

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from accounts.json_rows import json_rows
from accounts.models import Role, Thread, User
from accounts.subjects import Operator, Party, Subject, declare
from schedule.models import Cycle

from .models import HostRequest, SurveyAnswer


def _answers() -> QuerySet[SurveyAnswer]:
    return SurveyAnswer.objects.select_related(
        "survey__cycle__programme__operator",
        "government__organisation",
        "government__prefecture__organisation",
        "relay__organisation",
        "relay__prefecture",
    )


def _requests() -> QuerySet[HostRequest]:
    return HostRequest.objects.with_names().select_related(
        "answer__survey__cycle__programme__operator", "answer__relay__prefecture"
    )


def with_threads(rows: QuerySet, user: User) -> QuerySet:
    """The rows with the questions on them that this person sees, those on the requests of an answer
    included, so that a page which reads a row reads them with it.
    """
    threads = Thread.objects.visible_to(user)
    own = threads.filter(kind=rows.model._meta.label)
    rows = rows.annotate(read_threads=json_rows(own, "subject_id", Thread.READ))
    if rows.model is not SurveyAnswer:
        return rows
    answer = HostRequest.objects.filter(pk=OuterRef("subject_id")).values("answer")
    of_requests = threads.filter(kind=HostRequest._meta.label).annotate(answer=Subquery(answer))
    return rows.annotate(read_part_threads=json_rows(of_requests, "answer", Thread.READ))


def _is_open(answer: SurveyAnswer) -> bool:
    """Once the survey was sent out, and until its cycle is over; also after the answer is in."""
    survey = answer.survey
    return survey.opened_at is not None and survey.cycle.state == Cycle.State.OPEN


declare(
    Subject(
        model=SurveyAnswer,
        slug="survey",
        rows=_answers,
        parties=(
            Party(
                "host",
                pgettext_lazy("party", "host government"),
                "government__organisation",
                (Role.COORDINATOR,),
                name_of=lambda answer: answer.government.full_name,
            ),
            Party(
                "relay",
                pgettext_lazy("party", "relay"),
                "relay__organisation",
                (Role.RELAY,),
                notes_calls=True,
            ),
            Operator(name_of=lambda answer: answer.survey.cycle.programme.operator.name),
        ),
        title=lambda answer: _("{survey}, answer of {government}").format(
            survey=answer.survey, government=answer.government
        ),
        address=lambda answer: reverse("hosts:answer", args=[answer.public_id]),
        open_rows=Q(survey__cycle__state=Cycle.State.OPEN, survey__opened_at__isnull=False),
        is_open=_is_open,
        parts=lambda answer: {"hosts.HostRequest": HostRequest.objects.filter(answer=answer)},
    )
)
declare(
    Subject(
        model=HostRequest,
        slug="request",
        rows=_requests,
        parties=(
            Party(
                "host",
                pgettext_lazy("party", "host government"),
                "answer__government__organisation",
                (Role.COORDINATOR,),
                name_of=lambda request: request.government.full_name,
            ),
            Party(
                "relay",
                pgettext_lazy("party", "relay"),
                "answer__relay__organisation",
                (Role.RELAY,),
                notes_calls=True,
            ),
            Operator(name_of=lambda request: request.cycle.programme.operator.name),
        ),
        title=lambda request: _("{cycle}, host request of {request}").format(
            cycle=request.cycle.year_label, request=request
        ),
        address=lambda request: reverse("hosts:request", args=[request.public_id]),
        open_rows=Q(
            answer__survey__cycle__state=Cycle.State.OPEN,
            answer__survey__opened_at__isnull=False,
        ),
        is_open=lambda request: _is_open(request.answer),
    )
)
