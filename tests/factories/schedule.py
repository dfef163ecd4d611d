"""The programme, and cycles with their phases and deadlines."""

from datetime import UTC, date, datetime

import factory
from factory.django import DjangoModelFactory

from accounts.models import Organisation, Role
from schedule.models import Cycle, Deadline, Phase, PhaseKind, Programme
from tests.factories.accounts import OrganisationFactory


class ProgrammeFactory(DjangoModelFactory):
    """LGOTP without its usual year; `schedule.lgotp.ensure_lgotp()` gives the whole programme."""

    class Meta:
        model = Programme
        django_get_or_create = ("code",)

    code = "lgotp"
    name_ja = "自治体職員協力交流事業"
    name_en = "Local Government Officials Training Program"
    operator = factory.SubFactory(
        OrganisationFactory,
        kind=Organisation.Kind.OPERATOR,
        name_ja="一般財団法人自治体国際化協会",
        name_en="Council of Local Authorities for International Relations (CLAIR)",
    )
    sender_title_ja = "理事長"
    sender_title_en = "Chairperson"
    sender_name_ja = "大森 一朗"
    sender_name_en = "OMORI Ichiro"
    contact_unit_ja = "経済交流課"
    contact_unit_en = "Economic Exchange Division"
    contact_telephone = "03-0000-0000"
    contact_email = "lgotp@example.jp"
    letter_series = "自国経"
    reference_format_ja = "{era_year}自国経第{number}号"
    reference_format_en = "{fiscal_year}-{number}"
    trainee_title_ja = "協力交流研修員"
    orientation_place_ja = "東京"
    orientation_place_en = "Tokyo"
    next_step_ja = "{day}までに、書類を御提出ください。"
    next_step_en = "Your host needs your papers by {day}."


class CycleFactory(DjangoModelFactory):
    """An open cycle with its seven phases and the deadlines of the demand survey."""

    class Meta:
        model = Cycle
        skip_postgeneration_save = True

    programme = factory.SubFactory(ProgrammeFactory)
    # Years that no test names itself: the programme has one cycle a year.
    fiscal_year = factory.Sequence(lambda n: 2034 + n % 63)
    arrival_on = factory.LazyAttribute(lambda cycle: date(cycle.fiscal_year, 5, 17))
    opened_at = factory.LazyAttribute(
        lambda cycle: datetime(cycle.fiscal_year - 1, 9, 1, 1, tzinfo=UTC)
    )

    @factory.post_generation
    def days(cycle: Cycle, create: bool, extracted: object, **kwargs):
        if not create or extracted is False:
            return
        year = cycle.fiscal_year
        phases = [
            (PhaseKind.SURVEY, date(year - 1, 9, 1), date(year - 1, 11, 30)),
            (PhaseKind.RECRUITMENT, date(year - 1, 12, 1), date(year, 2, 26)),
            (PhaseKind.PROCEDURES, date(year, 3, 1), date(year, 5, 14)),
            (PhaseKind.ARRIVAL, date(year, 5, 17), date(year, 5, 19)),
            (PhaseKind.GROUP_TRAINING, date(year, 5, 20), date(year, 6, 23)),
            (PhaseKind.SPECIALISED, date(year, 6, 24), date(year, 11, 30)),
            (PhaseKind.RETURN, date(year, 12, 1), date(year + 1, 5, 29)),
        ]
        Phase.objects.bulk_create(
            Phase(cycle=cycle, kind=kind, starts_on=starts_on, ends_on=ends_on)
            for kind, starts_on, ends_on in phases
        )
        deadlines = [
            ("survey-municipality", Role.COORDINATOR, date(year - 1, 11, 24)),
            ("survey-relay", Role.RELAY, date(year - 1, 11, 30)),
            ("survey-direct", Role.COORDINATOR, date(year - 1, 11, 30)),
        ]
        Deadline.objects.bulk_create(
            Deadline(
                cycle=cycle,
                code=code,
                phase=PhaseKind.SURVEY,
                audience=audience,
                name_ja=f"期限 {code}",
                name_en=f"Deadline {code}",
                due_on=due_on,
            )
            for code, audience, due_on in deadlines
        )
