"""Which tests run again on the second database."""

import pytest

from accounts.models import User
from tests.servers import reaches_database


def test_what_asks_for_no_database_runs_once(request):
    assert not reaches_database(request.node)


@pytest.mark.django_db
def test_what_is_marked_runs_on_each(request):
    assert reaches_database(request.node)


def test_what_asks_by_a_fixture_runs_on_each(request, db):
    assert reaches_database(request.node)


def test_what_is_closed_to_a_test_that_does_not_ask_control():
    """Nothing is missed by leaving it out: it could not have asked a question."""
    with pytest.raises(RuntimeError, match="Database access not allowed"):
        User.objects.exists()
