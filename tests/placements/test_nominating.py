"""The rules of nominating, each with the reason that it gives."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, OperationalError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import Invitation
from accounts.services import accept_invitation
from hosts.states import RequestState
from notices.models import Mail
from placements.models import Nomination, Opening, Recruitment
from placements.services import (
    PlacementError,
    confirm_nomination,
    nominations,
    refuse_nomination,
    withdraw_nomination,
)
from placements.states import NominationState
from schedule.vocabulary import Route
from tests.factories import (
    CycleFactory,
    InvitationFactory,
    OverseasOfficeFactory,
    SendingGovernmentFactory,
    TraineeFactory,
    UserFactory,
    open_request,
    staff_member,
)
from tests.faults.barrier import at_once, failures
from tests.faults.locks import without_row_locks
from tests.placements.ground_of_links import last_day, opening_of, published
from tests.placements.nominees import nominated, officer_of, own_nominated, own_request, person
from trainees.models import Application, OfficeCountry, Trainee
from trainees.services import withdraw_application
from trainees.states import ApplicationState

pytestmark = pytest.mark.django_db


together = pytest.mark.django_db(transaction=True)


def nothing_was_made() -> bool:
    counted = (Nomination, Application, Trainee, Invitation, Mail)
    return not any(model.objects.exists() for model in counted)


# Each rule ----------------------------------------------------------------------------------------


def test_nominate_for_an_opening_names_office_and_way():
    opening = opening_of()

    nomination = nominated(opening, comment="Speaks Japanese.")

    assert (nomination.office, nomination.route) == (opening.office, Route.MEDIATED)
    assert nomination.host_request is None  # the host must not see a mediated nominee before
    assert nomination.comment == "Speaks Japanese."


def unpublished_opening() -> Opening:
    recruitment = Recruitment.objects.create(cycle=CycleFactory())
    return opening_of(recruitment)


def hidden_opening() -> Opening:
    return opening_of(published_at=None)


def closed_opening() -> Opening:
    return opening_of(closed_at=timezone.now(), closed_reason="The host has withdrawn.")


def opening_of_a_closed_request() -> Opening:
    recruitment = published()
    request = open_request(recruitment.cycle, state=RequestState.WITHDRAWN)
    return opening_of(recruitment, request=request)


def opening_of_an_own_selection() -> Opening:
    recruitment = published()
    request = open_request(recruitment.cycle, route=Route.OWN_SELECTION)
    return opening_of(recruitment, request=request)


def late_opening() -> Opening:
    return opening_of(nominate_by=timezone.localdate() - timedelta(days=1))


def opening_after_the_day_of_the_cycle() -> Opening:
    opening = opening_of()
    last_day(opening.host_request.cycle, "nomination", timezone.localdate() - timedelta(days=1))
    return opening


def opening_of_another_country() -> Opening:
    return opening_of(office=OverseasOfficeFactory(countries=["VN"]))


def opening_after_the_country_left_the_office() -> Opening:
    office = OverseasOfficeFactory()
    ended = timezone.localdate() - timedelta(days=1)
    OfficeCountry.objects.create(office=office, country="ID", valid_until=ended)
    return opening_of(office=office)


REFUSED = {
    unpublished_opening: "not been published",
    hidden_opening: "not been published",
    closed_opening: "takes no nominations",
    opening_of_a_closed_request: "takes no nominations",
    opening_of_an_own_selection: "selects its own candidate",
    late_opening: "were taken until",
    opening_after_the_day_of_the_cycle: "were taken until",
    opening_of_another_country: "does not look after",
    opening_after_the_country_left_the_office: "does not look after",
}


@pytest.mark.parametrize(
    ("make", "words"), REFUSED.items(), ids=[each.__name__ for each in REFUSED]
)
def test_each_rule_refuses_with_its_reason_and_makes_nothing(make, words):
    opening = make()

    with pytest.raises(PlacementError, match=words):
        nominated(opening)

    assert nothing_was_made()


@pytest.mark.parametrize(
    ("make", "words"), REFUSED.items(), ids=[each.__name__ for each in REFUSED]
)
def test_without_the_rules_each_would_be_nominated_control(make, words, monkeypatch):
    monkeypatch.setattr(nominations, "reason_against", lambda *args, **kwargs: None)

    assert nominated(make()).state == NominationState.PROPOSED


def test_the_last_day_ends_at_midnight_in_japan():
    opening = opening_of(nominate_by=date(2026, 12, 11))
    assert nominated(opening, on=date(2026, 12, 11))

    with pytest.raises(PlacementError):
        nominated(opening, 2, on=date(2026, 12, 12))


@pytest.mark.parametrize("make", [late_opening, opening_of_another_country])
def test_staff_set_day_and_country_aside_with_a_reason_that_stays(make):
    opening = make()
    staff = staff_member()
    with pytest.raises(PlacementError):
        nominated(opening, by=staff, override="  ")
    with pytest.raises(PlacementError):
        nominated(opening, override="An officer cannot do this.")

    nomination = nominated(opening, by=staff, override="The mail was late.")

    assert nomination.moves.get().reason == "The mail was late."


@pytest.mark.parametrize("make", [closed_opening, unpublished_opening])
def test_staff_cannot_set_the_other_rules_aside(make):
    with pytest.raises(PlacementError):
        nominated(make(), by=staff_member(), override="I want to.")


def test_the_quota_counts_open_nominations_only():
    opening = opening_of(quota=2)
    first, _second = nominated(opening, 1), nominated(opening, 2)
    with pytest.raises(PlacementError, match="takes 2 nominees"):
        nominated(opening, 3)

    withdraw_nomination(first, reason="She has changed her post.", by=officer_of(opening))

    assert nominated(opening, 3)


def test_who_withdrew_the_application_takes_no_place_of_the_quota():
    opening = opening_of(quota=1)
    first = nominated(opening)
    withdraw_application(first.application, by=UserFactory())

    assert nominated(opening, 2)


def test_an_own_selection_takes_as_many_as_the_request_has_seats():
    request = own_request(number=1)
    own_nominated(request)

    with pytest.raises(PlacementError, match="takes 1 nominee"):
        own_nominated(request, 2)


def test_a_request_left_to_us_takes_no_own_nominee():
    request = open_request(CycleFactory())

    with pytest.raises(PlacementError):
        own_nominated(request)


# The last place of a quota, reached for at once --------------------------------------------------


def reach_for_the_last_place(parties: int = 3) -> tuple[Opening, list]:
    opening = opening_of(quota=1)
    officer = officer_of(opening)
    calls = [
        lambda number=number: nominated(opening, number, by=officer) for number in range(parties)
    ]
    return opening, at_once(*calls)


def check_taken_once(opening: Opening, results: list) -> None:
    assert opening.nominations.counted().count() == 1
    assert {type(error) for error in failures(results)} == {PlacementError}
    assert len(failures(results)) == len(results) - 1


@together
def test_the_last_place_of_a_quota_is_taken_once():
    for _round in range(3):
        check_taken_once(*reach_for_the_last_place())


@together
def test_without_the_locks_the_quota_is_exceeded_or_the_loser_told_nothing_control(monkeypatch):
    monkeypatch.setattr(nominations, "lock_open", lambda cycle: cycle)
    broken = exceeded = told_nothing = 0
    with without_row_locks():
        for _round in range(6):
            opening, results = reach_for_the_last_place(2)
            try:
                check_taken_once(opening, results)
            except AssertionError:
                broken += 1
            exceeded += opening.nominations.counted().count() > 1
            told_nothing += any(isinstance(each, OperationalError) for each in results)
            told_nothing += any(isinstance(each, IntegrityError) for each in results)

    assert broken > 0
    assert (exceeded + told_nothing if connection.vendor == "postgresql" else told_nothing) > 0


# Nominated elsewhere ------------------------------------------------------------------------------


def two_openings(**fields) -> tuple[Opening, Opening]:
    """Two requests of one cycle through two offices that both look after Indonesia."""
    recruitment = published(**fields)
    return opening_of(recruitment), opening_of(recruitment)


def test_a_person_nominated_elsewhere_is_refused_without_a_word_about_where():
    first, second = two_openings()
    nominated(first)

    with pytest.raises(PlacementError) as refused:
        nominated(second)

    told = str(refused.value)
    for hidden in (str(first.office), Application.objects.get().case_number, "Suryani"):
        assert hidden not in told
    assert Nomination.objects.count() == 1


def test_staff_are_told_where_the_person_is_nominated():
    first, second = two_openings()
    nominated(first)

    with pytest.raises(PlacementError, match=Application.objects.get().case_number):
        nominated(second, by=staff_member())


def test_where_the_cycle_allows_it_both_offices_are_told():
    first, second = two_openings(elsewhere=Recruitment.Elsewhere.ALLOWED)
    one, two = officer_of(first), officer_of(second)
    earlier = nominated(first, by=one)

    later = nominated(second, by=two)

    assert later.application == earlier.application
    told = Mail.objects.filter(purpose="nominated_elsewhere")
    assert sorted(told.values_list("to", flat=True)) == sorted([one.email, two.email])
    for mail in told:  # nothing of the other's case
        other = second if mail.to == one.email else first
        assert other.host_request.answer.government.name not in mail.body


def refused_elsewhere(second: Opening, **fields) -> None:
    """A nomination that is refused and undone, as every page and the spreadsheet take it."""
    with pytest.raises(PlacementError) as refused:
        nominated(second, **fields)
    nominations.tell_if_elsewhere(refused.value)


def test_where_it_is_refused_both_offices_are_told_once_and_nothing_of_each_other():
    first, second = two_openings()
    one, two = officer_of(first), officer_of(second)
    nominated(first, by=one)
    case = Application.objects.get().case_number

    refused_elsewhere(second, by=two)
    refused_elsewhere(second, by=two)

    told = {mail.to: mail for mail in Mail.objects.filter(purpose="nominated_elsewhere_refused")}
    assert Mail.objects.filter(purpose="nominated_elsewhere_refused").count() == 2
    assert set(told) == {one.email, two.email}
    assert case in told[one.email].body
    assert case not in told[two.email].body + told[two.email].subject
    for mine, other in ((one, second), (two, first)):
        assert str(other.host_request.government) not in told[mine.email].body


def test_the_office_that_nominated_the_person_itself_is_not_mailed_of_its_own_second_try():
    opening = opening_of()
    by = officer_of(opening)
    nominated(opening, by=by)

    refused_elsewhere(opening, by=by)

    assert not Mail.objects.filter(purpose="nominated_elsewhere_refused").exists()


def test_the_page_of_an_office_tells_both_sides_of_a_refusal(client):
    first, second = two_openings()
    one, two = officer_of(first), officer_of(second)
    nominated(first, by=one)
    client.force_login(two)

    page = client.post(
        reverse("recruitment:nominate", args=[second.public_id]),
        {**person(), "sending_government": SendingGovernmentFactory(country="ID").pk},
    )

    told = Mail.objects.filter(purpose="nominated_elsewhere_refused")
    assert page.status_code == 422
    assert sorted(told.values_list("to", flat=True)) == sorted([one.email, two.email])
    assert Nomination.objects.count() == 1


def test_of_two_nominations_each_is_confirmed_and_one_declined_leaves_the_other():
    first, second = two_openings(elsewhere=Recruitment.Elsewhere.ALLOWED)
    earlier = nominated(first)
    later = nominated(second)
    user = accept_invitation(later.invitation)
    waiting = Nomination.objects.waiting_for(user)
    assert set(waiting) == {earlier, later}

    earlier, later = waiting.order_by("pk")
    refuse_nomination(later, by=user)
    confirm_nomination(earlier, by=user)

    application = Application.objects.get()
    assert (earlier.state, later.state) == (NominationState.CONFIRMED, NominationState.REFUSED)
    assert application.state == ApplicationState.DRAFT


@pytest.mark.parametrize("elsewhere", Recruitment.Elsewhere.values)
def test_twice_for_the_same_request_is_always_refused(elsewhere):
    opening = opening_of(published(elsewhere=elsewhere), quota=5)
    nominated(opening)

    with pytest.raises(PlacementError):
        nominated(opening)


def test_two_hosts_cannot_select_the_same_person():
    request = own_request()
    published(request.cycle, elsewhere=Recruitment.Elsewhere.ALLOWED)
    other = open_request(request.cycle, route=Route.OWN_SELECTION)
    own_nominated(request)

    with pytest.raises(PlacementError, match="fixed"):
        own_nominated(other)


def test_an_address_known_under_another_name_tells_the_name_to_staff_only():
    TraineeFactory(email="nominee1@example.org", passport_name="Somebody Else")
    opening = opening_of()

    with pytest.raises(PlacementError) as refused:
        nominated(opening)
    assert "Somebody" not in str(refused.value)

    with pytest.raises(PlacementError, match="Somebody Else"):
        nominated(opening, by=staff_member())


def test_the_database_refuses_two_open_nominations_for_one_opening():
    nomination = nominated(opening_of())

    with pytest.raises(IntegrityError), transaction.atomic():
        Nomination.objects.create(
            application=nomination.application,
            opening=nomination.opening,
            route=Route.MEDIATED,
            invitation=InvitationFactory(),
            nominated_on=date(2026, 12, 1),
        )
