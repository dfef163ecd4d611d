"""The two notices of a decision: drafted once, mailed once, each to its own side."""

from datetime import date

import pytest
from django.core.management import call_command

from accounts.services import accept_invitation
from hosts.models import LocalGovernment
from notices.letters import render_letter, render_waiting
from notices.models import Letter, Mail
from notices.states import LetterState
from placements.letters import (
    draft_notices,
    head_of,
    notice_values,
    respectful_name,
)
from placements.models import Placement
from placements.services import announce, decide
from placements.states import PlacementState
from placements.tasks import announce_issued
from schedule.models import Deadline
from tests.factories import (
    CycleFactory,
    InvitationFactory,
    LocalGovernmentFactory,
    PlacementFactory,
    PrefectureFactory,
    TraineeFactory,
    coordinator_of,
    open_request,
    staff_member,
    submitted_application,
)
from trainees.names import name_forms

pytestmark = pytest.mark.django_db

NOTICES = ["placement_decided_host", "placement_decided_trainee"]


def decided(*, with_accounts: bool = True, coordinators: int = 1) -> Placement:
    """A placement whose letters are drafted and wait for their PDF."""
    cycle = CycleFactory(fiscal_year=2027)
    placement = PlacementFactory(application=submitted_application(cycle))
    if with_accounts:
        trainee = placement.application.trainee
        trainee.user = accept_invitation(InvitationFactory(email=trainee.email))
        trainee.save()
        for _each in range(coordinators):
            coordinator_of(placement.host_request.government)
    decide(cycle, by=staff_member(), on=date(2027, 2, 19))
    return Placement.objects.with_names().get(pk=placement.pk)


def mails() -> list[Mail]:
    return list(Mail.objects.filter(purpose__in=NOTICES).order_by("purpose", "pk"))


@pytest.mark.parametrize(
    ("kind", "name", "prefecture", "head", "respect"),
    [
        ("city", "西条市", "愛媛県", "愛媛県西条市長", "貴市"),
        ("town", "三宅町", "奈良県", "奈良県三宅町長", "貴町"),
        ("village", "三宅村", "東京都", "東京都三宅村長", "貴村"),
        ("special_ward", "新宿区", "東京都", "東京都新宿区長", "貴区"),
        ("designated_city", "浜松市", "静岡県", "静岡県浜松市長", "貴市"),
    ],
)
def test_a_letter_names_the_head_of_a_municipality(kind, name, prefecture, head, respect):
    government = LocalGovernmentFactory(
        kind=kind, name=name, prefecture=PrefectureFactory(name=prefecture)
    )

    assert (head_of(government), respectful_name(government)) == (head, respect)


@pytest.mark.parametrize(
    ("name", "head", "respect"),
    [
        ("愛媛県", "愛媛県知事", "貴県"),
        ("北海道", "北海道知事", "貴道"),
        ("京都府", "京都府知事", "貴府"),
    ],
)
def test_a_letter_names_the_governor_of_a_prefecture(name: str, head: str, respect: str):
    government = PrefectureFactory(name=name, kind=LocalGovernment.Kind.PREFECTURE)

    assert (head_of(government), respectful_name(government)) == (head, respect)


def test_draft_notices_twice_gives_the_same_two_letters():
    placement = decided()

    again = draft_notices(placement, on=date(2027, 2, 19))

    assert [notice.pk for notice in again] == list(
        placement.notices.order_by("pk").values_list("pk", flat=True)
    )
    assert Letter.objects.count() == 2


def test_a_notice_carries_both_sides_and_the_days_of_the_placement():
    placement = decided()

    values = notice_values(placement)

    assert values["trainee"]["passport_name"] == "Suryani"
    assert values["host"]["name_ja"] == placement.host_request.government.name
    assert values["period"]["starts_on"] == placement.starts_on
    assert (values["field_ja"], values["field_en"]) != ("", "")


def test_a_notice_prints_the_names_as_their_preview_shows_them():
    trainee = TraineeFactory(letter_name="SURYANI Dewi", salutation="ms")
    placement = PlacementFactory(application=submitted_application(CycleFactory(), trainee=trainee))

    values = notice_values(placement)

    names = name_forms(trainee)
    assert values["trainee"] == {
        "passport_name": names.passport,
        "katakana": names.katakana,
        "kanji": "",
        "salutation_en": "Ms SURYANI Dewi",
    }


def test_a_notice_speaks_in_the_words_of_its_programme():
    placement = decided()
    cycle = placement.application.cycle
    Deadline.objects.create(
        cycle=cycle, code="coe-papers", phase="procedures", due_on=date(2027, 3, 19)
    )
    cycle.programme.trainee_title_ja = "派遣職員"
    cycle.programme.orientation_place_en = "Kobe"
    cycle.programme.next_step_ja = "{day}までに届出を。{0}"

    values = notice_values(placement)

    assert values["trainee_title_ja"] == "派遣職員"
    assert values["orientation"]["place_en"] == "Kobe"
    assert values["next_step_ja"] == "令和9年3月19日（金）までに届出を。{0}"
    assert values["next_step_en"] == "Your host needs your papers by Friday 19 March 2027."


def test_nothing_is_announced_before_both_letters_are_issued():
    placement = decided()
    told = []

    for notice in placement.notices.select_related("letter"):
        told.append(announce(placement))
        render_letter(notice.letter.pk)

    placement.refresh_from_db()
    assert (told, placement.state, mails()) == ([False, False], PlacementState.APPROVED, [])
    assert announce(placement)


def test_both_sides_are_told_once_each_with_its_own_letter():
    placement = decided(coordinators=2)
    render_waiting()

    told = [announce(placement) for _each in range(3)]

    placement.refresh_from_db()
    letters = {n.audience: n.letter for n in placement.notices.select_related("letter")}
    assert told == [True, False, False]
    assert placement.state == PlacementState.ANNOUNCED
    assert [(mail.purpose, mail.letter) for mail in mails()] == [
        ("placement_decided_host", letters["host"]),
        ("placement_decided_host", letters["host"]),
        ("placement_decided_trainee", letters["trainee"]),
    ]
    assert {mail.stop_when_uncertain for mail in mails()} == {True}
    assert placement.application.trainee.user.email == mails()[2].to


def test_a_side_without_account_is_not_mailed_and_its_letter_is_issued_all_the_same():
    placement = decided(with_accounts=False)

    announce_issued()

    placement.refresh_from_db()
    assert placement.state == PlacementState.ANNOUNCED
    assert mails() == []
    states = placement.notices.values_list("letter__state", flat=True)
    assert set(states) == {LetterState.ISSUED}


def test_the_task_renders_and_announces_and_may_run_again():
    decided()

    runs = [announce_issued(), announce_issued()]

    assert (runs, len(mails())) == ([1, 0], 2)


def test_a_placement_that_was_not_decided_is_not_announced():
    assert not announce(PlacementFactory())


def test_issue_letters_command_issues_what_is_decided(capsys):
    placement = decided()

    call_command("issue_letters", "2027", "--dry-run")
    waiting = Letter.objects.issued().count()
    call_command("issue_letters", "2027", "--kind", "placement-notice")

    placement.refresh_from_db()
    assert (waiting, placement.state) == (0, PlacementState.ANNOUNCED)
    said = capsys.readouterr().out.splitlines()
    assert said == [
        "1 placements wait for their letters.",
        "1 placements announced, 2 letters issued.",
    ]


def test_a_request_is_filled_when_decisions_take_all_its_seats():
    cycle = CycleFactory(fiscal_year=2027)
    request = open_request(cycle, number=2)
    placements = [
        PlacementFactory(application=submitted_application(cycle), host_request=request)
        for _each in range(2)
    ]

    decide(cycle, by=staff_member())

    request.refresh_from_db()
    assert request.state == "filled"
    assert Letter.objects.count() == 2 * len(placements)
