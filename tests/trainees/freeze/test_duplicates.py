"""The same person in two records: found, shown with why, joined by a person, taken back."""

from datetime import date

import pytest
from django.core import serializers

from notices.models import Mail
from placements.services import nominate
from schedule.models import Cycle
from tests.factories import (
    ApplicationFactory,
    CycleFactory,
    SendingGovernmentFactory,
    TraineeFactory,
    application_of,
    staff_member,
    trainee_person,
)
from trainees.duplicates import (
    Why,
    all_duplicates,
    duplicates_of,
    kept_record,
    name_key,
    record_of_address,
)
from trainees.merging import (
    mark_as_two,
    merge_people,
    outlook,
    undo_merge,
    unmark_as_two,
)
from trainees.models import Application, NotTheSame, PersonMerge, Trainee
from trainees.services import TraineeError, create_application, withdraw_application

pytestmark = pytest.mark.django_db


def person(**fields) -> Trainee:
    row = TraineeFactory(**fields)
    row.index_passport()
    row.save()
    return row


def found() -> list[tuple[str, ...]]:
    return [pair.why for pair in all_duplicates()]


SAME_NAMES = [
    ("Nguyễn Thị Hoa", "NGUYEN<<THI<HOA", {}),
    ("GARCIA Juan", "Juan García", {}),
    ("O'Brien Sean", "OBRIEN<<SEAN", {}),
    ("Müller", "MUELLER", {}),
    ("Ｓｕｒｙａｎｉ", "suryani", {}),
    ("สมชาย ใจดี", "ใจดี สมชาย", {}),
    ("김철수", "김철수", {}),
]


@pytest.mark.parametrize(("one", "other", "more"), SAME_NAMES)
def test_two_spellings_of_one_name_with_one_birthday_are_found(one, other, more):
    person(passport_name=one, born_on=date(1990, 5, 17))
    person(passport_name=other, born_on=date(1990, 5, 17))

    if one == "Müller":  # an umlaut has two spellings in a machine-readable line
        Trainee.objects.filter(passport_name=other).update(mrz_name="MULLER")
    assert found() == [(Why.BIRTH_AND_NAME,)]


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("katakana", "スルヤニ"),
        ("native_name", "ᮞᮥᮛ᮪ᮚᮔᮤ"),
        ("kanji", "蘇里"),
        ("former_names", "Suryani Old; Dewi"),
    ],
)
def test_any_form_of_the_name_counts(column, value):
    person(passport_name="One Name", **{column: value})
    shared = value.split("; ")[-1]
    person(passport_name="Other Words", **{column: shared})

    assert found() == [(Why.BIRTH_AND_NAME,)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"passport_name": "Suryani"}, {"passport_name": "Suryana"}),
        ({"daily_name": "Dewi", "passport_name": "A B"}, {"daily_name": "Dewi"}),
        ({"passport_name": "A"}, {"passport_name": "A"}),
        ({"passport_name": "ガク"}, {"passport_name": "カク"}),
    ],
)
def test_people_who_only_look_alike_are_not_found(one, other):
    person(**one)
    person(**other)

    assert found() == []


def test_the_same_name_on_another_birthday_is_another_person():
    person(born_on=date(1990, 5, 17))
    person(born_on=date(1991, 5, 17))

    assert found() == []


def test_a_fresh_nominee_without_a_birthday_is_found_by_name_and_nationality():
    person()
    person(born_on=None)
    person(born_on=None, nationality="TH")

    assert found() == [(Why.NAME,)]


def test_the_passport_finds_a_person_under_another_name_across_years():
    person(passport_name="Maiden Name", passport_number="x 123 4567", born_on=date(1980, 1, 1))
    person(passport_name="Married Name", passport_number="X1234567", born_on=date(1981, 1, 1))

    assert found() == [(Why.PASSPORT,)]


def test_the_address_finds_a_person_also_where_they_sign_in_with_it():
    first = application_of(trainee_person(email="dewi@example.org")).trainee
    Trainee.objects.filter(pk=first.pk).update(email="old@example.org", passport_name="One")
    person(email="Dewi@example.org", passport_name="Other", born_on=None, nationality="TH")

    assert found() == [(Why.EMAIL,)]


def test_one_person_finds_the_same_as_the_list():
    first = person()
    second = person(born_on=None)
    person(passport_name="Somebody Else")

    assert [pair.second for pair in duplicates_of(first)] == [second]
    assert [pair.first for pair in duplicates_of(second)] == [first]


@pytest.mark.parametrize("count", [2, 6])
def test_finding_costs_the_same_queries_for_few_and_for_many(count, django_assert_num_queries):
    rows = [person() for _each in range(count)]

    with django_assert_num_queries(2):
        assert len(all_duplicates()) == count * (count - 1) // 2
    with django_assert_num_queries(1):
        assert len(duplicates_of(rows[0])) == count - 1


def test_two_people_are_not_shown_again_until_that_is_taken_back():
    first, second = person(), person()
    staff = staff_member()
    mark_as_two(second, first, reason="Two officials of one name.", by=staff)
    mark_as_two(first, second, by=staff)

    assert NotTheSame.objects.count() == 1
    assert (found(), duplicates_of(first)) == ([], [])

    unmark_as_two(second, first)
    assert len(found()) == 1


def test_name_keys_ignore_order_accents_and_fillers():
    assert name_key("NGUYEN<<THI<HOA") == name_key("Hoa Thị Nguyễn") == "hoa nguyen thi"


# --- joining ---------------------------------------------------------------------------------


def dump() -> dict[int, dict]:
    """All people and whose applications are whose; the counters of edits are left out."""
    people = serializers.serialize("python", Trainee.objects.order_by("pk"))
    rows = {row["pk"]: {**row["fields"], "version": 0} for row in people}
    return rows | {
        "applications": list(Application.objects.order_by("pk").values_list("pk", "trainee"))
    }


def test_joining_moves_applications_account_and_what_was_not_known():
    staff = staff_member()
    user = trainee_person()
    application = application_of(user)
    merged = application.trainee
    merged.passport_number, merged.katakana = "X1234567", "スルヤニ"
    merged.index_passport()
    merged.save()
    kept = person(katakana="スルヤーニ", born_on=None)

    seen = outlook(kept, merged)
    merge = merge_people(kept, merged, reason="One person.", by=staff)
    again = merge_people(kept, merged, reason="One person.", by=staff)

    kept.refresh_from_db()
    merged.refresh_from_db()
    assert merge == again
    assert PersonMerge.objects.count() == 1
    assert (seen.moves_account, seen.against) == (True, "")
    assert list(kept.applications.all()) == [application]
    assert (kept.user, merged.user) == (user, None)
    assert (kept.katakana, kept.born_on) == ("スルヤーニ", date(1990, 5, 17))
    assert kept.passport_number == "X1234567"
    assert kept.passport_index == merged.passport_index
    assert merged.merged_into == kept
    assert found() == []
    assert "X1234567" not in str(merge.moved)
    assert [mail.to for mail in Mail.objects.all()] == [user.email]


def test_taking_back_restores_exactly_what_was():
    staff = staff_member()
    merged = application_of(trainee_person(), cycle=CycleFactory()).trainee
    kept = ApplicationFactory(trainee=person(born_on=None)).trainee
    before = dump()

    merge = merge_people(kept, merged, reason="One person.", by=staff)
    assert dump() != before
    undo_merge(merge, reason="Two after all.", by=staff)
    undo_merge(merge, reason="Two after all.", by=staff)

    assert dump() == before
    merge.refresh_from_db()
    assert (merge.undone_by, merge.undone_reason) == (staff, "Two after all.")


def test_what_was_done_after_the_joining_stays_with_the_kept_record():
    staff = staff_member()
    merged = ApplicationFactory(trainee=person(katakana="スルヤニ")).trainee
    kept = person(katakana="")
    merge = merge_people(kept, merged, reason="One person.", by=staff)
    later = ApplicationFactory(trainee=kept)
    Trainee.objects.filter(pk=kept.pk).update(katakana="スルヤーニ")

    undo_merge(merge, reason="Two after all.", by=staff)

    kept.refresh_from_db()
    assert list(kept.applications.all()) == [later]
    assert kept.katakana == "スルヤーニ"


def test_with_two_accounts_the_kept_one_stays_and_both_are_told():
    staff = staff_member()
    kept = application_of(trainee_person(email="a@example.org"), cycle=CycleFactory()).trainee
    merged = application_of(trainee_person(email="b@example.org"), cycle=CycleFactory()).trainee

    merge_people(kept, merged, reason="One person.", by=staff)

    kept.refresh_from_db()
    merged.refresh_from_db()
    bodies = {mail.to: mail.body for mail in Mail.objects.all()}
    assert kept.user.email == "a@example.org"
    assert merged.user.email == "b@example.org"
    assert Application.objects.own(merged.user).count() == 0
    assert Application.objects.own(kept.user).count() == 2
    assert "a@example.org" in bodies["b@example.org"]
    assert "Nothing changes" in bodies["a@example.org"]


def test_two_open_applications_in_one_cycle_are_refused_with_their_numbers():
    staff = staff_member()
    cycle = CycleFactory()
    one = ApplicationFactory(trainee=person(), cycle=cycle)
    other = ApplicationFactory(trainee=person(), cycle=cycle)

    with pytest.raises(TraineeError, match=one.case_number):
        merge_people(one.trainee, other.trainee, reason="One person.", by=staff)

    withdraw_application(other, by=staff)
    merge_people(one.trainee, other.trainee, reason="One person.", by=staff)
    assert one.trainee.applications.count() == 2


def test_without_the_look_the_database_refuses_it_control(monkeypatch):
    cycle = CycleFactory()
    one = ApplicationFactory(trainee=person(), cycle=cycle)
    other = ApplicationFactory(trainee=person(), cycle=cycle)
    monkeypatch.setattr("trainees.merging.reason_against", lambda kept, merged: None)

    with pytest.raises(TraineeError):
        merge_people(one.trainee, other.trainee, reason="One person.", by=staff_member())

    other.refresh_from_db()
    assert other.trainee != one.trainee


def test_chains_are_followed_and_taken_back_from_the_end():
    staff = staff_member()
    first, second, third = (ApplicationFactory(trainee=person()).trainee for _each in range(3))
    before = dump()
    one = merge_people(second, first, reason="One person.", by=staff)
    two = merge_people(third, second, reason="One person.", by=staff)

    first.refresh_from_db()
    assert kept_record(first) == third
    assert record_of_address(first.email.upper()) == third
    assert third.applications.count() == 3
    with pytest.raises(TraineeError, match="later"):
        undo_merge(one, reason="No.", by=staff)
    with pytest.raises(TraineeError, match="already"):
        merge_people(third, first, reason="Again.", by=staff)

    undo_merge(two, reason="No.", by=staff)
    undo_merge(one, reason="No.", by=staff)
    assert dump() == before


def test_two_joinings_into_one_record_are_taken_back_from_the_end():
    staff = staff_member()
    kept = person(katakana="")
    one = merge_people(kept, person(katakana=""), reason="One person.", by=staff)
    merge_people(kept, person(katakana="スルヤニ"), reason="One person.", by=staff)

    with pytest.raises(TraineeError, match="later"):
        undo_merge(one, reason="No.", by=staff)


@pytest.mark.parametrize("reason", ["", "  ", "<b>one</b>", "\x00"])
def test_a_joining_needs_a_plain_reason(reason):
    with pytest.raises(TraineeError):
        merge_people(person(), person(), reason=reason, by=staff_member())

    assert not PersonMerge.objects.exists()


def test_a_record_is_not_joined_with_itself_nor_with_one_marked_as_another():
    staff = staff_member()
    one, other = person(), person()
    mark_as_two(one, other, by=staff)

    for pair in ((one, one), (one, other)):
        with pytest.raises(TraineeError):
            merge_people(*pair, reason="One person.", by=staff)


def test_who_nominates_by_an_address_of_a_joined_record_meets_the_kept_one():
    staff = staff_member()
    kept, merged = person(email="a@example.org"), person(email="b@example.org")
    merge_people(kept, merged, reason="One person.", by=staff)

    made = create_application(trainee=merged, cycle=CycleFactory())
    nomination = nominate(
        cycle=CycleFactory(),
        email="B@example.org",
        passport_name="Suryani",
        nationality="ID",
        language="en",
        by=staff,
        sending_government=SendingGovernmentFactory(),
    )

    assert made.trainee == kept
    assert nomination.application.trainee == kept
    assert Trainee.objects.count() == 2


def test_records_of_closed_cycles_are_joined():
    staff = staff_member()
    old = ApplicationFactory(trainee=person(), cycle=CycleFactory(state=Cycle.State.CLOSED))
    new = ApplicationFactory(trainee=person())

    merge_people(new.trainee, old.trainee, reason="One person.", by=staff)

    assert new.trainee.applications.count() == 2
