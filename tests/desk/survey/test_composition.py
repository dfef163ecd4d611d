"""Composing a survey and opening it, page by page."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Role
from hosts.closing import close_survey
from hosts.models import DemandSurvey, SurveyQuestion
from hosts.opening import compose_survey, open_survey
from notices.models import Mail
from schedule.models import Cycle, Deadline
from tests.desk.survey.ground import asked, at, relay_of
from tests.factories import (
    CycleFactory,
    LocalGovernmentFactory,
    coordinator_of,
    relay_officer_of,
    staff_member,
)

pytestmark = pytest.mark.django_db


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
