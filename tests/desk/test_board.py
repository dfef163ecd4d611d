"""The placement board: both sides, why not, propose, by hand, the sheet before the decision."""

import pytest
from django.urls import reverse

from accounts.services import accept_invitation
from desk.board import BARRED_SHOWN, ApplicationRow
from notices.models import Letter
from placements.models import Placement
from placements.services import decide, propose
from placements.states import PlacementState
from placements.tasks import announce_issued
from schedule.models import Cycle
from tests.factories import (
    CycleFactory,
    InvitationFactory,
    PlacementFactory,
    coordinator_of,
    open_request,
    staff_member,
    submitted_application,
)

pytestmark = pytest.mark.django_db

BUDGET = 4 + 12


@pytest.fixture
def cycle() -> Cycle:
    return CycleFactory(fiscal_year=2027)


@pytest.fixture
def staff(client):
    user = staff_member(language="en")
    client.force_login(user)
    return user


def address(cycle: Cycle, name: str = "board") -> str:
    return reverse(f"desk:{name}", args=[cycle.programme.code, cycle.fiscal_year])


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


def fill(cycle: Cycle, rows: int) -> None:
    """Requests with two seats, proposals by both ways, decided ones, and people without a place."""
    for _each in range(rows):
        request = open_request(cycle, number=2, countries=["ID", "VN"])
        PlacementFactory(application=submitted_application(cycle), host_request=request)
        PlacementFactory(
            application=submitted_application(cycle),
            host_request=open_request(cycle),
            by_hand=True,
        )
        submitted_application(cycle, field="fire")
    propose(cycle, by=None)
    decide(cycle, by=staff_member())
    submitted_application(cycle)
    PlacementFactory(application=submitted_application(cycle), host_request=open_request(cycle))


def test_the_board_takes_the_same_queries_for_one_and_three_rows(
    client, staff, django_assert_max_num_queries
):
    for year, rows in ((2027, 1), (2028, 3)):
        cycle = CycleFactory(fiscal_year=year)
        fill(cycle, rows)
        with django_assert_max_num_queries(BUDGET):
            assert client.get(address(cycle)).status_code == 200


def test_the_board_draws_each_seat_even_an_empty_one(client, staff, cycle):
    request = open_request(cycle, number=3)
    PlacementFactory(application=submitted_application(cycle), host_request=request)

    shown = text_of(client.get(address(cycle)))

    assert shown.count('class="seat empty"') == 2
    assert shown.count('class="seat"') == 1


def test_the_board_says_what_to_do_at_each_stage(client, staff, cycle):
    stages = [text_of(client.get(address(cycle)))]
    open_request(cycle)
    stages.append(text_of(client.get(address(cycle))))
    submitted_application(cycle)
    stages.append(text_of(client.get(address(cycle))))
    client.post(address(cycle, "propose"))
    stages.append(text_of(client.get(address(cycle))))
    decide(cycle, by=staff)
    stages.append(text_of(client.get(address(cycle))))
    announce_issued()
    stages.append(text_of(client.get(address(cycle))))

    sentences = [
        "No request is open yet. Receive the survey answers first.",
        "No application has been submitted yet.",
        "1 applicant has no place yet. Let the portal propose placements.",
        "Check 1 proposed placement, then decide.",
        "1 notice pair is being issued.",
        "Every placement is decided.",
    ]
    assert [[each in stage for each in sentences].index(True) for stage in stages] == [
        0,
        1,
        2,
        3,
        4,
        5,
    ]


def test_the_board_says_in_words_why_somebody_has_no_place(client, staff, cycle):
    request = open_request(cycle, number=1)
    submitted_application(cycle, number=1)
    submitted_application(cycle, number=2)
    submitted_application(cycle, number=3, field="fire")
    propose(cycle, by=None)
    submitted_application(cycle, number=4)

    people = client.get(address(cycle)).context["people"]

    without = [row.why_not for row in people if row.placement is None]
    assert without == [
        f"No seat was left at {request}.",
        "No host request fits. The reasons stand with each request.",
        "The application came in after the last proposal.",
    ]


def test_the_board_shows_forbidden_pairs_with_every_reason(client, staff, cycle):
    open_request(cycle, field="fire", level=4)
    submitted_application(cycle, field="environment")

    shown = text_of(client.get(address(cycle)))

    assert "Ruled out at 1 request" in shown
    assert "The applicant wishes another field." in shown
    assert "The applicant&#x27;s language is below the level that the host needs." in shown


def test_the_board_shows_who_was_placed_by_hand_and_why(client, staff, cycle):
    PlacementFactory(
        application=submitted_application(cycle), by_hand=True, reason="<b>A memorandum</b>"
    )

    shown = text_of(client.get(address(cycle)))

    assert "&lt;b&gt;A memorandum&lt;/b&gt;" in shown
    assert "by hand" in shown


def test_the_board_links_issued_letters_only(client, staff, cycle):
    PlacementFactory(application=submitted_application(cycle))
    decide(cycle, by=staff)
    before = text_of(client.get(address(cycle)))
    announce_issued()

    after = text_of(client.get(address(cycle)))

    letters = [reverse("desk:letter", args=[letter.public_id]) for letter in Letter.objects.all()]
    assert [each in before for each in letters] == [False, False]
    assert [each in after for each in letters] == [True, True]
    assert client.get(letters[0]).content.startswith(b"%PDF")


def test_propose_says_how_many_and_only_by_post(client, staff, cycle):
    open_request(cycle)
    submitted_application(cycle)

    assert client.get(address(cycle, "propose")).status_code == 405
    response = client.post(address(cycle, "propose"), follow=True)

    assert "1 placement is proposed. You decide." in text_of(response)
    assert Placement.objects.count() == 1


def test_propose_says_when_nothing_was_found(client, staff, cycle):
    open_request(cycle, field="fire")
    submitted_application(cycle)

    response = client.post(address(cycle, "propose"), follow=True)

    assert "The solver found no placement to propose." in text_of(response)


def test_place_by_hand_from_the_form(client, staff, cycle):
    application, request = submitted_application(cycle), open_request(cycle)

    response = client.post(
        address(cycle, "place"),
        {"application": application.pk, "host_request": request.pk, "reason": "A memorandum."},
    )

    placement = Placement.objects.get()
    assert response.url == address(cycle)
    assert (placement.reason, placement.is_by_hand) == ("A memorandum.", True)


def test_place_by_hand_without_a_free_seat_is_refused_on_the_board(client, staff, cycle):
    request = open_request(cycle)
    PlacementFactory(application=submitted_application(cycle), host_request=request)

    response = client.post(
        address(cycle, "place"),
        {
            "application": submitted_application(cycle).pk,
            "host_request": request.pk,
            "reason": "A memorandum.",
        },
    )

    assert response.status_code == 422
    assert "No seat is free there. Taken by: Suryani." in text_of(response)
    assert "A memorandum." in text_of(response)


@pytest.mark.parametrize("missing", ["application", "host_request", "reason"])
def test_place_by_hand_needs_both_sides_and_a_reason(client, staff, cycle, missing: str):
    values = {
        "application": submitted_application(cycle).pk,
        "host_request": open_request(cycle).pk,
        "reason": "A memorandum.",
    }

    response = client.post(address(cycle, "place"), {**values, missing: ""})

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [missing]
    assert not Placement.objects.exists()


def test_place_by_hand_takes_rows_of_this_cycle_only(client, staff, cycle):
    other = CycleFactory(fiscal_year=2030)

    response = client.post(
        address(cycle, "place"),
        {
            "application": submitted_application(other).pk,
            "host_request": open_request(other).pk,
            "reason": "x",
        },
    )

    assert response.status_code == 422
    assert set(response.context["form"].errors) == {"application", "host_request"}


def test_take_back_asks_for_a_reason_and_frees_the_seat(client, staff, cycle):
    placement = PlacementFactory(application=submitted_application(cycle))
    url = reverse("desk:take_back", args=[placement.public_id])

    shown = client.get(url)
    refused = client.post(url, {"reason": ""})
    done = client.post(url, {"reason": "The host asked."})

    placement.refresh_from_db()
    assert [shown.status_code, refused.status_code, done.url] == [200, 422, address(cycle)]
    assert placement.state == PlacementState.CANCELLED


# The sheet --------------------------------------------------------------------------------------


def with_accounts(placement: Placement) -> Placement:
    trainee = placement.application.trainee
    trainee.user = accept_invitation(InvitationFactory(email=trainee.email))
    trainee.save()
    coordinator_of(placement.host_request.government, name="OCHI Misaki")
    return placement


def test_the_sheet_says_who_gets_what_and_who_gets_nothing(client, staff, cycle):
    heard = with_accounts(PlacementFactory(application=submitted_application(cycle)))
    PlacementFactory(
        application=submitted_application(cycle, trainee__passport_name="OKELLO James")
    )

    response = client.get(address(cycle, "decide"))

    shown = text_of(response)
    assert (response.context["letters"], response.context["mails"]) == (4, 2)
    assert "Decide 2 placements and send 2 mails" in shown
    assert "OCHI Misaki" in shown
    assert heard.application.trainee.email in shown
    assert "OKELLO James: has no account" in shown
    assert "no coordinator has an account" in shown


def test_the_button_of_the_sheet_decides_what_it_named(client, staff, cycle):
    placement = PlacementFactory(application=submitted_application(cycle))

    response = client.post(
        address(cycle, "decide"), {"placement": [str(placement.public_id)]}, follow=True
    )

    placement.refresh_from_db()
    assert placement.state == PlacementState.APPROVED
    assert "1 placement was decided." in text_of(response)


def test_a_sheet_that_is_out_of_date_decides_nothing(client, staff, cycle):
    first = PlacementFactory(application=submitted_application(cycle))
    PlacementFactory(application=submitted_application(cycle))

    response = client.post(address(cycle, "decide"), {"placement": [str(first.public_id)]})

    assert response.status_code == 409
    assert set(Placement.objects.values_list("state", flat=True)) == {PlacementState.PROPOSED}
    assert "The proposals have changed since you opened this page." in text_of(response)


def test_the_sheet_takes_the_same_queries_for_one_and_three_hosts(
    client, staff, django_assert_max_num_queries
):
    for year, rows in ((2027, 1), (2028, 3)):
        cycle = CycleFactory(fiscal_year=year)
        for _each in range(rows):
            with_accounts(PlacementFactory(application=submitted_application(cycle)))
        with django_assert_max_num_queries(BUDGET):
            client.get(address(cycle, "decide"))


def test_a_second_click_decides_nothing_more(client, staff, cycle):
    placement = PlacementFactory(application=submitted_application(cycle))
    sent = {"placement": [str(placement.public_id)]}
    client.post(address(cycle, "decide"), sent)

    response = client.post(address(cycle, "decide"), sent)

    assert response.status_code == 409
    assert Letter.objects.count() == 2


def test_nothing_to_decide_says_so(client, staff, cycle):
    assert "There is no proposed placement to decide." in text_of(
        client.get(address(cycle, "decide"))
    )


def test_a_board_of_an_unknown_cycle_does_not_exist(client, staff, cycle):
    unknown = reverse("desk:board", args=[cycle.programme.code, 2099])

    assert client.get(unknown).status_code == 404


def test_an_applicants_line_names_twenty_requests_and_counts_the_rest():
    barred = [(None, [])] * (BARRED_SHOWN + 3)
    row = ApplicationRow(application=None, placement=None, why_not="", barred=barred)

    assert (len(row.barred_shown), row.barred_beyond) == (BARRED_SHOWN, 3)
    assert ApplicationRow(None, None, "", barred[:2]).barred_beyond == 0
