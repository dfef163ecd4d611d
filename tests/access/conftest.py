"""One world for all tests of this package: it is dear to build, and every test undoes its own."""

from collections.abc import Iterator

import pytest
import time_machine

from tests.access.door import Door, RememberingDoor
from tests.access.world import World, one_world


@pytest.fixture(scope="package")
def world(django_db_setup, django_db_blocker) -> Iterator[World]:
    with django_db_blocker.unblock(), one_world() as world:
        yield world


@pytest.fixture(scope="package")
def door() -> Door:
    return Door()


@pytest.fixture(scope="package")
def remembering() -> RememberingDoor:
    """For the walks over all pages as one role; a test that changes the portal takes `door`."""
    return RememberingDoor()


@pytest.fixture(autouse=True)
def stopped_clock(request: pytest.FixtureRequest) -> Iterator[None]:
    """A session notes once a minute that its person is there: on a walk of minutes one answer in
    hundreds would set a cookie that its neighbours do not set, and on a slow machine it would end.
    """
    if "world" not in request.fixturenames:
        yield
        return
    with time_machine.travel(request.getfixturevalue("world").built_at, tick=False):
        yield
