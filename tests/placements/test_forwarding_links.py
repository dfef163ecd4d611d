"""The personal link of a body: given to another person there, sent to a new address, taken back."""

import pytest
from django.urls import reverse

from accounts.models import PersonalLink
from notices.models import Mail
from placements.models import Forwarding, Nomination
from placements.services import (
    Addressee,
    PlacementError,
    forward_opening,
    hand_link,
    nominate,
    record_answer,
    remind_bodies,
    take_link_back,
)
from trainees.models import Contact

from .ground_of_links import hold_link
from .recruiting import Ground, agency_of, day, ground

pytestmark = pytest.mark.django_db


def handed_on(place: Ground, *, with_link: bool = True) -> Forwarding:
    return forward_opening(
        place.opening,
        to=[Addressee(place.agency.organisation, place.contact)],
        answer_by=day(7),
        by=place.officer,
        message="Please help us.",
        with_link=with_link,
    )[0]


def colleague(place: Ground) -> Contact:
    return Contact.objects.create(
        organisation=place.agency.organisation, name="Dewi", email="dewi@example.org"
    )


def in_force() -> list[str]:
    rows = PersonalLink.objects.filter(revoked_at=None).order_by("pk")
    return list(rows.values_list("email", flat=True))


def test_the_link_goes_to_a_colleague_with_the_nominees_of_the_body():
    place = ground()
    row = handed_on(place)
    nominee = nominate(
        cycle=place.cycle,
        opening=place.opening,
        link=row.link,
        by=None,
        email="suryani@example.org",
        passport_name="Suryani",
        nationality="ID",
        language="en",
        sending_government=place.sender,
    )

    moved = hand_link(row, contact=colleague(place), by=place.officer)

    assert in_force() == ["dewi@example.org"]
    nominee.refresh_from_db()
    assert (nominee.link_id, moved.contact.name) == (moved.link_id, "Dewi")


def test_a_body_without_a_link_gets_one_later():
    place = ground()
    row = handed_on(place, with_link=False)

    hand_link(row, contact=place.contact, by=place.officer)

    body = Mail.objects.get(purpose="personal_link").body
    assert in_force() == ["bambang@example.org"]
    assert [
        word for word in ("Answer until: ", "Nominate until: ", "Please help") if word in body
    ] == [
        "Answer until: ",
        "Nominate until: ",
        "Please help",
    ]


@pytest.mark.parametrize("fault", ["stranger", "left", "silent"])
def test_a_link_is_for_somebody_of_the_body_who_can_be_written_to(fault):
    place = ground()
    row = handed_on(place)
    person = colleague(place)
    if fault == "stranger":
        person.organisation = agency_of("TH", "Another").organisation
    person.left_on = day(-1) if fault == "left" else None
    person.email = "" if fault == "silent" else person.email
    person.save()

    with pytest.raises(PlacementError):
        hand_link(row, contact=person, by=place.officer)

    assert in_force() == ["bambang@example.org"]


def test_a_reminder_follows_the_address_of_the_contact():
    place = ground()
    row = handed_on(place)
    Contact.objects.filter(pk=place.contact.pk).update(email="new@example.org")

    remind_bodies(place.opening, forwardings=[row], by=place.officer)

    assert in_force() == ["new@example.org"]


def test_an_officer_takes_a_link_back_twice(client):
    place = ground()
    row = handed_on(place)
    client.force_login(place.officer)
    page = reverse("recruitment:link", args=[row.public_id])

    for _turn in range(2):
        assert client.post(page, {"take_back": "1"}).status_code == 302

    row.link.refresh_from_db()
    assert (row.link.revoked_by, in_force()) == (place.officer, [])
    assert Nomination.objects.count() == 0
    assert "link taken back" in client.get(page).content.decode()


def test_nobody_has_a_link_that_could_be_taken_back():
    place = ground()

    with pytest.raises(PlacementError):
        take_link_back(handed_on(place, with_link=False), by=place.officer)


def test_the_page_offers_only_who_can_be_written_to(client):
    place = ground()
    row = handed_on(place)
    gone = colleague(place)
    Contact.objects.filter(pk=gone.pk).update(left_on=day(-1))
    client.force_login(place.officer)
    page = reverse("recruitment:link", args=[row.public_id])

    shown = client.get(page)
    refused = client.post(page, {"contact": gone.pk})

    assert list(shown.context["form"].fields["contact"].queryset) == [place.contact]
    assert (refused.status_code, in_force()) == (422, ["bambang@example.org"])


def test_what_the_link_brings_is_told_with_its_days_not_with_the_words_to_the_offices(client):
    place = ground()
    place.recruitment.text_en = "To all offices: hand these on."
    place.recruitment.save()
    row = handed_on(place)
    hold = hold_link(row.link)

    page = hold.get(reverse("cases:forwarded", args=[row.link.public_id])).content.decode()

    assert ("To all offices" in page, "2 places are left" in page) == (False, True)


def test_nominees_say_the_answer_so_that_it_is_not_told_once_more():
    place = ground()
    row = handed_on(place)

    record_answer(row, answer="nominates", link=row.link)
    assert Mail.objects.filter(purpose="forwarding_answer").count() == 0
    record_answer(row, answer="considers", link=row.link)
    assert Mail.objects.filter(purpose="forwarding_answer").count() == 1
