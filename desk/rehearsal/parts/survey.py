"""The demand survey: ask, answer “no demand”, forward, hold, return, and stay silent."""

from datetime import date, timedelta

from django import forms
from django.db import transaction
from django.db.models import Max
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from hosts.closing import close_survey
from hosts.comments import Said
from hosts.forms import STEP_FORMS, RemarkForm, UnitForm, replies_form
from hosts.models import (
    DemandSurvey,
    LocalGovernment,
    RelayLetter,
    RelayRound,
    SurveyAnswer,
    SurveyQuestion,
    TrainingUnit,
)
from hosts.questions import asked, replies_of
from hosts.relay_letters import finish_letter, start_letter
from hosts.relaying import lock_round, save_round, set_priorities, start_round
from hosts.reminding import Choice, send_reminder, silent_answers
from hosts.replying import begin_answer, save_replies
from hosts.services import (
    HostError,
    discard_request,
    forward_answer,
    hold_answer,
    receive_answer,
    return_answer,
    return_by_relay,
    start_request,
    submit_demand,
    submit_no_demand,
)
from hosts.states import RequestState
from hosts.treatment import treatment_of
from hosts.views.finding import find_answer
from japan.dates import end_of_stay
from schedule.models import Cycle, PhaseKind

from ...demo.offers import levels_of
from ..cast import RELAYS, STAFF, STAFF_LABEL, WISHES, coordinator, relay_officer
from ..stage import Stage, part

SURVEY = PhaseKind.SURVEY
DAY = timedelta(days=1)


def typed(form_class: type, row: object, values: dict[str, object], **how: object) -> None:
    """Save a form of the portal as if it had been typed; ValueError with what it refuses."""
    sent = {name: str(value) for name, value in values.items()}
    form: forms.ModelForm = form_class({**sent, "version": str(row.version)}, instance=row, **how)  # type: ignore[attr-defined]
    if not form.is_valid():
        raise ValueError(f"{form_class.__name__}: {form.errors.as_json()}")
    form.save()


@part(SURVEY)
def answers(stage: Stage) -> None:
    """Who answers when; whoever goes directly has until a later day."""
    opens = stage.phase(SURVEY).starts_on
    due, relay_due = (stage.due(f"survey-{word}", SURVEY) for word in ("municipality", "relay"))
    direct = stage.due("survey-direct", SURVEY)
    early = (opens + 14 * DAY, due - 30 * DAY)
    stage.plan(opens + DAY, touch_the_closed_year)
    stage.plan(stage.draw(*early), ask, "saijo", forward, "ehime", 3)
    stage.plan(stage.draw(*early), ask, "fuji", return_to_correct, "shizuoka", 2)
    stage.plan(stage.draw(due - 20 * DAY, due - 10 * DAY), no_demand, "imabari", forward, "ehime")
    stage.plan(stage.draw(due - 20 * DAY, due - 12 * DAY), ask, "uwajima", hold, "ehime", 1)
    stage.plan(stage.draw(due - 6 * DAY, due), ask, "kure", receive, STAFF, 4)
    stage.plan(stage.draw(due - 2 * DAY, due), ask, "hamamatsu", look_past, "shizuoka", 1)
    stage.plan(stage.draw(direct - 12 * DAY, direct), ask, "sapporo", receive, STAFF, 2)
    stage.plan(stage.draw(direct - 25 * DAY, direct - 4 * DAY), ask, "nagano", receive, STAFF, 2)
    stage.plan(due + 3 * DAY, no_demand, "shinjuku", receive, STAFF)
    stage.plan(opens + 3 * DAY, begin_the_round, "ehime", due - 7 * DAY)
    stage.plan(due - 4 * DAY, remind_the_silent)
    stage.plan(relay_due, write_upwards, "ehime")
    # The last answers that were returned in time have come back by then.
    stage.plan(max(relay_due, direct) + 21 * DAY, close)


def compose_questions(survey: DemandSurvey) -> None:
    """Three questions of its own: one hangs on another, one is needed of those with demand."""
    words = [("受入経験の有無", "Have you hosted before?"), ("工夫した点", "What worked well?")]
    words.append(("担当する職員の数", "How many of your staff look after the trainee?"))
    yes_no = [{"key": "yes", "ja": "ある", "en": "Yes"}, {"key": "no", "ja": "ない", "en": "No"}]
    common = {"survey": survey, "audience": SurveyQuestion.Audience.DEMAND}
    rows = [
        {**common, "position": n, "label_ja": ja, "label_en": en}
        for n, (ja, en) in enumerate(words, start=1)
    ]
    first = SurveyQuestion.objects.create(**rows[0], kind="choice", choices=yes_no)
    SurveyQuestion.objects.create(**rows[1], shown_if=first, shown_if_value="yes")
    SurveyQuestion.objects.create(**rows[2], kind="number", least=1, most=99, is_needed=True)


def answer_of(stage: Stage, host: str) -> SurveyAnswer:
    code = coordinator(host).values["government"].code  # type: ignore[attr-defined]
    rows = SurveyAnswer.objects.select_related(
        "survey__cycle__programme", "government__prefecture", "government__organisation"
    )
    return rows.get(survey__cycle=stage.cycle, government__code=code)


def touch_the_closed_year(stage: Stage) -> None:
    """A coordinator opens last year's survey, which is closed for ever."""
    closed = SurveyAnswer.objects.filter(
        survey__cycle__state=Cycle.State.CLOSED, government__code="382060"
    ).first()
    if closed is not None:
        stage.refused(
            coordinator("saijo"),
            _("Tries to answer the survey of a closed year: refused."),
            HostError,
            lambda: submit_no_demand(closed, reason="", by=stage.people["saijo"]),
        )


def ask(stage: Stage, host: str, then: object, whose: str, days: int) -> None:
    """A host fills in its request step by step, and submits it."""
    by, wish = stage.people[host], WISHES[host]
    with stage.act(coordinator(host), _("Asks for trainees.")):
        request = start_request(answer_of(stage, host), by=by)
        starts_on = request.starts_on or stage.cycle.arrival_on
        wished = {f"country_{n}": code for n, code in enumerate(wish.countries, start=1)}
        demand = {"field": wish.field, "number": wish.number, "route": wish.route}
        values: dict[str, dict[str, object]] = {
            "demand": {**demand, **wished},
            "conditions": {"language": wish.language, **levels_of(wish.language, wish.level)},
            "treatment": {
                **{"lodging_kind": "rented", "rent_yen": "４５，０００", "rent_payer": "host"},
                **{"allowance_per": "day", "allowance_from_yen": "5,000円"},
                **{"insurance_payer": "host", "met_by_ja": "担当課の職員", "met_at_ja": "最寄り駅"},
            },
            "period": {"starts_on": starts_on, "ends_on": end_of_stay(starts_on, wish.months)},
            "programme": {
                "theme_ja": wish.theme[0],
                "theme_en": wish.theme[1],
                "aim_ja": wish.aim[0],
                "aim_en": wish.aim[1],
            },
        }
        rows = {"programme": request.training_programme, "treatment": treatment_of(request)}
        for step, form_class in STEP_FORMS.items():
            row = rows.get(step, request)
            typed(form_class, row, values[step], complete=True)
        unit = TrainingUnit(training_programme=request.training_programme)
        practice = {"name_ja": "担当課での実務研修", "name_en": "Practice in the section"}
        where = {"site_kind": "own", "site_name": "担当課"}
        typed(UnitForm, unit, {**practice, **where, "weeks": 22, "hours_per_week": 18})
        unit.instructors.create(name="近藤　誠", post_ja="係長", years=12, is_full_time=True)
        reply(answer_of(stage, host), stage.dice.randint(1, 4), by=by)
        submit_demand(answer_of(stage, host), by=by)
    stage.plan(stage.on + days * DAY, then, host, whose)  # type: ignore[arg-type]


def reply(answer: SurveyAnswer, staff: int, *, by: User) -> None:
    """The survey's own questions, on their page."""
    locked = begin_answer(answer, by=by)
    found = asked(replies_of(locked), has_demand=True)
    hosted, lessons, number = (each.question.field_name for each in found)
    values = {hosted: "yes", lessons: "住居は早めに手配する。", number: str(staff)}
    form = replies_form(found)(
        {**values, "version": str(locked.version)}, instance=locked, complete=True
    )
    if not form.is_valid():
        raise ValueError(form.errors.as_json())
    save_replies(locked, form.values())
    form.save()


def no_demand(stage: Stage, host: str, then: object, whose: str) -> None:
    with stage.act(coordinator(host), _("Answers “no demand”.")):
        usual = ["", SurveyAnswer.NoDemandKind.BUDGET, SurveyAnswer.NoDemandKind.CAPACITY]
        kind = stage.dice.choice(usual)
        submit_no_demand(answer_of(stage, host), kind=kind, reason="", by=stage.people[host])
    stage.plan(stage.on + 2 * DAY, then, host, whose)  # type: ignore[arg-type]


# The relay ------------------------------------------------------------------------------------


def round_of(stage: Stage, relay: str) -> RelayRound:
    survey = DemandSurvey.objects.get(cycle=stage.cycle)
    return start_round(survey, LocalGovernment.objects.get(code=RELAYS[relay][0]))


def begin_the_round(stage: Stage, relay: str, day: date) -> None:
    """A relay asks for the answers a week earlier, and covers the survey with its own letter."""
    by = stage.people[relay]
    with (
        stage.act(relay_officer(relay), _("Asks its municipalities for the answers earlier.")),
        transaction.atomic(),
    ):
        round_ = lock_round(round_of(stage, relay))
        round_.own_due_on = day
        save_round(round_, before=None, by=by)
    write(stage, relay, RelayLetter.Direction.DOWN, "8国際第118号")


def write_upwards(stage: Stage, relay: str) -> None:
    """What was forwarded gets its covering letter (進達文)."""
    write(stage, relay, RelayLetter.Direction.UP, "8国際第163号")


def write(stage: Stage, relay: str, direction: str, number: str) -> None:
    by = stage.people[relay]
    with stage.act(relay_officer(relay), _("Makes its letter {number} final."), number=number):
        letter = start_letter(round_of(stage, relay), direction, by=by, on=stage.on)
        letter.number = number
        letter.save(update_fields=["number"])
        finish_letter(letter, version=letter.version, by=by)


def put_in_order(stage: Stage, host: str, relay: str) -> None:
    """A request gets the next place in the relay's order, and its opinion."""
    answer = answer_of(stage, host)
    if not answer.has_demand or answer.relay_priority:
        return
    places = SurveyAnswer.objects.filter(survey=answer.survey_id, relay=answer.relay_id)
    place = (places.aggregate(last=Max("relay_priority"))["last"] or 0) + 1
    with stage.act(
        relay_officer(relay),
        _("Gives the answer of {host} place {place} in its order, with a remark."),
        host=answer.government,
        place=place,
    ):
        set_priorities(round_of(stage, relay), {answer.pk: place})
        typed(RemarkForm, answer_of(stage, host), {"relay_remark": "県としても支援する。"})


def forward(stage: Stage, host: str, relay: str) -> None:
    put_in_order(stage, host, relay)
    answer = answer_of(stage, host)
    with stage.act(
        relay_officer(relay), _("Forwards the answer of {host}."), host=answer.government
    ):
        forward_answer(answer, by=stage.people[relay])
    stage.plan(stage.on + 2 * DAY, receive, host, STAFF)


def return_to_correct(stage: Stage, host: str, relay: str) -> None:
    answer = answer_of(stage, host)
    with stage.act(
        relay_officer(relay),
        _("Returns the answer of {host} with a comment."),
        mark="late",
        host=answer.government,
    ):
        request = answer.requests.get(state=RequestState.SUBMITTED)
        comments = [Said(request, "programme", "units", "週当たりの研修時間を確認してください。")]
        return_by_relay(answer, comments=comments, by=stage.people[relay])
    stage.plan(stage.on + 3 * DAY, submit_again, host, relay)


def submit_again(stage: Stage, host: str, relay: str) -> None:
    with stage.act(coordinator(host), _("Corrects the answer and submits it again.")):
        submit_demand(answer_of(stage, host), by=stage.people[host])
    stage.plan(stage.on + 2 * DAY, forward, host, relay)


def hold(stage: Stage, host: str, relay: str) -> None:
    answer = answer_of(stage, host)
    with stage.act(
        relay_officer(relay),
        _("Holds the answer of {host} to look into it."),
        mark="pinned",
        host=answer.government,
    ):
        hold_answer(answer, reason="受入部署に確認中", by=stage.people[relay])
    stage.plan(stage.on + 5 * DAY, forward_the_held, host, relay)


def forward_the_held(stage: Stage, host: str, relay: str) -> None:
    put_in_order(stage, host, relay)
    answer = answer_of(stage, host)
    with stage.act(
        relay_officer(relay), _("Forwards the answer of {host}."), host=answer.government
    ):
        forward_answer(answer, by=stage.people[relay])
    stage.plan(stage.on + 2 * DAY, return_by_staff, host, relay)


def look_past(stage: Stage, host: str, relay: str) -> None:
    """A designated city answers directly: the relay officer beside it finds nothing."""
    answer = answer_of(stage, host)
    stage.refused(
        relay_officer(relay),
        _("Looks for the answer of {host}, which goes to the operator directly: not found."),
        Http404,
        lambda: find_answer(stage.people[relay], answer.public_id),
        host=answer.government,
    )
    stage.plan(stage.on + DAY, receive, host, STAFF)


# Staff ----------------------------------------------------------------------------------------


def receive(stage: Stage, host: str, _whose: str) -> None:
    answer = answer_of(stage, host)
    with stage.act(STAFF_LABEL, _("Receives the answer of {host}."), host=answer.government):
        receive_answer(answer, by=stage.people[STAFF])


def return_by_staff(stage: Stage, host: str, relay: str) -> None:
    answer = answer_of(stage, host)
    with stage.act(
        STAFF_LABEL,
        _("Returns the answer of {host} with a comment."),
        mark="late",
        host=answer.government,
    ):
        reason = "受入時期が重なっています。御検討ください。"
        return_answer(answer, reason=reason, by=stage.people[STAFF])
    stage.plan(stage.on + 4 * DAY, decline, host, relay)


def decline(stage: Stage, host: str, relay: str) -> None:
    """The host gives up: its request is discarded, and its answer becomes “no demand”."""
    answer = answer_of(stage, host)
    with stage.act(
        coordinator(host),
        _("Declines to host after all: takes the request back and answers “no demand”."),
        mark="stopped",
    ):
        for request in answer.requests.filter(state=RequestState.DRAFT):
            discard_request(request, by=stage.people[host])
        submit_no_demand(answer, reason="受入時期の調整がつかないため", by=stage.people[host])
    stage.plan(stage.on + 2 * DAY, forward, host, relay)


def remind_the_silent(stage: Stage) -> None:
    """Whoever has not answered is reminded; a relay is told of those who have nobody."""
    survey = DemandSurvey.objects.get(cycle=stage.cycle)
    silent = [answer.pk for answer in silent_answers(survey, Choice())]
    with stage.act(
        STAFF_LABEL,
        _("Reminds those who have not answered: {count} governments."),
        mark="full",
        count=len(silent),
    ):
        send_reminder(
            survey,
            answers=silent,
            looked_at=timezone.now(),
            choice=Choice(),
            by=stage.people[STAFF],
            text_ja="要望がない場合も「要望なし」と御回答ください。",
            text_en="If you want no trainee, please answer “no demand”.",
            tells_relays=True,
        )


def close(stage: Stage) -> None:
    """The survey is closed, and what was answered frozen; silence is no answer, and stays none."""
    survey = DemandSurvey.objects.get(cycle=stage.cycle)
    silent = SurveyAnswer.objects.filter(survey=survey).to_be_answered()
    with stage.act(
        STAFF_LABEL,
        _("Closes the survey: {count} governments have not answered."),
        mark="none",
        count=silent.count(),
    ):
        close_survey(survey, by=stage.people[STAFF])
    late = answer_of(stage, "naha")
    stage.refused(
        coordinator("naha"),
        _("Tries to answer after the survey was closed: refused."),
        HostError,
        lambda: submit_no_demand(late, reason="", by=stage.people["naha"]),
    )
