"""Mergers and promotions: what became of a government, who reads on, who is asked from when."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import Role, User
from files.sheets.exporting import FORMATS, export
from files.sheets.faults import SheetFaults
from files.sheets.importing import take_in
from files.sheets.kinds import find_kind
from files.sheets.writing import write_csv
from hosts.models import MOST_SUCCESSIONS, HostRequest, LocalGovernment, SurveyAnswer
from hosts.opening import compose_survey
from hosts.permissions import can_edit
from hosts.register import registered
from japan.codes import with_check_digit
from tests.factories import (
    CycleFactory,
    HostRequestFactory,
    LocalGovernmentFactory,
    PrefectureFactory,
    SurveyAnswerFactory,
    coordinator_of,
    relay_officer_of,
    staff_member,
)

pytestmark = pytest.mark.django_db

HEAD = ["code", "kind", "name", "kana", "romaji", "valid_from", "valid_until", "successor_code"]
LAST, FIRST = date(2027, 3, 31), date(2027, 4, 1)


def code_of(number: int) -> str:
    return with_check_digit(f"38{number:03d}")


def fresh(user: User) -> User:
    """Without the memberships that were read before."""
    return User.objects.get(pk=user.pk)


@pytest.fixture
def ehime(db) -> LocalGovernment:
    return PrefectureFactory(code="380008", name="愛媛県", kana="エヒメケン", romaji="Ehime")


def town(ehime, number: int, **fields) -> LocalGovernment:
    return LocalGovernmentFactory(
        **{
            "code": code_of(number),
            "kind": "town",
            "name": f"第{number}町",
            "kana": "ダイマチ",
            "romaji": "Dai-machi",
            "prefecture": ehime,
            **fields,
        }
    )


def take(*rows: list, head: list | None = None) -> None:
    take_in(find_kind("local_governments"), write_csv([head or HEAD, *rows]), by=None)


def faults_of(*rows: list, head: list | None = None) -> list[tuple[str, str]]:
    """Each fault by its cell, in English; nothing was written."""
    before = list(LocalGovernment.objects.order_by("pk").values())
    with translation.override("en"), pytest.raises(SheetFaults) as found, transaction.atomic():
        take(*rows, head=head)
    assert list(LocalGovernment.objects.order_by("pk").values()) == before
    with translation.override("en"):
        return [(fault.cell, str(fault.reason)) for fault in found.value.faults]


def row(number: int, **given) -> list:
    """A row of a town with what is given of its dates and its successor."""
    told = {
        "code": code_of(number),
        "kind": "town",
        "name": f"第{number}町",
        "kana": "ダイマチ",
        "romaji": "Dai-machi",
        **given,
    }
    return [told.get(key) for key in HEAD]


# taking in ---------------------------------------------------------------------------------------


def test_two_towns_merge_into_a_new_city_of_the_same_file(ehime):
    old = [town(ehime, 301), town(ehime, 302)]
    new = code_of(220)

    take(
        row(301, valid_until="令和9年3月31日", successor_code=new),
        row(302, valid_until="２０２７年３月３１日", successor_code=new),
        row(220, kind="city", name="新市", kana="シンシ", romaji="Shin-shi", valid_from=FIRST),
    )

    city = LocalGovernment.objects.get(code=new)
    assert (city.valid_from, city.kind) == (FIRST, "city")
    assert list(city.predecessors.order_by("code")) == old
    assert {each.valid_until for each in city.predecessors.all()} == {LAST}


def test_a_town_goes_into_an_existing_city_and_another_becomes_one(ehime):
    city, small, grown = town(ehime, 201, kind="city"), town(ehime, 301), town(ehime, 302)
    promoted = code_of(221)

    take(
        row(301, valid_until=LAST, successor_code=city.code),
        row(221, kind="city", name="昇格市", kana="シ", romaji="Shokaku-shi", valid_from=FIRST),
        row(302, valid_until=LAST, successor_code=promoted),
    )

    small.refresh_from_db()
    grown.refresh_from_db()
    assert (small.successor, grown.successor.code) == (city, promoted)


def test_a_government_that_was_abolished_has_no_successor(ehime):
    gone = town(ehime, 301)
    take(row(301, valid_until=LAST))

    gone.refresh_from_db()
    assert (gone.valid_until, gone.successor) == (LAST, None)


def test_what_goes_out_comes_in_again_without_a_change(ehime):
    city = town(ehime, 201, kind="city", valid_from=FIRST)
    town(ehime, 301, valid_until=LAST, successor=city)
    kind = find_kind("local_governments")

    plan = take_in(
        kind, export(kind, LocalGovernment.objects.order_by("code"), FORMATS["xlsx"]), by=None
    )

    assert (plan.unchanged, plan.new, plan.changed) == (3, [], [])


@pytest.mark.parametrize(
    ("given", "place", "said"),
    [
        ({"valid_until": LAST, "successor_code": code_of(301)}, "H2", "its own successor"),
        ({"valid_until": LAST, "successor_code": code_of(399)}, "H2", "Neither the register"),
        ({"valid_until": LAST, "successor_code": "382061"}, "H2", "check digit"),
        ({"valid_until": LAST, "successor_code": "愛媛県"}, "H2", "digits only"),
        ({"valid_until": LAST, "successor_code": "380008"}, "H2", "A prefecture follows"),
        ({"successor_code": code_of(201)}, "G2", "needs its last day"),
        ({"valid_from": FIRST, "valid_until": LAST}, "G2", "before the first"),
        ({"valid_until": "平成40年1月1日"}, "G2", ""),
        ({"valid_until": "31/03/2027"}, "G2", ""),
        ({"valid_until": date(2026, 3, 31), "successor_code": code_of(202)}, "H2", "begins on"),
        ({"valid_until": LAST, "successor_code": code_of(203)}, "H2", "ends no later"),
    ],
)
def test_what_cannot_be_is_told_at_its_cell(ehime, given, place, said):
    town(ehime, 301)
    town(ehime, 201, kind="city")
    town(ehime, 202, kind="city", valid_from=FIRST)
    town(ehime, 203, kind="city", valid_until=LAST)

    found = faults_of(row(301, **given))

    assert [cell for cell, _reason in found] == [place]
    assert said in found[0][1]


def test_a_circle_is_refused_within_a_file_and_over_two(ehime):
    for number in (301, 302, 303):
        town(ehime, number)
    days = [LAST, date(2028, 3, 31), date(2029, 3, 31)]

    within = faults_of(
        *(
            row(301 + n, valid_until=day, successor_code=code_of(301 + (n + 1) % 3))
            for n, day in enumerate(days)
        )
    )
    take(row(301, valid_until=LAST, successor_code=code_of(302)))
    over = faults_of(row(302, valid_until=days[1], successor_code=code_of(301)))

    assert [cell for cell, _reason in within] == ["H2", "H3", "H4"]
    assert {reason for _cell, reason in within + over} >= {
        "This goes in a circle: a government would be its own successor in the end."
    }


def test_a_new_successor_needs_its_first_day_and_the_chain_has_an_end(ehime):
    town(ehime, 301)
    new = row(220, kind="city", name="新市", kana="シンシ", romaji="Shin-shi")
    dateless = faults_of(row(301, valid_until=LAST, successor_code=code_of(220)), new)

    last = None
    for n in range(MOST_SUCCESSIONS + 1, 0, -1):
        ends = {"valid_until": date(2010 + n, 3, 31), "successor": last} if last else {}
        last = town(ehime, 400 + n, **ends)
    long = faults_of(
        row(301, valid_until=date(2010, 3, 31), successor_code=code_of(401)),
    )

    assert [cell for cell, _reason in dateless] == ["H2"]
    assert "first day" in dateless[0][1]
    assert [cell for cell, _reason in long] == ["H2"]


def test_a_successor_that_no_longer_fits_its_predecessor_is_told(ehime):
    city = town(ehime, 201, kind="city")
    town(ehime, 301, valid_until=LAST, successor=city)

    found = faults_of([city.code, LAST], head=["code", "valid_until"])

    assert [cell for cell, _reason in found] == ["A2"]
    assert code_of(301) in found[0][1]


def test_the_same_government_twice_is_told(ehime):
    town(ehime, 301)
    found = faults_of(row(301, valid_until=LAST), row(301))

    assert [cell for cell, _reason in found] == ["A3"]


@pytest.mark.parametrize("fields", [{"valid_until": None}, {"successor": "self"}])
def test_the_database_refuses_it_too(ehime, fields):
    small = town(ehime, 301, valid_until=LAST, successor=town(ehime, 201))
    if fields.get("successor") == "self":
        fields = {"successor": small}

    with pytest.raises(IntegrityError), transaction.atomic():
        LocalGovernment.objects.filter(pk=small.pk).update(**fields)


# who is asked, and what is read afterwards -------------------------------------------------------


def test_a_survey_asks_the_successor_from_its_first_day(ehime):
    old = town(ehime, 301, valid_until=LAST)
    new = town(ehime, 201, kind="city", valid_from=FIRST)
    LocalGovernment.objects.filter(pk=old.pk).update(successor=new)

    def asked(on: date) -> set[LocalGovernment]:
        return set(LocalGovernment.objects.existing(on))

    assert asked(LAST) == {ehime, old}
    assert asked(FIRST) == {ehime, new}
    assert asked(LAST - timedelta(days=400)) == {ehime, old}


def test_composing_goes_by_the_day_on_which_the_cycle_is_opened(ehime):
    today = date.today()
    town(ehime, 301, valid_until=today - timedelta(days=2))
    begun = town(ehime, 201, kind="city", valid_from=today - timedelta(days=1))
    planned = town(ehime, 302, valid_until=today + timedelta(days=90))
    town(ehime, 202, kind="city", valid_from=today + timedelta(days=91))
    cycle = CycleFactory(opened_at=timezone.now())

    compose_survey(cycle)

    rows = SurveyAnswer.objects.filter(survey__cycle=cycle)
    assert {row.government for row in rows} == {ehime, begun, planned}


@pytest.fixture
def merged(ehime) -> dict[str, LocalGovernment]:
    """A village that became a town, which went into a city; and a neighbour."""
    city = town(ehime, 201, kind="city")
    small = town(ehime, 301, valid_until=LAST, successor=city)
    village = town(ehime, 302, valid_until=date(2020, 3, 31), successor=small)
    return {"city": city, "town": small, "village": village, "neighbour": town(ehime, 303)}


def test_coordinators_of_the_successor_read_on_and_neighbours_do_not(merged):
    requests = {
        name: HostRequestFactory(answer=SurveyAnswerFactory(government=government))
        for name, government in merged.items()
    }
    readers = {name: fresh(coordinator_of(government)) for name, government in merged.items()}

    def seen(name: str) -> set[str]:
        visible = HostRequest.objects.visible_to(readers[name])
        return {each for each, row in requests.items() if row in visible}

    assert seen("city") == {"city", "town", "village"}
    assert seen("town") == {"town", "village"}
    assert seen("village") == {"village"}
    assert seen("neighbour") == {"neighbour"}
    assert set(LocalGovernment.objects.visible_to(readers["city"])) == {
        merged[each] for each in ("city", "town", "village")
    }


def test_the_successor_reads_and_does_not_write(merged):
    answer = SurveyAnswerFactory(government=merged["town"])
    assert not can_edit(fresh(coordinator_of(merged["city"])), answer)


def test_relays_and_staff_see_what_they_saw(merged, ehime):
    for government in merged.values():
        SurveyAnswerFactory(government=government)
    officer = fresh(relay_officer_of(ehime))

    assert SurveyAnswer.objects.visible_to(officer).count() == 4
    assert SurveyAnswer.objects.visible_to(staff_member(Role.STAFF)).count() == 4


def test_the_register_of_today_leaves_out_who_has_ended_or_not_begun(ehime):
    today = date.today()
    town(ehime, 301, valid_until=today - timedelta(days=1))
    town(ehime, 302, valid_until=today)
    town(ehime, 303, valid_from=today + timedelta(days=1))

    assert [each.code for each in registered()] == ["380008", code_of(302)]


def test_an_old_name_and_an_old_code_find_the_successor_too(merged):
    for typed in ("第301町", code_of(302)):
        found = set(LocalGovernment.objects.named_like(typed))
        assert merged["city"] in found, typed
        assert merged["neighbour"] not in found


@pytest.mark.parametrize(
    ("language", "said"),
    [("ja", "令和9年4月1日（2027年）"), ("en", "from 1 April 2027")],
)
def test_a_government_says_what_it_is_now(merged, language, said):
    with translation.override(language):
        assert said in merged["town"].what_became(language)
    assert merged["city"].what_became(language) == ""


# what people see ---------------------------------------------------------------------------------


def test_the_home_of_the_successor_shows_the_answers_of_before(client, merged):
    last = SurveyAnswerFactory(
        government=merged["town"],
        state="submitted",
        has_demand=False,
        submitted_at=timezone.now(),
        survey__cycle__fiscal_year=2026,
    )
    client.force_login(coordinator_of(merged["city"]))
    page = client.get(reverse("hosts:home"))

    desk = page.context["desks"][0]
    assert (desk.government, desk.former, desk.last_answer) == (merged["city"], [last], last)
    assert merged["town"].short_name in page.content.decode()


def test_the_home_of_a_merged_government_says_what_it_is_now(client, merged):
    client.force_login(coordinator_of(merged["town"], language="en"))
    with translation.override("en"):
        page = client.get(reverse("hosts:home"))

    assert "from 1 April 2027 part of" in page.content.decode()


def test_a_running_answer_of_a_predecessor_is_not_the_successors_to_do(client, merged):
    answer = SurveyAnswerFactory(government=merged["town"])
    client.force_login(coordinator_of(merged["city"]))

    desk = client.get(reverse("hosts:home")).context["desks"][0]

    assert (desk.answer, desk.former) == (None, [answer])


def test_the_list_of_the_staff_finds_old_names_and_says_what_they_are(client, merged):
    client.force_login(staff_member(Role.ADMINISTRATOR))
    address = reverse("admin:hosts_localgovernment_changelist")

    page = client.get(address, {"q": "第301町"})

    assert set(page.context["cl"].result_list) == {merged["town"], merged["city"]}
    assert merged["city"].name in page.content.decode()
