"""What each step of an application accepts, and what it says to the rest."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation
from django.utils.datastructures import MultiValueDict

from tests.factories import ApplicationFactory, TraineeFactory
from tests.trainees.dossier import STEP_DATA
from trainees.forms import (
    FORMS,
    ContactForm,
    EmployerForm,
    FieldForm,
    LanguagesForm,
    MonthField,
    NamesForm,
    PersonForm,
)
from trainees.needed import OF_THE_PERSON

pytestmark = pytest.mark.django_db


def _person(complete: bool = True, **typed) -> PersonForm:
    trainee = TraineeFactory()
    data = {"version": str(trainee.version), **STEP_DATA["person"], **typed}
    return PersonForm(data, {}, instance=trainee, complete=complete)


def _names(**typed) -> NamesForm:
    trainee = TraineeFactory()
    data = {"version": str(trainee.version), "passport_name": "Suryani", **typed}
    return NamesForm(data, {}, instance=trainee)


def _field(**typed) -> FieldForm:
    application = ApplicationFactory()
    data = {"version": str(application.version), **STEP_DATA["field"], **typed}
    return FieldForm(data, {}, instance=application)


@pytest.mark.parametrize(
    "typed",
    [
        "1990-05-17",
        "1990/5/17",
        "17 May 1990",
        "17 may 1990",
        "May 17, 1990",
        " 17  MAY  1990 ",
        "1990年5月17日",
        "平成2年5月17日",
        "１９９０－５－１７",
    ],
)
def test_a_day_is_read_as_people_type_it(typed):
    form = _person(born_on=typed)

    assert form.is_valid(), form.errors
    assert form.cleaned_data["born_on"] == date(1990, 5, 17)


@pytest.mark.parametrize(
    "typed",
    [
        "31 February 1990",
        "1990-02-30",
        "05/17/1990",
        "5-6-1990",
        "17 Mai 1990",
        "yesterday",
        "1850-01-01",
        "9" * 10_000,
        "2999-01-01",
    ],
)
def test_other_days_are_refused_at_the_field(typed):
    form = _person(born_on=typed)

    assert list(form.errors) == ["born_on"]


def test_impossible_day_is_named_in_the_message():
    assert _person(born_on="31 February 1990").errors["born_on"] == [
        "There is no such day as “31 February 1990”."
    ]


@pytest.mark.parametrize(
    "name", ["Suryani", "Nguyễn Thị Hoa", "สมชาย แซ่ตั้ง", "محمد عبد الله", "A" * 200]
)
def test_names_of_all_scripts_are_saved_unsplit(name):
    form = _names(passport_name=name, has_single_name="on")

    assert form.is_valid(), form.errors
    assert form.save().passport_name == name


@pytest.mark.parametrize("name", ["A" * 201, "A" * 10_000, "<b>Suryani</b>", "", "   "])
def test_what_is_no_name_is_refused_at_the_field(name):
    assert list(_names(passport_name=name).errors) == ["passport_name"]


@pytest.mark.parametrize("field", ["katakana", "kanji", "daily_name"])
def test_markup_in_any_name_is_refused_at_its_field(field):
    assert list(_names(**{field: "<script>"}).errors) == [field]


def test_half_width_katakana_is_saved_in_full_width():
    form = _names(katakana="ｽﾙﾔﾆ")

    assert form.is_valid(), form.errors
    assert form.save().katakana == "スルヤニ"


def test_name_without_latin_letters_warns_and_is_saved():
    form = _names(passport_name="สมชาย")

    assert form.is_valid()
    assert list(form.warnings) == ["passport_name"]
    assert _names().warnings == {}


def test_saving_only_may_leave_needed_answers_open():
    application = ApplicationFactory(complete=False)

    form = EmployerForm({"version": "1"}, {}, instance=application, complete=False)

    assert form.is_valid(), form.errors


def test_going_on_needs_the_answers_and_says_what_to_enter():
    application = ApplicationFactory(complete=False)

    form = EmployerForm({"version": "1"}, {}, instance=application)

    assert dict(form.errors) == {
        "employer_department": ["Enter the department in which you work."],
        "employer_position": ["Enter your position."],
        "employed_since": ["Enter the day since which you have been employed."],
        "employer_duties": ["Write what you do at work."],
    }


def test_name_and_nationality_are_never_left_open():
    names = NamesForm({"version": "1"}, {}, instance=TraineeFactory(), complete=False)
    person = PersonForm({"version": "1"}, {}, instance=TraineeFactory(), complete=False)

    assert [*names.errors, *person.errors] == ["passport_name", "nationality"]


def test_no_word_of_a_language_is_an_answer():
    application = ApplicationFactory(complete=False)
    data = {"version": "1", "english_level": "4", "japanese_level": "0"}

    form = LanguagesForm(data, {}, instance=application)

    assert form.is_valid(), form.errors
    assert form.save().japanese_level == 0


@pytest.mark.parametrize("typed", ["5", "-1", "fluent", "1" * 10_000])
def test_level_outside_the_list_is_refused(typed):
    data = {"version": "1", "english_level": typed, "japanese_level": "0"}

    form = LanguagesForm(data, {}, instance=ApplicationFactory())

    assert list(form.errors) == ["english_level"]


@pytest.mark.parametrize("field", ["statement", "future_use"])
@pytest.mark.parametrize("text", ["x" * 4001, "x" * 10_000, "<b>bold</b>"])
def test_long_texts_and_markup_are_refused_at_their_field(field, text):
    assert list(_field(**{field: text}).errors) == [field]


def test_texts_of_four_thousand_characters_in_any_script_are_saved():
    text = "ภาษาไทย " * 499

    form = _field(statement=text, future_use="مياه")

    assert form.is_valid(), form.errors
    assert form.save().statement == text.strip()


def test_second_field_differs_from_the_first():
    assert list(_field(second_field="environment").errors) == ["second_field"]


@pytest.mark.parametrize("step", sorted(set(FORMS) - {"education", "needs"}))
def test_file_in_place_of_text_is_refused_at_its_field(step):
    form_class = FORMS[step]
    application = ApplicationFactory()
    row = application.trainee if step in OF_THE_PERSON else application
    name = form_class.Meta.fields[0]
    files = MultiValueDict({name: [SimpleUploadedFile("x.txt", b"x")]})

    form = form_class({"version": "1"}, files, instance=row, complete=False)

    assert "Enter text here; a file cannot be sent on this page." in form.errors[name]


def test_stale_form_shows_both_versions_in_words():
    application = ApplicationFactory(version=3)
    data = {
        "version": "2",
        "field": "water",
        "statement": application.statement,
        "future_use": application.future_use,
        "available_from": "",
    }

    form = FieldForm(data, {}, instance=application)

    assert not form.is_valid()
    assert form.stale
    assert [
        [str(row["label"]), str(row["saved"]), str(row["typed"])] for row in form.conflicts()
    ] == [["Field of training", "environment", "water supply and sewerage"]]


# What the walk of a stranger has taught -----------------------------------------------------------


def names_of(trainee, **typed):
    said = {"version": str(trainee.version), "passport_name": trainee.passport_name, **typed}
    form = NamesForm(said, {}, instance=trainee)
    assert form.is_valid(), form.errors
    return form.cleaned_data["mrz_name"], form.cleaned_data["katakana"]


def test_corrected_name_of_the_passport_is_suggested_anew():
    trainee = TraineeFactory(passport_name="SURYANI", nationality="ID")
    said = {"mrz_name": "SURYANI", "katakana": "スルヤニ"}

    assert names_of(trainee, **said) == ("SURYANI", "スルヤニ")
    trainee.refresh_from_db()
    assert names_of(trainee, **said | {"passport_name": "DEWI"}) == ("DEWI", "デウィ")


def test_what_the_person_wrote_of_the_name_stays_with_a_corrected_passport():
    trainee = TraineeFactory(passport_name="SURYANI", nationality="ID")
    said = {"passport_name": "DEWI", "mrz_name": "SURYANI<<DEWI", "katakana": "デヴィ"}

    assert names_of(trainee, **said) == ("SURYANI<<DEWI", "デヴィ")


@pytest.mark.parametrize("typed", ["2015-04", "April 2015", "2015年4月", "平成27年4月"])
def test_months_are_typed_as_people_type_them(typed):
    assert MonthField().clean(typed) == date(2015, 4, 1)


@pytest.mark.parametrize("typed", ["2015", "04/2015", "in spring", "2015年13月"])
def test_what_is_no_month_is_answered_with_a_month(typed):
    with translation.override("en"), pytest.raises(ValidationError) as refused:
        MonthField().clean(typed)

    assert refused.value.messages == ["Enter a month, for example 2015-04 or April 2015."]


def test_number_that_cannot_be_dialled_is_answered_with_one_from_abroad():
    with translation.override("en"):
        row = ApplicationFactory()
        said = {"version": str(row.version), "telephone": "abc"}
        form = ContactForm(said, {}, instance=row, complete=False)

        assert form.errors["telephone"] == [
            "Enter one telephone number with the country code, for example +62 22 1234 5678."
        ]
