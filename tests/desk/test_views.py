"""The start page, answers, nominations and invitations of the desk, and who gets in."""

import html
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Invitation, Role
from hosts.models import SurveyAnswer
from hosts.states import AnswerState, RequestState
from notices.models import Mail
from placements.models import Nomination
from schedule.lgotp import ensure_lgotp
from schedule.models import Cycle
from tests.factories import (
    CycleFactory,
    DemandSurveyFactory,
    HostRequestFactory,
    LocalGovernmentFactory,
    OrganisationFactory,
    PlacementFactory,
    PrefectureFactory,
    SendingGovernmentFactory,
    SurveyAnswerFactory,
    coordinator_of,
    member_of,
    open_request,
    staff_member,
    submitted_application,
    trainee_person,
)

pytestmark = pytest.mark.django_db

BUDGET = 4 + 12


@pytest.fixture
def year() -> int:
    """A fiscal year whose cycle is running today."""
    return timezone.localdate().year + 1


@pytest.fixture
def staff(client):
    user = staff_member(language="en")
    client.force_login(user)
    client.get(reverse("accounts:profile"))  # notes when the session began
    return user


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


def submitted_answer(**fields) -> SurveyAnswer:
    """An answer with one request, on its way."""
    answer = SurveyAnswerFactory(
        **{
            "state": AnswerState.FORWARDED,
            "has_demand": True,
            "submitted_at": timezone.now(),
            **fields,
        }
    )
    HostRequestFactory(answer=answer, state=RequestState.SUBMITTED)
    return answer


# The start page ---------------------------------------------------------------------------------


def test_the_start_page_takes_the_same_queries_for_one_and_three_rows(
    client, staff, year, django_assert_max_num_queries
):
    for rows in (1, 3):
        for _each in range(rows):
            cycle = Cycle.objects.filter(fiscal_year=year).first() or CycleFactory(fiscal_year=year)
            open_request(cycle)
            submitted_application(cycle)
            PlacementFactory(application=submitted_application(cycle))
        CycleFactory(fiscal_year=year + rows)
        with django_assert_max_num_queries(BUDGET):
            assert client.get(reverse("desk:start")).status_code == 200


def test_the_start_page_without_a_cycle_says_what_to_do(client, staff):
    ensure_lgotp()

    shown = text_of(client.get(reverse("desk:start")))

    assert "No cycle is running." in shown
    assert "Open the next cycle below." in shown
    assert "Open the cycle of fiscal year" in shown


def test_the_start_page_of_an_empty_installation_stands(client, staff):
    assert client.get(reverse("desk:start")).status_code == 200


def test_the_start_page_counts_what_waits_for_the_operator(client, staff, year):
    survey = DemandSurveyFactory(cycle=CycleFactory(fiscal_year=year))
    submitted_answer(survey=survey)
    submitted_answer(survey=survey, state=AnswerState.SUBMITTED, government=PrefectureFactory())
    submitted_answer(survey=survey, state=AnswerState.SUBMITTED)

    response = client.get(reverse("desk:start"))

    assert response.context["cycles"][0].to_receive == 2
    assert "Receive 2 survey answers, or return them." in text_of(response)
    link = re.search(r'href="([^"]+waiting=yes[^"]+)"', response.content.decode())
    assert client.get(html.unescape(link[1])).context["cl"].result_count == 2


def test_the_start_page_leads_to_the_proposals(client, staff, year):
    placement = PlacementFactory(application=submitted_application(CycleFactory(fiscal_year=year)))

    response = client.get(reverse("desk:start"))

    assert "Decide 1 proposed placement" in text_of(response)
    assert response.context["cycles"][0].to_decide == 1
    assert placement.state == "proposed"


def test_each_number_leads_to_its_rows(client, staff, year):
    survey = DemandSurveyFactory(cycle=CycleFactory(fiscal_year=year))
    submitted_answer(survey=survey)
    SurveyAnswerFactory(survey=survey)

    bars = client.get(reverse("desk:start")).context["cycles"][0].answers

    found = {bar.count: client.get(bar.url).context["page"].paginator.count for bar in bars}
    assert found == {0: 0, 1: 1}


def test_the_button_opens_the_cycle_and_shows_its_days(client, staff):
    programme = ensure_lgotp()

    response = client.post(
        reverse("desk:open_cycle"), {"programme": programme.pk, "fiscal_year": "2028"}
    )

    cycle = Cycle.objects.get()
    assert (cycle.fiscal_year, cycle.opened_by) == (2028, staff)
    assert response.url == reverse("admin:schedule_cycle_change", args=[cycle.pk])
    assert client.get(response.url).status_code == 200


@pytest.mark.parametrize("fiscal_year", ["", "1900", "twenty", "2028"])
def test_a_cycle_that_cannot_be_opened_is_refused_at_the_field(client, staff, fiscal_year: str):
    programme = ensure_lgotp()
    CycleFactory(programme=programme, fiscal_year=2028)

    response = client.post(
        reverse("desk:open_cycle"), {"programme": programme.pk, "fiscal_year": fiscal_year}
    )

    assert response.status_code == 422
    assert list(response.context["open_form"].errors) == ["fiscal_year"]
    assert Cycle.objects.count() == 1


# Answers ----------------------------------------------------------------------------------------


def test_an_answer_shows_its_requests_units_and_history(client, staff):
    answer = submitted_answer()
    answer.moves.create(by=staff, from_state="submitted", to_state="forwarded", reason="Checked.")

    shown = text_of(client.get(reverse("desk:answer", args=[answer.public_id])))

    for words in ("地下水の保全", "Finding leaks", "上下水道部 工務課", "Checked.", "forwarded"):
        assert words in shown


def test_staff_receive_an_answer(client, staff):
    answer = submitted_answer()

    client.post(reverse("desk:answer_receive", args=[answer.public_id]))

    answer.refresh_from_db()
    assert answer.state == AnswerState.RECEIVED
    assert answer.requests.get().state == RequestState.OPEN


@pytest.mark.parametrize(
    ("state", "buttons"),
    [
        (AnswerState.NOT_OPENED, []),
        (AnswerState.SUBMITTED, ["receive", "return"]),
        (AnswerState.HELD, ["return"]),
        (AnswerState.RECEIVED, ["return"]),
    ],
)
def test_the_page_of_an_answer_offers_what_its_moves_allow(client, staff, state, buttons):
    answer = submitted_answer(state=state)

    shown = client.get(reverse("desk:answer", args=[answer.public_id])).content.decode()

    assert [each for each in ("receive", "return") if f'/{each}/"' in shown] == buttons


def test_the_page_of_an_answer_offers_nothing_once_the_cycle_is_closed(client, staff):
    answer = submitted_answer(state=AnswerState.SUBMITTED)
    Cycle.objects.update(state=Cycle.State.CLOSED)

    shown = client.get(reverse("desk:answer", args=[answer.public_id])).content.decode()

    assert not [each for each in ("receive", "return") if f'/{each}/"' in shown]


def test_staff_return_an_answer_with_a_comment_that_is_mailed(client, staff):
    answer = submitted_answer()
    coordinator = coordinator_of(answer.government)

    client.post(
        reverse("desk:answer_return", args=[answer.public_id]), {"reason": "Name the instructor."}
    )

    answer.refresh_from_db()
    mail = Mail.objects.get()
    assert answer.state == AnswerState.RETURNED
    assert mail.to == coordinator.email
    assert "Name the instructor." in mail.body


def test_a_return_without_a_comment_is_refused_at_the_field(client, staff):
    answer = submitted_answer()

    response = client.post(reverse("desk:answer_return", args=[answer.public_id]), {"reason": " "})

    answer.refresh_from_db()
    assert (response.status_code, answer.state) == (422, AnswerState.FORWARDED)
    assert list(response.context["form"].errors) == ["reason"]


def test_a_second_receipt_is_told_and_changes_nothing(client, staff):
    answer = submitted_answer(state=AnswerState.RECEIVED)

    response = client.post(reverse("desk:answer_receive", args=[answer.public_id]), follow=True)

    assert [message.level_tag for message in response.context["messages"]] == ["error"]


# Nominations and invitations --------------------------------------------------------------------


def nominee(**values) -> dict[str, object]:
    return {
        "email": "suryani@example.org",
        "passport_name": "Suryani",
        "nationality": "ID",
        "language": "en",
        "sending_government": SendingGovernmentFactory().pk,
        **values,
    }


def test_staff_nominate_a_person_once_however_often_they_click(client, staff):
    cycle = CycleFactory(fiscal_year=2027)
    url = reverse("desk:nominate", args=[2027, cycle.programme.code])
    key = client.get(url).context["form"]["once"].value()
    values = nominee(once=str(key))

    responses = [client.post(url, values) for _each in range(2)]

    assert [response.status_code for response in responses] == [302, 302]
    assert (Nomination.objects.count(), Mail.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", "nobody"),
        ("passport_name", ""),
        ("passport_name", "x" * 10_000),
        ("nationality", "XX"),
    ],
)
def test_a_nomination_is_refused_at_the_field(client, staff, field: str, value: str):
    cycle = CycleFactory(fiscal_year=2027)
    url = reverse("desk:nominate", args=[2027, cycle.programme.code])

    response = client.post(url, nominee(**{field: value}))

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert (Nomination.objects.count(), Mail.objects.count()) == (0, 0)


def test_a_second_nomination_of_the_same_address_is_refused(client, staff):
    cycle = CycleFactory(fiscal_year=2027)
    url = reverse("desk:nominate", args=[2027, cycle.programme.code])
    client.post(url, nominee())

    response = client.post(url, nominee())

    assert response.status_code == 422
    assert "This person has an application in this cycle already." in text_of(response)


def test_staff_invite_a_coordinator_by_the_code_of_the_government(client, staff):
    government = LocalGovernmentFactory()

    response = client.post(
        reverse("desk:invite"),
        {
            "email": "ochi@example.jp",
            "name": "越智 美咲",
            "language": "ja",
            "role": Role.COORDINATOR,
            "government_code": government.code,
        },
    )

    assert response.status_code == 302
    invitation = Invitation.objects.get()
    assert (invitation.organisation, invitation.invited_by) == (government.organisation, staff)


@pytest.mark.parametrize("code", ["382061", "12", "", "999999"])
def test_an_invitation_with_a_wrong_code_is_refused_at_the_field(client, staff, code: str):
    response = client.post(
        reverse("desk:invite"),
        {
            "email": "ochi@example.jp",
            "name": "越智 美咲",
            "language": "ja",
            "role": Role.COORDINATOR,
            "government_code": code,
        },
    )

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["government_code"]
    assert not Invitation.objects.exists()


def test_staff_cannot_make_staff_and_nobody_invites_a_trainee_here(client, staff):
    roles = dict(client.get(reverse("desk:invite")).context["form"].fields["role"].choices)
    client.force_login(staff_member(Role.ADMINISTRATOR))
    administrators = dict(client.get(reverse("desk:invite")).context["form"].fields["role"].choices)

    assert {Role.STAFF, Role.ADMINISTRATOR, Role.TRAINEE}.isdisjoint(roles)
    assert {Role.STAFF, Role.ADMINISTRATOR} <= set(administrators)
    assert Role.TRAINEE not in administrators


# Who gets in ------------------------------------------------------------------------------------


def desk_addresses() -> list[str]:
    placement = PlacementFactory(application=submitted_application(CycleFactory(fiscal_year=2027)))
    answer = placement.host_request.answer
    board = [placement.application.cycle.programme.code, 2027]
    return [
        reverse("desk:start"),
        reverse("desk:open_cycle"),
        reverse("desk:nominate", args=board[::-1]),
        reverse("desk:answer", args=[answer.public_id]),
        reverse("desk:answer_receive", args=[answer.public_id]),
        reverse("desk:answer_return", args=[answer.public_id]),
        reverse("desk:application_return", args=[placement.application.public_id]),
        reverse("desk:close_cycle", args=board),
        reverse("desk:call_off_cycle", args=board),
        reverse("desk:letter", args=["unknown"]),
        reverse("desk:invite"),
        *[reverse(f"desk:{name}", args=board) for name in ("board", "propose", "place", "decide")],
        reverse("desk:take_back", args=[placement.public_id]),
        reverse("admin:accounts_user_changelist"),
        reverse("admin:notices_mail_changelist"),
        reverse("admin:auditlog_logentry_changelist"),
    ]


def final_status(response) -> int:
    """The end of a row of redirects: 200 only where a sign-in is asked for."""
    if response.redirect_chain:
        last = response.redirect_chain[-1][0]
        return 302 if "/account/login/" in last else response.status_code
    return response.status_code


@pytest.mark.parametrize("who", ["anonymous", "coordinator", "trainee", "mic", "relay"])
def test_nobody_but_staff_reaches_the_desk(client, who: str):
    addresses = desk_addresses()
    people = {
        "coordinator": lambda: coordinator_of(LocalGovernmentFactory()),
        "trainee": trainee_person,
        "mic": lambda: member_of(OrganisationFactory(), Role.MIC),
        "relay": lambda: member_of(OrganisationFactory(), Role.RELAY),
    }
    if who != "anonymous":
        client.force_login(people[who]())

    reached = {
        (method, address): final_status(getattr(client, method)(address, follow=True))
        for address in addresses
        for method in ("get", "post")
    }

    allowed = {302} if who == "anonymous" else {302, 403, 404}
    assert {each: status for each, status in reached.items() if status not in allowed} == {}


def test_an_issued_letter_only_is_handed_out(client, staff):
    assert client.get(reverse("desk:letter", args=["unknown"])).status_code == 404


def test_health_says_that_the_process_and_its_database_answer(client):
    assert [client.get(each).content for each in ("/healthz", "/readyz")] == [b"ok", b"ok"]
