"""The letters of relays are held against their bytes with those of the register."""

import hashlib
import os
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from hosts.models import RelayLetter, RelayRound
from hosts.relay_letters import FOLDER
from notices.letters import keeping, verify_letters
from notices.letters.keeping import store
from tests.factories import DemandSurveyFactory, PrefectureFactory
from tests.notices.conftest import letter_store  # noqa: F401

pytestmark = pytest.mark.django_db

CONTENT = b"%PDF-1.7 to the municipalities"


@pytest.fixture
def kept(letter_store: Path) -> Path:  # noqa: F811
    """The file of a final letter."""
    digest = hashlib.sha256(CONTENT).hexdigest()
    store(digest, CONTENT, folder=FOLDER)
    RelayLetter.objects.create(
        round=RelayRound.objects.create(survey=DemandSurveyFactory(), relay=PrefectureFactory()),
        state="final",
        number="8国際第118号",
        dated_on=timezone.localdate(),
        sha256=digest,
        size=len(CONTENT),
        finalised_at=timezone.now(),
    )
    return letter_store / FOLDER / f"{digest}.pdf"


def found() -> list[str]:
    return [problem.reference for problem in verify_letters()]


def test_a_letter_as_it_was_made_final_is_no_problem(kept: Path, capsys):
    call_command("verify_letters")

    assert found() == []


def test_other_bytes_and_missing_ones_are_named_and_end_the_command_with_1(kept: Path, capsys):
    kept.write_bytes(CONTENT + b" ")
    assert found() == ["8国際第118号"]
    kept.unlink()
    assert found() == ["8国際第118号"]

    with pytest.raises(CommandError) as caught:
        call_command("verify_letters")

    assert caught.value.returncode == 1
    assert list(verify_letters(series="KK")) == []


def test_a_file_of_no_letter_is_named_once_it_is_an_hour_old(kept: Path):
    stray = kept.with_name(f"{'0' * 64}.pdf")
    stray.write_bytes(CONTENT)
    assert found() == []
    an_hour_ago = timezone.now().timestamp() - 3700
    os.utime(stray, (an_hour_ago, an_hour_ago))

    assert found() == [FOLDER + stray.name]


def test_without_its_check_a_changed_letter_goes_unseen_control(kept: Path, monkeypatch):
    kept.write_bytes(CONTENT + b" ")
    assert found() == ["8国際第118号"]

    monkeypatch.setattr(keeping, "_checks", [])

    assert found() == []
