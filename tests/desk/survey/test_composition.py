"""Composing a survey and opening it, page by page."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role
from files.sheets.writing import write_xlsx
from hosts.closing import close_survey
from hosts.code_lists import lines_of_text, read_codes
from hosts.models import DemandSurvey, LocalGovernment, SurveyAnswer, SurveyQuestion
from hosts.opening import compose_survey, open_survey
from notices.models import Mail
from schedule.models import Cycle, Deadline
from tests.factories import (
    CycleFactory,
    HostRequestFactory,
    LocalGovernmentFactory,
    PrefectureFactory,
    coordinator_of,
    relay_officer_of,
    staff_member,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client):
    user = staff_member(language="en")
    client.force_login(user)
    return client


@pytest.fixture
def ehime() -> LocalGovernment:
    return PrefectureFactory()


@pytest.fixture
def towns(ehime) -> list[LocalGovernment]:
    return LocalGovernmentFactory.create_batch(3, prefecture=ehime)


@pytest.fixture
def cycle(towns) -> Cycle:
    cycle = CycleFactory(fiscal_year=timezone.localdate().year + 2)
    compose_survey(cycle)
    return cycle


@pytest.fixture
def survey(cycle) -> DemandSurvey:
    return DemandSurvey.objects.get(cycle=cycle)


def at(name: str, survey: DemandSurvey, *more: object) -> str:
    cycle = survey.cycle
    return reverse(f"desk:{name}", args=[cycle.programme.code, cycle.fiscal_year, *more])


def question_of(survey: DemandSurvey, position: int, **values) -> SurveyQuestion:
    values = {"label_ja": f"質問{position}", "label_en": f"Question {position}", **values}
    return SurveyQuestion.objects.create(survey=survey, position=position, **values)


YES_NO = [{"key": "y", "ja": "はい", "en": "Yes"}, {"key": "n", "ja": "いいえ", "en": "No"}]
PAGES = [
    "survey_compose",
    "survey_text",
    "survey_deadlines",
    "survey_preview",
    "survey_open",
    "survey_asked",
    "survey_relays",
    "survey_questions",
    "survey_question_add",
]


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_page_is_there_in_both_languages(client, survey, name, language):
    client.force_login(staff_member(language=language))
    question_of(survey, 1, kind="choice", choices=YES_NO)

    assert client.get(at(name, survey)).status_code == 200


# Text and deadlines -----------------------------------------------------------------------------


def test_the_text_is_saved_in_both_languages_and_stands_in_the_mail(staff, survey, towns):
    coordinator = coordinator_of(towns[0], language="en")
    values = {"name_ja": "利用要望調査", "name_en": "Survey of wishes", "version": "1"}

    saved = staff.post(
        at("survey_text", survey), {**values, "text_ja": "お願いします。", "text_en": "Please."}
    )

    survey.refresh_from_db()
    assert (saved.status_code, survey.name_en, survey.text_ja, survey.version) == (
        302,
        "Survey of wishes",
        "お願いします。",
        2,
    )
    open_survey(survey, by=None)
    assert "Please." in Mail.objects.get(to=coordinator.email).body


@pytest.mark.parametrize(
    "text",
    [
        {"text_ja": "日本語だけ", "text_en": ""},
        {"text_ja": "<b>あ</b>", "text_en": "a"},
        {"text_ja": "あ\x00", "text_en": "a"},
        {"text_ja": "あ" * 4001, "text_en": "a"},
        {"name_en": ""},
    ],
)
def test_a_text_that_cannot_be_shown_is_refused_at_its_field(staff, survey, text):
    values = {"name_ja": "調査", "name_en": "Survey", "version": "1", **text}

    refused = staff.post(at("survey_text", survey), values)

    survey.refresh_from_db()
    assert (refused.status_code, survey.version) == (422, 1)
    assert "error-summary" in refused.content.decode()


def days(survey: DemandSurvey, **typed: str) -> dict[str, str]:
    year = survey.cycle.fiscal_year - 1
    values = {
        "municipality": f"{year}-11-20",
        "relay": f"{year}-11-27",
        "direct": f"{year}-11-27",
        **typed,
    }
    sent = {f"survey-{name}-due_on": value for name, value in values.items()}
    versions = {f"survey-{name}-version": "1" for name in values}
    return {**sent, **versions}


def test_deadlines_take_era_dates_in_any_width(staff, survey):
    year = survey.cycle.fiscal_year - 1
    typed = {"municipality": f"令和{year - 2018}年11月20日", "relay": "２０２７－１１－２６"}
    if year != 2027:
        typed["relay"] = f"{year}/11/26"

    saved = staff.post(at("survey_deadlines", survey), days(survey, **typed))

    due = dict(Deadline.objects.filter(cycle=survey.cycle).values_list("code", "due_on"))
    assert saved.status_code == 302
    assert due["survey-municipality"] == date(year, 11, 20)
    assert due["survey-relay"] == date(year, 11, 26)


@pytest.mark.parametrize(
    "typed",
    [{"relay": "{year}-11-19"}, {"direct": ""}, {"direct": "soon"}, {"municipality": "1999-01-01"}],
)
def test_deadlines_out_of_order_or_of_no_day_are_refused_and_none_is_saved(staff, survey, typed):
    year = survey.cycle.fiscal_year - 1
    before = list(Deadline.objects.order_by("pk").values_list("due_on", "version"))
    values = {name: value.format(year=year) for name, value in typed.items()}

    refused = staff.post(at("survey_deadlines", survey), days(survey, **values))

    assert refused.status_code == 422
    assert list(Deadline.objects.order_by("pk").values_list("due_on", "version")) == before


def test_a_deadline_on_a_sunday_or_outside_the_phase_is_kept_with_a_warning(staff, survey):
    year = survey.cycle.fiscal_year - 1
    sunday = next(
        date(year, 12, day) for day in range(20, 27) if date(year, 12, day).weekday() == 6
    )
    sent = days(survey, relay=sunday.isoformat())

    shown = staff.post(at("survey_deadlines", survey), sent, follow=True).content.decode()

    assert "No business day: offices are closed." in shown
    assert "Outside the days of the survey" in shown
    assert Deadline.objects.get(code="survey-relay").due_on == sunday


def test_a_deadline_that_the_cycle_does_not_have_is_added(staff, survey):
    Deadline.objects.filter(code="survey-direct").delete()
    sent = days(survey)
    sent["survey-direct-version"] = ""

    assert staff.post(at("survey_deadlines", survey), sent).status_code == 302
    assert Deadline.objects.get(code="survey-direct").audience == Role.COORDINATOR


def test_the_page_of_a_closed_survey_offers_no_change_and_says_so(staff, survey):
    open_survey(survey, by=None)
    change = f'href="{at("survey_text", survey)}"'
    is_open = staff.get(at("survey_compose", survey)).content.decode()
    close_survey(survey, by=None)

    closed = staff.get(at("survey_compose", survey)).content.decode()

    assert change in is_open
    assert change not in closed
    assert "This survey is closed; nothing of it changes any more." in closed


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


def asked(survey: DemandSurvey) -> set[str]:
    return set(survey.answers.values_list("government__code", flat=True))


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


def relay_of(survey: DemandSurvey, government: LocalGovernment) -> LocalGovernment | None:
    return survey.answers.get(government=government).relay


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


# Opening -----------------------------------------------------------------------------------------


def test_the_page_before_the_opening_says_what_happens_and_the_button_does_it_once(
    staff, survey, towns
):
    coordinator_of(towns[0], language="en")
    coordinator_of(towns[1])

    page = staff.get(at("survey_open", survey))
    assert (page.context["asked"], page.context["people"]) == (4, 2)
    assert (page.context["in_japanese"], page.context["in_english"]) == (1, 1)
    assert not Mail.objects.exists()
    for _click in range(2):
        assert staff.post(at("survey_open", survey)).status_code == 302

    survey.refresh_from_db()
    assert survey.is_open
    assert Mail.objects.filter(purpose="survey_open").count() == 2


def test_opening_costs_the_same_for_few_and_many(survey, towns):
    def cost(count: int) -> int:
        cycle = CycleFactory()
        for _n in range(count):
            coordinator_of(LocalGovernmentFactory(prefecture=towns[0].prefecture))
        compose_survey(cycle)
        with CaptureQueriesContext(connection) as captured:
            open_survey(DemandSurvey.objects.get(cycle=cycle), by=None)
        return len(captured)

    assert cost(2) == cost(9)


def test_a_survey_of_a_cycle_that_is_over_is_not_changed(staff, survey, towns):
    Cycle.objects.update(state=Cycle.State.CALLED_OFF)

    staff.post(at("survey_text", survey), {"name_ja": "x", "name_en": "x", "version": "1"})
    staff.post(at("survey_ask_one", survey), {"code": towns[0].code, "way": "remove"})
    staff.post(at("survey_relays", survey), {"codes": f"{towns[0].code}, 直接"})
    staff.post(at("survey_open", survey))

    survey.refresh_from_db()
    assert (survey.name_en, survey.opened_at, len(asked(survey))) == ("Demand survey", None, 4)
    assert relay_of(survey, towns[0]) == towns[0].prefecture


def test_the_start_page_says_that_the_survey_is_being_composed_and_leads_there(staff, survey):
    page = staff.get(reverse("desk:start")).content.decode()
    assert at("survey_compose", survey) in page
    assert "Compose the demand survey, then open it." in page

    open_survey(survey, by=None)
    assert (
        "Compose the demand survey, then open it."
        not in staff.get(reverse("desk:start")).content.decode()
    )


@pytest.mark.parametrize("is_open", [False, True])
def test_before_the_opening_coordinators_and_relays_see_nothing(
    client, survey, towns, ehime, is_open
):
    """With the survey open they see it: the control."""
    answer = survey.answers.get(government=towns[0])
    if is_open:
        open_survey(survey, by=None)
    status = 200 if is_open else 404

    officer = relay_officer_of(ehime)
    for person in (coordinator_of(towns[0]), officer):
        client.force_login(person)
        assert client.get(reverse("hosts:answer", args=[answer.public_id])).status_code == status
        home = client.get(reverse("hosts:home")).content.decode()
        assert (str(answer.public_id) in home) is (is_open and person.has_role(Role.COORDINATOR))
    client.force_login(officer)
    listed = client.get(reverse("hosts:relay")).content.decode()
    assert (str(answer.public_id) in listed) is is_open
