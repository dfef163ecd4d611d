"""Everything that an answer says, gathered by one walk."""

import json
from functools import partial

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from hosts.contents import (
    as_stored,
    contents_of,
    contents_of_all,
    fingerprint,
    parts_of,
    told_fields,
    undecided_parts,
)
from hosts.differing import lines_of
from hosts.models import (
    HostRequest,
    SurveyAnswer,
    SurveyQuestion,
    TrainingUnit,
    WishedCountry,
)
from tests.factories import (
    DemandSurveyFactory,
    HostRequestFactory,
    LocalGovernmentFactory,
    PrefectureFactory,
    SurveyAnswerFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def answer() -> SurveyAnswer:
    ehime = PrefectureFactory(name="愛媛県", romaji="Ehime")
    saijo = LocalGovernmentFactory(name="西条市", romaji="Saijo", prefecture=ehime)
    return SurveyAnswerFactory(government=saijo, relay=ehime)


def test_the_contents_name_everything_that_the_answer_says(answer: SurveyAnswer):
    request = HostRequestFactory(answer=answer, field="water", number=2, countries=["VN", "LA"])
    HostRequestFactory(answer=answer, state="withdrawn")

    contents = contents_of(answer)

    assert contents["id"] == answer.pk
    assert contents["government"]["ja"] == "愛媛県西条市"
    assert contents["relay"]["ja"] == "愛媛県"
    assert [each["id"] for each in contents["requests"]] == [request.pk]
    told = contents["requests"][0]
    assert (told["field"], told["number"]) == ("water", 2)
    assert [each["country"] for each in told["wished_countries"]] == ["VN", "LA"]
    unit = request.training_programme.units.get()
    assert told["training_programme"]["units"][0]["name_ja"] == unit.name_ja


def test_the_choice_of_a_reply_is_told_in_words_that_stay(answer: SurveyAnswer):
    ask = partial(SurveyQuestion.objects.create, survey=answer.survey, label_en="Housing?")
    offered = [{"key": "a1", "ja": "職員住宅", "en": "staff housing"}]
    chosen = ask(position=1, kind="choice", label_ja="住居", choices=offered)
    typed = ask(position=2, kind="text", label_ja="備考", choices=[])
    answer.replies.create(question=chosen, value="a1")
    answer.replies.create(question=typed, value="a1")

    contents = contents_of(answer)
    SurveyQuestion.objects.filter(pk=chosen.pk).update(choices=[])

    assert [each["value"] for each in contents["replies"]] == [
        {"id": "a1", "ja": "職員住宅", "en": "staff housing"},
        "a1",
    ]
    with translation.override("ja"):
        shown = [line.after for line in lines_of(contents)]
    assert "職員住宅" in shown


def test_every_column_is_told_but_those_that_are_left_out_by_name(answer: SurveyAnswer):
    for model in (SurveyAnswer, HostRequest, WishedCountry, TrainingUnit):
        told = {field.name for field in told_fields(model)}
        left = {field.name for field in model._meta.concrete_fields} - told
        way_up = {"survey"} if model is SurveyAnswer else {model.part_of_answer}
        named = set(getattr(model, "not_in_versions", ()))
        assert left - {"id", "public_id", "version"} == way_up | named, model


def test_every_model_of_an_answer_says_whether_it_is_a_part_of_it():
    assert undecided_parts() == []


def test_a_model_that_does_not_say_it_is_found_control(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delattr(WishedCountry, "part_of_answer")
    parts_of.cache_clear()
    try:
        assert WishedCountry in undecided_parts()
    finally:
        parts_of.cache_clear()


def test_the_fingerprint_is_the_same_after_a_way_through_json(answer: SurveyAnswer):
    HostRequestFactory(answer=answer, countries=["VN"])
    contents = contents_of(answer)
    turned = json.loads(json.dumps(as_stored(contents), sort_keys=True))

    assert fingerprint(contents) == fingerprint(turned)


def test_the_fingerprint_tells_any_change_apart(answer: SurveyAnswer):
    request = HostRequestFactory(answer=answer, countries=["VN"])
    before = fingerprint(contents_of(answer))

    TrainingUnit.objects.filter(training_programme__host_request=request).update(weeks=9)
    changed = fingerprint(contents_of(answer))
    SurveyAnswer.objects.filter(pk=answer.pk).update(state="draft")

    assert before != changed
    assert fingerprint(contents_of(SurveyAnswer.objects.get(pk=answer.pk))) == changed


def queries_of(answers: list[SurveyAnswer]) -> int:
    with CaptureQueriesContext(connection) as found:
        contents_of_all(answers)
    return len(found)


def test_many_answers_take_no_more_queries_than_one():
    survey = DemandSurveyFactory()
    answers = [SurveyAnswerFactory(survey=survey) for _each in range(4)]
    for answer in answers:
        HostRequestFactory(answer=answer, countries=["VN", "LA"])

    assert queries_of(answers[:1]) == queries_of(answers[1:])
