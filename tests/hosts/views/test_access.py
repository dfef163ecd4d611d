"""Who reaches which page of hosts and relay officers."""

import pytest

from accounts.models import Role
from tests.factories import (
    LocalGovernmentFactory,
    PrefectureFactory,
    coordinator_of,
    member_of,
    relay_officer_of,
    staff_member,
)

from .ground import at, demand, step

pytestmark = pytest.mark.django_db


def test_strangers_are_led_to_sign_in(client, host_request):
    addresses = [
        at("home"),
        at("relay"),
        at("answer", host_request.answer.public_id),
        at("request", host_request.public_id),
        step(host_request, "demand"),
    ]

    for address in addresses:
        response = client.get(address)
        assert response.status_code == 302
        assert "/account/login/" in response["Location"]


def test_foreign_rows_are_not_found(client, host_request, ehime):
    unit = host_request.training_programme.units.get()
    reads = [
        at("answer", host_request.answer.public_id),
        at("no_demand", host_request.answer.public_id),
        at("request", host_request.public_id),
        step(host_request, "demand"),
        step(host_request, "confirm"),
        at("unit_add", host_request.public_id),
        at("unit", unit.public_id),
    ]
    posts = [
        at("request_start", host_request.answer.public_id),
        at("request_discard", host_request.public_id),
        at("request_autosave", host_request.public_id, "demand"),
        at("unit_delete", unit.public_id),
        at("relay_act", host_request.answer.public_id),
    ]
    neighbours = [
        coordinator_of(LocalGovernmentFactory(prefecture=ehime)),
        relay_officer_of(PrefectureFactory()),
        member_of(ehime.organisation, Role.REVIEWER),
    ]

    for neighbour in neighbours:
        client.force_login(neighbour)
        assert {client.get(address).status_code for address in reads} == {404}
        assert {client.post(address, {}).status_code for address in posts} == {404}


def test_the_relay_and_staff_read_a_draft_but_change_nothing(client, host_request, officer):
    unit = host_request.training_programme.units.get()
    public_id = host_request.answer.public_id
    for reader in [officer, staff_member()]:
        client.force_login(reader)
        assert client.get(at("answer", public_id)).status_code == 200
        assert client.get(at("request", host_request.public_id)).status_code == 200
        assert client.get(step(host_request, "demand")).status_code == 403
        assert client.get(step(host_request, "confirm")).status_code == 403
        assert client.post(step(host_request, "demand"), demand(next="1")).status_code == 403
        assert client.post(at("request_start", public_id)).status_code == 403
        assert client.post(at("no_demand", public_id)).status_code == 403
        assert client.post(at("unit_delete", unit.public_id)).status_code == 403
        assert (
            client.post(at("request_autosave", host_request.public_id, "demand")).status_code == 403
        )
    host_request.refresh_from_db()
    assert (host_request.field, host_request.version) == ("water", 1)


def test_only_the_relay_acts_as_the_relay(client, host_request, coordinator):
    for person in [coordinator, staff_member()]:
        client.force_login(person)
        assert client.get(at("relay")).status_code == 403
        response = client.post(at("relay_act", host_request.answer.public_id), {"act": "forward"})
        assert response.status_code == 403


def test_home_is_for_hosts_and_relays(client, ehime):
    client.force_login(member_of(ehime.organisation, Role.REVIEWER))

    assert client.get(at("home")).status_code == 403


def test_verbs_answer_only_to_post(as_coordinator, host_request):
    unit = host_request.training_programme.units.get()
    verbs = [
        at("request_start", host_request.answer.public_id),
        at("request_discard", host_request.public_id),
        at("request_autosave", host_request.public_id, "demand"),
        at("unit_delete", unit.public_id),
        at("relay_act", host_request.answer.public_id),
    ]

    assert {as_coordinator.get(address).status_code for address in verbs} == {405}
    assert as_coordinator.post(at("home")).status_code == 405


def test_an_unknown_step_is_not_found(as_coordinator, host_request):
    assert as_coordinator.get(step(host_request, "money")).status_code == 404
    autosave = at("request_autosave", host_request.public_id, "confirm")
    assert as_coordinator.post(autosave).status_code == 404
