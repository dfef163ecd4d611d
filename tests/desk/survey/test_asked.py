"""Who is asked by a survey, and by which relay."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from files.sheets.writing import write_xlsx
from hosts.code_lists import lines_of_text, read_codes
from hosts.models import DemandSurvey, LocalGovernment, SurveyAnswer
from hosts.opening import compose_survey, open_survey
from notices.models import Mail
from tests.desk.survey.ground import asked, at, relay_of
from tests.factories import (
    CycleFactory,
    HostRequestFactory,
    LocalGovernmentFactory,
    coordinator_of,
    relay_officer_of,
)

pytestmark = pytest.mark.django_db


# Who is asked ------------------------------------------------------------------------------------


def choose(staff, survey, **values):
    """Look at the preview and press its button."""
    data = {"way": "only", "basis": "listed", **values}
    preview = staff.post(at("survey_asked", survey), data)
    assert preview.status_code == 200, preview.content.decode()
    seal = preview.context["plan"].seal
    data.pop("file", None)
    data["codes"] = preview.context["codes"]
    return staff.post(at("survey_asked", survey), {**data, "apply": "1", "seal": seal})


def test_a_list_of_codes_is_looked_at_before_it_changes_who_is_asked(staff, survey, towns):
    code = towns[0].code
    wide = code.translate(str.maketrans("0123456789", "０１２３４５６７８９"))

    preview = staff.post(
        at("survey_asked", survey), {"way": "only", "basis": "listed", "codes": wide}
    )

    assert preview.status_code == 200
    assert len(asked(survey)) == 4
    assert choose(staff, survey, codes=f"団体コード\n{wide}, 西条市\n").status_code == 302
    assert asked(survey) == {code}


@pytest.mark.parametrize("form", ["csv", "xlsx", "txt"])
def test_a_list_comes_as_a_file_as_well(staff, survey, towns, form):
    codes = [town.code for town in towns[:2]]
    content = {
        "csv": ("code,name\n" + "\n".join(f"{code},x" for code in codes)).encode("cp932"),
        "xlsx": write_xlsx([["団体コード"], *([code] for code in codes)], title="a"),
        "txt": "\n".join(codes).encode(),
    }[form]

    done = choose(staff, survey, file=SimpleUploadedFile(f"list.{form}", content))

    assert done.status_code == 302
    assert asked(survey) == set(codes)


def test_every_fault_of_a_list_is_told_with_its_line_and_nothing_is_changed(staff, survey, towns):
    gone = LocalGovernmentFactory(prefecture=towns[0].prefecture, valid_until=date(2025, 3, 31))
    lines = [towns[0].code, "", "123456", towns[0].code, "011002", gone.code, "<script>", "=1+1"]

    refused = staff.post(
        at("survey_asked", survey), {"way": "only", "basis": "listed", "codes": "\n".join(lines)}
    )

    faults = refused.context["faults"]
    assert refused.status_code == 422
    assert [fault.line for fault in faults] == [3, 4, 5, 6, 7, 8]
    assert "line 1" in faults[1].reason
    assert "existed until" in faults[3].reason
    assert "<script>" not in refused.content.decode()
    assert len(asked(survey)) == 4


def merged(town, **changes):
    """Three towns after one another; the last of them is the town of today."""
    upper = town.prefecture
    second = LocalGovernmentFactory(
        prefecture=upper, valid_until=date(2010, 3, 31), successor=town, **changes
    )
    first = LocalGovernmentFactory(
        prefecture=upper, valid_until=date(2005, 3, 31), successor=second
    )
    return first, second


def test_an_old_code_in_a_list_stands_for_what_the_government_is_today(staff, survey, towns):
    first, second = merged(towns[0])
    codes = "\n".join([first.code, second.code, towns[0].code, towns[1].code])
    data = {"way": "only", "basis": "listed", "codes": codes}

    preview = staff.post(at("survey_asked", survey), data)
    done = choose(staff, survey, codes=codes)

    assert [each.line for each in preview.context["renewed"]] == [1, 2]
    assert "Old codes in the list" in preview.content.decode()
    for each in preview.context["renewed"]:
        assert f"{towns[0].full_name} ({towns[0].code})" in each.reason
        assert "is taken in its place" in each.reason
    assert done.status_code == 302
    assert asked(survey) == {towns[0].code, towns[1].code}


def test_one_that_was_merged_since_it_was_asked_is_shown_as_such_and_taken_out(
    staff, survey, towns
):
    old, new = towns[0], towns[1]
    LocalGovernment.objects.filter(pk=old.pk).update(valid_until=date(2026, 3, 31), successor=new)
    page = staff.get(at("survey_asked", survey), {"prefecture": old.prefecture.code[:2]})

    assert f"part of {new.full_name}" in page.content.decode()
    assert choose(staff, survey, way="remove", codes=old.code).status_code == 302
    assert asked(survey) == {new.code, towns[2].code, old.prefecture.code}
    staff.post(at("survey_ask_one", survey), {"code": old.code, "way": "add"})
    assert old.code not in asked(survey)


def test_one_that_was_merged_since_it_was_asked_is_taken_out_with_its_button(staff, survey, towns):
    LocalGovernment.objects.filter(pk=towns[0].pk).update(
        valid_until=date(2026, 3, 31), successor=towns[1]
    )

    staff.post(at("survey_ask_one", survey), {"code": towns[0].code, "way": "remove"})

    assert towns[0].code not in asked(survey)
    assert towns[1].code in asked(survey)


def test_the_code_of_one_that_was_abolished_in_the_end_is_a_fault_of_its_line(staff, survey, towns):
    LocalGovernment.objects.filter(pk=towns[2].pk).update(valid_until=date(2020, 3, 31))
    first, _second = merged(LocalGovernment.objects.get(pk=towns[2].pk))

    refused = staff.post(
        at("survey_asked", survey), {"way": "only", "basis": "listed", "codes": first.code}
    )

    assert refused.status_code == 422
    assert towns[2].full_name in refused.context["faults"][0].reason


def test_a_chain_of_successors_costs_no_query_for_each(staff, survey, towns):
    merged(towns[0])
    lines = lines_of_text("\n".join(LocalGovernment.objects.values_list("code", flat=True)))
    with CaptureQueriesContext(connection) as captured:
        found = read_codes(lines, on=timezone.localdate())

    assert len(captured) == 1
    assert len(found.renewed) == 2


@pytest.mark.parametrize(
    "values",
    [
        {"codes": ""},
        {"codes": "x" * 200_001},
        {"basis": "fitting"},
        {"basis": "nobody"},
        {"way": "all"},
        {"basis": "fitting", "prefectures": "999999"},
    ],
)
def test_a_choice_of_nothing_is_refused(staff, survey, values):
    data = {"way": "only", "basis": "listed", **values}

    assert staff.post(at("survey_asked", survey), data).status_code == 422
    assert len(asked(survey)) == 4


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7 x", b"\x00\x01\x02", b"PK\x03\x04 broken"])
def test_a_file_that_is_no_list_is_refused(staff, survey, content):
    data = {"way": "only", "basis": "listed", "file": SimpleUploadedFile("x.csv", content)}

    assert staff.post(at("survey_asked", survey), data).status_code == 422


def test_governments_are_chosen_by_kind_prefecture_and_what_they_did_before(staff, survey, towns):
    other = LocalGovernmentFactory()
    before = CycleFactory(
        programme=survey.cycle.programme, fiscal_year=survey.cycle.fiscal_year - 2, state="closed"
    )
    compose_survey(before)
    hosted, wanted = towns[0], towns[1]
    for town in (hosted, wanted):
        answer = SurveyAnswer.objects.get(survey__cycle=before, government=town)
        SurveyAnswer.objects.filter(pk=answer.pk).update(
            state="received", has_demand=True, submitted_at=timezone.now()
        )
        HostRequestFactory(answer=answer, state="filled" if town == hosted else "unfilled")

    def chosen(**values):
        choose(staff, survey, basis="fitting", codes="", **values)
        return asked(survey)

    assert chosen(kinds=["prefecture"]) == {towns[0].prefecture.code, other.prefecture.code}
    assert chosen(prefectures=[other.prefecture.pk]) == {other.code, other.prefecture.code}
    assert chosen(asked_for="3") == {hosted.code, wanted.code}
    assert chosen(hosted="2") == {hosted.code}
    assert chosen(hosted="1", prefectures=[towns[0].prefecture.pk]) == set()


def test_a_choice_is_not_carried_out_when_the_list_has_changed_since(staff, survey, towns):
    data = {"way": "only", "basis": "listed", "codes": towns[0].code}
    seal = staff.post(at("survey_asked", survey), data).context["plan"].seal
    SurveyAnswer.objects.filter(government=towns[1]).delete()

    again = staff.post(at("survey_asked", survey), {**data, "apply": "1", "seal": seal})

    assert again.status_code == 409
    assert len(asked(survey)) == 3


def test_one_government_is_added_and_taken_out_with_a_button(staff, survey, towns):
    code = towns[0].code
    for way, count in (("remove", 3), ("remove", 3), ("add", 4), ("add", 4)):
        staff.post(at("survey_ask_one", survey), {"code": code, "way": way})
        assert len(asked(survey)) == count
    assert (
        staff.post(at("survey_ask_one", survey), {"code": "000000", "way": "add"}).status_code
        == 404
    )


def test_after_the_opening_those_added_are_told_and_who_has_begun_stays(staff, survey, towns):
    late, begun, idle = towns
    choose(staff, survey, way="remove", codes=late.code)
    people = {town: coordinator_of(town) for town in towns}
    open_survey(survey, by=None)
    SurveyAnswer.objects.filter(government=begun).update(first_opened_at=timezone.now())

    choose(staff, survey, way="add", codes=late.code)
    choose(staff, survey, way="remove", codes=f"{begun.code}\n{idle.code}")

    assert {late.code, begun.code} <= asked(survey)
    assert idle.code not in asked(survey)
    assert Mail.objects.filter(to=people[late].email, purpose="survey_open").count() == 1


def test_choosing_among_all_costs_the_same_for_few_and_many(
    staff, survey, django_assert_max_num_queries
):
    with django_assert_max_num_queries(16):
        staff.get(at("survey_asked", survey))
    LocalGovernmentFactory.create_batch(5)
    with django_assert_max_num_queries(25):
        choose(staff, survey, basis="all", codes="")


# Relays ------------------------------------------------------------------------------------------


def test_relays_are_changed_by_a_list_all_or_none(staff, survey, towns, ehime):
    one, two, three = towns
    lines = f"{one.code}, {two.code}\n{two.code}\t直接\n{three.code} usual"

    assert staff.post(at("survey_relays", survey), {"codes": lines}).status_code == 302
    assert [relay_of(survey, town) for town in towns] == [two, None, ehime]
    refused = staff.post(
        at("survey_relays", survey),
        {"codes": f"{one.code}, {ehime.code}\n{two.code}, {two.code}\n{three.code}\n111111, 1"},
    )
    assert [fault.line for fault in refused.context["faults"]] == [2, 3, 4]
    assert [relay_of(survey, town) for town in towns] == [two, None, ehime]


def test_the_relay_of_one_that_is_not_asked_or_has_submitted_stays(staff, survey, towns):
    outside = LocalGovernmentFactory()
    SurveyAnswer.objects.filter(government=outside).delete()
    SurveyAnswer.objects.filter(government=towns[0]).update(
        state="submitted", has_demand=False, submitted_at=timezone.now()
    )

    for code in (outside.code, towns[0].code):
        refused = staff.post(at("survey_relays", survey), {"codes": f"{code}, 直接"})
        assert refused.status_code == 422
    assert relay_of(survey, towns[0]) == towns[0].prefecture


def test_relays_are_kept_over_from_the_last_survey_of_the_programme(staff, survey, towns):
    staff.post(at("survey_relays", survey), {"codes": f"{towns[0].code}, 直接"})
    open_survey(survey, by=None)
    following = CycleFactory(
        programme=survey.cycle.programme, fiscal_year=survey.cycle.fiscal_year + 1
    )

    compose_survey(following)

    fresh = DemandSurvey.objects.get(cycle=following)
    assert relay_of(fresh, towns[0]) is None
    assert relay_of(fresh, towns[1]) == towns[1].prefecture


def test_staff_are_told_who_cannot_be_reached(staff, survey, towns, ehime):
    coordinator_of(towns[0])
    page = staff.get(at("survey_open", survey))
    assert {each.code for each in page.context["reach"].silent} == {
        towns[1].code,
        towns[2].code,
        ehime.code,
    }
    assert page.context["reach"].silent_relays == [(ehime, 3)]

    relay_officer_of(ehime)
    assert staff.get(at("survey_open", survey)).context["reach"].silent_relays == []
