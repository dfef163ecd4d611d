"""Which requests a nominee wishes for: what is open to them, in their order, until they submit."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from placements.models import Opening, RequestWish
from placements.services import PlacementError, save_wishes
from placements.services import wishes as wish_services
from placements.wishes import open_requests
from tests.factories import (
    NominationFactory,
    application_of,
    open_request,
    submit_deadline,
    trainee_person,
)
from tests.placements.recruiting import day, ground
from trainees.models import OfficeCountry
from trainees.states import ApplicationState

pytestmark = pytest.mark.django_db


def person_of(place):
    user = trainee_person()
    application = application_of(
        user, cycle=place.cycle, sending_government=place.sender, field="water"
    )
    return user, application


def address(application) -> str:
    return reverse("placements:wishes", args=[application.public_id])


def typed(page, *keys) -> dict[str, str]:
    values = {"version": page.context["form"]["version"].value()}
    for place, key in enumerate(keys, start=1):
        values |= {f"request_{place}": str(key), f"reason_{place}": "Because."}
    return values


def test_open_requests_are_those_of_the_office_of_the_country_own_fields_first():
    place = ground()
    water = open_request(place.cycle, field="water")
    Opening.objects.create(
        host_request=water, office=place.office, quota=1, published_at=place.opening.published_at
    )
    unpublished = open_request(place.cycle)
    Opening.objects.create(host_request=unpublished, office=place.office, quota=1)
    _user, application = person_of(place)
    assert open_requests(application) == [water, place.request]
    Opening.objects.filter(host_request=water).update(
        closed_at=place.opening.published_at, closed_reason="-"
    )
    assert open_requests(application) == [place.request]
    OfficeCountry.objects.filter(country="ID").update(valid_until=day(-1))
    assert open_requests(application) == []


def test_wishes_are_saved_in_order_and_read_once_submitted(client):
    place = ground()
    second = open_request(place.cycle)
    Opening.objects.create(
        host_request=second, office=place.office, quota=1, published_at=place.opening.published_at
    )
    user, application = person_of(place)
    client.force_login(user)
    page = client.get(address(application))
    wanted = typed(page, second.public_id, place.request.public_id)
    assert client.post(address(application), wanted).status_code == 302
    rows = RequestWish.objects.filter(application=application).order_by("rank")
    assert list(rows.values_list("host_request", "rank")) == [(second.pk, 1), (place.request.pk, 2)]
    assert client.post(address(application), wanted).status_code == 422  # the page went stale
    application.state = ApplicationState.SUBMITTED
    application.submitted_at = place.opening.published_at
    application.save()
    answer = client.get(address(application))
    assert "Because." in answer.content.decode()
    assert "form" not in answer.context
    client.post(address(application), wanted)
    assert rows.count() == 2
    client.force_login(place.staff)
    assert client.get(address(application)).status_code == 200


def test_wishes_refuse_bad_input(client):
    place = ground()
    user, application = person_of(place)
    client.force_login(user)
    page = client.get(address(application))
    key, closed = place.request.public_id, open_request(place.cycle).public_id
    for keys in [(key, key), (closed,), ("x",), ("", key, key)]:
        assert client.post(address(application), typed(page, *keys)).status_code == 422
    alone = {**typed(page), "reason_1": "Why?"}
    assert client.post(address(application), alone).status_code == 422
    markup = {**typed(page, key), "reason_1": "<b>"}
    assert client.post(address(application), markup).status_code == 422
    assert not RequestWish.objects.exists()


def test_save_wishes_holds_its_rules(monkeypatch):
    place = ground()
    _user, application = person_of(place)
    foreign = open_request(place.cycle)
    for wishes in ([(foreign, "")], [(place.request, ""), (place.request, "")]):
        with pytest.raises(PlacementError):
            save_wishes(application, wishes, by=place.staff)
    six = [(open_request(place.cycle), "") for _n in range(6)]
    with pytest.raises(PlacementError):
        save_wishes(application, six, by=place.staff)
    monkeypatch.setattr(wish_services, "open_requests", lambda found: [foreign])
    assert save_wishes(application, [(foreign, "")], by=place.staff) == 1  # control


def test_strangers_find_no_wishes(client):
    place = ground()
    _user, application = person_of(place)
    client.force_login(trainee_person())
    assert client.get(address(application)).status_code == 404
    autosave = reverse("placements:wishes_autosave", args=[application.public_id])
    assert client.post(autosave, {}).status_code == 404


def test_what_was_typed_is_kept(client):
    place = ground()
    user, application = person_of(place)
    client.force_login(user)
    autosave = reverse("placements:wishes_autosave", args=[application.public_id])
    values = {"request_1": str(place.request.public_id), "reason_1": "Half a sen"}
    assert client.post(autosave, values).status_code == 200
    page = client.get(address(application))
    assert "Half a sen" in page.content.decode()
    client.post(address(application), {"forget": "1"})
    assert "Half a sen" not in client.get(address(application)).content.decode()


def test_the_section_takes_few_queries(client):
    place = ground()
    user, application = person_of(place)
    client.force_login(user)
    client.get(address(application))
    with CaptureQueriesContext(connection) as queries:
        client.get(address(application))
    assert len(queries) <= 4 + 4


def test_page_names_the_request_of_the_nomination_and_the_last_day(client):
    place = ground()
    user, application = person_of(place)
    application.cycle.deadlines.filter(code="application").delete()
    submit_deadline(application.cycle, day(30))
    NominationFactory(application=application, opening=place.opening, office=place.office)
    client.force_login(user)

    context = client.get(address(application)).context

    assert (context["named"], context["is_fixed"]) == (place.request, False)
    assert context["deadline"].due_on == day(30)


def test_whom_a_host_has_chosen_reads_that_the_place_is_fixed(client):
    place = ground()
    user, application = person_of(place)
    own = open_request(place.cycle, route="own_selection", own_selection_reason="Sister city")
    NominationFactory(application=application, host_request=own)
    client.force_login(user)

    context = client.get(address(application)).context

    assert (context["named"], context["is_fixed"]) == (own, True)
    assert own not in context["requests"]
