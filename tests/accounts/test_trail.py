"""The audit trail tells who did what, and shows every later change of itself."""

import re
from contextlib import contextmanager
from datetime import date, timedelta
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace

import pytest
from auditlog.models import LogEntry
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.db.models import F
from django.utils import timezone

from accounts import trail
from accounts.anchors import anchor_file, mail_anchor
from accounts.models import AuditRecord, Role
from accounts.tasks import anchor_trail, seal_trail
from accounts.trail import Act, Anchor, end_of_chain, faults, fingerprint_of, record, seal, seal_all
from notices.models import Mail
from tests.factories import MembershipFactory, OrganisationFactory, UserFactory
from tests.faults.barrier import at_once, failures

pytestmark = pytest.mark.django_db

APPEND_ONLY = import_module("accounts.migrations.0003_audit_trail_is_append_only")


@pytest.fixture(autouse=True)
def own_anchors(settings, tmp_path):
    """The file of anchors is that of this test."""
    settings.DATA_DIR = tmp_path


@pytest.fixture
def chain():
    """Nine sealed records and nothing else."""
    assert not AuditRecord.objects.exists()
    for number in range(9):
        record(Act.READ, actor_id=number, fields=["name"], address="192.0.2.1")
    assert seal_all() == 9


@contextmanager
def as_owner():
    """What only the owner of the database can do: act while the triggers stand aside."""
    with transaction.atomic(), connection.cursor() as cursor:
        owner = SimpleNamespace(connection=connection, execute=cursor.execute)
        APPEND_ONLY.drop_triggers(None, owner)
        yield cursor
        APPEND_ONLY.add_triggers(None, owner)


def places(*anchors: Anchor) -> list[str]:
    return [fault.place for fault in faults(anchors)]


def test_an_untouched_chain_has_no_fault(chain):
    assert places(end_of_chain()) == []
    assert list(AuditRecord.objects.sealed().values_list("number", flat=True)) == [*range(1, 10)]


@pytest.mark.parametrize(
    "change",
    [
        {"actor_id": 77},
        {"act": "update"},
        {"address": "192.0.2.2"},
        {"object_id": "1"},
        {"model": "accounts.User"},
        {"digest": "a"},
        {"fields": []},
        {"entry_id": 1},
        {"at": F("at") + timedelta(microseconds=1)},
    ],
)
def test_a_record_that_its_owner_changed_is_named(chain, change):
    with as_owner():
        AuditRecord.objects.filter(number=4).update(**change)

    assert places() == ["4"]


def test_a_record_whose_fingerprint_was_renewed_with_it_betrays_the_next(chain):
    with as_owner():
        forged = AuditRecord.objects.get(number=4)
        forged.actor_id = 77
        forged.sha256 = forged.fingerprint()
        forged.save()

    assert places() == ["5"]


def test_a_record_that_its_owner_deleted_is_missed(chain):
    with as_owner() as cursor:
        cursor.execute("DELETE FROM accounts_auditrecord WHERE number = 4")

    assert places() == ["5", "5"]


def test_a_chain_cut_short_is_found_by_the_anchor_alone(chain):
    anchor = end_of_chain()
    with as_owner() as cursor:
        cursor.execute("DELETE FROM accounts_auditrecord WHERE number > 6")

    assert places(anchor) == ["9"]
    assert places() == [], "the control: without an anchor from outside nobody can tell"


def test_a_chain_rewritten_from_its_beginning_is_found_by_the_anchor_alone(chain):
    anchor = end_of_chain()
    with as_owner() as cursor:
        cursor.execute(
            "UPDATE accounts_auditrecord SET actor_id = 7, number = NULL, previous = '',"
            " sha256 = ''"
        )
        seal_all()

    assert places(anchor) == ["9"]
    assert places() == []


def test_without_the_chain_a_changed_record_goes_unseen_control(chain, monkeypatch):
    with as_owner() as cursor:
        cursor.execute("UPDATE accounts_auditrecord SET actor_id = 77 WHERE number = 4")
    monkeypatch.setattr(AuditRecord, "fingerprint", lambda self: self.sha256)

    with pytest.raises(AssertionError):
        assert places() == ["4"]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE accounts_auditrecord SET actor_id = 5",
        "UPDATE accounts_auditrecord SET number = number + 100",
        "UPDATE accounts_auditrecord SET sha256 = 'a'",
        "DELETE FROM accounts_auditrecord",
        "TRUNCATE accounts_auditrecord",
    ],
)
def test_the_database_refuses_to_change_or_delete(chain, statement):
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)

    assert places(end_of_chain()) == []
    assert AuditRecord.objects.count() == 9


def test_the_database_refuses_to_change_a_record_that_waits():
    record(Act.READ, actor_id=1)

    with pytest.raises(DatabaseError), transaction.atomic():
        AuditRecord.objects.update(actor_id=2)


def test_a_record_stands_only_with_what_it_tells_of():
    with transaction.atomic():
        record(Act.READ, actor_id=1)
        transaction.set_rollback(True)

    assert not AuditRecord.objects.exists()


def test_sealing_goes_on_in_portions_where_it_ended(monkeypatch):
    for number in range(5):
        record(Act.READ, actor_id=number)

    assert (seal(2), seal(2), seal(2), seal(2)) == (2, 2, 1, 0)
    assert places() == []


def test_records_that_nobody_seals_are_a_fault():
    late = record(Act.READ, actor_id=1)
    with as_owner():
        AuditRecord.objects.filter(pk=late.pk).update(at=timezone.now() - timedelta(minutes=11))

    assert places() == ["–"]
    seal_trail()
    assert places() == []


@pytest.mark.django_db(transaction=True)
def test_four_writers_and_two_sealers_keep_one_chain():
    def write():
        for number in range(25):
            record(Act.READ, actor_id=number)

    def chain():
        for _round in range(20):
            seal(7)

    assert failures(at_once(write, write, write, write, chain, chain)) == []

    seal_all()
    assert places() == []
    assert end_of_chain().number == 100


# What is written ------------------------------------------------------------------------------


def test_a_change_is_recorded_with_names_and_a_fingerprint_but_no_value():
    organisation = OrganisationFactory(name_en="Kyoto")
    organisation.name_en = "Kobe"
    organisation.save()

    written = AuditRecord.objects.filter(model="accounts.Organisation").latest("pk")
    assert (written.act, written.fields) == (Act.UPDATE, ["name_en"])
    assert written.object_id == str(organisation.pk)
    assert written.digest == fingerprint_of({"name_en": ["Kyoto", "Kobe"]})
    assert "Kobe" not in str(AuditRecord.objects.values_list())


def test_a_changed_value_in_the_change_log_is_named_and_an_erased_one_is_not():
    organisation = OrganisationFactory(name_en="Kyoto")
    entry = LogEntry.objects.get_for_object(organisation).get()
    assert places() == []

    LogEntry.objects.filter(pk=entry.pk).update(changes={**entry.changes, "name_en": ["", "Nara"]})
    assert places() == [f"entry {entry.pk} of the change log"]

    LogEntry.objects.filter(pk=entry.pk).update(changes=None)
    assert places() == []


def test_memberships_and_closed_accounts_are_permissions():
    membership = MembershipFactory(role=Role.COORDINATOR)
    membership.user.is_active = False
    membership.user.save()

    acts = AuditRecord.objects.filter(act=Act.PERMISSION).order_by("pk")
    assert [written.model for written in acts] == ["accounts.Membership", "accounts.User"]


# The anchor and the command ---------------------------------------------------------------------


def test_the_anchor_goes_to_every_administrator_once_a_day_and_into_the_file(chain):
    administrator = MembershipFactory(role=Role.ADMINISTRATOR).user
    MembershipFactory(role=Role.STAFF)

    assert anchor_trail() == 1
    assert anchor_trail() == 1

    mail = Mail.objects.get(purpose="audit-anchor")
    end = end_of_chain()
    assert mail.to == administrator.email
    assert str(end) in mail.body
    assert [line.split()[1] for line in anchor_file().read_text().splitlines()] == [str(end)]


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_mail_says_how_to_compare(chain, language):
    user = UserFactory(language=language)
    MembershipFactory(role=Role.ADMINISTRATOR, user=user)

    mail_anchor(date(2026, 11, 22))

    mail = Mail.objects.get(purpose="audit-anchor")
    assert f"python manage.py verify_audit --anchor {end_of_chain()}" in mail.body
    assert ("2026年11月22日" if language == "ja" else "22 November 2026") in mail.subject


def test_an_empty_trail_has_no_anchor():
    assert mail_anchor(date(2026, 11, 22)) == 0
    assert not anchor_file().exists()


def test_verify_audit_prints_the_end_of_the_chain(chain, capsys):
    mail_anchor(date(2026, 11, 22))

    call_command("verify_audit", "--anchor", str(end_of_chain()))

    assert capsys.readouterr().out == (
        "9 records are as they were written; 0 wait to be chained; 2 anchors hold.\n"
        f"{end_of_chain()}\n"
    )


def test_verify_audit_names_the_first_bad_record_and_exits_1(chain, capsys):
    with as_owner() as cursor:
        cursor.execute("UPDATE accounts_auditrecord SET actor_id = 77 WHERE number IN (4, 8)")

    with pytest.raises(CommandError) as refusal:
        call_command("verify_audit")

    assert (refusal.value.returncode, str(refusal.value)) == (1, "2 fault(s) found.")
    assert re.findall(r"^\d", capsys.readouterr().err, re.MULTILINE) == ["4", "8"]


@pytest.mark.parametrize("wrong", ["x", "1", "1:", "1:abc", ":" + "a" * 64, "-1:" + "a" * 64])
def test_verify_audit_refuses_what_is_no_anchor(wrong, tmp_path):
    with pytest.raises(CommandError) as refusal:
        call_command("verify_audit", f"--anchor={wrong}")
    assert refusal.value.returncode == 2

    file = Path(tmp_path, "anchors")
    file.write_text(f"2026-11-22 {wrong}\n")
    with pytest.raises(CommandError) as refusal:
        call_command("verify_audit", "--anchors", str(file))
    assert refusal.value.returncode == 2


def test_verify_audit_refuses_a_file_that_is_not_there(tmp_path):
    with pytest.raises(CommandError) as refusal:
        call_command("verify_audit", "--anchors", str(tmp_path / "none"))

    assert refusal.value.returncode == 2


def test_the_lock_of_the_chain_is_held_by_one_alone_control(monkeypatch):
    """Without the lock two sealers at once would give one place twice; the database refuses."""
    for number in range(2):
        record(Act.READ, actor_id=number)
    seal(1)
    monkeypatch.setattr(trail, "end_of_chain", lambda: Anchor(0, trail.BEGINNING))

    with pytest.raises(DatabaseError), transaction.atomic():
        seal(1)
