"""One production for all tests of a process that need one; they run in the group `production`."""

import pytest

from tests.faults.processes import web
from tests.faults.production import production


@pytest.fixture(scope="session")
def portal():
    """PostgreSQL, Redis, mail server and people; every test leaves its lines as it found them."""
    with production() as found:
        yield found


@pytest.fixture(scope="session")
def site(portal):
    """Two web processes on it, as in production."""
    with web(portal.env, workers=2) as found:
        yield found
