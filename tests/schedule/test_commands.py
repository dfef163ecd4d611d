from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from notices.models import Mail
from schedule.models import Cycle

pytestmark = pytest.mark.django_db


def output_of(*args: str) -> str:
    out = StringIO()
    call_command(*args, stdout=out)
    return out.getvalue()


def test_open_cycle_prints_the_days_and_opens_the_cycle():
    said = output_of("open_cycle", "2028")

    cycle = Cycle.objects.get()
    assert cycle.fiscal_year == 2028
    assert said.count("phase ") == 7
    assert f"arrival on {cycle.arrival_on}" in said


def test_open_cycle_dry_run_writes_nothing():
    assert "would be open" in output_of("open_cycle", "2028", "--dry-run")
    assert not Cycle.objects.exists()


@pytest.mark.parametrize(
    "args",
    [["1900"], ["2020"], ["2028", "--programme", "unknown"], ["next"]],
    ids=["year", "over", "unknown", "word"],
)
def test_open_cycle_names_what_is_wrong(args: list[str]):
    with pytest.raises(CommandError):
        output_of("open_cycle", *args)

    assert not Cycle.objects.exists()


def test_open_cycle_twice_is_refused():
    output_of("open_cycle", "2028")

    with pytest.raises(CommandError, match="2028"):
        output_of("open_cycle", "2028")


def test_send_reminders_takes_a_day():
    said = output_of("send_reminders", "--on", "2026-11-23", "--dry-run")

    assert said == f"{date(2026, 11, 23)}: 0 reminders would be queued.\n"
    assert not Mail.objects.exists()
