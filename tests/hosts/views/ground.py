"""Addresses and typed values for the tests of the hosts' pages."""

import uuid
from datetime import UTC, datetime

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from hosts.models import HostRequest

FRIDAY = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)  # 10:00 in Japan, four days before the deadline
SESSION_QUERIES = 4  # session, person, memberships, second factor


@pytest.fixture(autouse=True)
def friday():
    """The tests of a module that imports this take place on that Friday."""
    with time_machine.travel(FRIDAY, tick=False):
        yield


def at(name: str, *args: object, language: str = "ja") -> str:
    with translation.override(language):
        return reverse(f"hosts:{name}", args=args)


def step(host_request: HostRequest, name: str) -> str:
    return at("request_step", host_request.public_id, name)


def demand(**changes: str) -> dict[str, str]:
    return {
        "version": "1",
        "field": "tourism",
        "number": "2",
        "route": "mediated",
        "language": "either",
        "level": "2",
        "country_1": "",
        "country_2": "",
        "country_3": "",
        **changes,
    }


def unit_values(**changes: str) -> dict[str, str]:
    return {
        "version": "1",
        "once": str(uuid.uuid4()),
        "name_ja": "水質検査",
        "site_kind": "own",
        "site_name": "検査室",
        "weeks": "8",
        "hours_per_week": "9",
        **changes,
    }


def queries_of(client, address: str) -> int:
    client.get(address)  # the first request of a session notes when it began
    with CaptureQueriesContext(
        connection,
    ) as captured:
        response = client.get(address)
    assert response.status_code == 200
    return len(captured)
