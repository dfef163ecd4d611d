"""A town of Ehime with its people on 20 March, when offices begin to change them."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.utils import translation

from tests.factories import (
    LocalGovernmentFactory,
    PrefectureFactory,
    coordinator_of,
    relay_officer_of,
    staff_member,
)

MARCH = datetime(2027, 3, 20, 1, 0, tzinfo=UTC)  # 10:00 in Japan


@pytest.fixture(autouse=True)
def march():
    with time_machine.travel(MARCH, tick=False) as clock, translation.override("en"):
        yield clock


@pytest.fixture
def ehime():
    return PrefectureFactory(name="愛媛県", romaji="Ehime")


@pytest.fixture
def saijo(ehime):
    return LocalGovernmentFactory(name="西条市", romaji="Saijo", prefecture=ehime)


@pytest.fixture
def coordinator(saijo):
    return coordinator_of(saijo, name="越智 美咲", email="ochi@city.saijo.lg.jp")


@pytest.fixture
def officer(ehime):
    return relay_officer_of(ehime, name="森田 由紀", email="morita@pref.ehime.lg.jp")


@pytest.fixture
def desk():
    return staff_member(name="高橋 一郎", email="takahashi@clair.or.jp")
