"""The two notices of a decision: what is printed in them, and their drafts."""

from collections.abc import Callable
from datetime import date

from django.utils import timezone, translation
from django_countries import countries

from hosts.models import LocalGovernment
from hosts.names import head_of, respectful_name
from japan.dates import era_date, era_fiscal_year, months_between, weekday_ja
from notices.letters import draft_letter
from schedule.models import Cycle, PhaseKind, Programme
from schedule.vocabulary import DeadlineCode
from trainees.models import Application, Trainee
from trainees.names import name_forms

from .models import Placement, PlacementNotice

HOST, TRAINEE = PlacementNotice.Audience.HOST, PlacementNotice.Audience.TRAINEE


def draft_notices(placement: Placement, *, on: date) -> list[PlacementNotice]:
    """Draft the letter to the host and the letter to the trainee; a second call gives the same
    two.
    """
    programme = placement.application.cycle.programme
    values = notice_values(placement)
    year = placement.application.cycle.fiscal_year
    specs = [
        (
            HOST,
            "ja",
            programme.reference_format_ja,
            "placement_notice.host",
            f"{era_fiscal_year(year)}{programme.name_ja}における{programme.trainee_title_ja}の受入れの決定について（通知）",
        ),
        (
            TRAINEE,
            "en",
            programme.reference_format_en,
            "placement_notice.trainee",
            "Notice of Decision",
        ),
    ]
    notices = []
    for audience, language, reference_format, template, subject in specs:
        lines = _addressee(placement, audience)
        letter = draft_letter(
            key=f"placement:{placement.public_id}:{audience}:1",
            kind=template,
            language=language,
            series=programme.letter_series,
            reference_format=reference_format,
            issued_on=on,
            subject=subject,
            addressee="\n".join(lines),
            template=template,
            context={**values, "addressee_lines": lines},
        )
        notice, _created = PlacementNotice.objects.get_or_create(
            letter=letter, defaults={"placement": placement, "audience": audience}
        )
        notices.append(notice)
    return notices


def _addressee(placement: Placement, audience: str) -> list[str]:
    if audience == HOST:
        return [head_of(placement.host_request.government)]
    application = placement.application
    trainee = application.judged_person
    with translation.override("en"):
        country = countries.name(_sending_country(application))
    sender = application.sending_government
    lines = [
        _salutation(trainee),
        application.employer_department,
        sender.organisation.name_en if sender else "",
        country,
    ]
    return [line for line in lines if line]


def notice_values(placement: Placement) -> dict[str, object]:
    """What both notices print, as plain values; the schema stands in `notices.letters`."""
    request = placement.host_request
    cycle = placement.application.cycle
    return {
        "fiscal_year": cycle.fiscal_year,
        **_sender(cycle.programme),
        **_sides(placement.application, request.government),
        "field_ja": _in("ja", lambda: request.field_name),
        "field_en": _headed(_in("en", lambda: request.field_name)),
        "theme_ja": request.training_programme.theme_ja,
        "theme_en": request.training_programme.theme_en,
        "route_ja": _in("ja", request.get_route_display),
        "route_en": _headed(_in("en", request.get_route_display)),
        "request_submitted_on": timezone.localdate(request.answer.submitted_at),
        **_days(placement),
        **_next_steps(cycle),
    }


def _sender(programme: Programme) -> dict[str, object]:
    """The programme's words, who signs and who answers questions."""
    return {
        "programme_name_ja": programme.name_ja,
        "programme_name_en": programme.name_en,
        "trainee_title_ja": programme.trainee_title_ja,
        "sender_ja": {
            "organisation": programme.operator.name_ja,
            "title": programme.sender_title_ja,
            "name": programme.sender_name_ja,
            "seal_note": programme.seal_note,
        },
        "sender_en": {
            "organisation": programme.operator.name_en,
            "title": programme.sender_title_en,
            "name": programme.sender_name_en,
        },
        "contact": {
            "unit_ja": programme.contact_unit_ja,
            "unit_en": programme.contact_unit_en,
            "telephone": programme.contact_telephone,
            "email": programme.contact_email,
        },
    }


def _sides(application: Application, government: LocalGovernment) -> dict[str, object]:
    """Who comes, who sends and who receives them."""
    trainee = application.judged_person
    names = name_forms(trainee)
    sender = application.sending_government
    prefecture = government.prefecture
    return {
        "addressee_short_ja": respectful_name(government),
        "trainee": {
            "passport_name": names.passport,
            "katakana": names.katakana,
            "kanji": names.kanji,
            "salutation_en": _salutation(trainee),
        },
        "sending": {
            "country_ja": _country(_sending_country(application), "ja"),
            "country_en": _country(_sending_country(application), "en"),
            "organisation_ja": sender.organisation.name_ja if sender else "",
            "organisation_en": sender.organisation.name_en if sender else "",
        },
        "host": {
            "name_ja": government.name,
            "prefecture_ja": prefecture.name if prefecture else "",
            "name_en": government.short_name_in("en"),
            "prefecture_en": prefecture.short_name_in("en") if prefecture else "",
        },
    }


def _days(placement: Placement) -> dict[str, object]:
    """The stay and its phases, those of the cycle that it has."""
    cycle = placement.application.cycle
    programme = cycle.programme
    phases = {phase.kind: phase for phase in cycle.phases.all()}
    months, days = months_between(placement.starts_on, placement.ends_on)
    period = {"starts_on": placement.starts_on, "ends_on": placement.ends_on}
    values: dict[str, object] = {"period": period if days else {**period, "months": months}}
    special = phases.get(PhaseKind.SPECIALISED)
    if special and special.starts_on < placement.ends_on:
        values["specialised"] = {"starts_on": special.starts_on, "ends_on": placement.ends_on}
    if arrival := phases.get(PhaseKind.ARRIVAL):
        values["orientation"] = {
            "starts_on": arrival.starts_on,
            "ends_on": arrival.ends_on,
            "place_ja": programme.orientation_place_ja,
            "place_en": programme.orientation_place_en,
        }
    if group := phases.get(PhaseKind.GROUP_TRAINING):
        values["group_training"] = {
            "starts_on": group.starts_on,
            "ends_on": group.ends_on,
            "place_ja": programme.group_training_place_ja,
            "place_en": programme.group_training_place_en,
        }
    return values


def _next_steps(cycle: Cycle) -> dict[str, object]:
    """What follows the decision, in the programme's words, by the deadline of the papers."""
    deadlines = {deadline.code: deadline for deadline in cycle.deadlines.all()}
    deadline = deadlines.get(DeadlineCode.COE_PAPERS)
    if deadline is None:
        return {}
    due = deadline.due_on
    day_ja = f"{era_date(due)}（{weekday_ja(due)}）"
    day_en = f"{due:%A} {due.day} {due:%B %Y}"
    programme = cycle.programme
    return {
        "next_step_ja": programme.next_step_ja.replace("{day}", day_ja),
        "next_step_en": programme.next_step_en.replace("{day}", day_en),
    }


def _sending_country(application: Application) -> str:
    """Where the person is sent from: the country of the employer, else their own."""
    sender = application.sending_government
    return str(sender.country if sender else application.judged_person.nationality)


def _headed(text: str) -> str:
    """With a capital letter at its head; names inside stay as they are."""
    return text[:1].upper() + text[1:]


def _salutation(trainee: Trainee) -> str:
    """How an English letter addresses the person: the name for letters, never split."""
    title = _in("en", trainee.get_salutation_display) if trainee.salutation else ""
    return f"{title} {name_forms(trainee).letter}".strip()


def _in(language: str, display: Callable[[], object]) -> str:
    with translation.override(language):
        return str(display())


def _country(code: str, language: str) -> str:
    with translation.override(language):
        return str(countries.name(code))
