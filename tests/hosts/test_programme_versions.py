"""What was sent of a training programme stays, and differences are shown."""

import pytest
from django.db import DatabaseError, transaction

from hosts.models import ProgrammeVersion
from hosts.programme_versions import (
    compare_words,
    differences,
    outline_of_version,
    record_version,
    record_versions,
)
from hosts.services import return_answer, submit_demand
from tests.factories import (
    ContributionFactory,
    HostRequestFactory,
    TrainingUnitFactory,
    UnitInstructorFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def request_():
    request = HostRequestFactory(answer__state="draft")
    UnitInstructorFactory(training_unit=request.training_programme.units.get())
    ContributionFactory(training_programme=request.training_programme)
    return request


def said(found) -> list[tuple[str, str, str]]:
    return [(each.label, each.before, each.after) for each in found]


def test_each_submit_that_says_something_else_makes_a_version(request_):
    user = UserFactory()
    for theme in (None, None, "下水道"):
        programme = request_.training_programme
        if theme:
            type(programme).objects.update(theme_ja=theme)
        submit_demand(request_.answer, by=user)
        return_answer(request_.answer, reason="直してください", by=user)

    versions = ProgrammeVersion.objects.order_by("number")
    assert [each.number for each in versions] == [1, 2]
    assert [each.by for each in versions] == [user, user]
    first, second = versions
    assert said(differences(first.contents, second.contents)) == [
        ("Theme in Japanese", "地下水の保全と水道施設の維持管理", "下水道")
    ]


def test_a_version_is_read_like_the_programme(request_):
    version = record_version(request_.training_programme, by=None)

    outline = outline_of_version(request_, version)

    (unit,) = outline.units
    live = request_.training_programme.units.get()
    assert (outline.programme.theme_ja, unit.name_ja) == (
        request_.training_programme.theme_ja,
        live.name_ja,
    )
    assert [person.name for person in unit.people] == ["近藤　誠"]
    assert outline.programme.day_starts_at == request_.training_programme.day_starts_at
    assert [each.what_ja for each in outline.contributions] == ["小学校での授業"]


def test_the_database_refuses_to_change_what_a_version_says(request_):
    version = record_version(request_.training_programme, by=UserFactory())

    for change in ({"reason": "x"}, {"contents": {}}, {"number": 9}, {"at": version.at}):
        with pytest.raises(DatabaseError), transaction.atomic():
            ProgrammeVersion.objects.filter(pk=version.pk).update(**change)
    ProgrammeVersion.objects.filter(pk=version.pk).update(by=None)


def test_differences_name_the_part_the_field_and_both_values(request_):
    programme = request_.training_programme
    before = record_version(programme, by=None).contents
    unit = programme.units.get()
    unit.days, unit.is_practical, unit.site_kind = "02", True, "company"
    unit.save()
    unit.instructors.update(years=3)
    programme.contributions.all().delete()
    TrainingUnitFactory(training_programme=programme, name_ja="新", name_en="New", position=9)
    after = record_version(programme, by=None).contents

    found = differences(before, after)

    assert ("Days of the week", "", "Monday, Wednesday") in said(found)
    assert ("Includes practical work", "no", "yes") in said(found)
    assert ("Kind of training site", "a section of the host itself", "a company") in said(found)
    assert ("added", "", "Unit: New") in said(found)
    assert ("deleted", "Contribution: Lessons at schools", "") in said(found)
    assert ("Instructors", "近藤　誠 係長 8 full time", "近藤　誠 係長 3 full time") in said(found)


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("a small town", "a large town", ["same:a ", "del:small", "ins:large", "same: town"]),
        ("水道の点検", "下水道の点検", ["ins:下", "same:水道の点検"]),
        ("", "new", ["ins:new"]),
    ],
)
def test_texts_are_compared_word_by_word(before, after, words):
    assert [f"{kind}:{text}" for kind, text in compare_words(before, after)] == words


def test_a_long_text_is_compared_by_sentences():
    before = "あ。" * 2000

    assert compare_words(before, before + "い。")[-1] == ("ins", "い。")


def test_versions_of_many_requests(request_):
    record_versions([request_], by=None, reason="理由")

    assert ProgrammeVersion.objects.get().reason == "理由"
