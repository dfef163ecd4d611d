"""The lifecycle of nominations under whatever order of acts (P6): quota, one dossier, one place."""

from collections.abc import Callable

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)

from accounts.models import Role
from accounts.services import AccountError, accept_invitation
from notices.models import Mail
from placements.models import Nomination, NominationMove, Recruitment
from placements.services import (
    PlacementError,
    confirm_nomination,
    invite_again,
    nominate,
    refuse_nomination,
    replace_nominee,
    replacing,
    withdraw_nomination,
)
from placements.states import NOMINATION_MOVES, NOMINATION_OPEN
from tests.factories import member_of, staff_member
from tests.placements.ground_of_links import opening_of, published
from trainees.models import Application
from trainees.services import TraineeError, withdraw_application
from trainees.states import ApplicationState

pytestmark = pytest.mark.django_db

PEOPLE = st.integers(0, 3)
PLACES = st.integers(0, 1)
ANY = st.integers(0, 50)


class Nominating(RuleBasedStateMachine):
    """Two offices, two openings, four people; acts in any order, each refused or done whole."""

    def __init__(self) -> None:
        super().__init__()
        self.block = transaction.atomic()  # each run on a ground of its own
        self.block.__enter__()
        recruitment = published(elsewhere=Recruitment.Elsewhere.ALLOWED)
        self.openings = [opening_of(recruitment, quota=2), opening_of(recruitment, quota=1)]
        self.officers = [
            member_of(each.office.organisation, Role.OVERSEAS_OFFICE) for each in self.openings
        ]
        self.staff = staff_member()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.block.__exit__(None, None, None)

    def act(self, verb: Callable[[], object]) -> None:
        """Do it; what is refused changes nothing at all."""
        before = self.rows()
        try:
            verb()
        except (PlacementError, AccountError, TraineeError):
            assert self.rows() == before

    def rows(self) -> list[object]:
        models = (Nomination, Application, NominationMove, Mail)
        return [list(model.objects.order_by("pk").values_list()) for model in models]

    def some(self, number: int) -> Nomination | None:
        rows = list(Nomination.objects.order_by("pk"))
        return rows[number % len(rows)] if rows else None

    def person(self, number: int) -> dict[str, object]:
        name = f"Suryani {'ABCD'[number]}"
        email = f"nominee{number}@example.org"
        return {"email": email, "passport_name": name, "nationality": "ID", "language": "en"}

    @rule(person=PEOPLE, place=PLACES)
    def nominate(self, person: int, place: int) -> None:
        opening = self.openings[place]
        self.act(
            lambda: nominate(
                cycle=opening.host_request.cycle,
                opening=opening,
                by=self.officers[place],
                **self.person(person),
            )
        )

    @rule(number=ANY)
    def confirm(self, number: int) -> None:
        if nomination := self.some(number):
            self.act(lambda: confirm_nomination(nomination, by=self.opened(nomination)))

    @rule(number=ANY)
    def refuse(self, number: int) -> None:
        if nomination := self.some(number):
            self.act(lambda: refuse_nomination(nomination, by=self.opened(nomination)))

    def opened(self, nomination: Nomination):
        """Whoever has opened the link, now or before."""
        if nomination.invitation.accepted_by is None:
            accept_invitation(nomination.invitation)
            nomination.invitation.refresh_from_db()
        return nomination.invitation.accepted_by

    @rule(number=ANY)
    def withdraw(self, number: int) -> None:
        if nomination := self.some(number):
            self.act(lambda: withdraw_nomination(nomination, reason="x", by=self.staff))

    @rule(number=ANY, person=PEOPLE)
    def replace(self, number: int, person: int) -> None:
        if nomination := self.some(number):
            values = self.person(person)
            self.act(lambda: replace_nominee(nomination, reason="x", by=self.staff, **values))

    @rule(number=ANY)
    def again(self, number: int) -> None:
        if nomination := self.some(number):
            self.act(lambda: invite_again(nomination, by=self.staff))

    @rule(number=ANY)
    def leave(self, number: int) -> None:
        """The nominee withdraws the application itself."""
        if nomination := self.some(number):
            self.act(lambda: withdraw_application(nomination.application, by=self.staff))

    @invariant()
    def no_quota_is_exceeded(self) -> None:
        for opening in self.openings:
            assert opening.nominations.counted().count() <= opening.quota

    @invariant()
    def one_dossier_for_each_person(self) -> None:
        running = Application.objects.exclude(state=ApplicationState.WITHDRAWN)
        people = list(running.values_list("trainee", flat=True))
        assert len(people) == len(set(people))

    @invariant()
    def every_running_dossier_has_a_nomination_that_holds_it(self) -> None:
        running = Application.objects.exclude(state=ApplicationState.WITHDRAWN)
        held = Nomination.objects.filter(state__in=NOMINATION_OPEN).values("application")
        assert not running.exclude(pk__in=held).exists()

    @invariant()
    def history_follows_the_table(self) -> None:
        for move in NominationMove.objects.exclude(from_state=""):
            assert move.to_state in NOMINATION_MOVES[move.from_state]

    @invariant()
    def nobody_is_linked_before_they_confirmed(self) -> None:
        confirmed = NominationMove.objects.filter(to_state="confirmed")
        known = confirmed.values("nomination__application__trainee")
        linked = Application.objects.filter(trainee__user__isnull=False)
        assert not linked.exclude(trainee__in=known).exists()


def test_nominations_keep_their_rules_whatever_order_people_act_in():
    run_state_machine_as_test(
        Nominating,
        settings=settings(
            max_examples=15,
            stateful_step_count=15,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_a_withdrawal_that_leaves_the_dossier_is_found_control(monkeypatch):
    monkeypatch.setattr(replacing, "end_dossier", lambda *args, **kwargs: None)

    with pytest.raises(AssertionError):
        run_state_machine_as_test(
            Nominating,
            settings=settings(
                max_examples=60,
                stateful_step_count=10,
                deadline=None,
                database=None,
                print_blob=False,
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            ),
        )
