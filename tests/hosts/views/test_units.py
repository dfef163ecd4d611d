"""The units of a training programme."""

import pytest

from hosts.models import TrainingUnit
from hosts.services import lock_request, submit_demand
from tests.factories import ContributionFactory, UnitInstructorFactory, coordinator_of

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


INSTRUCTORS = {
    "instructor-rows": "2",
    "instructor-1-name": "近藤",
    "instructor-1-years": "８",
    "instructor-1-is_full_time": "on",
    "instructor-2-name": "森",
}


@pytest.mark.parametrize("page", ["unit", "unit_add"])
def test_what_is_typed_into_a_unit_keeps_itself_and_stands_there_again(
    as_coordinator, host_request, page
):
    unit = host_request.training_programme.units.get()
    TrainingUnit.objects.update(is_practical=True)
    key = unit.public_id if page == "unit" else host_request.public_id
    values = unit_values(site_name="書きかけ", days_shown="1", **INSTRUCTORS)

    kept = as_coordinator.post(at(f"{page}_autosave", key), values)

    assert (kept.status_code, kept["Content-Type"]) == (200, "text/plain; charset=utf-8")
    response = as_coordinator.get(at(page, key))
    form, rows = response.context["form"], response.context["instructors"]
    assert form["site_name"].value() == "書きかけ"
    assert not form["is_practical"].value()  # a box that was emptied stays empty
    assert [row.words for row in rows.forms] == ["近藤、経験年数 8、常勤の職員", "森"]
    labels = [str(row["label"]) for row in response.context["restored"]["differences"]]
    assert {"研修実施先", "指導者1", "指導者2"} <= set(labels)
    assert not TrainingUnit.objects.filter(site_name="書きかけ").exists()


@pytest.mark.parametrize("page", ["unit", "unit_add"])
def test_a_draft_of_a_unit_ends_with_the_save_or_when_it_is_dropped(
    as_coordinator, host_request, page
):
    unit = host_request.training_programme.units.get()
    key = unit.public_id if page == "unit" else host_request.public_id
    for end in (unit_values(), {"forget": "1"}):
        as_coordinator.post(at(f"{page}_autosave", key), unit_values(site_name="書きかけ"))

        as_coordinator.post(at(page, key), end)

        assert as_coordinator.get(at(page, key)).context["restored"] is None


def test_a_draft_of_a_unit_is_its_writers_alone(as_coordinator, host_request, saijo, client):
    unit = host_request.training_programme.units.get()
    as_coordinator.post(at("unit_autosave", unit.public_id), unit_values(site_name="書きかけ"))

    client.force_login(coordinator_of(saijo))

    assert "書きかけ" not in client.get(at("unit", unit.public_id)).content.decode()


def test_a_refused_unit_is_kept_as_a_draft_and_so_is_one_that_asks_for_another_row(
    as_coordinator, host_request
):
    for more in ({"weeks": "200"}, {"more": "1", **INSTRUCTORS}):
        values = unit_values(site_name="書きかけ", **more)

        as_coordinator.post(at("unit_add", host_request.public_id), values)

        page = as_coordinator.get(at("unit_add", host_request.public_id))
        assert page.context["form"]["site_name"].value() == "書きかけ"


@pytest.mark.parametrize("page", ["unit", "contribution"])
def test_an_autosave_after_the_submission_says_that_it_is_closed(
    as_coordinator, host_request, coordinator, page
):
    given = ContributionFactory(training_programme=host_request.training_programme)
    unit = host_request.training_programme.units.get()
    submit_demand(host_request.answer, by=coordinator)
    row = unit if page == "unit" else given

    for address in (
        at(f"{page}_autosave", row.public_id),
        at(f"{page}_add_autosave", host_request.public_id),
        at("programme_texts_autosave", host_request.public_id),
    ):
        assert as_coordinator.post(address, {"x": "1"}).status_code == 409


def test_a_stale_unit_shows_their_instructors_beside_mine(as_coordinator, host_request):
    unit = host_request.training_programme.units.get()
    TrainingUnit.objects.update(version=3)
    UnitInstructorFactory(training_unit=unit, name="石川", post_ja="係長", post_en="", years=14)

    response = as_coordinator.post(at("unit", unit.public_id), unit_values(**INSTRUCTORS))

    shown = {str(row["label"]): row for row in response.context["conflicts"]}
    assert shown["指導者1"]["saved"] == "石川、係長、経験年数 14、常勤の職員"
    assert shown["指導者1"]["typed"] == "近藤、経験年数 8、常勤の職員"
    assert (shown["指導者2"]["saved"], shown["指導者2"]["typed"]) == ("", "森")
    assert [each.name for each in unit.instructors.all()] == ["石川"]


def test_a_stale_unit_with_the_same_instructors_shows_none_of_them(as_coordinator, host_request):
    unit = host_request.training_programme.units.get()
    TrainingUnit.objects.update(version=3)
    person = {"name": "近藤", "post_ja": "", "post_en": "", "years": 8, "is_full_time": True}
    UnitInstructorFactory(training_unit=unit, **person)
    values = {name: value for name, value in INSTRUCTORS.items() if "-2-" not in name}

    response = as_coordinator.post(at("unit", unit.public_id), unit_values(**values))

    labels = {str(row["label"]) for row in response.context["conflicts"]}
    assert "指導者1" not in labels
