"""The staff's pages beside the admin's lists, and whether the portal lives."""

from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection
from django.db.models import Exists, OuterRef, Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.editing import in_words, once
from accounts.panels import render_panels
from accounts.services import AccountError, invite
from hosts.comments import shown_comments
from hosts.forms import field_labels
from hosts.models import AnswerEvent, FieldComment, RelayLetter, SurveyAnswer, TrainingUnit
from hosts.questions import replies_of, said, with_questions
from hosts.services import HostError, receive_answer, return_answer
from hosts.states import ANSWER_MOVES, AnswerState
from hosts.threads import with_threads
from notices.models import Letter, NoticeError
from placements.forms import NominationForm, ReasonForm
from placements.responses import letter_response
from placements.services import PlacementError, nominate, tell_if_elsewhere
from schedule.duties import duties_of
from schedule.models import Cycle
from schedule.services import ScheduleError, open_cycle

from .forms import InvitationForm, OpenCycleForm
from .queries import overviews_of, running_cycles, stopped_mails
from .survey.acts import acts_on

desk_page = admin.site.admin_view


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("ok", content_type="text/plain")


@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """The process answers and reaches its database."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return HttpResponse(
            "the database does not answer",
            content_type="text/plain",
            status=503,
            headers={"Retry-After": "10"},
        )
    return HttpResponse("ok", content_type="text/plain")


@require_safe
def already_in(request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
    """The desk's sign-in is the portal's own; staff who have signed in are led on."""
    return redirect("desk:start")


@desk_page
@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """Where the running cycles stand, what is late, what comes next."""
    return _start_page(request, OpenCycleForm(on=timezone.localdate()))


def _start_page(request: HttpRequest, form: OpenCycleForm, status: int = 200) -> HttpResponse:
    today = timezone.localdate()
    context = {
        "today": today,
        "cycles": overviews_of(running_cycles(today), today),
        "duties": duties_of(request.user, today),
        "stopped_mails": stopped_mails(),
        "open_form": form,
    }
    return render(request, "desk/start.html", context, status=status)


@desk_page
@require_POST
def open_next_cycle(request: HttpRequest) -> HttpResponse:
    """Open the cycle of a fiscal year with one button."""
    today = timezone.localdate()
    form = OpenCycleForm(request.POST, on=today)
    if form.is_valid():
        programme, year = form.cleaned_data["programme"], form.cleaned_data["fiscal_year"]

        def create() -> str:
            cycle = open_cycle(programme, year, by=request.user, on=today)
            text = _(
                "{cycle} is open: {phases} phases, {deadlines} deadlines. Check the days below."
            )
            messages.success(
                request,
                text.format(
                    cycle=cycle, phases=cycle.phases.count(), deadlines=cycle.deadlines.count()
                ),
            )
            return reverse("admin:schedule_cycle_change", args=[cycle.pk])

        try:
            return redirect(once(request.user, form.cleaned_data["once"], create))
        except (ScheduleError, ValidationError) as error:
            form.add_error("fiscal_year", in_words(error))
    return _start_page(request, form, status=422)


@desk_page
@require_safe
def survey_answer(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One government's answer with its requests and training programmes, to be received or
    returned.
    """
    return _answer_page(request, _answer(request, public_id), ReasonForm())


@desk_page
@require_POST
def receive(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take the answer; its requests are open for placements."""
    answer = _answer(request, public_id)
    try:
        receive_answer(answer, by=request.user)
    except HostError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The answer was received; its requests are open."))
    return redirect("desk:answer", public_id)


@desk_page
@require_POST
def give_back(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Return the answer with a comment; the coordinators are mailed."""
    answer = _answer(request, public_id)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _answer_page(request, answer, form, status=422)
    try:
        return_answer(answer, reason=form.cleaned_data["reason"], by=request.user)
    except HostError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The answer was returned; its coordinators were mailed."))
    return redirect("desk:answer", public_id)


@desk_page
@require_safe
def letter(request: HttpRequest, public_id: str) -> HttpResponse:
    """An issued letter, after its bytes were checked."""
    return letter_response(request, get_object_or_404(Letter.objects.issued(), public_id=public_id))


def _answer(request: HttpRequest, public_id: UUID) -> SurveyAnswer:
    """One answer with its replies and questions, and whether there is more to read of it."""
    answers = SurveyAnswer.objects.select_related(
        "survey__cycle__programme",
        "government__organisation",
        "government__prefecture__organisation",
        "relay__organisation",
        "entered_by",
    ).annotate(
        has_events=Exists(AnswerEvent.objects.filter(answer=OuterRef("pk"))),
        has_comments=Exists(FieldComment.objects.filter(answer=OuterRef("pk"))),
        has_letters=Exists(RelayLetter.objects.filter(answers=OuterRef("pk"))),
    )
    read = with_threads(with_questions(answers), request.user)
    return get_object_or_404(read, public_id=public_id)


def _answer_page(
    request: HttpRequest, answer: SurveyAnswer, form: ReasonForm, status: int = 200
) -> HttpResponse:
    requests = (
        answer.requests.select_related("training_programme", "treatment", "tie")
        .with_parts()
        .prefetch_related(
            Prefetch("training_programme__units", TrainingUnit.objects.with_instructors())
        )
    )
    is_open = answer.survey.cycle.state == Cycle.State.OPEN
    possible = ANSWER_MOVES[answer.state] if is_open else set()
    replies = replies_of(answer)
    comments = FieldComment.objects.filter(answer=answer).select_related("by", "host_request")
    letters = RelayLetter.objects.visible_to(request.user).filter(
        answers=answer, direction=RelayLetter.Direction.UP
    )
    labels = field_labels(replies)
    context = {
        "answer": answer,
        "requests": requests,
        "replies": said(replies, has_demand=answer.has_demand),
        "comments": shown_comments(comments, labels) if answer.has_comments else [],
        "relay_letters": letters if answer.has_letters else [],
        "history": _story(answer),
        **acts_on(answer),
        "form": form,
        "panels": render_panels("desk_answer", request, answer),
        "can_receive": AnswerState.RECEIVED in possible,
        "can_return": AnswerState.RETURNED in possible and answer.is_under_way,
    }
    return render(request, "desk/answer.html", context, status=status)


def _story(answer: SurveyAnswer) -> list[dict[str, object]]:
    """Its moves and what was done about it beside, in the order of time, in words."""
    moves: list[dict[str, object]] = [
        {"row": move, "label": AnswerState(move.to_state).label}
        for move in answer.moves.select_related("by")
    ]
    events: list[dict[str, object]] = [
        {
            "row": event,
            "label": event.get_kind_display(),
            "day": event.day,
            "channel": event.get_channel_display(),
        }
        for event in (answer.events.select_related("by") if answer.has_events else ())
    ]
    return sorted(moves + events, key=lambda each: each["row"].at)


@desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def nominate_person(request: HttpRequest, programme: str, year: int) -> HttpResponse:
    """Nominate a person for a cycle; the button sends an invitation to their address."""
    cycle = get_object_or_404(Cycle.objects.of(programme, year))
    form = NominationForm(request.POST or None, cycle=cycle)
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        key = values.pop("once")

        made = []

        def create() -> str:
            made.append(nominate(cycle=cycle, by=request.user, **values))
            return reverse("admin:placements_nomination_changelist")

        try:
            address = once(request.user, key, create)
        except (PlacementError, ValidationError) as error:
            tell_if_elsewhere(error)
            form.add_error(None, in_words(error))
        else:
            _say_sent(request, values["email"], is_new=bool(made))
            return redirect(address)
    status = 422 if form.errors else 200
    return render(request, "desk/nominate.html", {"form": form, "cycle": cycle}, status=status)


@desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def invite_person(request: HttpRequest) -> HttpResponse:
    """Invite an official to a role of an organisation."""
    form = InvitationForm(request.POST or None, by=request.user)
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        key = values.pop("once")

        made = []

        def create() -> str:
            made.append(invite(by=request.user, **values))
            return reverse("admin:accounts_invitation_changelist")

        try:
            address = once(request.user, key, create)
        except (AccountError, NoticeError, ValidationError) as error:
            form.add_error(None, in_words(error))
        else:
            _say_sent(request, values["email"], is_new=bool(made))
            return redirect(address)
    status = 422 if form.errors else 200
    return render(request, "desk/invite.html", {"form": form}, status=status)


def _say_sent(request: HttpRequest, email: str, *, is_new: bool) -> None:
    if is_new:
        messages.success(request, _("An invitation was sent to {email}.").format(email=email))
    else:
        messages.info(request, _("This form was sent already; nothing was sent twice."))
