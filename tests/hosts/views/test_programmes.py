"""The pages of a training programme: parts, pictures, texts side by side, versions."""

from datetime import time

import pytest

from hosts.models import Contribution, ProgrammeVersion, TrainingUnit
from hosts.services import receive_answer, set_filled, submit_demand
from tests.factories import (
    ContributionFactory,
    LocalGovernmentFactory,
    TrainingUnitFactory,
    UnitInstructorFactory,
    coordinator_of,
    staff_member,
)

from .ground import SESSION_QUERIES, at, queries_of, step, unit_values

pytestmark = pytest.mark.django_db


def rows(*people: dict[str, str]) -> dict[str, str]:
    found = {"instructor-rows": str(len(people))}
    for n, person in enumerate(people, start=1):
        found |= {f"instructor-{n}-{name}": value for name, value in person.items()}
    return found


KONDO = {"name": "近藤", "post_ja": "係長", "years": "８", "is_full_time": "on"}
MORI = {"name": "森", "years": "3"}


def test_several_instructors_are_saved_with_the_unit_and_empty_rows_are_nobody(
    as_coordinator, host_request
):
    values = unit_values(**rows(KONDO, {"name": "", "years": ""}, MORI))

    as_coordinator.post(at("unit_add", host_request.public_id), values)

    people = TrainingUnit.objects.get(name_ja="水質検査").instructors.all()
    assert [(each.position, each.name, each.years, each.is_full_time) for each in people] == [
        (1, "近藤", 8, True),
        (2, "森", 3, False),
    ]


def test_a_further_row_keeps_what_was_typed_and_saves_nothing(as_coordinator, host_request):
    values = unit_values(more="1", weeks="", **rows(KONDO))

    response = as_coordinator.post(at("unit_add", host_request.public_id), values)

    text = response.content.decode()
    assert response.status_code == 200
    assert 'name="instructor-rows" value="2"' in text
    assert "近藤" in text
    assert TrainingUnit.objects.count() == 1


def test_a_page_without_rows_of_instructors_leaves_them(as_coordinator, host_request):
    unit = host_request.training_programme.units.get()
    UnitInstructorFactory(training_unit=unit)

    as_coordinator.post(at("unit", unit.public_id), unit_values())

    assert unit.instructors.count() == 1


@pytest.mark.parametrize("number", ["100000", "-3", "x", "9" * 4000])
def test_a_hostile_number_of_rows_is_cut(as_coordinator, host_request, number):
    values = unit_values(**{**rows(KONDO), "instructor-rows": number})

    response = as_coordinator.post(at("unit_add", host_request.public_id), values)

    assert response.status_code in {200, 302, 422}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"starts_at": "22:00", "ends_at": "6:00"}, "ends_at"),
        ({"starts_at": "9:00"}, "ends_at"),
        ({"ends_at": "9:00"}, "starts_at"),
        ({"starts_at": "25:00", "ends_at": "26:00"}, "starts_at"),
        ({"days": "9"}, "days"),
        ({"first_week": "0"}, "first_week"),
        ({"contact_email": "nobody"}, "contact_email"),
        ({"contents_ja": "<b>x</b>"}, "contents_ja"),
        ({"name_en": "a\x00b"}, "name_en"),
        ({"hours_per_week": "49"}, "hours_per_week"),  # 12 beside it: 61 in all
    ],
)
def test_a_unit_is_refused_at_the_field(as_coordinator, host_request, changes, field):
    values = unit_values(first_week="1", hours_per_week="5") | changes

    response = as_coordinator.post(at("unit_add", host_request.public_id), values)

    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert TrainingUnit.objects.count() == 1


def test_sixty_hours_in_all_are_taken_with_a_warning(as_coordinator, host_request):
    values = unit_values(first_week="1", hours_per_week="48")

    response = as_coordinator.post(at("unit_add", host_request.public_id), values, follow=True)

    assert TrainingUnit.objects.count() == 2
    assert any(remark.mark == "late" for remark in response.context["remarks"])


def test_times_are_read_as_people_type_them(as_coordinator, host_request):
    values = unit_values(days=["2", "0"], starts_at="９：００", ends_at="午後5時15分")

    as_coordinator.post(at("unit_add", host_request.public_id), values)

    unit = TrainingUnit.objects.get(name_ja="水質検査")
    assert (unit.days, unit.starts_at, unit.ends_at) == ("02", time(9), time(17, 15))


def test_overlapping_units_are_warned_of_by_name(as_coordinator, host_request):
    when = {"days": "0", "starts_at": time(9), "ends_at": time(12)}
    TrainingUnit.objects.update(**when)
    TrainingUnitFactory(
        training_programme=host_request.training_programme, name_ja="点検", first_week=1, **when
    )

    text = as_coordinator.get(step(host_request, "programme")).content.decode()

    assert "点検" in text
    assert any(
        "点検" in remark.about and "漏水" in remark.about
        for remark in as_coordinator.get(step(host_request, "programme")).context["remarks"]
    )


def test_the_order_is_changed_by_buttons_and_a_second_click_changes_nothing(
    as_coordinator, host_request
):
    programme = host_request.training_programme
    first = programme.units.get()
    second = TrainingUnitFactory(training_programme=programme, name_ja="乙", position=1)

    for _click in range(2):
        as_coordinator.post(at("unit_move", second.public_id), {"to": "1"})
    assert list(programme.units.all()) == [second, first]

    as_coordinator.post(at("unit_move", second.public_id), {"to": "99"})
    assert list(programme.units.all()) == [first, second]

    refused = as_coordinator.post(at("unit_move", second.public_id), {"to": "up"})
    assert refused.status_code == 302
    assert list(programme.units.all()) == [first, second]


def test_what_the_trainee_gives_is_added_edited_and_deleted(as_coordinator, host_request):
    values = {"kind": "schools", "what_ja": "授業", "aim_ja": "交流", "hours_per_week": "２"}
    as_coordinator.post(at("contribution_add", host_request.public_id), values)
    given = Contribution.objects.get()
    assert (given.what_ja, given.hours_per_week, given.position) == ("授業", 2, 1)

    page = at("contribution", given.public_id)
    as_coordinator.post(page, {**values, "version": given.version, "what_ja": "翻訳"})
    given.refresh_from_db()
    assert (given.what_ja, given.version) == ("翻訳", 3)

    as_coordinator.post(at("contribution_delete", given.public_id))
    assert not Contribution.objects.exists()


def test_nothing_of_a_submitted_programme_is_changed_by_its_host(as_coordinator, submitted):
    request = submitted.requests.get()
    unit = request.training_programme.units.get()
    given = ContributionFactory(training_programme=request.training_programme)

    as_coordinator.post(at("unit_move", unit.public_id), {"to": "1"})
    as_coordinator.post(at("contribution", given.public_id), {"what_ja": "x", "version": "1"})
    as_coordinator.post(at("contribution_delete", given.public_id))
    texts = as_coordinator.post(at("programme_texts", request.public_id), {})

    given.refresh_from_db()
    assert given.what_ja == "小学校での授業"
    assert texts.status_code == 403


# Working hours --------------------------------------------------------------------------------


def hours(**changes) -> dict[str, object]:
    texts = {"theme_ja": "水道", "aim_ja": "学ぶ", "version": "1", "days_off_shown": "1"}
    return {**texts, "days_off": ["6"], "keeps_holidays": "False", "save": "1", **changes}


def test_working_hours_days_off_and_holidays_are_saved(as_coordinator, host_request):
    values = hours(day_starts_at="8時45分", day_ends_at="17:30", break_minutes="４５")

    as_coordinator.post(step(host_request, "programme"), values)

    programme = host_request.training_programme
    programme.refresh_from_db()
    assert (programme.day_starts_at, programme.day_ends_at) == (time(8, 45), time(17, 30))
    assert (programme.break_minutes, programme.days_off) == (45, "6")
    assert programme.keeps_holidays is False


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"day_starts_at": "22:00", "day_ends_at": "6:00"}, "day_ends_at"),
        ({"day_starts_at": "9:00", "day_ends_at": "10:00", "break_minutes": "60"}, "break_minutes"),
        ({"break_minutes": "900"}, "break_minutes"),
        ({"starts_on": "1999-01-01"}, "starts_on"),
        ({"taught_in": "latin"}, "taught_in"),
    ],
)
def test_impossible_hours_are_refused_at_the_field(as_coordinator, host_request, changes, field):
    response = as_coordinator.post(step(host_request, "programme"), hours(**changes))

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]


def test_a_form_without_days_off_leaves_them(as_coordinator, host_request):
    """A workbook or an old tab that knows nothing of days off takes none away."""
    values = {"theme_ja": "水道", "aim_ja": "学ぶ", "version": "1", "save": "1"}

    as_coordinator.post(step(host_request, "programme"), values)

    programme = host_request.training_programme
    programme.refresh_from_db()
    assert (programme.theme_ja, programme.days_off, programme.keeps_holidays) == (
        "水道",
        "56",
        True,
    )
    assert programme.day_starts_at == time(8, 30)


# Reading --------------------------------------------------------------------------------------


def test_the_programme_is_read_in_both_languages_with_its_gaps_marked(as_coordinator, host_request):
    TrainingUnit.objects.update(name_en="")

    english = as_coordinator.get(at("programme", host_request.public_id, language="en"))
    japanese = as_coordinator.get(at("programme", host_request.public_id))

    text = english.content.decode()
    assert '<span lang="ja">漏水調査の実務</span> <span class="state half">' in text
    assert text.count("<svg ") == 2
    assert "style=" not in text
    assert 'class="state half">not translated yet' not in japanese.content.decode()


@pytest.mark.parametrize("query", ["week=0", "week=x", "version=1", "week=99999", "version=-1"])
def test_a_week_or_version_that_is_none_is_not_found(as_coordinator, host_request, query):
    address = at("programme", host_request.public_id)

    assert as_coordinator.get(f"{address}?{query}").status_code == 404


def test_a_week_beyond_the_end_is_the_last(as_coordinator, host_request):
    response = as_coordinator.get(at("programme", host_request.public_id) + "?week=50")

    assert response.context["week"].week == 16


def test_versions_are_listed_compared_and_read(as_coordinator, submitted, client):
    request = submitted.requests.get()
    address = at("programme_versions", request.public_id, language="en")
    assert len(as_coordinator.get(address).context["versions"]) == 1

    client.force_login(staff_member(language="en"))
    translate(client, request, **{"programme-theme_ja__en": "Leaks"})

    text = client.get(address).content.decode()
    assert "<ins>" in text
    assert "Leaks" in text
    first = client.get(at("programme", request.public_id) + "?version=1").content.decode()
    assert "Leaks" not in first
    assert client.get(f"{address}?before=1&after=7").status_code == 404


# Both languages side by side ---------------------------------------------------------------------


def translate(client, request, **typed):
    address = at("programme_texts", request.public_id, language="en")
    form = client.get(address).context["form"]
    shown = {name: form[name].value() or "" for name in form.fields}
    return client.post(address, {**shown, **typed})


def test_texts_are_saved_together_and_gaps_counted(as_coordinator, host_request):
    TrainingUnit.objects.update(name_en="")
    unit = host_request.training_programme.units.get()
    address = at("programme_texts", host_request.public_id)
    before = as_coordinator.get(address).context["untranslated"]

    translate(as_coordinator, host_request, **{f"unit-{unit.public_id.hex}-name_ja__en": "Leaks"})

    unit.refresh_from_db()
    assert (unit.name_en, unit.version) == ("Leaks", 2)
    assert as_coordinator.get(address).context["untranslated"] == before - 1
    assert not ProgrammeVersion.objects.exists()


def test_a_refused_text_keeps_all_that_was_typed(as_coordinator, host_request):
    response = translate(
        as_coordinator,
        host_request,
        **{"programme-theme_ja__en": "Kept", "programme-aim_ja__en": "<script>"},
    )

    assert response.status_code == 422
    assert "Kept" in response.content.decode()
    restored = as_coordinator.get(at("programme_texts", host_request.public_id))
    assert restored.context["form"]["programme-theme_ja__en"].value() == "Kept"


def test_staff_translate_what_was_sent_as_a_new_version(client, submitted):
    request = submitted.requests.get()
    staff = staff_member(language="en")
    client.force_login(staff)

    translate(client, request, reason="翻訳", **{"programme-theme_ja__en": "Leaks"})

    assert [(each.number, each.reason) for each in ProgrammeVersion.objects.all()] == [
        (1, ""),
        (2, "翻訳"),
    ]


def test_after_the_decision_a_change_needs_a_reason(client, submitted):
    staff = staff_member(language="en")
    receive_answer(submitted, by=staff)
    request = submitted.requests.get()
    set_filled(request, filled=True, by=staff)
    client.force_login(staff)

    refused = translate(client, request, **{"programme-theme_ja__en": "Leaks"})
    assert refused.status_code == 422
    assert "reason" in refused.context["form"].errors
    request.training_programme.refresh_from_db()
    assert request.training_programme.theme_en != "Leaks"

    taken = translate(client, request, reason="x", **{"programme-theme_ja__en": "Leaks"})
    assert taken.status_code == 302
    assert ProgrammeVersion.objects.count() == 2


def test_a_colleague_of_another_government_finds_nothing(client, host_request):
    client.force_login(coordinator_of(LocalGovernmentFactory()))

    for name in ("programme", "programme_texts", "programme_versions", "contribution_add"):
        assert client.get(at(name, host_request.public_id)).status_code == 404


# Queries ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["programme", "programme_versions", "programme_texts"])
def test_the_pages_cost_the_same_for_one_and_three_parts(as_coordinator, host_request, name):
    submit = host_request.training_programme
    one = queries_of(as_coordinator, at(name, host_request.public_id))
    for _n in range(2):
        unit = TrainingUnitFactory(training_programme=submit)
        UnitInstructorFactory(training_unit=unit)
        ContributionFactory(training_programme=submit)

    assert (
        one <= queries_of(as_coordinator, at(name, host_request.public_id)) <= SESSION_QUERIES + 6
    )


def test_the_page_of_a_contribution_keeps_to_the_budget(as_coordinator, host_request):
    given = ContributionFactory(training_programme=host_request.training_programme)

    assert queries_of(as_coordinator, at("contribution", given.public_id)) <= SESSION_QUERIES + 4
    assert (
        queries_of(as_coordinator, at("contribution_add", host_request.public_id))
        <= SESSION_QUERIES + 4
    )


def test_submit_demand_keeps_the_programmes_as_they_were_sent(host_request, coordinator):
    submit_demand(host_request.answer, by=coordinator)

    assert ProgrammeVersion.objects.get().contents["theme_ja"] == (
        host_request.training_programme.theme_ja
    )


def test_what_is_typed_into_the_texts_keeps_itself_and_stands_there_beside_what_is_saved(
    as_coordinator, host_request
):
    values = {"programme-theme_ja__en": "Half typed", "version": "1"}

    kept = as_coordinator.post(at("programme_texts_autosave", host_request.public_id), values)

    page = as_coordinator.get(at("programme_texts", host_request.public_id))
    assert (kept.status_code, kept["Content-Type"]) == (200, "text/plain; charset=utf-8")
    assert page.context["form"]["programme-theme_ja__en"].value() == "Half typed"
    assert [row["typed"] for row in page.context["restored"]["differences"]] == ["Half typed"]
    host_request.training_programme.refresh_from_db()
    assert host_request.training_programme.theme_en != "Half typed"


def test_a_relay_officer_keeps_nothing_in_the_texts(officer, client, host_request):
    client.force_login(officer)

    address = at("programme_texts_autosave", host_request.public_id)

    assert client.post(address, {"programme-theme_ja__en": "x"}).status_code == 403
