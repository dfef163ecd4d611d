"""The scanner fails closed (P29): what it has not found clean is given to nobody."""

import stat
from datetime import timedelta

import pytest
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from files.models import Scan, StoredFile
from files.received import FileShutAway, bytes_of, response_for, store, storing, sweep
from files.received.scanning import ScannerFault, Verdict, scan, scanner_of
from files.received.storing import FOLDER, SHUT_AWAY
from files.received.sweeping import ASKED_AGAIN, FAULTS_MOST, decide, scan_waiting
from files.tasks import scan_received
from notices.models import Mail
from tests.factories import UserFactory, staff_member
from tests.files.clamd import HARMFUL, Clamd
from tests.files.uploads import pdf

pytestmark = pytest.mark.django_db

AWAY = "clamd://127.0.0.1:1"


@pytest.fixture(autouse=True)
def own_store(tmp_path, monkeypatch):
    """The store of each test is empty."""
    monkeypatch.setattr(storages["default"], "_location", str(tmp_path))
    for name in ("base_location", "location"):
        storages["default"].__dict__.pop(name, None)
    yield tmp_path
    for name in ("base_location", "location"):
        storages["default"].__dict__.pop(name, None)


@pytest.fixture
def clamd(settings):
    with Clamd() as found:
        settings.SCANNER = found.address
        yield found


def stored(content: bytes | None = None) -> StoredFile:
    upload = SimpleUploadedFile("a.pdf", pdf() if content is None else content)
    return store(upload, by=UserFactory(), purpose="document")


def harmful() -> StoredFile:
    return stored(pdf(body=b"% " + HARMFUL + b"\n"))


def fresh(row: StoredFile) -> StoredFile:
    return StoredFile.objects.get(pk=row.pk)


# clamd and programs ---------------------------------------------------------------------------
def test_clamd_is_asked_as_it_understands(clamd):
    content = b"x" * 200_000  # several pieces

    assert scan(content) == Verdict(True, "", "ClamAV 1.4.2/27500")
    assert scan(content + HARMFUL) == Verdict(False, "Small.Test", "ClamAV 1.4.2/27500")
    assert clamd.contents == [content, content + HARMFUL]


def test_clamd_is_asked_over_a_socket_file(tmp_path, settings):
    with Clamd(str(tmp_path / "clamd.ctl")) as clamd:
        settings.SCANNER = clamd.address

        assert scan(b"x").is_clean


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"stream: OK",  # cut off before its end
        b"INSTREAM size limit exceeded. ERROR\0",
        b"stream: Can't allocate memory ERROR\0",
        b"stream: OK FOUNDATION\0",
        b"NOT OK\0",
        b"\0",
    ],
)
def test_an_answer_that_decides_nothing_is_a_fault(clamd, answer):
    clamd.answer = answer

    with pytest.raises(ScannerFault):
        scan(b"x")


@pytest.mark.parametrize("address", [AWAY, "clamd:///nowhere/clamd.ctl", "command:/nowhere"])
def test_a_scanner_that_is_away_is_a_fault(settings, address):
    settings.SCANNER = address

    with pytest.raises(ScannerFault):
        scan(b"x")


@pytest.mark.parametrize("address", ["", "clamav", "clamd://", "command:", "command:clamscan"])
def test_an_address_that_is_none_is_a_fault(address):
    with pytest.raises(ScannerFault):
        scanner_of(address)


def program(folder, ends_with: int, says: str = "") -> str:
    path = folder / "scan"
    path.write_text(f"#!/bin/sh\ncat >/dev/null\necho '{says}'\nexit {ends_with}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return f"command:{path} --stdout"


def test_a_program_is_asked_as_clamscan_is(tmp_path, settings):
    settings.SCANNER = program(tmp_path, 0)
    assert scan(b"x").is_clean

    settings.SCANNER = program(tmp_path, 1, "stdin: Small.Test FOUND")
    found = scan(b"x")
    assert (found.is_clean, found.found) == (False, "Small.Test")

    settings.SCANNER = program(tmp_path, 2)
    with pytest.raises(ScannerFault):
        scan(b"x")


# Fails closed ---------------------------------------------------------------------------------
def test_what_was_not_scanned_is_given_to_nobody(settings):
    settings.SCANNER = AWAY
    row = stored()

    answer = response_for(row)

    assert (row.scan, answer.status_code) == (Scan.WAITING, 503)
    assert b"%PDF" not in answer.content
    with pytest.raises(FileShutAway):
        bytes_of(row)


def test_a_scanner_that_fails_open_is_found_control(settings, monkeypatch):
    monkeypatch.setattr(storing, "is_given_out", lambda stored: stored.scan != Scan.HARMFUL)

    with pytest.raises(AssertionError):
        test_what_was_not_scanned_is_given_to_nobody(settings)


def test_what_came_in_before_there_was_a_scanner_waits_as_well(settings, clamd):
    settings.SCANNER = "none"
    row = stored()
    assert (row.scan, response_for(row).status_code) == (Scan.NONE, 200)

    settings.SCANNER = clamd.address
    assert response_for(row).status_code == 503
    scan_waiting()

    assert response_for(fresh(row)).status_code == 200


def test_a_clean_file_is_given_out_once_it_was_scanned(clamd):
    row = stored()

    assert (scan_received(), scan_received()) == (1, 0)

    row = fresh(row)
    assert (row.scan, row.scanned_with, response_for(row).status_code) == (
        Scan.CLEAN,
        "ClamAV 1.4.2/27500",
        200,
    )


def test_a_harmful_file_is_shut_away_and_staff_are_told_once(
    clamd, own_store, django_capture_on_commit_callbacks
):
    staff = staff_member(language="en")
    row = harmful()

    with django_capture_on_commit_callbacks(execute=True):
        scan_waiting()
        scan_waiting()

    row = fresh(row)
    assert (row.scan, response_for(row).status_code) == (Scan.HARMFUL, 410)
    assert row.key.startswith(f"{SHUT_AWAY}/")
    assert list((own_store / FOLDER).rglob("*.*")) == []
    [mail] = Mail.objects.filter(purpose="harmful-file")
    assert (mail.to, "Small.Test" in mail.body, row.name in mail.body) == (
        staff.email,
        True,
        False,
    )


def test_what_is_shut_away_stays_so_without_a_scanner(settings, clamd):
    row = harmful()
    scan_waiting()

    settings.SCANNER = "none"

    assert response_for(fresh(row)).status_code == 410


def test_the_sweep_leaves_what_is_shut_away_and_takes_what_it_was_before(
    clamd, own_store, monkeypatch
):
    row = harmful()
    scan_waiting()  # the transaction of this test never ends: the old bytes still lie there
    monkeypatch.setattr(storing, "BEING_STORED", timedelta(seconds=-60))

    assert sweep() == 1
    assert (own_store / fresh(row).key).exists()


def test_two_verdicts_on_one_file_count_once(settings):
    settings.SCANNER = AWAY
    row = stored()

    assert decide(row, Verdict(True, "", "a"))
    assert not decide(row, Verdict(False, "x", "b"))
    assert fresh(row).scan == Scan.CLEAN


# Again, until it answers ----------------------------------------------------------------------
def test_a_scanner_that_comes_back_is_asked_again(clamd):
    row = stored()
    clamd.answer = b"stream: no memory ERROR\0"
    assert scan_waiting() == 0
    assert (fresh(row).scan, response_for(fresh(row)).status_code) == (Scan.WAITING, 503)

    clamd.answer = None
    assert scan_waiting() == 0  # not at once
    StoredFile.objects.update(scanned_at=timezone.now() - ASKED_AGAIN - timedelta(seconds=1))

    assert scan_waiting() == 1


def test_what_cannot_be_decided_does_not_stand_before_the_others(settings, clamd):
    stuck = [stored(pdf(pages=number)) for number in range(1, FAULTS_MOST + 2)]
    clamd.answer = b"INSTREAM size limit exceeded. ERROR\0"
    scan_waiting()  # asks about so many, and no more
    asked = StoredFile.objects.filter(scanned_at__isnull=False).count()
    clamd.answer = None

    scan_waiting()

    assert (asked, fresh(stuck[-1]).scan) == (FAULTS_MOST, Scan.CLEAN)


def test_a_damaged_file_is_left_and_the_others_are_scanned(clamd, own_store):
    damaged, row = stored(), stored(pdf(pages=2))
    (own_store / damaged.key).write_bytes(b"other")

    assert scan_waiting() == 1
    assert (fresh(damaged).scan, fresh(row).scan) == (Scan.WAITING, Scan.CLEAN)


def test_without_a_scanner_nothing_is_asked(settings):
    settings.SCANNER = "none"
    stored()

    assert scan_waiting() == 0
