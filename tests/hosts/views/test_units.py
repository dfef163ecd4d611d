"""The units of a training programme."""

import pytest

from hosts.models import TrainingUnit
from hosts.services import lock_request

from .ground import at, step, unit_values

pytestmark = pytest.mark.django_db


def test_a_unit_is_added_once_by_two_clicks(as_coordinator, host_request):
    values = unit_values()

    for _click in range(2):
        response = as_coordinator.post(at("unit_add", host_request.public_id), values)

    assert response["Location"] == step(host_request, "programme") + "#units"
    assert TrainingUnit.objects.filter(name_ja="水質検査").count() == 1


def test_a_unit_is_edited_and_deleted(as_coordinator, host_request):
    unit = host_request.training_programme.units.get()

    as_coordinator.post(at("unit", unit.public_id), unit_values(weeks="10"))
    unit.refresh_from_db()
    assert (unit.weeks, unit.version) == (10, 2)

    as_coordinator.post(at("unit_delete", unit.public_id))
    assert not TrainingUnit.objects.exists()


def test_a_refused_unit_comes_back(as_coordinator, host_request):
    response = as_coordinator.post(
        at("unit_add", host_request.public_id),
        unit_values(weeks="200", postal_code="７９３－８６", name_ja=""),
    )

    assert response.status_code == 422
    assert set(response.context["form"].errors) == {"name_ja", "postal_code", "weeks"}
    assert TrainingUnit.objects.count() == 1


def test_the_address_is_looked_up_and_nothing_saved(as_coordinator, host_request):
    unit = host_request.training_programme.units.get()
    values = unit_values(postal_code="7938601", lookup="1", weeks="", name_en="Kondo")

    for address in [at("unit_add", host_request.public_id), at("unit", unit.public_id)]:
        response = as_coordinator.post(address, values)
        text = response.content.decode()
        assert response.status_code == 200
        assert "愛媛県西条市" in text
        assert "Kondo" in text
    assert TrainingUnit.objects.get() == unit
    unit.refresh_from_db()
    assert unit.address == ""


def test_a_stale_unit_shows_both_versions(as_coordinator, host_request):
    unit = host_request.training_programme.units.get()
    TrainingUnit.objects.update(version=3, weeks=20)

    response = as_coordinator.post(at("unit", unit.public_id), unit_values())

    unit.refresh_from_db()
    assert response.status_code == 422
    assert response.context["conflicts"]
    assert unit.weeks == 20


def test_a_label_of_a_unit_is_its_own(as_coordinator, host_request):
    text = as_coordinator.get(
        at("unit_add", host_request.public_id, language="en")
    ).content.decode()

    for label in ["Training site", "Postal code", "Address", "Weeks", "Hours a week"]:
        assert f">{label}<span" in text


def test_a_unit_that_was_deleted_meanwhile_is_not_saved(as_coordinator, host_request, monkeypatch):
    unit = host_request.training_programme.units.get()

    def lock_after_a_colleague(found):
        TrainingUnit.objects.all().delete()
        return lock_request(found)

    monkeypatch.setattr("hosts.views.units.lock_request", lock_after_a_colleague)

    response = as_coordinator.post(
        at("unit", unit.public_id, language="en"), unit_values(), follow=True
    )

    assert response.status_code == 200
    assert "This unit was deleted meanwhile." in response.content.decode()
    assert not TrainingUnit.objects.exists()
