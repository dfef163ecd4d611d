"""The pages of an overseas office: what each person sees, does, and is told when it is too late."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, Organisation
from placements.models import Forwarding, Nomination, Opening, RecruitmentText
from placements.services import Addressee, close_opening, forward_opening
from placements.states import NominationState
from tests.factories import (
    OverseasOfficeFactory,
    coordinator_of,
    member_of,
    open_request,
)
from tests.placements.recruiting import agency_of, confirmed, day, ground, nominee
from trainees.models import Agency, Contact, ContactLog, OfficeCountry, SendingGovernment

pytestmark = pytest.mark.django_db
FOR_THE_PERSON = 4  # session, user, memberships, second factor


def url(name: str, *args: object) -> str:
    return reverse(f"recruitment:{name}", args=args)


def hand_on(place) -> Forwarding:
    to = [Addressee(place.agency.organisation, place.contact)]
    return forward_opening(place.opening, to=to, answer_by=day(7), by=place.officer)[0]


def pages(place) -> list[str]:
    row, nomination = hand_on(place), confirmed(place)
    return [
        url("opening", place.opening.public_id),
        url("forward", place.opening.public_id),
        url("remind", place.opening.public_id),
        url("nominate", place.opening.public_id),
        url("answer", row.public_id),
        url("body", place.agency.organisation.public_id),
        url("body_edit", place.agency.organisation.public_id),
        url("contact_add", place.agency.organisation.public_id),
        url("talk_add", place.agency.organisation.public_id),
        url("contact", place.contact.public_id),
        url("nomination", nomination.public_id),
        f"{url('nominations_forward')}?nominations={nomination.public_id}",
    ]


def test_only_the_own_office_sees_a_row(client):
    place = ground()
    other = OverseasOfficeFactory(countries=["BR"])
    stranger = member_of(other.organisation, "overseas_office")
    host = coordinator_of(place.request.government)
    addresses = pages(place)
    for person, status in [(place.officer, 200), (place.staff, 200), (stranger, 404)]:
        client.force_login(person)
        found = [client.get(address).status_code for address in addresses]
        assert found == [status] * len(addresses)
    client.force_login(host)
    assert {client.get(address).status_code for address in addresses} <= {403, 404}


def test_without_the_scope_a_foreign_office_would_see_the_opening(client, monkeypatch):
    """Control of the test above: with `visible_to` off the page answers 200."""
    place = ground()
    other = OverseasOfficeFactory(countries=["BR"])
    client.force_login(member_of(other.organisation, "overseas_office"))
    manager = type(Opening.objects.all())
    monkeypatch.setattr(manager, "visible_to", lambda self, user: self)
    assert client.get(url("opening", place.opening.public_id)).status_code == 200


def test_an_ended_membership_sees_nothing(client):
    place = ground()
    Membership.objects.filter(user=place.officer).update(ends_on=day(-1))
    client.force_login(place.officer)
    assert client.get(url("opening", place.opening.public_id)).status_code != 200
    assert client.get(url("home")).status_code != 200


def test_bodies_of_a_country_that_ended_yesterday_are_gone(client):
    place = ground()
    client.force_login(place.officer)
    body = url("body", place.agency.organisation.public_id)
    assert client.get(body).status_code == 200
    OfficeCountry.objects.filter(country="ID").update(valid_until=day(-1))
    assert client.get(body).status_code == 404
    assert client.get(url("contact", place.contact.public_id)).status_code == 404
    assert place.agency.organisation.name_en not in client.get(url("bodies")).content.decode()


def test_home_says_what_to_do_next(client):
    place = ground()
    client.force_login(place.officer)

    def said() -> str:
        return client.get(url("home")).context["next"].title

    assert said() == "Hand 1 request on."
    row = hand_on(place)
    assert said() == "There is nothing for you to do."
    Forwarding.objects.filter(pk=row.pk).update(answer_by=day(-1))
    assert said() == "1 body has not answered in time."
    confirmed(place, is_submitted=True)
    assert said() == "Forward 1 complete nomination."
    assert "23:00" in client.get(url("home")).content.decode()  # midnight in Japan, in Singapore


def test_forward_by_the_page_twice_makes_one(client):
    place = ground()
    client.force_login(place.officer)
    page = url("forward", place.opening.public_id)
    key = client.get(page).context["form"]["once"].value()
    typed = {
        "bodies": [str(place.agency.organisation.public_id)],
        f"contact-{place.agency.organisation.pk}": str(place.contact.public_id),
        "answer_by": str(day(7)),
        "with_link": "on",
        "once": str(key),
    }
    for _click in range(2):
        assert client.post(page, typed).status_code == 302
    row = Forwarding.objects.get()
    assert (row.contact, row.link is not None) == (place.contact, True)


@pytest.mark.parametrize(
    "typed",
    [
        {},
        {"bodies": ["11111111-0000-4000-8000-000000000000"], "answer_by": "2030-01-01"},
        {"bodies": "x" * 5000, "answer_by": "not a day"},
        {"bodies": [], "answer_by": "令和99年99月99日", "message": "<b>x</b>"},
    ],
)
def test_forward_refuses_bad_input(client, typed):
    place = ground()
    client.force_login(place.officer)
    assert client.post(url("forward", place.opening.public_id), typed).status_code == 422
    assert not Forwarding.objects.exists()


def test_too_late_closed_and_full_are_clear_pages(client):
    place = ground(quota=1)
    client.force_login(place.officer)
    nominee(place)
    page = url("nominate", place.opening.public_id)
    answer = client.get(page)
    assert (answer.status_code, "All places are taken" in answer.content.decode()) == (409, True)
    Opening.objects.update(nominate_by=day(-1))
    answer = client.get(page)
    assert (answer.status_code, "has passed" in answer.content.decode()) == (409, True)
    Opening.objects.update(nominate_by=None)
    place.opening.refresh_from_db()
    close_opening(place.opening, reason="The host withdrew.", by=place.staff)
    answer = client.get(url("forward", place.opening.public_id))
    assert (answer.status_code, "The host withdrew." in answer.content.decode()) == (409, True)
    assert (
        "The host withdrew." in client.get(url("opening", place.opening.public_id)).content.decode()
    )


def test_nominate_by_the_page(client):
    place = ground()
    client.force_login(place.officer)
    page = url("nominate", place.opening.public_id)
    typed = {
        "email": "suryani@example.org",
        "passport_name": "Suryani",
        "nationality": "ID",
        "language": "en",
        "sending_government": str(place.sender.pk),
        "agency": str(place.agency.pk),
        "nominator": "Head of division",
        "comment": "Recommended.",
        "once": "2f0c8a52-6f0e-4d3e-9f0d-2d1b8f1f2a11",
    }
    for _click in range(2):
        assert client.post(page, typed).status_code == 302
    row = Nomination.objects.get()
    assert (row.opening, row.office, row.agency, row.nominator) == (
        place.opening,
        place.office,
        place.agency,
        "Head of division",
    )
    fresh = {**typed, "once": "2f0c8a52-6f0e-4d3e-9f0d-2d1b8f1f2a12"}
    assert client.post(page, fresh).status_code == 422  # nominated already
    foreign = {**fresh, "email": "b@example.org", "nationality": "BR"}
    assert client.post(page, foreign).status_code == 422
    hostile = {**fresh, "email": "c@example.org", "passport_name": "<script>", "comment": "\x00"}
    assert client.post(page, hostile).status_code == 422


def test_a_remark_that_went_stale_is_not_saved(client):
    place = ground()
    row = nominee(place)
    client.force_login(place.officer)
    page = url("nomination", row.public_id)
    version = client.get(page).context["form"]["version"].value()
    first = {"office_comment": "first", "version": version}
    assert client.post(page, first).status_code == 302
    assert client.post(page, {**first, "office_comment": "second"}).status_code == 422
    row.refresh_from_db()
    assert row.office_comment == "first"


def test_order_and_forwarding_by_the_pages(client):
    place = ground()
    first = confirmed(place, is_submitted=True)
    second = confirmed(place, email="b@example.org", passport_name="B")
    client.force_login(place.officer)
    prefix = f"o{place.office.pk}-{place.cycle.pk}"
    names = [f"{prefix}-{row.public_id.hex}" for row in (first, second)]
    (group,) = client.get(url("order")).context["groups"]
    seal = {f"{prefix}-seal": group["form"]["seal"].value()}
    twice, turned = ({**seal, **dict(zip(names, order, strict=True))} for order in ("11", "21"))
    assert client.post(url("order"), twice).status_code == 422
    assert client.post(url("order"), turned).status_code == 302
    assert client.post(url("order"), turned).status_code == 422  # the page went stale
    assert list(Nomination.objects.order_by("office_rank")) == [second, first]
    keys = [str(first.public_id), str(second.public_id)]
    assert client.post(url("nominations_forward"), {"nominations": keys}).status_code == 422
    done = client.post(url("nominations_forward"), {"nominations": keys, "reason": "It is late."})
    assert done.status_code == 302
    assert set(Nomination.objects.values_list("state", flat=True)) == {NominationState.FORWARDED}
    assert client.get(f"{url('nominations_forward')}?nominations=x").status_code == 302


def test_register_of_bodies(client):
    place = ground()
    client.force_login(place.officer)
    typed = {"country": "TH", "name_en": "Chiang Mai City", "name_local": "เชียงใหม่"}
    page = url("body_add", "government")
    key = client.get(page).context["form"]["once"].value()
    for _click in range(2):
        assert client.post(page, {**typed, "once": str(key)}).status_code == 302
    made = SendingGovernment.objects.get(country="TH")
    assert (made.organisation.kind, made.organisation.name_ja) == (
        Organisation.Kind.SENDING_GOVERNMENT,
        "Chiang Mai City",
    )
    assert client.post(page, {**typed, "country": "BR"}).status_code == 422
    wrong = {**typed, "agency": str(place.agency.pk), "name_en": "Other"}
    assert client.post(page, wrong).status_code == 422  # an agency of another country
    agency = {"country": "TH", "name_en": "Department", "kind": "ministry"}
    assert client.post(url("body_add", "agency"), agency).status_code == 302
    assert Agency.objects.filter(country="TH").exists()
    assert client.get(url("body_add", "nothing")).status_code == 404
    body = made.organisation.public_id
    edit = url("body_edit", body)
    version = client.get(edit).context["form"]["version"].value()
    changed = {**typed, "name_ja": "チェンマイ市", "version": version}
    assert client.post(edit, changed).status_code == 302
    assert client.post(edit, {**changed, "name_ja": "別"}).status_code == 422
    made.organisation.refresh_from_db()
    assert made.organisation.name_ja == "チェンマイ市"


def test_contacts_and_talks(client):
    place = ground()
    client.force_login(place.officer)
    body = place.agency.organisation.public_id
    typed = {"name": "Sri", "email": "SRI@example.org", "language": "en"}
    assert client.post(url("contact_add", body), typed).status_code == 302
    sri = Contact.objects.get(name="Sri")
    assert sri.email == "sri@example.org"
    assert client.post(url("contact_add", body), {**typed, "name": "Other"}).status_code == 422
    page = url("contact", sri.public_id)
    version = client.get(page).context["form"]["version"].value()
    left = {**typed, "left_on": str(day(0)), "version": version}
    assert client.post(page, {**left, "left_on": str(day(1))}).status_code == 422
    assert client.post(page, left).status_code == 302
    sri.refresh_from_db()
    assert sri.left_on == day(0)
    talk = {"happened_on": str(day(0)), "channel": "call", "text": "They ask three cities."}
    assert client.post(url("talk_add", body), talk).status_code == 302
    assert (
        client.post(url("talk_add", body), {**talk, "happened_on": str(day(1))}).status_code == 422
    )
    assert ContactLog.objects.get().by == place.officer


def test_the_sheet_is_a_pdf_in_both_languages(client):
    place = ground()
    client.force_login(place.officer)
    for language in ("en", "ja"):
        answer = client.get(url("sheet", place.opening.public_id, language))
        assert (answer.status_code, answer.content[:5]) == (200, b"%PDF-")
    assert client.get(url("sheet", place.opening.public_id, "fr")).status_code == 404


def test_staff_look_at_the_sheet_before_it_is_published_the_office_does_not(client):
    place = ground(is_published=False)
    address = url("sheet", place.opening.public_id, "en")

    client.force_login(place.officer)
    assert client.get(address).status_code == 404
    client.force_login(place.staff)
    assert client.get(address).content.startswith(b"%PDF")


def test_a_text_file_is_for_those_to_whom_it_was_published(client):
    place = ground(is_published=False)
    row = RecruitmentText.objects.create(
        recruitment=place.recruitment, language="Français", text="Bonjour"
    )
    client.force_login(place.officer)
    assert client.get(url("text_file", row.public_id)).status_code == 404


def test_pages_take_the_same_queries_with_more_rows(client):
    place = ground(quota=9)
    client.force_login(place.officer)
    hand_on(place)
    confirmed(place)
    row = Nomination.objects.get()
    addresses = {
        url("home"): 12,
        url("opening", place.opening.public_id): 6,
        url("bodies"): 6,
        url("body", place.agency.organisation.public_id): 6,
        url("nominations"): 6,
        url("nomination", row.public_id): 6,
        url("forward", place.opening.public_id): 6,
    }

    def counts() -> dict[str, int]:
        found = {}
        for address in addresses:
            with CaptureQueriesContext(
                connection,
            ) as queries:
                assert client.get(address).status_code == 200
            found[address] = len(queries)
        return found

    client.get(url("home"))
    before = counts()
    for number in range(2):
        request = open_request(place.cycle)
        Opening.objects.create(
            host_request=request, office=place.office, quota=1, published_at=timezone.now()
        )
        agency = agency_of("ID", f"Agency {number}")
        Contact.objects.create(organisation=agency.organisation, name="X", email="x@example.org")
        forward_opening(
            place.opening,
            to=[Addressee(agency.organisation)],
            answer_by=day(3),
            by=place.officer,
        )
        confirmed(place, email=f"more{number}@example.org", passport_name=f"More {'A' * number}")
    after = counts()
    assert after == before
    over = {address: n for address, n in after.items() if n > addresses[address] + FOR_THE_PERSON}
    assert not over


def test_what_is_missing_is_named_by_section_and_field_and_health_by_section_only(client):
    place = ground()
    row = confirmed(place)
    client.force_login(place.officer)

    gaps = client.get(url("nomination", row.public_id)).context["gaps"]

    assert gaps[1:5] == [
        "Not complete yet: Names (name in the machine-readable line)",
        "Not complete yet: Person and passport (date of birth, sex as in the passport, country of "
        "residence, passport number)",
        "Not complete yet: Contact and family (telephone, address, comes without family, emergency "
        "contact, relation to the person, telephone of the emergency contact)",
        "Not complete yet: Needs and health",
    ]


def test_an_address_and_a_name_are_taken_in_whatever_width_they_are_typed(client):
    place = ground()
    client.force_login(place.officer)
    typed = {
        "email": "ｓｕｒｙａｎｉ＠ｅｘａｍｐｌｅ．ｏｒｇ",
        "passport_name": "　Suryani　",
        "nationality": "ID",
        "language": "en",
        "sending_government": place.sender.pk,
    }

    assert client.post(url("nominate", place.opening.public_id), typed).status_code == 302

    person = Nomination.objects.get().application.trainee
    assert (person.email, person.passport_name) == ("suryani@example.org", "Suryani")
