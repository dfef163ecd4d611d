"""A nomination from its making to the answer of the nominee."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from accounts.models import Role
from accounts.services import accept_invitation
from notices.models import Mail
from placements.models import Nomination
from placements.services import (
    PlacementError,
    confirm_nomination,
    invite_again,
    nominate,
    refuse_nomination,
)
from placements.states import NominationState
from schedule.models import Cycle
from schedule.vocabulary import Route
from tests.factories import (
    CycleFactory,
    SendingGovernmentFactory,
    TraineeFactory,
    UserFactory,
    open_request,
    staff_member,
)
from trainees.models import Application, Trainee
from trainees.states import ApplicationState

pytestmark = pytest.mark.django_db


def nominated(cycle: Cycle, **fields) -> Nomination:
    return nominate(
        **{
            "cycle": cycle,
            "email": "suryani@example.org",
            "passport_name": "Suryani",
            "nationality": "ID",
            "language": "en",
            "by": staff_member(),
            "sending_government": SendingGovernmentFactory(),
            **fields,
        }
    )


def test_the_invitation_names_the_host_that_selects_its_trainee_itself():
    request = open_request(CycleFactory(), route=Route.OWN_SELECTION)

    nominated(request.cycle, host_request=request)

    host = request.answer.government.full_name_in("en")
    assert f", by {host}, which selects its trainee itself." in " ".join(
        Mail.objects.get().body.split()
    )


def test_nominate_makes_person_application_and_invitation_together():
    nomination = nominated(CycleFactory())

    application = nomination.application
    assert (application.state, application.trainee.email) == ("draft", "suryani@example.org")
    assert (nomination.state, nomination.route) == (NominationState.PROPOSED, Route.MEDIATED)
    assert nomination.invitation.role == Role.TRAINEE
    mail = Mail.objects.get()
    assert (mail.to, mail.language) == ("suryani@example.org", "en")
    assert application.case_number in mail.subject + mail.body


def test_nominate_by_a_host_is_its_own_selection():
    cycle = CycleFactory()
    request = open_request(cycle, route=Route.OWN_SELECTION)

    assert nominated(cycle, host_request=request).route == Route.OWN_SELECTION


def test_nominate_the_same_address_twice_is_refused_whole():
    cycle = CycleFactory()
    nominated(cycle)

    with pytest.raises(PlacementError):
        nominated(cycle, email=" SURYANI@example.org")

    assert (Application.objects.count(), Nomination.objects.count()) == (1, 1)


def test_nominate_keeps_the_record_of_a_person_known_from_an_earlier_cycle():
    trainee = TraineeFactory(email="suryani@example.org", passport_name="Suryani")

    nomination = nominated(CycleFactory(), passport_name="SURYANI")

    assert nomination.application.trainee == trainee
    assert Trainee.objects.get().passport_name == "Suryani"


def test_nominate_does_not_join_two_people_by_one_address():
    TraineeFactory(email="suryani@example.org", passport_name="Somebody Else")

    with pytest.raises(PlacementError, match="Somebody Else"):
        nominated(CycleFactory())

    assert not Application.objects.exists()


def test_nominate_does_not_reuse_the_record_of_a_person_who_has_another_address_now():
    moved_on = UserFactory(email="new@example.org")
    TraineeFactory(email="suryani@example.org", passport_name="Suryani", user=moved_on)

    with pytest.raises(PlacementError):
        nominated(CycleFactory())

    assert not Application.objects.exists()


def test_a_refused_person_can_be_nominated_again():
    cycle = CycleFactory()
    first = nominated(cycle)
    user = accept_invitation(first.invitation)
    first.refresh_from_db()
    refuse_nomination(first, by=user)

    second = nominated(cycle)

    assert second.application != first.application
    first.application.refresh_from_db()
    assert first.application.state == ApplicationState.WITHDRAWN


def test_invite_again_ends_the_old_link_and_mails_a_new_one():
    nomination = nominated(CycleFactory())
    old = nomination.invitation

    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        renewed = invite_again(nomination, by=staff_member())

    old.refresh_from_db()
    assert (old.is_usable(), renewed.invitation.is_usable()) == (False, True)
    assert Mail.objects.filter(purpose="invitation").count() == 2


def test_invite_again_is_refused_once_the_invitation_was_accepted():
    nomination = nominated(CycleFactory())
    accept_invitation(nomination.invitation)

    with pytest.raises(PlacementError):
        invite_again(nomination, by=staff_member())


def test_confirm_says_in_words_that_an_account_belongs_to_another_record():
    nomination = nominated(CycleFactory())
    user = accept_invitation(nomination.invitation)
    TraineeFactory(user=user, email="earlier@example.org")
    nomination.refresh_from_db()

    with pytest.raises(PlacementError, match="already belongs"):
        confirm_nomination(nomination, by=user)

    nomination.refresh_from_db()
    assert nomination.state == NominationState.PROPOSED


def test_nominate_needs_an_open_cycle():
    with pytest.raises(PlacementError):
        nominated(CycleFactory(state=Cycle.State.CALLED_OFF))

    assert not Trainee.objects.exists()


def test_confirm_nomination_links_the_person_who_was_invited():
    nomination = nominated(CycleFactory())
    user = accept_invitation(nomination.invitation)
    nomination.refresh_from_db()
    assert nomination.application.trainee.user is None

    confirm_nomination(nomination, by=user)

    nomination.refresh_from_db()
    assert nomination.state == NominationState.CONFIRMED
    assert nomination.application.trainee.user == user
    assert nomination.moves.get().by == user


def test_a_nomination_is_answered_by_the_invited_person_only():
    nomination = nominated(CycleFactory())
    accept_invitation(nomination.invitation)
    nomination.refresh_from_db()

    for answer in (confirm_nomination, refuse_nomination):
        with pytest.raises(PlacementError):
            answer(nomination, by=UserFactory())

    nomination.refresh_from_db()
    assert (nomination.state, nomination.application.trainee.user) == ("proposed", None)


def test_a_refused_nomination_links_nobody_and_cannot_be_confirmed():
    nomination = nominated(CycleFactory())
    user = accept_invitation(nomination.invitation)
    nomination.refresh_from_db()

    refuse_nomination(nomination, by=user)

    with pytest.raises(PlacementError):
        confirm_nomination(nomination, by=user)
    nomination.refresh_from_db()
    assert (nomination.state, nomination.application.trainee.user) == ("refused", None)
