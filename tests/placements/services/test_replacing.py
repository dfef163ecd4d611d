"""Withdrawing and replacing a nominee, and what bounds every act on a nomination."""

from datetime import date

import pytest

from accounts.models import Invitation
from accounts.services import accept_invitation
from notices.models import Mail
from placements.models import Nomination, Opening
from placements.services import (
    PlacementError,
    confirm_nomination,
    invite_again,
    refuse_nomination,
    replace_nominee,
    withdraw_nomination,
)
from placements.states import NominationState
from schedule.models import Cycle
from schedule.vocabulary import Route
from tests.factories import (
    ApplicationFactory,
    InvitationFactory,
    PlacementFactory,
    SendingGovernmentFactory,
    TraineeFactory,
    UserFactory,
    coordinator_of,
    staff_member,
)
from tests.placements.ground_of_links import opening_of
from tests.placements.nominees import nominated, officer_of, own_nominated, own_request, person
from trainees.models import Application
from trainees.states import ApplicationState

pytestmark = pytest.mark.django_db


def test_withdraw_ends_nomination_application_and_invitation_and_tells_the_nominee():
    opening = opening_of()
    officer, colleague = officer_of(opening), officer_of(opening)
    nomination = nominated(opening, by=officer)

    withdrawn = withdraw_nomination(nomination, reason="She has left.", by=officer)

    assert withdrawn.state == NominationState.WITHDRAWN
    assert withdrawn.application.state == ApplicationState.WITHDRAWN
    assert not Invitation.objects.get(pk=nomination.invitation_id).is_usable()
    assert withdrawn.moves.get().reason == "She has left."
    to = set(Mail.objects.exclude(purpose="invitation").values_list("to", flat=True))
    assert to == {"nominee1@example.org", colleague.email}
    assert not Mail.objects.filter(body__contains="She has left").exists()


def test_withdraw_needs_a_reason():
    nomination = nominated(opening_of())

    with pytest.raises(PlacementError):
        withdraw_nomination(nomination, reason=" ", by=staff_member())


def test_nobody_who_is_placed_is_withdrawn():
    placement = PlacementFactory()
    nomination = Nomination.objects.create(
        application=placement.application,
        route=Route.MEDIATED,
        state=NominationState.CONFIRMED,
        invitation=InvitationFactory(),
        nominated_on=date(2026, 12, 1),
    )

    with pytest.raises(PlacementError, match="proposed or placed"):
        withdraw_nomination(nomination, reason="x", by=staff_member())


def test_replace_is_a_new_decision_with_history_on_both():
    opening = opening_of(quota=1)
    officer = officer_of(opening)
    first = nominated(opening, by=officer)

    second = replace_nominee(first, reason="She has left.", by=officer, **person(2))

    first.refresh_from_db()
    assert (first.state, second.state) == (NominationState.WITHDRAWN, NominationState.PROPOSED)
    assert (second.replaces, second.opening) == (first, opening)
    assert second.application != first.application
    assert first.moves.get().reason == "She has left."
    assert "Suryani B" in second.moves.get().reason
    with pytest.raises(PlacementError):
        replace_nominee(first, reason="Again.", by=officer, **person(3))


def test_replace_takes_the_place_of_who_declined():
    request = own_request()
    first = own_nominated(request)
    user = accept_invitation(first.invitation)
    first.refresh_from_db()
    refuse_nomination(first, by=user)

    second = replace_nominee(
        first, reason="He declined.", by=coordinator_of(request.answer.government), **person(2)
    )

    assert (second.host_request, second.route) == (request, Route.OWN_SELECTION)


def test_replace_that_is_refused_leaves_the_first_as_it_was():
    opening = opening_of()
    first = nominated(opening)
    Opening.objects.filter(pk=opening.pk).update(nominate_by=date(2020, 1, 1))

    with pytest.raises(PlacementError):
        replace_nominee(first, reason="She left.", by=officer_of(opening), **person(2))

    first.refresh_from_db()
    assert first.state == NominationState.PROPOSED
    assert Application.objects.get().state == ApplicationState.DRAFT


def test_no_verb_acts_once_the_cycle_is_over():
    opening = opening_of()
    nomination = nominated(opening)
    Cycle.objects.update(state=Cycle.State.CLOSED)
    nomination.refresh_from_db()
    officer = officer_of(opening)

    for verb in (
        lambda: nominated(opening, 2),
        lambda: withdraw_nomination(nomination, reason="x", by=officer),
        lambda: replace_nominee(nomination, reason="x", by=officer, **person(2)),
        lambda: invite_again(nomination, by=officer),
    ):
        with pytest.raises(PlacementError):
            verb()
    assert Nomination.objects.get().state == NominationState.PROPOSED


def test_the_record_that_a_person_was_joined_with_is_not_used_again():
    kept = TraineeFactory(email="nominee1@example.org", passport_name="Suryani B")
    TraineeFactory(email="nominee1@example.org", passport_name="Suryani B", merged_into=kept)

    assert nominated(opening_of()).application.trainee == kept


def test_only_whose_address_was_shown_to_be_theirs_answers_a_second_invitation():
    nomination = nominated(opening_of())
    stranger = UserFactory(email="nominee1@example.org")  # no role: no invitation was ever opened

    assert not Nomination.objects.waiting_for(stranger).exists()
    with pytest.raises(PlacementError):
        confirm_nomination(nomination, by=stranger)


def test_a_nomination_keeps_the_employer_unless_the_replacement_names_one():
    sender = SendingGovernmentFactory()
    opening = opening_of()
    first = nominated(opening, sending_government=sender)

    second = replace_nominee(first, reason="x", by=officer_of(opening), **person(2))

    assert second.application.sending_government == sender
    assert ApplicationFactory._meta.model.objects.count() == 2
