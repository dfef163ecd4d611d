from datetime import date

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import override

from schedule.models import Cycle, PhaseKind
from tests.factories import CycleFactory, ProgrammeFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("on", "kind"),
    [
        (date(2026, 1, 1), PhaseKind.SURVEY),
        (date(2026, 9, 1), PhaseKind.SURVEY),
        (date(2026, 11, 30), PhaseKind.SURVEY),
        (date(2027, 2, 28), PhaseKind.PROCEDURES),
        (date(2027, 5, 20), PhaseKind.GROUP_TRAINING),
        (date(2028, 5, 29), PhaseKind.RETURN),
        (date(2028, 5, 30), None),
    ],
)
def test_phase_on_gives_the_phase_of_a_day_or_the_next(on: date, kind: str | None):
    cycle = CycleFactory(fiscal_year=2027)

    phase = cycle.phase_on(on)

    assert (phase.kind if phase else None) == kind


def test_running_are_the_open_cycles_that_are_not_over():
    over = CycleFactory(fiscal_year=2024)
    off = CycleFactory(fiscal_year=2026, state=Cycle.State.CALLED_OFF)
    running = CycleFactory(fiscal_year=2027)

    found = set(Cycle.objects.running(date(2026, 11, 22)))

    assert found == {running}
    assert {over, off}.isdisjoint(found)


def test_cycles_are_seen_by_all_who_sign_in_and_by_nobody_else():
    cycle = CycleFactory()

    assert list(Cycle.objects.visible_to(UserFactory())) == [cycle]
    assert list(Cycle.objects.visible_to(AnonymousUser())) == []


def test_a_cycle_is_named_in_both_languages():
    cycle = CycleFactory(fiscal_year=2027, programme=ProgrammeFactory(name_en="Training"))

    with override("ja"):
        japanese = str(cycle)
    with override("en"):
        english = str(cycle)

    assert japanese == "自治体職員協力交流事業 令和9年度（2027年度）"
    assert english == "Training FY2027"


def test_a_programme_has_one_cycle_in_a_fiscal_year():
    cycle = CycleFactory(fiscal_year=2027)

    with pytest.raises(IntegrityError), transaction.atomic():
        CycleFactory(programme=cycle.programme, fiscal_year=2027)


def test_a_phase_does_not_end_before_it_begins():
    phase = CycleFactory().phases.first()

    with pytest.raises(IntegrityError), transaction.atomic():
        type(phase).objects.filter(pk=phase.pk).update(ends_on=date(2000, 1, 1))


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["第{nummer}号", "号", "{number", "{number}{0}"])
def test_programme_refuses_a_form_of_numbers_that_letters_cannot_print(text):
    programme = ProgrammeFactory()
    programme.reference_format_ja = text

    with pytest.raises(ValidationError) as refused:
        programme.full_clean()

    assert list(refused.value.message_dict) == ["reference_format_ja"]
