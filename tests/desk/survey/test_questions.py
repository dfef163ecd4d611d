"""The survey's own questions on the desk: written, moved, taken over, later only reworded."""

import uuid

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from desk.rehearsal.parts.survey import compose_questions, reply
from hosts import question_edits
from hosts.models import DemandSurvey, SurveyQuestion
from hosts.opening import compose_survey, open_survey
from hosts.question_edits import move_question, roll_forward
from hosts.questions import MAX_QUESTIONS
from hosts.services import HostError
from tests.factories import CycleFactory, LocalGovernmentFactory, coordinator_of, staff_member

pytestmark = pytest.mark.django_db

YES_NO = [{"key": "y", "ja": "はい", "en": "Yes"}, {"key": "n", "ja": "いいえ", "en": "No"}]


@pytest.fixture
def staff(client):
    client.force_login(staff_member(language="en"))
    return client


@pytest.fixture
def survey() -> DemandSurvey:
    LocalGovernmentFactory()
    cycle = CycleFactory(fiscal_year=timezone.localdate().year + 2)
    compose_survey(cycle)
    return DemandSurvey.objects.get(cycle=cycle)


def at(name: str, survey: DemandSurvey, *more: object) -> str:
    cycle = survey.cycle
    return reverse(f"desk:{name}", args=[cycle.programme.code, cycle.fiscal_year, *more])


def question_of(survey: DemandSurvey, position: int, **values) -> SurveyQuestion:
    values = {"label_ja": f"質問{position}", "label_en": f"Question {position}", **values}
    return SurveyQuestion.objects.create(survey=survey, position=position, **values)


def choice_of(survey: DemandSurvey, position: int, **values) -> SurveyQuestion:
    return question_of(survey, position, kind="choice", choices=YES_NO, **values)


def typed(**values: str) -> dict[str, str]:
    return {
        "once": str(uuid.uuid4()),
        "version": "1",
        "label_ja": "宿舎はありますか",
        "label_en": "Is there lodging?",
        "kind": "text",
        "audience": "all",
        "condition": "",
        **values,
    }


def order(survey: DemandSurvey) -> list[str]:
    return list(survey.questions.order_by("position").values_list("label_en", flat=True))


def test_questions_of_each_kind_are_added_at_the_end(staff, survey):
    address = at("survey_question_add", survey)
    sent = [
        typed(label_en="A"),
        typed(label_en="B", kind="number", least="０", most="1,000", is_needed="on"),
        typed(
            label_en="C",
            kind="choice",
            choice_0_ja="はい",
            choice_0_en="Yes",
            choice_2_ja="いいえ",
            choice_2_en="No",
        ),
        typed(label_en="D", kind="date", audience="no_demand"),
    ]

    assert [staff.post(address, data).status_code for data in sent] == [302] * 4

    assert order(survey) == ["A", "B", "C", "D"]
    number, choice = survey.questions.get(position=2), survey.questions.get(position=3)
    assert (number.least, number.most, number.is_needed) == (0, 1000, True)
    assert [each["en"] for each in choice.choices] == ["Yes", "No"]
    assert len({each["key"] for each in choice.choices}) == 2


def test_a_second_click_adds_no_second_question(staff, survey):
    data = typed()
    for _click in range(2):
        assert staff.post(at("survey_question_add", survey), data).status_code == 302
    assert survey.questions.count() == 1


@pytest.mark.parametrize(
    "values",
    [
        {"label_en": ""},
        {"label_ja": "<b>x</b>"},
        {"label_ja": "あ\x00"},
        {"label_ja": "あ" * 301},
        {"kind": "file"},
        {"kind": "number", "least": "5", "most": "4"},
        {"kind": "number", "least": "five"},
        {"kind": "choice"},
        {"kind": "choice", "choice_0_ja": "はい", "choice_0_en": "Yes"},
        {"kind": "choice", "choice_0_ja": "はい", "choice_1_ja": "いいえ", "choice_1_en": "No"},
        {
            "kind": "choice",
            **{"choice_0_ja": "はい", "choice_0_en": "Yes"},
            **{"choice_1_ja": "はい", "choice_1_en": "No"},
        },
        {
            "kind": "choice",
            **{"choice_0_ja": "<i>a</i>", "choice_0_en": "Yes"},
            **{"choice_1_ja": "b", "choice_1_en": "No"},
        },
        {"condition": "999999:"},
        {"condition": "x"},
    ],
)
def test_a_question_that_cannot_be_asked_is_refused_and_not_added(staff, survey, values):
    refused = staff.post(at("survey_question_add", survey), typed(**values))

    assert refused.status_code == 422
    assert "error-summary" in refused.content.decode()
    assert not survey.questions.exists()


def test_a_question_hangs_on_a_reply_before_it_and_never_on_one_behind(staff, survey):
    first, second = choice_of(survey, 1), question_of(survey, 2)

    done = staff.post(
        at("survey_question", survey, second.public_id), typed(condition=f"{first.pk}:y")
    )
    refused = staff.post(
        at("survey_question", survey, first.public_id), typed(condition=f"{second.pk}:")
    )

    second.refresh_from_db()
    assert (done.status_code, second.shown_if, second.shown_if_value) == (302, first, "y")
    assert refused.status_code == 422
    with pytest.raises(IntegrityError), transaction.atomic():
        SurveyQuestion.objects.filter(pk=second.pk).update(shown_if=second)


def test_what_hangs_on_a_question_keeps_it_from_being_deleted_moved_or_emptied(staff, survey):
    first, second = choice_of(survey, 1), question_of(survey, 2)
    SurveyQuestion.objects.filter(pk=second.pk).update(shown_if=first, shown_if_value="y")

    staff.post(at("survey_question_delete", survey, first.public_id))
    staff.post(at("survey_question_move", survey, first.public_id), {"to": "down"})
    staff.post(at("survey_question_move", survey, second.public_id), {"to": "up"})
    text = staff.post(at("survey_question", survey, first.public_id), typed(kind="text"))
    others = staff.post(
        at("survey_question", survey, first.public_id),
        typed(
            kind="choice",
            audience="demand",
            choice_0_key="y",
            choice_0_ja="はい",
            choice_0_en="Yes",
            choice_1_key="n",
            choice_1_ja="いいえ",
            choice_1_en="No",
        ),
    )

    assert order(survey) == ["Question 1", "Question 2"]
    assert (text.status_code, others.status_code) == (422, 422)


def test_without_the_guard_a_question_comes_before_the_one_it_hangs_on(survey, monkeypatch):
    """The control of the test above."""
    first, second = choice_of(survey, 1), question_of(survey, 2)
    SurveyQuestion.objects.filter(pk=second.pk).update(shown_if=first)
    with pytest.raises(HostError):
        move_question(first, up=False)

    def forgetful(survey):
        rows = list(SurveyQuestion.objects.filter(survey=survey).order_by("position"))
        for row in rows:
            row.shown_if = None
        return rows

    monkeypatch.setattr(question_edits, "questions_in_order", forgetful)
    move_question(first, up=False)

    assert order(survey) == ["Question 2", "Question 1"]


def test_questions_move_by_buttons_and_stay_at_the_ends(staff, survey):
    rows = [question_of(survey, position) for position in (1, 2, 3)]

    def move(row: SurveyQuestion, to: str) -> list[str]:
        staff.post(at("survey_question_move", survey, row.public_id), {"to": to})
        return [label[-1] for label in order(survey)]

    assert move(rows[0], "up") == ["1", "2", "3"]
    assert move(rows[0], "down") == ["2", "1", "3"]
    assert move(rows[2], "up") == ["2", "3", "1"]
    assert move(rows[0], "down") == ["2", "3", "1"]


def test_a_choice_keeps_its_key_whatever_becomes_of_its_words(staff, survey):
    question = choice_of(survey, 1)
    data = typed(
        kind="choice",
        choice_0_key="y",
        choice_0_ja="あり",
        choice_0_en="There is",
        choice_1_key="n",
        choice_1_ja="",
        choice_1_en="",
        choice_2_key="y",
        choice_2_ja="なし",
        choice_2_en="There is none",
    )

    staff.post(at("survey_question", survey, question.public_id), data)

    question.refresh_from_db()
    (kept, new) = question.choices
    assert kept == {"key": "y", "ja": "あり", "en": "There is"}
    assert new["key"] not in {"y", "n"}


def test_questions_and_text_of_the_last_survey_are_taken_over_once(staff, survey):
    first = choice_of(survey, 1)
    question_of(survey, 2, shown_if=first, shown_if_value="y")
    DemandSurvey.objects.update(text_ja="お願い", text_en="Please")
    open_survey(survey, by=None)
    following = CycleFactory(
        programme=survey.cycle.programme, fiscal_year=survey.cycle.fiscal_year + 1
    )
    compose_survey(following)
    fresh = DemandSurvey.objects.get(cycle=following)

    for _click in range(2):
        assert staff.post(at("survey_roll_forward", fresh)).status_code == 302

    fresh.refresh_from_db()
    assert (fresh.text_en, order(fresh)) == ("Please", ["Question 1", "Question 2"])
    second = fresh.questions.get(position=2)
    assert (second.shown_if, second.shown_if_value) == (fresh.questions.get(position=1), "y")
    assert survey.questions.count() == 2


def test_there_is_nothing_to_take_over_before_the_first_survey(survey):
    with pytest.raises(HostError):
        roll_forward(survey)


def test_a_survey_has_no_more_questions_than_can_be_borne(staff, survey):
    for position in range(1, MAX_QUESTIONS + 1):
        question_of(survey, position)

    staff.post(at("survey_question_add", survey), typed())

    assert survey.questions.count() == MAX_QUESTIONS


def test_once_it_is_open_only_the_words_of_a_question_are_corrected(staff, survey):
    question, other = choice_of(survey, 1), question_of(survey, 2)
    open_survey(survey, by=None)
    data = typed(
        kind="text",
        is_needed="on",
        audience="demand",
        choice_0_key="y",
        choice_0_ja="はい。",
        choice_0_en="Yes.",
        choice_1_key="n",
        choice_1_ja="いいえ。",
        choice_1_en="No.",
        choice_2_ja="他",
        choice_2_en="Other",
    )

    assert staff.post(at("survey_question", survey, question.public_id), data).status_code == 302
    staff.post(at("survey_question_add", survey), typed())
    staff.post(at("survey_question_delete", survey, other.public_id))
    staff.post(at("survey_question_move", survey, other.public_id), {"to": "up"})
    staff.post(at("survey_roll_forward", survey))

    question.refresh_from_db()
    assert order(survey) == ["Is there lodging?", "Question 2"]
    assert (question.kind, question.is_needed, question.audience) == ("choice", False, "all")
    assert question.choices == [
        {"key": "y", "ja": "はい。", "en": "Yes."},
        {"key": "n", "ja": "いいえ。", "en": "No."},
    ]


def test_a_question_of_another_survey_is_not_found(staff, survey):
    foreign = CycleFactory()
    compose_survey(foreign)
    theirs = question_of(DemandSurvey.objects.get(cycle=foreign), 1)

    assert staff.get(at("survey_question", survey, theirs.public_id)).status_code == 404
    staff.post(at("survey_question_delete", survey, theirs.public_id))
    assert SurveyQuestion.objects.filter(pk=theirs.pk).exists()


def test_the_rehearsed_year_composes_questions_and_answers_them_through_their_form(survey):
    compose_questions(survey)
    open_survey(survey, by=None)
    answer = survey.answers.first()

    reply(answer, 3, by=coordinator_of(answer.government))

    answer.refresh_from_db()
    assert answer.state == "draft"
    assert list(answer.replies.values_list("question__position", "value")) == [
        (1, "yes"),
        (2, "住居は早めに手配する。"),
        (3, "3"),
    ]
