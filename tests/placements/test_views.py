import pytest
from django.urls import reverse

from accounts.services import accept_invitation
from placements.models import PlacementNotice, RequestWish
from placements.services import decide
from placements.tasks import announce_issued
from tests.factories import (
    CycleFactory,
    InvitationFactory,
    LocalGovernmentFactory,
    NominationFactory,
    PlacementFactory,
    application_of,
    coordinator_of,
    open_request,
    staff_member,
    submitted_application,
    trainee_person,
)
from trainees.models import DocumentKind, DocumentRule
from trainees.services import submit_application

pytestmark = pytest.mark.django_db


def waiting_nomination():
    """A nomination with the person who has accepted its invitation."""
    invitation = InvitationFactory()
    user = accept_invitation(invitation)
    invitation.refresh_from_db()
    return NominationFactory(invitation=invitation), user


def announced():
    """An announced placement with the trainee and the coordinator."""
    cycle = CycleFactory(fiscal_year=2027)
    government, user = LocalGovernmentFactory(), trainee_person()
    PlacementFactory(
        application=submitted_application(cycle, trainee__user=user, trainee__email=user.email),
        host_request=open_request(cycle, government),
    )
    coordinator = coordinator_of(government, language="en")
    decide(cycle, by=staff_member())
    announce_issued()
    return user, coordinator, {n.audience: n for n in PlacementNotice.objects.all()}


@pytest.mark.parametrize(
    ("verb", "state", "is_linked"), [("confirm", "confirmed", True), ("refuse", "refused", False)]
)
def test_a_nominee_answers_with_one_button(client, verb: str, state: str, is_linked: bool):
    nomination, user = waiting_nomination()
    client.force_login(user)

    response = client.post(reverse(f"placements:nomination_{verb}", args=[nomination.public_id]))

    nomination.refresh_from_db()
    assert response.url == reverse("trainees:status")
    assert nomination.state == state
    assert (nomination.application.trainee.user_id == user.pk) is is_linked


def test_a_second_answer_is_told_and_changes_nothing(client):
    nomination, user = waiting_nomination()
    client.force_login(user)
    client.post(reverse("placements:nomination_confirm", args=[nomination.public_id]))

    response = client.post(
        reverse("placements:nomination_refuse", args=[nomination.public_id]), follow=True
    )

    nomination.refresh_from_db()
    assert nomination.state == "confirmed"
    assert [message.level_tag for message in response.context["messages"]][-1:] == ["error"]


@pytest.mark.parametrize("verb", ["confirm", "refuse"])
def test_a_foreign_nomination_does_not_exist(client, verb: str):
    nomination, _user = waiting_nomination()
    client.force_login(trainee_person())

    response = client.post(reverse(f"placements:nomination_{verb}", args=[nomination.public_id]))

    nomination.refresh_from_db()
    assert (response.status_code, nomination.state) == (404, "proposed")


def test_staff_do_not_answer_for_the_nominee(client):
    nomination, _user = waiting_nomination()
    client.force_login(staff_member())

    response = client.post(reverse("placements:nomination_confirm", args=[nomination.public_id]))

    assert response.status_code == 404


def test_a_nomination_is_answered_by_post_only(client):
    nomination, user = waiting_nomination()
    client.force_login(user)

    response = client.get(reverse("placements:nomination_confirm", args=[nomination.public_id]))

    nomination.refresh_from_db()
    assert (response.status_code, nomination.state) == (405, "proposed")


def test_each_side_reads_its_letter_and_not_the_others(client):
    trainee, coordinator, notices = announced()
    people = {
        "trainee": trainee,
        "host": coordinator,
        "other": coordinator_of(LocalGovernmentFactory()),
    }

    statuses = {}
    for name, user in people.items():
        client.force_login(user)
        for audience, notice in notices.items():
            address = reverse("placements:notice", args=[notice.public_id])
            statuses[name, audience] = client.get(address).status_code

    assert {each for each, status in statuses.items() if status == 200} == {
        ("trainee", "trainee"),
        ("host", "host"),
    }
    assert set(statuses.values()) == {200, 404}


def test_a_letter_is_a_pdf_that_no_cache_keeps(client):
    trainee, _coordinator, notices = announced()
    client.force_login(trainee)

    response = client.get(reverse("placements:notice", args=[notices["trainee"].public_id]))

    assert response.content.startswith(b"%PDF")
    assert response.headers["Content-Type"] == "application/pdf"
    assert "no-store" in response.headers["Cache-Control"]
    assert response.headers["Content-Disposition"].startswith("attachment")


def test_a_stranger_is_sent_to_the_sign_in(client):
    _trainee, _coordinator, notices = announced()

    response = client.get(reverse("placements:notice", args=[notices["host"].public_id]))

    assert response.status_code == 302
    assert response.url.startswith(reverse("account_login"))


# What the pages of hosts and trainees show -------------------------------------------------------


def test_the_status_page_asks_whether_the_nomination_is_theirs(client):
    nomination, user = waiting_nomination()
    client.force_login(user)

    shown = client.get(reverse("trainees:status")).content.decode()

    assert "Is this nomination yours?" in shown
    assert nomination.application.case_number in shown


def test_the_status_page_shows_the_letter(client):
    trainee, _coordinator, notices = announced()
    client.force_login(trainee)

    shown = client.get(reverse("trainees:status")).content.decode()

    assert notices["trainee"].letter.reference in shown
    assert notices["host"].letter.reference not in shown


def test_the_hosts_page_shows_the_trainee_and_the_letter(client):
    _trainee, coordinator, notices = announced()
    client.force_login(coordinator)

    shown = client.get(reverse("hosts:home")).content.decode()

    assert "Suryani" in shown
    assert notices["host"].letter.reference in shown
    assert notices["trainee"].letter.reference not in shown


def test_the_hosts_page_says_when_there_is_nothing_yet(client):
    client.force_login(coordinator_of(LocalGovernmentFactory(), language="en"))

    shown = client.get(reverse("hosts:home")).content.decode()

    assert "No trainee has been decided for you yet." in shown
    assert "There is no letter yet." in shown


@pytest.mark.parametrize("papers", [1, 3])
def test_the_home_of_a_placed_trainee_needs_four_queries(
    client, papers, django_assert_max_num_queries
):
    user, _coordinator, _notices = announced()
    for number in range(papers):
        kind = DocumentKind.objects.create(code=f"paper-{number}", name_ja="書類", name_en="Paper")
        DocumentRule.objects.create(kind=kind, stage=DocumentRule.Stage.RESIDENCE)
    client.force_login(user)
    client.get(reverse("trainees:status"))

    with django_assert_max_num_queries(4 + 4):
        page = client.get(reverse("trainees:status"))
    assert "Hand in the papers that are missing" in page.content.decode()
    assert [letter.check_code for letter in page.context["letters"] if letter.check_code]


@pytest.mark.parametrize("wishes", [1, 3])
def test_the_page_of_the_conditions_needs_six_queries(
    client, wishes, django_assert_max_num_queries
):
    user = trainee_person()
    application = application_of(user)
    for rank in range(1, wishes + 1):
        request = open_request(application.cycle, LocalGovernmentFactory())
        RequestWish.objects.create(application=application, host_request=request, rank=rank)
    submit_application(application, by=user)
    client.force_login(user)
    address = reverse("trainees:conditions", args=[application.public_id])
    client.get(address)

    with django_assert_max_num_queries(6 + 4):
        client.get(address)
