import pytest
from django.db import transaction

from accounts.moves import MoveRefusedError, make_move
from hosts.services import HostError
from tests.factories import SurveyAnswerFactory, UserFactory

pytestmark = pytest.mark.django_db

TABLE = {"not_opened": {"draft"}, "draft": {"submitted"}}


def test_make_move_writes_state_changes_and_history():
    answer, user = SurveyAnswerFactory(), UserFactory()

    make_move(answer, "draft", by=user, table=TABLE, reason="begun", no_demand_reason="none")

    answer.refresh_from_db()
    assert (answer.state, answer.no_demand_reason) == ("draft", "none")
    assert list(answer.moves.values_list("by", "from_state", "to_state", "reason")) == [
        (user.pk, "not_opened", "draft", "begun")
    ]


@pytest.mark.parametrize("to", ["submitted", "not_opened", "nowhere"])
def test_make_move_refuses_what_the_table_does_not_know(to: str):
    answer = SurveyAnswerFactory()

    with pytest.raises(MoveRefusedError):
        make_move(answer, to, by=None, table=TABLE)

    answer.refresh_from_db()
    assert (answer.state, answer.moves.count()) == ("not_opened", 0)


def test_make_move_refuses_with_the_error_of_the_app_in_words():
    with pytest.raises(HostError, match="Look at where it stands now"):
        make_move(SurveyAnswerFactory(), "received", by=None, table=TABLE, refuse=HostError)


def test_make_move_looks_at_the_stored_row_and_not_at_the_one_in_hand():
    answer = SurveyAnswerFactory()
    stale = type(answer).objects.get(pk=answer.pk)
    make_move(answer, "draft", by=None, table=TABLE)

    with pytest.raises(MoveRefusedError):
        make_move(stale, "draft", by=None, table=TABLE)


def test_make_move_brings_the_row_in_hand_up_to_date():
    answer = SurveyAnswerFactory()
    type(answer).objects.filter(pk=answer.pk).update(no_demand_reason="typed elsewhere")

    make_move(answer, "draft", by=None, table=TABLE)

    assert (answer.state, answer.no_demand_reason) == ("draft", "typed elsewhere")


def test_a_move_that_is_rolled_back_leaves_no_history():
    answer = SurveyAnswerFactory()

    with transaction.atomic():
        make_move(answer, "draft", by=None, table=TABLE)
        transaction.set_rollback(True)

    answer.refresh_from_db()
    assert (answer.state, answer.moves.count()) == ("not_opened", 0)
