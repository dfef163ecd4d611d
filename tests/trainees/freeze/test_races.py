"""Approving, sending again, opening and joining at the same moment."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.factories import (
    ApplicationFactory,
    CycleFactory,
    TraineeFactory,
    application_of,
    staff_member,
    trainee_person,
)
from tests.faults.barrier import at_once, failures
from tests.faults.locks import without_row_locks
from trainees.merging import merge_people, undo_merge
from trainees.models import Application, DossierVersion, PersonMerge, Reopening
from trainees.reopening.verbs import approve_change, propose_change, reopen_fields, stamp_of
from trainees.services import TraineeError, create_application, submit_application
from trainees.versions import is_intact, judged

pytestmark = pytest.mark.django_db(transaction=True)

KATAKANA = "person.katakana"
ROUNDS = 4


def submitted() -> Application:
    found = application_of(trainee_person(), cycle=CycleFactory())
    return submit_application(found, by=found.trainee.user)


def opened(application: Application, staff) -> Reopening:
    until = timezone.localdate() + timedelta(3)
    row = reopen_fields(application, [KATAKANA], reason="x", open_until=until, by=staff)
    return propose_change(row, {KATAKANA: "スルヤニ"}, by=application.trainee.user, seen="")


def test_approving_while_the_person_sends_again_approves_what_was_seen_or_nothing():
    staff = staff_member()
    for _round in range(ROUNDS):
        application = submitted()
        row = opened(application, staff)
        seen = stamp_of(row)
        user = application.trainee.user

        results = at_once(
            lambda row=row, seen=seen: approve_change(row, by=staff, seen=seen),
            lambda row=row, seen=seen, user=user: propose_change(
                row, {KATAKANA: "スルヤーニ"}, by=user, seen=seen
            ),
        )

        row.refresh_from_db()
        versions = list(application.versions.order_by("number"))
        said = [version.data["person"]["katakana"] for version in versions]
        assert {type(error) for error in failures(results)} == {TraineeError}
        assert len(failures(results)) == 1
        assert said in ([""], ["", "スルヤニ"])
        assert (row.state == "approved") == (said == ["", "スルヤニ"])
        assert all(is_intact(version) for version in versions)


def test_two_colleagues_who_approve_at_once_make_one_version():
    staff, other = staff_member(), staff_member()
    for _round in range(ROUNDS):
        application = submitted()
        row = opened(application, staff)
        seen = stamp_of(row)

        results = at_once(
            lambda row=row, seen=seen: approve_change(row, by=staff, seen=seen),
            lambda row=row, seen=seen: approve_change(row, by=other, seen=seen),
        )

        assert failures(results) == []
        assert application.versions.count() == 2
        assert judged(Application.objects.get(pk=application.pk)).person.katakana == "スルヤニ"


def test_without_the_lock_one_of_them_breaks_or_doubles_control():
    """The unique number of a version still holds; the second user meets its error."""
    staff, other = staff_member(), staff_member()
    broken = 0
    for _round in range(ROUNDS * 3):
        application = submitted()
        row = opened(application, staff)
        seen = stamp_of(row)
        with without_row_locks():
            results = at_once(
                lambda row=row, seen=seen: approve_change(row, by=staff, seen=seen),
                lambda row=row, seen=seen: approve_change(row, by=other, seen=seen),
            )
        broken += bool(failures(results)) or application.versions.count() != 2
        if broken:
            break
    assert broken


def test_fields_opened_twice_at_once_are_open_once():
    staff, other = staff_member(), staff_member()
    until = timezone.localdate()
    for _round in range(ROUNDS):
        application = submitted()

        results = at_once(
            *(
                lambda by=by, application=application: reopen_fields(
                    application, [KATAKANA], reason="x", open_until=until, by=by
                )
                for by in (staff, other)
            )
        )

        assert [type(error) for error in failures(results)] == [TraineeError]
        assert application.reopenings.count() == 1
    assert DossierVersion.objects.count() == ROUNDS


def test_two_records_joined_at_once_both_ways_are_joined_once():
    staff, other = staff_member(), staff_member()
    for _round in range(ROUNDS):
        one, two = TraineeFactory(), TraineeFactory()

        results = at_once(
            lambda one=one, two=two: merge_people(one, two, reason="One person.", by=staff),
            lambda one=one, two=two: merge_people(two, one, reason="One person.", by=other),
        )

        merges = PersonMerge.objects.filter(kept__in=[one, two])
        assert [type(error) for error in failures(results)] == [TraineeError]
        assert merges.count() == 1
        undo_merge(merges.get(), reason="Enough.", by=staff)


def test_nominated_while_the_records_are_joined_leaves_one_application_in_the_cycle():
    staff = staff_member()
    for _round in range(ROUNDS):
        cycle = CycleFactory()
        kept = TraineeFactory()
        merged = ApplicationFactory(cycle=cycle).trainee

        results = at_once(
            lambda kept=kept, merged=merged: merge_people(
                kept, merged, reason="One person.", by=staff
            ),
            lambda kept=kept, cycle=cycle: create_application(trainee=kept, cycle=cycle),
        )

        assert len(failures(results)) <= 1
        for person in (kept, merged):
            assert person.applications.filter(cycle=cycle).count() <= 1
