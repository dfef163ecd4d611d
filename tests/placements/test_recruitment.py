"""Publishing the recruitment of a cycle: what is proposed, who is told, what may change."""

import zoneinfo
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import Role
from hosts.models import HostRequest
from notices.models import Mail
from placements.deadlines import Until, due_on_of, until_words
from placements.models import Opening, Recruitment
from placements.offering import proposed_offices, reaches, requests_to_offer
from placements.services import (
    PlacementError,
    add_opening,
    change_opening,
    close_opening,
    offer_requests,
    publish,
    start_recruitment,
)
from placements.tasks import close_openings
from tests.factories import (
    CycleFactory,
    OverseasOfficeFactory,
    member_of,
    open_request,
    staff_member,
)
from tests.placements.ground_of_links import opening_of
from tests.placements.recruiting import day, ground, nominee
from trainees.models import OfficeCountry

pytestmark = pytest.mark.django_db


def test_proposal_follows_wished_countries_regions_and_validity():
    cycle = CycleFactory()
    country, region = open_request(cycle, countries=["TH"]), open_request(cycle)
    region.wished_countries.create(rank=1, region="southeast_asia")
    anywhere = open_request(cycle)
    asia = OverseasOfficeFactory(code="a", countries=["TH"])
    europe = OverseasOfficeFactory(code="b", countries=["FR"])
    former = OverseasOfficeFactory(code="c")
    yesterday = timezone.localdate() - timedelta(days=1)
    OfficeCountry.objects.create(office=former, country="TH", valid_until=yesterday)
    found = {row.pk: row for row in requests_to_offer(cycle)}

    def offices(request, on):
        return [each.office for each in proposed_offices(found[request.pk], reaches(on))]

    today = timezone.localdate()
    assert offices(country, today) == [asia]
    assert offices(region, today) == [asia]
    assert offices(anywhere, today) == [asia, europe]
    assert offices(country, yesterday) == [asia, former]  # control: its countries of yesterday


def test_own_selection_is_not_offered():
    cycle = CycleFactory()
    OverseasOfficeFactory(countries=["ID"])
    own, mediated = open_request(cycle, route="own_selection"), open_request(cycle)
    recruitment = start_recruitment(cycle, by=None)
    assert set(Opening.objects.values_list("host_request", flat=True)) == {mediated.pk}
    with pytest.raises(PlacementError):
        offer_requests(recruitment, {(own.pk, OverseasOfficeFactory().pk): 1}, by=None)


def test_start_recruitment_twice_proposes_once():
    cycle = CycleFactory()
    OverseasOfficeFactory(countries=["ID"])
    open_request(cycle)
    assert start_recruitment(cycle, by=None) == start_recruitment(cycle, by=None)
    assert Opening.objects.count() == 1


def test_publish_mails_each_officer_once():
    place = ground(is_published=False)
    other = OverseasOfficeFactory(countries=["BR"])
    second = Opening.objects.create(
        host_request=open_request(place.cycle), office=place.office, quota=1
    )
    publish(place.recruitment, by=place.staff)
    publish(place.recruitment, by=place.staff)
    mails = Mail.objects.filter(purpose="recruitment_open")
    assert [mail.to for mail in mails] == [place.officer.email]
    assert Opening.objects.published().count() == 2
    assert str(second.host_request) in mails[0].body
    assert other.openings.count() == 0


def test_publish_is_refused_with_nothing_or_after_the_day():
    place = ground(is_published=False, due=-1)
    with pytest.raises(PlacementError):
        publish(place.recruitment, by=place.staff)
    Opening.objects.all().delete()
    with pytest.raises(PlacementError):
        publish(place.recruitment, by=place.staff)
    assert not Recruitment.objects.get().is_published
    assert not Mail.objects.exists()


def test_table_is_closed_once_published():
    place = ground()
    with pytest.raises(PlacementError):
        offer_requests(place.recruitment, {(place.request.pk, place.office.pk): None}, by=None)
    assert Opening.objects.count() == 1


def test_offer_requests_adds_changes_and_takes_out():
    place = ground(is_published=False)
    further = OverseasOfficeFactory(countries=["BR"])
    quotas = {(place.request.pk, place.office.pk): None, (place.request.pk, further.pk): 3}
    offer_requests(place.recruitment, quotas, by=place.staff)
    assert list(Opening.objects.values_list("office", "quota")) == [(further.pk, 3)]


def test_a_later_opening_and_its_change_are_told_to_the_office():
    place = ground()
    request = open_request(place.cycle)
    row = add_opening(
        place.recruitment, host_request=request, office=place.office, quota=1, by=place.staff
    )
    assert row.published_at
    assert Mail.objects.filter(purpose="opening_added").count() == 1
    change_opening(row, quota=1, nominate_by=None, note="note", by=place.staff)
    assert not Mail.objects.filter(purpose="opening_changed").exists()
    changed = change_opening(row, quota=4, nominate_by=day(5), note="note", by=place.staff)
    assert (changed.quota, due_on_of(changed)) == (4, day(5))
    assert Mail.objects.filter(purpose="opening_changed").count() == 1
    with pytest.raises(PlacementError):
        add_opening(
            place.recruitment, host_request=request, office=place.office, quota=1, by=place.staff
        )


def test_quota_is_not_lowered_below_those_nominated():
    place = ground()
    nominee(place)
    nominee(place, "second@example.org", passport_name="Second")
    with pytest.raises(PlacementError):
        change_opening(place.opening, quota=1, nominate_by=None, note="", by=place.staff)


def test_close_opening_keeps_nominations_and_tells_why():
    place = ground()
    row = nominee(place)
    closed = close_opening(place.opening, reason="The host withdrew.", by=place.staff)
    close_opening(place.opening, reason="again", by=place.staff)
    assert closed.closed_reason == "The host withdrew."
    mail = Mail.objects.get(purpose="opening_closed")
    assert "The host withdrew." in mail.body
    row.refresh_from_db()
    assert row.is_open
    with pytest.raises(PlacementError):
        nominee(place, "late@example.org")


def test_close_opening_takes_an_unpublished_one_out():
    place = ground(is_published=False)
    close_opening(place.opening, reason="-", by=place.staff)
    assert not Opening.objects.exists()
    assert not Mail.objects.exists()


def test_nothing_changes_once_the_cycle_is_over():
    place = ground()
    place.cycle.state = "closed"
    place.cycle.save()
    with pytest.raises(PlacementError):
        close_opening(place.opening, reason="-", by=place.staff)


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        ("Europe/Paris", "Tuesday 15 December 2026, 24:00 in Japan (16:00 in Paris)"),
        ("America/New_York", "Tuesday 15 December 2026, 24:00 in Japan (10:00 in New York)"),
        ("Asia/Seoul", "end of Tuesday 15 December 2026"),
        (
            "Australia/Sydney",
            "Tuesday 15 December 2026, 24:00 in Japan "
            "(02:00 on Wednesday 16 December 2026 in Sydney)",
        ),
    ],
)
def test_a_day_ends_in_japan_and_by_the_clock_of_the_office(zone, words):
    with translation.override("en"):
        assert until_words(Until(date(2026, 12, 15), zoneinfo.ZoneInfo(zone))) == words


def test_summer_time_counts():
    paris = zoneinfo.ZoneInfo("Europe/Paris")
    assert Until(date(2027, 7, 1), paris).local_clock == "17:00"
    assert Until(date(2026, 12, 15), paris).local_clock == "16:00"


def test_the_own_day_of_an_opening_counts():
    place = ground()
    assert due_on_of(place.opening) == day(20)
    place.opening.nominate_by = day(3)
    assert due_on_of(place.opening) == day(3)


# The request changes after it was published ---------------------------------------------------


def changed_request(**fields) -> Opening:
    opening = opening_of()
    HostRequest.objects.filter(pk=opening.host_request_id).update(**fields)
    return Opening.objects.get(pk=opening.pk)


LEFT = [
    ({"state": "withdrawn"}, "The host has taken this request back."),
    ({"route": "own_selection"}, "The host of this request now selects its own candidate."),
]
WAITS = [
    ({"state": "draft"}, "The host is changing this request."),
    ({"state": "filled"}, "This request takes no nominations any more."),
]


@pytest.mark.parametrize(("fields", "words"), [*LEFT, *WAITS])
def test_what_became_of_the_request_stands_at_its_opening(client, fields, words):
    opening = changed_request(**fields)
    officer = member_of(opening.office.organisation, Role.OVERSEAS_OFFICE, language="en")
    client.force_login(officer)
    page = client.get(reverse("recruitment:opening", args=[opening.public_id]))
    home = client.get(reverse("recruitment:home"))
    client.force_login(staff_member(language="en"))
    cycle = opening.host_request.cycle
    desk = client.get(reverse("desk:recruitment", args=[cycle.programme.code, cycle.fiscal_year]))
    one = client.get(reverse("desk:recruitment_opening", args=[opening.public_id]))

    assert (page.context["can_nominate"], page.context["can_forward"]) == (False, False)
    for response in (page, home, desk, one):
        assert words in response.content.decode()


@pytest.mark.parametrize(("fields", "words"), LEFT)
def test_what_the_host_has_left_is_closed_once_and_the_office_is_mailed(fields, words):
    opening = changed_request(**fields)
    officer = member_of(opening.office.organisation, Role.OVERSEAS_OFFICE, language="en")

    assert (close_openings(), close_openings()) == (1, 0)

    opening.refresh_from_db()
    mail = Mail.objects.get(to=officer.email)
    assert opening.closed_at is not None
    assert opening.closed_by is None
    assert words in opening.closed_reason
    assert (mail.purpose, words in mail.body) == ("opening_closed", True)


@pytest.mark.parametrize("fields", [{}, *(fields for fields, _words in WAITS), {"number": 1}])
def test_what_comes_again_or_asks_for_fewer_is_not_closed(fields):
    opening = changed_request(**fields)

    assert close_openings() == 0

    assert Opening.objects.get(pk=opening.pk).is_in_force


def test_a_reduced_request_says_so_on_both_pages(client):
    opening = changed_request(number=1)
    officer = member_of(opening.office.organisation, Role.OVERSEAS_OFFICE, language="en")
    client.force_login(officer)
    page = client.get(reverse("recruitment:opening", args=[opening.public_id]))
    client.force_login(staff_member(language="en"))
    one = client.get(reverse("desk:recruitment_opening", args=[opening.public_id]))

    assert "The host asks for 1 person" in page.content.decode()
    assert "Asked for now" in one.content.decode()
