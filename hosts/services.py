"""What hosts, relay officers and staff do with the demand survey."""

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import Role, User
from accounts.moves import make_move
from accounts.queries import people_by_organisation
from japan.dates import months_between
from notices.mails import queue_or_refuse
from schedule.models import Cycle, Programme
from schedule.vocabulary import TrainingField

from .comments import Said, settle_comments, write_comments
from .holds import reason_to_hold
from .models import (
    AnswerEvent,
    AnswerVersion,
    DemandSurvey,
    FieldComment,
    HostRequest,
    SurveyAnswer,
    TrainingProgramme,
)
from .permissions import is_coordinator
from .programme_versions import record_versions
from .questions import settle_replies
from .states import (
    ANSWER_EDITABLE,
    ANSWER_MOVES,
    RELAY_MOVES,
    REQUEST_MOVES,
    REQUEST_SETTLED,
    REQUEST_UNSENT,
    AnswerState,
    RequestState,
)
from .versioning import keep_versions

# What a request needs before it is submitted, and how the reader is told.
MISSING = {
    "field": gettext_lazy("Choose the field of training."),
    "field_other_ja": gettext_lazy("Write in Japanese which other field it is."),
    "gender_reason": gettext_lazy("Give the reason why a gender is asked for."),
    "starts_on": gettext_lazy("Enter the first day of the stay."),
    "ends_on": gettext_lazy("Enter the last day of the stay."),
    "length_reason": gettext_lazy("Give the reason for the shorter or longer stay."),
    "theme_ja": gettext_lazy("Enter the theme of the training."),
    "aim_ja": gettext_lazy("Enter the aim of the training."),
    "units": gettext_lazy("Add at least one unit to the training programme."),
}


class HostError(Exception):
    """A rule of the demand survey was broken. The message is written for the user."""


class NotAskedError(Exception):
    """The staff took a government off the survey while somebody was beginning its answer: there is
    no row to go back to, so that no page catches it and `hosts.middleware` answers for all.
    """


_move_answer = partial(make_move, table=ANSWER_MOVES, refuse=HostError)
_move_request = partial(make_move, table=REQUEST_MOVES, refuse=HostError)


@transaction.atomic
def start_request(answer: SurveyAnswer, *, by: User) -> HostRequest:
    """Begin a request as a draft; the answer becomes a draft with it."""
    answer = lock_for_edit(answer)
    if answer.state == AnswerState.NOT_OPENED:
        _move_answer(answer, AnswerState.DRAFT, by=by)
    request = HostRequest.objects.create(
        answer=answer, starts_on=answer.survey.cycle.arrival_on, field=""
    )
    TrainingProgramme.objects.create(host_request=request)
    return request


@transaction.atomic
def discard_request(request: HostRequest, *, by: User) -> None:
    """Take a draft back before it was submitted; it stays readable as withdrawn.

    Raises HostError once it was submitted, or while something stands on it.
    """
    _refuse_if_held([lock_request(request)])
    _move_request(request, RequestState.WITHDRAWN, by=by)


def lock_answer(answer: SurveyAnswer) -> SurveyAnswer:
    """The answer, locked inside the caller's transaction, if the government may still change it.

    Raises HostError once it was submitted.
    """
    return lock_for_edit(answer)


def lock_request(request: HostRequest) -> HostRequest:
    """The request, locked inside the caller's transaction, if the government may still change it.

    Raises HostError once the answer was submitted or the request discarded.
    """
    answer = lock_for_edit(request.answer)
    locked = HostRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
    if locked.state != RequestState.DRAFT:
        raise HostError(
            _("This request can no longer be changed that way. Look at where it stands now.")
        )
    locked.answer = answer
    return locked


@transaction.atomic
def submit_no_demand(
    answer: SurveyAnswer, *, reason: str, by: User, kind: str = ""
) -> SurveyAnswer:
    """Answer that the government wants no trainee; drafts of requests are withdrawn.

    Raises HostError while a request has gone further than a draft, or something stands on one.
    """
    answer = lock_for_edit(answer)
    requests = _locked_requests(answer)
    if any(request.state not in REQUEST_UNSENT for request in requests):
        raise HostError(
            _(
                "A request of this answer is already with the operator. "
                "“No demand” can no longer be answered."
            )
        )
    _refuse_if_held(requests)
    for request in requests:
        if request.state == RequestState.DRAFT:
            _move_request(request, RequestState.WITHDRAWN, by=by)
    settle_replies(answer, has_demand=False, refuse=HostError)
    return _submit(answer, has_demand=False, no_demand_kind=kind, no_demand_reason=reason, by=by)


@transaction.atomic
def submit_demand(answer: SurveyAnswer, *, by: User) -> SurveyAnswer:
    """Submit the answer with all its draft requests. Raises HostError if one is not complete."""
    answer = lock_for_edit(answer)
    requests = list(answer.requests.filter(state=RequestState.DRAFT))
    if not requests:
        raise HostError(_("There is no request to submit. Add one, or answer “no demand”."))
    for request in requests:
        if faults := faults_of(request):
            raise HostError(" ".join(fault for _step, _field, fault in faults))
    settle_replies(answer, has_demand=True, refuse=HostError)
    for request in requests:
        _move_request(request, RequestState.SUBMITTED, by=by)
    record_versions(requests, by=by)
    return _submit(answer, has_demand=True, no_demand_kind="", no_demand_reason="", by=by)


def faults_of(request: HostRequest) -> list[tuple[str, str, str]]:
    """What is missing before a request can be submitted: (step, field, message)."""
    programme = request.training_programme
    checks = [
        ("demand", "field", not request.field),
        (
            "demand",
            "field_other_ja",
            request.field == TrainingField.OTHER and not request.field_other_ja.strip(),
        ),
        (
            "conditions",
            "gender_reason",
            request.gender != HostRequest.Gender.ANY and not request.gender_reason.strip(),
        ),
        ("period", "starts_on", not request.starts_on),
        ("period", "ends_on", not request.ends_on),
        (
            "period",
            "length_reason",
            bool(length_warning(request)) and not request.length_reason.strip(),
        ),
        ("programme", "theme_ja", not programme.theme_ja),
        ("programme", "aim_ja", not programme.aim_ja),
        ("programme", "units", not programme.units.exists()),
    ]
    return [(step, field, str(MISSING[field])) for step, field, is_missing in checks if is_missing]


def length_warning(request: HostRequest) -> str | None:
    """A stay outside the usual months is not refused (程度) but needs a reason."""
    return stay_warning(request.cycle.programme, request.starts_on, request.ends_on)


def stay_warning(programme: Programme, starts_on: date | None, ends_on: date | None) -> str | None:
    """What to say of a stay of this length; None where it is usual or a day is still missing."""
    if not starts_on or not ends_on or ends_on <= starts_on:
        return None
    months, days = months_between(starts_on, ends_on)
    too_long = (months, days) > (programme.months_until, 0)
    if months >= programme.months_from and not too_long:
        return None
    length = ngettext("{n} month", "{n} months", months).format(n=months)
    if days:
        length += " " + ngettext("{n} day", "{n} days", days).format(n=days)
    return _(
        "The stay is {length} long; usual are {first} to {last} months. "
        "That is possible, but give the reason."
    ).format(length=length, first=programme.months_from, last=programme.months_until)


@transaction.atomic
def forward_answer(answer: SurveyAnswer, *, by: User, reason: str = "") -> SurveyAnswer:
    """The relay passes the answer on to the operator (進達)."""
    _move_as_relay(answer, AnswerState.FORWARDED, by=by, reason=reason)
    return answer


@transaction.atomic
def hold_answer(answer: SurveyAnswer, *, by: User, reason: str = "") -> SurveyAnswer:
    """The relay keeps the answer until it has been looked into; its history says why."""
    _move_as_relay(answer, AnswerState.HELD, by=by, reason=reason)
    return answer


@transaction.atomic
def return_by_relay(
    answer: SurveyAnswer, *, by: User, reason: str = "", comments: Sequence[Said] = ()
) -> SurveyAnswer:
    """The relay gives the answer back with comments, as long as it has not gone on."""
    _require_comment(reason, comments)
    _move_as_relay(answer, AnswerState.RETURNED, by=by, reason=reason)
    write_comments(answer, comments, sender=FieldComment.Sender.RELAY, by=by)
    return _give_back(answer, reason=reason, by=by, comments=len(comments))


@transaction.atomic
def return_answer(
    answer: SurveyAnswer, *, reason: str, by: User, comments: Sequence[Said] = ()
) -> SurveyAnswer:
    """The operator gives the answer back with comments (差戻し); its requests are drafts again.

    After the closing of the survey this opens it again for this one answer. Raises HostError
    without a comment, or while the placement for a request is settled or begun.
    """
    _require_comment(reason, comments)
    locked = lock_open(answer)
    reopened_at = locked.reopened_at if locked.is_under_way else timezone.now()
    _move_answer(answer, AnswerState.RETURNED, by=by, reason=reason, reopened_at=reopened_at)
    if not locked.is_under_way:
        answer.events.create(kind=AnswerEvent.Kind.REOPENED, reason=reason, by=by)
    write_comments(answer, comments, sender=FieldComment.Sender.OPERATOR, by=by)
    return _give_back(answer, reason=reason, by=by, comments=len(comments))


@transaction.atomic
def receive_answer(answer: SurveyAnswer, *, by: User) -> SurveyAnswer:
    """The operator takes the answer; its requests are open for placements."""
    locked = lock_open(answer)
    if locked.state == AnswerState.SUBMITTED and locked.is_relayed:
        reason = _("Received without the relay.")
    else:
        reason = ""
    _move_answer(answer, AnswerState.RECEIVED, by=by, reason=reason, reopened_at=None)
    for request in answer.requests.filter(state=RequestState.SUBMITTED):
        _move_request(request, RequestState.OPEN, by=by)
    keep_versions([answer], AnswerVersion.Occasion.RECEIVED, by=by)
    return answer


@transaction.atomic
def set_filled(request: HostRequest, *, filled: bool, by: User | None) -> None:
    """All seats are taken by decision, or one is free again."""
    target = RequestState.FILLED if filled else RequestState.OPEN
    if request.state != target:
        _move_request(request, target, by=by)


def coordinators_of(answer: SurveyAnswer) -> list[User]:
    """The people who answer for this government today."""
    return people_of(answer.government.organisation_id, Role.COORDINATOR)


def relay_officers_of(answer: SurveyAnswer) -> list[User]:
    """The people who check this answer at its relay today; nobody where it goes directly."""
    if answer.relay is None:
        return []
    return people_of(answer.relay.organisation_id, Role.RELAY)


def people_of(organisation_id: int, role: str) -> list[User]:
    """Who has this role for this organisation today."""
    people = people_by_organisation(role, on=timezone.localdate(), organisations=[organisation_id])
    return people.get(organisation_id, [])


def _submit(answer: SurveyAnswer, *, by: User, **changes: Any) -> SurveyAnswer:
    now = timezone.now()
    _move_answer(answer, AnswerState.SUBMITTED, by=by, submitted_at=now, submitted_by=by, **changes)
    settle_comments(answer)
    keep_versions([answer], AnswerVersion.Occasion.SUBMITTED, by=by)
    for user in receipt_for(answer, by):
        _tell(answer, user, "survey_receipt")
    for user in relay_officers_of(answer):
        _tell(answer, user, "survey_arrived")
    return answer


def receipt_for(answer: SurveyAnswer, by: User) -> list[User]:
    """Who is told that the answer was submitted: the one who did it, or, where somebody has entered
    it for them, its coordinators.
    """
    return [by] if is_coordinator(by, answer) else coordinators_of(answer)


def _tell(
    answer: SurveyAnswer, user: User, template: str, reason: str = "", comments: int = 0
) -> None:
    turn = answer.moves.count()  # each submission and each return is told once
    with translation.override(user.language):
        cycle = answer.survey.cycle
        context = {
            "name": user.name,
            "government": answer.government.full_name_in(user.language),
            "programme": cycle.programme.name,
            "fiscal_year": cycle.year_label,
            "has_demand": answer.has_demand,
            "entered_by": _who_entered(answer),
            "entered_from": answer.get_channel_display(),
            "requests": [
                {"field": request.field_name, "seats": request.seats}
                for request in answer.requests.exclude(state=RequestState.WITHDRAWN)
            ],
            "reason": reason,
            "comments": comments,
            "address": settings.SITE_URL + reverse("hosts:answer", args=[answer.public_id]),
        }
    queue_for(
        user,
        template,
        key=f"{answer.public_id}:{turn}",
        context=context,
        related=f"hosts.SurveyAnswer:{answer.pk}",
    )


def queue_for(user: User, template: str, *, key: str, context: dict, related: str) -> None:
    """Queue one mail to one person in the transaction of the verb, once for its key. Raises
    HostError where it cannot be written; then nothing was changed.
    """
    queue_or_refuse(
        refuse=HostError,
        key=f"{template}:{key}:{user.pk}",
        template=template,
        to=user.email,
        to_name=user.name,
        language=user.language,
        context=context,
        related=related,
    )


def _who_entered(answer: SurveyAnswer) -> str:
    """Who has entered the answer for its government; empty where nobody did."""
    if answer.channel == SurveyAnswer.Channel.PORTAL or answer.entered_by is None:
        return ""
    return str(answer.entered_by)


def _give_back(answer: SurveyAnswer, *, reason: str, by: User, comments: int = 0) -> SurveyAnswer:
    """Make drafts of what was sent with the returned answer, and tell its coordinators."""
    requests = _locked_requests(answer)
    if any(request.state in REQUEST_SETTLED for request in requests):
        raise HostError(
            _(
                "The placement for a request of this answer has been decided. "
                "The answer can no longer be returned."
            )
        )
    _refuse_if_held(requests)
    for request in requests:
        if request.state not in REQUEST_UNSENT:
            _move_request(request, RequestState.DRAFT, by=by, reason=reason)
    for user in coordinators_of(answer):
        _tell(answer, user, "survey_returned", reason=reason, comments=comments)
    return answer


def _require_comment(reason: str, comments: Sequence[Said]) -> None:
    if not reason.strip() and not comments:
        raise HostError(_("Write what is to be corrected; the government reads it."))


def _locked_requests(answer: SurveyAnswer) -> list[HostRequest]:
    return list(answer.requests.select_for_update().order_by("pk"))


def _refuse_if_held(requests: list[HostRequest]) -> None:
    if reason := reason_to_hold(requests):
        raise HostError(reason)


def lock_for_edit(answer: SurveyAnswer) -> SurveyAnswer:
    """The answer, locked inside the caller's transaction, if the government itself may still change
    it. Raises HostError once it was submitted, or once its survey or its cycle is closed.
    """
    locked = lock_open(answer)
    if not locked.is_under_way:
        raise HostError(_("The survey is closed. The answer can no longer be changed."))
    if not locked.is_editable:
        raise HostError(
            _(
                "This answer has been submitted and can no longer be changed. "
                "Ask to have it returned."
            )
        )
    return locked


def lock_open(answer: SurveyAnswer) -> SurveyAnswer:
    """The answer, locked, while its cycle is open; survey and cycle are read once the lock is held,
    so that whatever closed them has been seen. Raises NotAskedError where it is gone.
    """
    rows = SurveyAnswer.objects.select_for_update(of=("self",)).select_related(
        "survey__cycle__programme",
        "government__prefecture__organisation",
        "government__organisation",
        "relay__organisation",
    )
    try:
        locked = rows.get(pk=answer.pk)
    except SurveyAnswer.DoesNotExist:
        raise NotAskedError from None
    survey = DemandSurvey.objects.filter(pk=locked.survey_id)
    locked.survey.opened_at, locked.survey.closed_at, locked.survey.cycle.state = (
        survey.values_list("opened_at", "closed_at", "cycle__state").get()
    )
    if locked.survey.cycle.state != Cycle.State.OPEN:
        raise HostError(_("This cycle is closed; its answers can no longer be changed."))
    return locked


def _move_as_relay(answer: SurveyAnswer, to: str, *, by: User, reason: str) -> None:
    """Whatever stands in the way is said in words that tell the officer what to do instead."""
    locked = lock_open(answer)
    if not locked.is_under_way:
        raise HostError(
            _("The survey is closed. Ask the operator if this answer is still to go on.")
        )
    if locked.state in ANSWER_EDITABLE:
        raise HostError(
            _(
                "This answer lies with the government, which has not submitted it. "
                "It can be forwarded, held or returned only after that."
            )
        )
    if locked.state in {AnswerState.FORWARDED, AnswerState.RECEIVED}:
        raise HostError(_("This answer has gone on to the operator; only it can return it now."))
    _move_answer(answer, to, by=by, table=RELAY_MOVES, reason=reason)
