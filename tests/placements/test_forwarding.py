"""Handing an opening on, the answers, the reminders, and what goes to the operator."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import PersonalLink
from notices.models import Mail
from placements.models import Forwarding, Nomination, Opening
from placements.services import (
    Addressee,
    PlacementError,
    close_opening,
    comment_nomination,
    forward_nominations,
    forward_opening,
    rank_nominations,
    record_answer,
    remind_bodies,
)
from placements.services import office as office_services
from placements.services.forwarding import reason_against_reminder
from placements.states import NominationState
from tests.placements.recruiting import agency_of, confirmed, day, ground, nominee
from trainees.models import ContactLog, OfficeCountry

pytestmark = pytest.mark.django_db
Answer = Forwarding.Answer


def hand_on(place, **more):
    values = {"answer_by": day(7), "by": place.officer, **more}
    to = values.pop("to", [Addressee(place.agency.organisation, place.contact)])
    return forward_opening(place.opening, to=to, **values)


def test_forward_opening_goes_to_many_and_to_each_once():
    place = ground()
    to = [
        Addressee(place.agency.organisation, place.contact),
        Addressee(place.sender.organisation),
    ]
    assert len(hand_on(place, to=to)) == 2
    assert hand_on(place, to=to) == []
    assert Forwarding.objects.count() == 2
    assert not Mail.objects.filter(purpose="personal_link").exists()


def test_forward_opening_with_a_link_mails_the_contact():
    place = ground()
    (row,) = hand_on(place, with_link=True, message="Please look.")
    link = PersonalLink.objects.get()
    assert (row.link, link.email) == (link, place.contact.email)
    assert Mail.objects.get(purpose="personal_link").to == place.contact.email


def test_a_link_needs_an_address_and_somebody_who_is_there():
    place = ground()
    with pytest.raises(PlacementError):
        hand_on(place, to=[Addressee(place.sender.organisation)], with_link=True)
    place.contact.left_on = day(-1)
    place.contact.save()
    with pytest.raises(PlacementError):
        hand_on(place, with_link=True)
    assert not Forwarding.objects.exists()


def test_a_body_of_another_country_is_refused():
    place = ground()
    foreign = agency_of("BR", "Foreign")
    with pytest.raises(PlacementError):
        hand_on(place, to=[Addressee(foreign.organisation)])
    OfficeCountry.objects.create(office=place.office, country="BR")
    assert hand_on(place, to=[Addressee(foreign.organisation)])  # control


def test_a_country_that_ended_yesterday_is_gone():
    place = ground()
    OfficeCountry.objects.filter(country="ID").update(
        valid_until=timezone.localdate() - timedelta(days=1)
    )
    with pytest.raises(PlacementError):
        hand_on(place)
    OfficeCountry.objects.filter(country="ID").update(valid_until=timezone.localdate())
    assert hand_on(place)  # control: the last day counts


@pytest.mark.parametrize("answer_by", [-1, 21])
def test_the_day_of_the_answer_lies_between_today_and_the_last_day(answer_by):
    place = ground()
    with pytest.raises(PlacementError):
        hand_on(place, answer_by=day(answer_by))
    assert hand_on(place, answer_by=day(20))


def test_a_closed_opening_or_one_that_is_over_is_not_handed_on():
    place = ground()
    Opening.objects.update(nominate_by=day(-1))
    place.opening.refresh_from_db()
    with pytest.raises(PlacementError):
        hand_on(place, answer_by=day(0))
    Opening.objects.update(nominate_by=None)
    close_opening(place.opening, reason="-", by=place.staff)
    with pytest.raises(PlacementError):
        hand_on(place)


def test_record_answer_is_kept_in_the_log_of_talks():
    place = ground()
    (row,) = hand_on(place)
    record_answer(
        row,
        answer=Answer.NOBODY,
        note="No budget.",
        channel="call",
        happened_on=day(0),
        by=place.officer,
    )
    row.refresh_from_db()
    assert (row.answer, row.recorded_by, row.answer_note) == (
        Answer.NOBODY,
        place.officer,
        "No budget.",
    )
    talk = ContactLog.objects.get()
    assert talk.organisation == place.agency.organisation
    assert "No budget." in talk.text
    with pytest.raises(PlacementError):
        record_answer(row, answer="perhaps", by=place.officer)
    with pytest.raises(PlacementError):
        record_answer(row, answer=Answer.WAITING, happened_on=day(1), by=place.officer)


def test_remind_bodies_writes_to_those_who_wait():
    place = ground()
    other = Addressee(place.sender.organisation)
    rows = hand_on(place, to=[Addressee(place.agency.organisation, place.contact), other])
    assert remind_bodies(place.opening, forwardings=rows, by=place.officer, text="Please.") == 1
    mail = Mail.objects.get(purpose="forwarding_reminder")
    assert (mail.to, "Please." in mail.body) == (place.contact.email, True)
    assert reason_against_reminder(mail) is None
    record_answer(rows[0], answer=Answer.CONSIDERS, by=place.officer)
    assert reason_against_reminder(mail)
    with pytest.raises(PlacementError):
        remind_bodies(place.opening, forwardings=rows, by=place.officer)


def test_a_reminder_brings_the_link_anew():
    place = ground()
    rows = hand_on(place, with_link=True)
    before = PersonalLink.objects.get().token_hash
    remind_bodies(place.opening, forwardings=rows, by=place.officer)
    assert PersonalLink.objects.get().token_hash != before
    assert Mail.objects.filter(purpose="personal_link").count() == 2
    rows[0].refresh_from_db()
    assert rows[0].reminded_at


# Nominations ----------------------------------------------------------------------------------


def test_a_complete_nomination_is_forwarded_once():
    place = ground()
    row = confirmed(place, is_submitted=True)
    assert forward_nominations([row], by=place.officer) == [row]
    assert forward_nominations([row], by=place.officer) == []
    row.refresh_from_db()
    assert (row.state, row.forwarded_by) == (NominationState.FORWARDED, place.officer)
    assert row.moves.filter(to_state=NominationState.FORWARDED).count() == 1


def test_an_incomplete_nomination_needs_a_reason(monkeypatch):
    place = ground()
    row = confirmed(place)
    with pytest.raises(office_services.IncompleteError):
        forward_nominations([row], by=place.officer)
    row.refresh_from_db()
    assert row.state == NominationState.CONFIRMED
    forward_nominations([row], by=place.officer, reason="The passport follows.")
    assert row.moves.get(to_state="forwarded").reason == "The passport follows."
    other = confirmed(place, email="b@example.org", passport_name="B")
    monkeypatch.setattr(office_services, "gaps_of", lambda nomination: [])
    assert forward_nominations([other], by=place.officer)  # control: the guard is off


def test_all_are_forwarded_or_none():
    place = ground()
    ready = confirmed(place, is_submitted=True)
    proposed = nominee(place, "b@example.org", passport_name="B")
    with pytest.raises(PlacementError):
        forward_nominations([ready, proposed], by=place.officer, reason="-")
    ready.refresh_from_db()
    assert ready.state == NominationState.CONFIRMED


def test_staff_forward_for_an_office_only_with_a_reason():
    place = ground()
    row = confirmed(place, is_submitted=True)
    with pytest.raises(PlacementError):
        forward_nominations([row], by=place.staff)
    assert forward_nominations([row], by=place.staff, reason="The office is closed today.")


def test_comment_and_order():
    place = ground()
    first, second = nominee(place), nominee(place, "b@example.org", passport_name="B")
    comment_nomination(first, comment="Very good.", by=place.officer)
    assert rank_nominations([second, first], by=place.officer) == 2
    assert rank_nominations([second, first], by=place.officer) == 0
    assert list(Nomination.objects.order_by("office_rank")) == [second, first]
    other = nominee(ground(), "c@example.org", passport_name="C")
    with pytest.raises(PlacementError):
        rank_nominations([first, other], by=place.officer)
    Nomination.objects.filter(pk=first.pk).update(state=NominationState.WITHDRAWN)
    with pytest.raises(PlacementError):
        comment_nomination(first, comment="x", by=place.officer)
