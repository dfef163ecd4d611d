"""The recruitment of the running cycle: published to the offices, handed on, partly answered."""

import random
from datetime import date, datetime, timedelta

from accounts.models import Organisation, User
from japan.business_days import roll
from placements.models import Forwarding, Nomination, Opening, Recruitment
from placements.services.recruitment import openings_of, propose_openings, with_parts
from placements.states import NOMINATION_OPEN, NominationState
from schedule.models import Cycle
from trainees.models import (
    Agency,
    Contact,
    ContactLog,
    OfficeCountry,
    OverseasOffice,
    SendingGovernment,
)

from . import data
from .records import at_ten

Answer = Forwarding.Answer


def add_office(body: Organisation, code: str) -> OverseasOffice:
    """An office abroad with its own clock."""
    clock, telephone, _officer = data.CLOCKS[code]
    return OverseasOffice.objects.create(
        organisation=body,
        code=code,
        time_zone=clock,
        email=f"office-{code}@lgotp.example.jp",
        telephone=telephone,
        hours_ja="平日 9時から17時30分まで（現地時間）",
        hours_en="Monday to Friday, 9:00–17:30 (local time)",
    )


def add_agencies() -> None:
    """The agencies of some countries, and a person at each of them and at each government."""
    for number, (country, kind, name_ja, name_en, name_local, person) in enumerate(data.AGENCIES):
        body = Organisation.objects.create(
            kind=Organisation.Kind.AGENCY, name_ja=name_ja, name_en=name_en
        )
        agency = Agency.objects.create(
            organisation=body, kind=kind, country=country, name_local=name_local
        )
        SendingGovernment.objects.filter(country=country).update(agency=agency)
        name, post = person
        Contact.objects.create(
            organisation=body,
            name=name,
            post=post,
            email=f"agency-{number + 1}@example.org",
            language="en",
        )
    senders = SendingGovernment.objects.select_related("organisation").order_by("pk")
    for number, sender in enumerate(senders, start=1):
        Contact.objects.create(
            organisation=sender.organisation,
            name="International Relations Division",
            email=f"city-{number}@example.org",
            language="en",
        )


def recruit(cycle: Cycle, *, on: date, staff: User, officer: User) -> None:
    """What was published ten days ago and has become of it since."""
    rng = random.Random(cycle.fiscal_year)  # noqa: S311 - no secret is drawn
    published = at_ten(roll(on - timedelta(days=10), "before"))
    text_ja, text_en = data.RECRUITMENT_TEXTS
    Recruitment.objects.create(
        cycle=cycle,
        text_ja=text_ja,
        text_en=text_en,
        published_at=published,
        published_by=staff,
    )
    propose_openings(cycle, on=on)
    openings = list(with_parts(openings_of(cycle)))
    for opening in openings:
        opening.quota, opening.published_at = opening.host_request.number + 1, published
    Opening.objects.bulk_update(openings, ["quota", "published_at"])
    _join_nominations(openings, cycle, published)
    for opening in openings:
        _hand_on(opening, on=on, officer=officer, rng=rng)


def _join_nominations(openings: list[Opening], cycle: Cycle, published: datetime) -> None:
    """The nominees came through the office of their country, for a request that it offers."""
    offices = dict(
        OfficeCountry.objects.in_force(cycle.arrival_on).values_list("country", "office")
    )
    taken: dict[int, int] = {}
    ranks: dict[int, int] = {}
    rows = Nomination.objects.filter(
        application__cycle=cycle, state__in=NOMINATION_OPEN, host_request=None
    ).select_related("application__trainee", "application__sending_government__agency")
    for number, row in enumerate(rows.order_by("application__number"), start=1):
        office = offices.get(str(row.application.trainee.nationality))
        if office is None:
            continue
        row.office_id = office
        field = row.application.field
        found = next(
            (
                each
                for each in openings
                if each.office_id == office
                and each.host_request.field == field
                and taken.get(each.pk, 0) < each.quota
            ),
            None,
        )
        if found is not None:
            taken[found.pk] = taken.get(found.pk, 0) + 1
            row.opening = found
        sender = row.application.sending_government
        row.agency = sender.agency if sender else None
        row.nominator = sender.organisation.name_en if sender else ""
        ranks[office] = row.office_rank = ranks.get(office, 0) + 1
        row.office_comment = data.OFFICE_REMARKS[number % 2] if number % 2 else ""
        submitted = row.application.submitted_at
        if submitted and number % 3 == 0 and row.state == NominationState.CONFIRMED:
            at = submitted + timedelta(days=2)
            row.state, row.forwarded_at = NominationState.FORWARDED, at
            row.moves.create(
                at=at, from_state=NominationState.CONFIRMED, to_state=NominationState.FORWARDED
            )
        row.save()


def _hand_on(opening: Opening, *, on: date, officer: User, rng: random.Random) -> None:
    """Some openings were handed on; most bodies have answered, one is late."""
    if rng.random() < 0.2:
        return
    countries = set(
        OfficeCountry.objects.in_force(on)
        .filter(office=opening.office_id)
        .values_list("country", flat=True)
    )
    bodies: list[Agency | SendingGovernment] = [
        *Agency.objects.filter(country__in=countries).order_by("pk"),
        *SendingGovernment.objects.filter(country__in=countries).order_by("pk"),
    ]
    nominated = set(
        opening.nominations.values_list("application__sending_government__organisation", flat=True)
    )
    chosen = [each for each in bodies if each.organisation_id in nominated]
    others = [each for each in bodies if each.organisation_id not in nominated]
    chosen += rng.sample(others, min(len(others), rng.randint(1, 4)))
    handed_on = at_ten(roll(on - timedelta(days=rng.randint(6, 9)), "before"))
    for body in chosen:
        answer = rng.choice([Answer.WAITING, Answer.WAITING, Answer.CONSIDERS, Answer.NOBODY])
        if body.organisation_id in nominated:
            answer = Answer.NOMINATES
        is_answered = answer != Answer.WAITING
        contact = Contact.objects.filter(organisation=body.organisation_id).first()
        Forwarding.objects.create(
            opening=opening,
            organisation_id=body.organisation_id,
            contact=contact,
            answer_by=roll(on + timedelta(days=rng.choice([-2, 5, 10])), "after"),
            answer=answer,
            answered_at=handed_on + timedelta(days=3) if is_answered else None,
            recorded_by=officer if is_answered else None,
            forwarded_by=officer,
            forwarded_at=handed_on,
        )
        if is_answered and answer != Answer.NOMINATES:
            ContactLog.objects.create(
                organisation_id=body.organisation_id,
                contact=contact,
                channel=ContactLog.Channel.CALL,
                happened_on=(handed_on + timedelta(days=3)).date(),
                text=rng.choice(data.TALKS),
                by=officer,
                at=handed_on + timedelta(days=3),
            )
