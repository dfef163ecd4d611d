"""The rules of eligibility: each with its verdict, its reason and its kind words; and waivers."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone, translation

from accounts.models import Role
from placements.models import Nomination, RequestWish
from schedule.models import Cycle, Deadline, PhaseKind
from schedule.vocabulary import DeadlineCode
from tests.factories import (
    ApplicationFactory,
    CycleFactory,
    NominationFactory,
    PlacementFactory,
    SendingGovernmentFactory,
    TraineeFactory,
    open_request,
    staff_member,
)
from trainees.eligibility import all_rules, end_waiver, verdicts_of, waive_rule
from trainees.models import (
    Application,
    Career,
    DocumentKind,
    DocumentRule,
    SenderStatement,
    Trainee,
    Waiver,
)
from trainees.services import TraineeError

pytestmark = pytest.mark.django_db

ON = date(2026, 11, 22)


@pytest.fixture
def application() -> Application:
    """A draft whose stay runs from May 2027, with a passport that outlives it."""
    cycle = CycleFactory(arrival_on=date(2027, 5, 17))
    person = TraineeFactory(
        passport_number="X1234567", passport_expires_on=date(2035, 1, 1), sex="F"
    )
    return ApplicationFactory(
        trainee=person,
        cycle=cycle,
        available_from=date(2027, 5, 1),
        available_until=date(2028, 5, 31),
    )


def verdict(application: Application, code: str, on: date = ON):
    row = next((row for row in verdicts_of(application, on) if row.rule.code == code), None)
    return row and str(row.verdict.standing)


def reason(application: Application, code: str, on: date = ON) -> str:
    return next(row.verdict.reason for row in verdicts_of(application, on) if row.rule.code == code)


def change(application: Application, **columns) -> Application:
    of_person = {name: value for name, value in columns.items() if hasattr(Trainee, name)}
    rest = {name: value for name, value in columns.items() if name not in of_person}
    if rest:
        Application.objects.filter(pk=application.pk).update(**rest)
    for name, value in of_person.items():
        setattr(application.trainee, name, value)
    application.trainee.save()
    return Application.objects.select_related("trainee", "cycle__programme").get(pk=application.pk)


def says(application: Application, **said) -> None:
    defaults = {"is_employed": True, "will_return": True, "grants_leave": True}
    SenderStatement.objects.create(
        application=application, language="en", given_by="Mr Mayor", **{**defaults, **said}
    )


CASES = [
    ("employee", {}, "met"),
    ("employee", {"sending_government": None}, "open"),
    ("employee", {"is_national_official": True}, "not_met"),
    ("employee", {"is_national_official": True, "national_reason": "Fire service."}, "met"),
    ("language", {}, "met"),
    ("language", {"english_level": 2, "japanese_level": 4}, "met"),
    ("language", {"english_level": 2, "japanese_level": 2}, "not_met"),
    ("language", {"english_level": 0, "japanese_level": 0}, "not_met"),
    ("language", {"english_level": None}, "open"),
    ("language", {"english_level": None, "japanese_level": 3}, "met"),
    ("dates", {}, "met"),
    ("dates", {"available_from": None, "available_until": None}, "open"),
    ("dates", {"available_from": date(2027, 5, 18)}, "not_met"),
    ("dates", {"available_until": date(2027, 6, 1)}, "not_met"),
    ("dates", {"available_until": None}, "met"),
    ("age", {}, "met"),
    ("age", {"born_on": None}, "open"),
    ("age", {"born_on": date(2011, 5, 17)}, "not_met"),  # 15 years old
    ("age", {"born_on": date(2027, 1, 1)}, "not_met"),  # a birth to come
    ("age", {"born_on": date(2009, 5, 18)}, "met"),  # 18 at the end of the day before
    ("age", {"born_on": date(2009, 5, 19)}, "not_met"),
    ("passport", {}, "met"),
    ("passport", {"passport_expires_on": None}, "open"),
    ("passport", {"passport_expires_on": date(2027, 8, 1)}, "not_met"),
    ("passport", {"passport_number": ""}, "open"),
    ("passport", {"passport_number": "", "passport_promised_on": ON}, "open"),
    (
        "passport",
        {"passport_number": "", "passport_promised_on": ON - timedelta(1)},
        "not_met",
    ),
]


@pytest.mark.parametrize(("code", "columns", "expected"), CASES)
def test_each_rule_says_what_is_true(application, code, columns, expected):
    found = change(application, **columns)

    assert verdict(found, code) == expected


def test_a_promise_is_open_until_its_day_and_not_met_after_it(application):
    found = change(application, passport_number="", passport_promised_on=date(2027, 1, 31))

    assert verdict(found, "passport", date(2027, 1, 31)) == "open"
    assert verdict(found, "passport", date(2027, 2, 1)) == "not_met"


@pytest.mark.parametrize(
    ("said", "expected", "employed"),
    [
        (None, "open", "met"),
        ({}, "met", "met"),
        ({"will_return": False}, "not_met", "met"),
        ({"grants_leave": False}, "not_met", "met"),
        ({"is_employed": False}, "not_met", "not_met"),
    ],
)
def test_what_the_employer_confirms(application, said, expected, employed):
    if said is not None:
        says(application, **said)

    assert verdict(application, "statement") == expected
    assert verdict(application, "employee") == employed


def test_the_last_statement_counts(application):
    says(application, will_return=False)
    says(application)

    assert verdict(application, "statement") == "met"


def wish(application: Application, rank: int = 1, **fields):
    request = open_request(application.cycle, **fields)
    RequestWish.objects.create(application=application, host_request=request, rank=rank)
    return request


REQUESTS = [
    ("request_field", {"field": "environment"}, "met"),
    ("request_field", {"field": "tourism"}, "not_met"),
    ("request_language", {"language": "english", "level": 3}, "met"),
    ("request_language", {"language": "japanese", "level": 3}, "not_met"),
    ("request_age", {}, None),
    ("request_age", {"age_from": 25, "age_until": 40}, "met"),
    ("request_age", {"age_until": 30}, "not_met"),
    ("request_age", {"age_from": 40}, "not_met"),
    ("request_gender", {}, None),
    ("request_gender", {"gender": "female", "gender_reason": "A dormitory."}, "met"),
    ("request_gender", {"gender": "male", "gender_reason": "A dormitory."}, "not_met"),
    ("request_experience", {"experience_years": 5}, "met"),
    ("request_experience", {"experience_years": 15}, "not_met"),
]


@pytest.mark.parametrize(("code", "fields", "expected"), REQUESTS)
def test_the_conditions_of_a_wished_request(application, code, fields, expected):
    wish(application, **fields)

    assert verdict(application, code) == expected


def test_without_a_wish_nothing_is_asked_of_requests(application):
    codes = [row.rule.code for row in verdicts_of(application, ON)]

    assert not [code for code in codes if code.startswith("request_")]


def test_of_several_wishes_one_that_fits_is_enough_and_the_others_are_named(application):
    good = wish(application, rank=1)
    bad = wish(application, rank=2, field="tourism")

    assert verdict(application, "request_field") == "met"
    assert bad.government.full_name in reason(application, "request_field")
    assert good.government.full_name not in reason(application, "request_field")


def test_an_own_selection_is_measured_by_its_request_alone(application):
    wish(application, field="environment", age_until=25)
    own = open_request(application.cycle, field="tourism", route="own_selection", age_until=60)
    NominationFactory(
        application=application, host_request=own, route="own_selection", state="confirmed"
    )

    assert verdict(application, "request_age") == "met"
    assert verdict(application, "request_field") == "met"  # agreed beforehand
    assert Nomination.objects.count() == 1


def test_a_passport_without_a_sex_that_tells_is_asked_by_a_person(application):
    wish(application, gender="male", gender_reason="A dormitory.")
    found = change(application, sex="X")

    assert verdict(found, "request_gender") == "open"


def test_experience_counts_earlier_posts_and_two_at_once_only_once(application):
    wish(application, experience_years=14)
    Career.objects.create(
        application=application,
        employer="Before",
        starts_on=date(2012, 4, 1),
        ends_on=date(2016, 4, 1),
    )

    assert verdict(application, "request_experience") == "met"  # 2012 to 2027
    Career.objects.all().delete()
    assert verdict(application, "request_experience") == "not_met"


@pytest.mark.parametrize("same", ["passport", "joined"])
def test_one_place_in_a_cycle_under_whatever_record(application, same):
    other = ApplicationFactory(
        trainee=TraineeFactory(passport_number="X1234567", passport_name="Other Spelling"),
        cycle=application.cycle,
    )
    PlacementFactory(
        application=other,
        host_request=open_request(application.cycle),
        state="approved",
        decided_on=ON,
    )
    assert verdict(application, "placed") == "met"
    if same == "passport":
        for row in (application.trainee, other.trainee):
            row.index_passport()
            row.save()
    else:
        Trainee.objects.filter(pk=other.trainee_id).update(merged_into=application.trainee)

    assert verdict(application, "placed") == "not_met"
    assert other.case_number in reason(application, "placed")


def test_documents_and_what_a_rule_will_ask_for_later(application):
    DocumentRule.objects.all().delete()
    now = DocumentKind.objects.create(code="now", name_ja="今", name_en="Now paper")
    later = DocumentKind.objects.create(code="later", name_ja="後", name_en="TB clearance")
    assert verdict(application, "documents") is None

    DocumentRule.objects.create(kind=now, stage="submission")
    DocumentRule.objects.create(
        kind=later, stage="residence", nationalities=["ID"], valid_from=ON + timedelta(30)
    )
    with translation.override("en"):
        said = {row.rule.code: row.verdict for row in verdicts_of(application, ON)}
    assert str(said["documents"].standing) == "not_met"
    assert "Now paper" in said["documents"].reason

    Deadline.objects.create(
        cycle=application.cycle,
        code=DeadlineCode.COE_PAPERS,
        phase=PhaseKind.PROCEDURES,
        audience=Role.TRAINEE,
        name_ja="在留資格認定証明書の書類",
        name_en="Papers for the certificate of eligibility",
        due_on=ON + timedelta(60),
    )
    found = Application.objects.select_related("trainee", "cycle__programme").get()
    with translation.override("en"):
        later_said = {row.rule.code: row.verdict for row in verdicts_of(found, ON)}
    assert str(later_said["later_documents"].standing) == "open"
    assert "TB clearance" in later_said["later_documents"].reason


def test_every_verdict_has_kind_words_and_they_are_not_the_staffs(application):
    wish(application, field="tourism", age_until=20, experience_years=30)
    with translation.override("en"):
        rows = verdicts_of(application, ON)

    assert all(row.verdict.words for row in rows)
    assert not [row.rule.code for row in rows if "not met" in row.verdict.words.lower()]
    assert len({rule.code for rule in all_rules()}) == len(all_rules())


# --- waivers -----------------------------------------------------------------------------------


def test_a_waived_rule_stands_against_nothing_and_shows_its_reason_for_ever(application):
    staff = staff_member()
    found = change(application, english_level=0, japanese_level=0)
    row = next(row for row in verdicts_of(found, ON) if row.rule.code == "language")
    assert row.stands_against

    waiver = waive_rule(found, "language", reason="An interpreter comes along.", by=staff)
    assert waive_rule(found, "language", reason="Again.", by=staff) == waiver
    row = next(row for row in verdicts_of(found, ON) if row.rule.code == "language")
    assert (row.stands_against, row.waiver, str(row.verdict.standing)) == (False, waiver, "not_met")

    end_waiver(waiver, by=staff)
    end_waiver(waiver, by=staff)
    row = next(row for row in verdicts_of(found, ON) if row.rule.code == "language")
    assert (row.stands_against, row.waiver) == (True, None)
    assert [each.reason for each in row.waivers] == ["An interpreter comes along."]


def test_a_waiver_of_a_rule_that_asks_nothing_now_is_still_shown(application):
    request = wish(application, age_until=20)
    waive_rule(application, "request_age", reason="Agreed.", by=staff_member())
    type(request).objects.update(age_until=None)

    row = next(row for row in verdicts_of(application, ON) if row.rule.code == "request_age")
    assert row.waiver.reason == "Agreed."


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("age", "x"),
        ("placed", "x"),
        ("nothing", "x"),
        ("language", " "),
        ("language", "<b>x</b>"),
        ("language", "x\x00"),
    ],
)
def test_bad_waivers_are_refused(application, code, words):
    with pytest.raises((TraineeError, ValidationError)):
        waive_rule(application, code, reason=words, by=staff_member())

    assert not Waiver.objects.exists()


def test_nothing_is_waived_once_the_cycle_is_over(application):
    Cycle.objects.update(state=Cycle.State.CLOSED)

    with pytest.raises(TraineeError):
        waive_rule(application, "language", reason="x", by=staff_member())


def test_what_was_submitted_is_read_not_the_row():
    from tests.factories import application_of, trainee_person
    from trainees.services import submit_application

    found = application_of(trainee_person(), cycle=CycleFactory())
    submit_application(found, by=found.trainee.user)
    Application.objects.update(english_level=0, japanese_level=0)

    assert verdict(Application.objects.get(), "language", timezone.localdate()) == "met"


def test_the_employers_name_is_said(application):
    sender = SendingGovernmentFactory()
    found = change(application, sending_government=sender)

    assert sender.organisation.name_in("en") in reason(found, "employee")
