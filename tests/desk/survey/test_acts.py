"""What staff do about one answer, or the whole survey, page by page."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from hosts.models import DemandSurvey, HostRequest, SurveyAnswer, SurveyReminder
from hosts.services import return_answer, submit_no_demand
from notices.models import Mail
from schedule.models import Deadline
from tests.factories import (
    CycleFactory,
    DemandSurveyFactory,
    SurveyAnswerFactory,
    coordinator_of,
    relay_officer_of,
    staff_member,
)
from tests.hosts.views.ground import friday  # noqa: F401

pytestmark = pytest.mark.django_db

LATER = date(2026, 12, 4)


@pytest.fixture
def person():
    return staff_member(language="en", name="MORITA Riho")


@pytest.fixture
def staff(client, person):
    client.force_login(person)
    return client


@pytest.fixture
def survey() -> DemandSurvey:
    return DemandSurveyFactory(cycle=CycleFactory(fiscal_year=2027))


@pytest.fixture
def answer(survey) -> SurveyAnswer:
    return SurveyAnswerFactory(survey=survey)


def of(name: str, answer: SurveyAnswer) -> str:
    return reverse(f"desk:{name}", args=[answer.public_id])


def at(name: str, survey: DemandSurvey) -> str:
    return reverse(f"desk:{name}", args=[survey.cycle.programme.code, survey.cycle.fiscal_year])


def fresh(answer: SurveyAnswer) -> SurveyAnswer:
    return SurveyAnswer.objects.get(pk=answer.pk)


# More time ------------------------------------------------------------------------------------


def test_staff_give_more_time_in_era_and_full_width_figures(staff, answer):
    coordinator = coordinator_of(answer.government)
    typed = {"until": "令和８年１２月４日", "reason": "議会の都合"}

    response = staff.post(of("answer_extend", answer), typed)

    assert response.status_code == 302
    assert fresh(answer).extended_until == LATER
    assert [mail.to for mail in Mail.objects.all()] == [coordinator.email]
    page = staff.get(of("answer", answer)).content.decode()
    assert "given more time" in page
    assert "議会の都合" in page


@pytest.mark.parametrize(
    "values",
    [
        {"until": "", "reason": "x"},
        {"until": "soon", "reason": "x"},
        {"until": "2001-01-01", "reason": "x"},
        {"until": "2199-01-01", "reason": "x"},
        {"until": "{later}", "reason": ""},
        {"until": "{later}", "reason": "a\x00b"},
        {"until": "{later}", "reason": "長" * 4001},
    ],
)
def test_a_faulty_extension_keeps_what_was_typed_and_changes_nothing(staff, answer, values):
    values = {name: text.replace("{later}", str(LATER)) for name, text in values.items()}

    response = staff.post(of("answer_extend", answer), values)

    assert response.status_code == 422
    assert fresh(answer).extended_until is None
    assert not Mail.objects.exists()


@pytest.mark.parametrize("day", ["2001-01-01", "2199-01-01"])
def test_a_day_that_cannot_be_is_told_at_its_field_together_with_other_faults(staff, answer, day):
    extend = staff.post(of("answer_extend", answer), {"until": day, "reason": ""})
    enter = staff.post(of("answer_enter", answer), entry(received_on="2199-01-01", note=""))

    assert set(extend.context["form"].errors) == {"until", "reason"}
    assert set(enter.context["form"].errors) == {"received_on", "note"}


def test_the_year_of_an_extension_is_counted_from_a_deadline_that_lies_ahead(staff, answer):
    due_on = timezone.localdate() + timedelta(days=400)
    Deadline.objects.filter(cycle=answer.survey.cycle).update(due_on=due_on)
    until = due_on + timedelta(days=14)

    response = staff.post(of("answer_extend", answer), {"until": str(until), "reason": "x"})

    assert response.status_code == 302
    assert fresh(answer).extended_until == until


def test_staff_take_an_extension_back(staff, answer):
    staff.post(of("answer_extend", answer), {"until": str(LATER), "reason": "x"})

    staff.post(of("answer_extend", answer), {"end": "1"})

    assert fresh(answer).extended_until is None


# Entered by hand --------------------------------------------------------------------------------


def entry(**changes: str) -> dict[str, str]:
    return {
        "channel": "paper",
        "received_on": str(timezone.localdate()),
        "note": "郵送で受領",
        **changes,
    }


def test_staff_enter_an_answer_on_the_pages_of_the_host_and_submit_it(staff, person, answer):
    coordinator = coordinator_of(answer.government, language="en")
    relay_officer_of(answer.relay)
    host_page = reverse("hosts:no_demand", args=[answer.public_id])
    assert staff.get(host_page).status_code == 403

    response = staff.post(of("answer_enter", answer), entry())

    assert response.url.endswith(reverse("hosts:answer", args=[answer.public_id])[3:])
    assert staff.get(response.url).status_code == 200
    assert staff.get(host_page).status_code == 200
    staff.post(host_page, {"no_demand_kind": "budget", "no_demand_reason": "", "version": "1"})
    found = fresh(answer)
    assert (found.state, found.submitted_by, found.entered_by) == ("submitted", person, person)
    assert "entered for you by MORITA Riho" in Mail.objects.get(to=coordinator.email).body
    for page in (of("answer", answer), reverse("hosts:answer", args=[answer.public_id])):
        assert "Entered by MORITA Riho; it came on paper." in staff.get(page).content.decode()


def test_staff_may_start_a_request_for_the_government_only_while_they_enter(staff, answer):
    start = reverse("hosts:request_start", args=[answer.public_id])
    assert staff.post(start).status_code == 403

    staff.post(of("answer_enter", answer), entry())
    staff.post(start)

    assert HostRequest.objects.filter(answer=answer).count() == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"channel": ""},
        {"channel": "portal"},
        {"channel": "spreadsheet"},
        {"received_on": ""},
        {"received_on": "2199-01-01"},
        {"note": ""},
        {"note": "長" * 301},
        {"note": "a\x00b"},
    ],
)
def test_a_faulty_entry_does_not_begin(staff, answer, changes):
    assert staff.post(of("answer_enter", answer), entry(**changes)).status_code == 422
    assert fresh(answer).channel == "portal"


def test_staff_give_an_entry_back(staff, answer):
    staff.post(of("answer_enter", answer), entry())

    staff.post(of("answer_end_entry", answer))

    assert fresh(answer).channel == "portal"
    assert staff.get(reverse("hosts:no_demand", args=[answer.public_id])).status_code == 403


# Reminders ------------------------------------------------------------------------------------


def sent(page) -> dict[str, str]:
    """What the button of the preview sends."""
    form = page.context["form"]
    values = {name: form[name].value() or "" for name in form.fields}
    return {name: str(value) for name, value in values.items() if value != ""}


def test_the_preview_names_whom_the_button_reaches_and_sends_nothing(staff, survey, answer):
    person = coordinator_of(answer.government)
    without = SurveyAnswerFactory(survey=survey)

    page = staff.get(at("survey_remind", survey))

    text = page.content.decode()
    assert answer.government.short_name in text
    assert without.government.short_name in text
    assert "no coordinator, no mail" in text
    assert "Send to 1 person" in text
    assert person.name in text
    assert not Mail.objects.exists()


def test_the_button_sends_one_round_however_often_it_is_clicked(staff, survey, answer):
    coordinator_of(answer.government)
    values = sent(staff.get(at("survey_remind", survey)))

    first = staff.post(at("survey_remind", survey), {**values, "text_ja": "追伸"})
    second = staff.post(at("survey_remind", survey), {**values, "text_ja": "追伸"})

    assert (first.status_code, second.status_code) == (302, 302)
    assert SurveyReminder.objects.count() == 1
    assert Mail.objects.filter(purpose="survey_reminder").count() == 1
    assert "追伸" in Mail.objects.get(purpose="survey_reminder").body


def test_who_answers_between_preview_and_button_is_left_out(staff, survey, answer):
    person = coordinator_of(answer.government)
    values = sent(staff.get(at("survey_remind", survey)))
    submit_no_demand(answer, reason="", by=person)

    staff.post(at("survey_remind", survey), values)

    assert not Mail.objects.filter(purpose="survey_reminder").exists()


def test_a_foreign_or_garbled_number_reminds_nobody(staff, survey, answer):
    other = SurveyAnswerFactory(survey=DemandSurveyFactory())
    coordinator_of(other.government)
    coordinator_of(answer.government)
    values = sent(staff.get(at("survey_remind", survey)))

    for answers in (str(other.pk), "9" * 18, "x", "1;DROP"):
        staff.post(at("survey_remind", survey), {**values, "answers": answers})
    for looked_at in ("", "nan", "1e99", "x"):
        staff.post(at("survey_remind", survey), {**values, "looked_at": looked_at})

    assert not Mail.objects.filter(purpose="survey_reminder").exists()


def test_a_text_that_is_not_plain_is_refused_at_its_field(staff, survey, answer):
    coordinator_of(answer.government)
    values = sent(staff.get(at("survey_remind", survey)))

    response = staff.post(at("survey_remind", survey), {**values, "text_ja": "長" * 4001})

    assert response.status_code == 422
    assert not Mail.objects.exists()


# The end ----------------------------------------------------------------------------------------


def test_the_page_before_the_closing_says_what_has_not_arrived(staff, survey, answer):
    SurveyAnswerFactory(survey=survey, state="held", has_demand=False, submitted_at=timezone.now())

    page = staff.get(at("survey_close", survey)).content.decode()

    assert "1 government has not answered" in page
    assert "1 answer lies with its relay" in page
    assert not DemandSurvey.objects.get(pk=survey.pk).closed_at


def test_staff_close_the_survey_and_coordinators_are_told_whom_to_call(
    staff, client, survey, answer
):
    person = coordinator_of(answer.government, language="en")
    officer = relay_officer_of(answer.relay, name="森田 里穂")

    staff.post(at("survey_close", survey))
    staff.post(at("survey_close", survey))

    assert DemandSurvey.objects.get(pk=survey.pk).closed_at
    client.force_login(person)
    page = client.get(reverse("hosts:answer", args=[answer.public_id])).content.decode()
    assert "This answer can no longer be given or changed here." in page
    assert officer.name in page
    assert survey.cycle.programme.contact_telephone in page
    late = client.post(
        reverse("hosts:no_demand", args=[answer.public_id]),
        {"no_demand_kind": "budget", "version": "1"},
        follow=True,
    )
    assert "The survey is closed." in late.content.decode()
    assert fresh(answer).state == "not_opened"


def test_staff_reopen_one_answer_with_a_reason(staff, client, survey, answer):
    coordinator = coordinator_of(answer.government)
    submit_no_demand(answer, reason="", by=coordinator)
    staff.post(at("survey_close", survey))
    assert staff.post(of("answer_reopen", answer), {"reason": ""}).status_code == 422

    response = staff.post(of("answer_reopen", answer), {"reason": "電話で訂正の申出"})

    assert response.status_code == 302
    assert (fresh(answer).state, fresh(answer).is_editable) == ("returned", True)
    page = staff.get(of("answer", answer)).content.decode()
    assert "reopened after the closing" in page


# Versions ---------------------------------------------------------------------------------------


@pytest.fixture
def twice(survey, answer, person) -> SurveyAnswer:
    coordinator = coordinator_of(answer.government)
    submit_no_demand(answer, reason="予算なし", by=coordinator)
    SurveyAnswer.objects.filter(pk=answer.pk).update(relay_remark="副申の文")
    return_answer(fresh(answer), reason="理由を確認", by=person)
    submit_no_demand(fresh(answer), reason="人員なし", by=coordinator)
    return answer


def test_staff_read_the_versions_and_what_differs(staff, twice):
    page = staff.get(of("answer_versions", twice)).content.decode()

    assert "What differs between version 1 and version 2" in page
    for words in ("予算なし", "人員なし", "理由を確認"):
        assert words in page
    first = staff.get(of("answer_versions", twice) + "?version=1").content.decode()
    assert "予算なし" in first
    assert "人員なし" not in first
    assert staff.get(of("answer_versions", twice) + "?version=9").status_code == 404


def test_coordinator_and_relay_read_the_versions_without_the_remark_for_the_operator(client, twice):
    address = reverse("hosts:versions", args=[twice.public_id])
    for person in (coordinator_of(twice.government), relay_officer_of(twice.relay)):
        client.force_login(person)
        page = client.get(address).content.decode()
        assert "人員なし" in page
        assert "副申の文" not in page
    client.force_login(coordinator_of(SurveyAnswerFactory().government))
    assert client.get(address).status_code == 404


# First opened -----------------------------------------------------------------------------------


def test_the_first_look_of_a_coordinator_is_kept_and_no_other(client, answer, staff):
    address = reverse("hosts:answer", args=[answer.public_id])
    staff.get(address)
    client.force_login(relay_officer_of(answer.relay))
    client.get(address)
    assert fresh(answer).first_opened_at is None

    client.force_login(coordinator_of(answer.government))
    client.head(address)
    assert fresh(answer).first_opened_at is None
    client.get(address)
    first = fresh(answer).first_opened_at
    client.get(address)

    assert first is not None
    assert fresh(answer).first_opened_at == first
