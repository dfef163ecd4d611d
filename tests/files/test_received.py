"""What comes in is checked by its bytes, cleaned, kept outside the web root and given as a
download.
"""

import io
import time
from datetime import timedelta

import pytest
from django.conf import settings
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone, translation
from PIL import Image

from files import received
from files.limits import FILE_BYTES
from files.models import StoredFile
from files.received import FileDamaged, FileRefused, bytes_of, response_for, store, storing, sweep
from files.received.checking import MESSAGES, Checked, check
from files.received.names import safe_name
from tests.factories import UserFactory
from tests.files.uploads import CANARY, GOOD, HOSTILE, jpeg_with_place, pdf

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_store(tmp_path, monkeypatch):
    """The store of each test is empty."""
    monkeypatch.setattr(storages["default"], "_location", str(tmp_path))
    for name in ("base_location", "location"):
        storages["default"].__dict__.pop(name, None)
    yield tmp_path
    for name in ("base_location", "location"):
        storages["default"].__dict__.pop(name, None)


def upload(name: str = "計画書.pdf", content: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, pdf() if content is None else content)


def kept_bytes(folder) -> list:
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize("name", GOOD)
def test_store_keeps_what_is_allowed(name: str):
    stored = store(upload(name, GOOD[name]), by=UserFactory(), purpose="question")

    assert stored.name == name
    assert stored.size == len(bytes_of(stored))


def test_the_type_comes_from_the_bytes():
    found = {name: check(content, name).content_type for name, content in GOOD.items()}

    assert found == {
        "計画書.pdf": "application/pdf",
        "写真.jpg": "image/jpeg",
        "図.png": "image/png",
        "一覧.xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "提携書.docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "メモ.txt": "text/plain; charset=shift_jis",
        "一覧.csv": "text/csv; charset=utf-8",
    }


@pytest.mark.parametrize("title", HOSTILE)
def test_a_hostile_file_ends_in_a_message(title: str):
    name, code, content = HOSTILE[title]
    began = time.monotonic()

    with pytest.raises(FileRefused) as refused:
        check(content, name)

    assert refused.value.code == code
    assert time.monotonic() - began < 10
    with translation.override("en"):
        assert "{" not in str(refused.value)


def test_by_its_name_alone_a_web_page_would_be_a_pdf_control(monkeypatch):
    monkeypatch.setattr(
        "files.received.checking._ask", lambda data, ending: ({"kind": ending}, b"")
    )

    with pytest.raises(pytest.fail.Exception, match="DID NOT RAISE"):
        test_a_hostile_file_ends_in_a_message("web page that says to be a pdf")


def test_every_code_of_the_child_has_its_words():
    source = storing.__spec__.origin.replace("storing.py", "child.py")
    with open(source) as file:
        codes = {part.split('"')[0] for part in file.read().split('Refused("')[1:]}

    assert codes - MESSAGES.keys() == set()


@pytest.mark.parametrize("name", ["写真.jpg", "図.png"])
def test_a_picture_is_made_anew_without_what_else_it_carried(name: str):
    assert CANARY in GOOD[name]

    clean = check(GOOD[name], name).content

    assert CANARY not in clean
    assert Image.open(io.BytesIO(clean)).size == (40, 30)


def test_foreign_bytes_behind_a_picture_stay_behind():
    clean = check(jpeg_with_place() + b"<?php system($_GET[0]); ?>", "a.jpg").content

    assert b"<?php" not in clean


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_pictures_of_every_depth_come_through(mode: str):
    out = io.BytesIO()
    Image.new(mode, (8, 8)).save(out, format="PNG")

    assert Image.open(io.BytesIO(check(out.getvalue(), "a.png").content)).size == (8, 8)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("計画書.pdf", "計画書.pdf"),
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\me\\計画 書.pdf", "計画 書.pdf"),
        ("a\u202efdp.exe", "afdp.exe"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie_ x.pdf"),
        ("con.pdf", "_con.pdf"),
        ("...", ""),
        ('<b>"x".pdf', "_b__x_.pdf"),
        ("か\u3099.pdf", "が.pdf"),
        ("長" * 300 + ".pdf", "長" * 146 + ".pdf"),
        ("x" * 300, "x" * 150),
        ("\x00", ""),
    ],
)
def test_a_name_is_made_safe(typed: str, kept: str):
    assert safe_name(typed) == kept


def test_a_file_without_a_name_is_refused():
    with pytest.raises(FileRefused):
        store(upload("..."), by=UserFactory(), purpose="question")


def test_a_file_that_is_too_large_is_refused_before_it_is_looked_at():
    with pytest.raises(FileRefused) as refused:
        store(upload(content=b"x" * (FILE_BYTES + 1)), by=UserFactory(), purpose="question")

    assert refused.value.code == "too_large"


def test_what_is_refused_leaves_no_bytes_and_no_row(own_store):
    for name, _code, content in HOSTILE.values():
        if len(content) < 100_000:
            with pytest.raises(FileRefused):
                store(upload(name, content), by=UserFactory(), purpose="question")

    assert kept_bytes(own_store) == []
    assert StoredFile.objects.count() == 0


def test_the_same_bytes_twice_are_two_files(own_store):
    person = UserFactory()

    first, second = (store(upload(), by=person, purpose="question") for _each in range(2))

    assert first.sha256 == second.sha256
    assert first.key != second.key
    assert len(kept_bytes(own_store)) == 2


def test_the_key_tells_nothing_and_lies_outside_the_web_root():
    stored = store(upload("病歴.pdf"), by=UserFactory(), purpose="question")

    assert "病歴" not in stored.key
    assert not str(settings.DATA_DIR).startswith(str(settings.STATIC_ROOT))
    assert settings.MEDIA_URL in {"", "/"}


def test_a_download_is_kept_by_nobody_and_acts_nowhere():
    stored = store(upload("計画書.pdf"), by=UserFactory(), purpose="question")

    response = response_for(stored)

    assert response.content == pdf()
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''%E8%A8%88")
    assert response["Cache-Control"] == "private, no-store"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == (
        "default-src 'none'; frame-ancestors 'none'; sandbox"
    )


def test_bytes_that_changed_are_not_given_out(own_store):
    stored = store(upload(), by=UserFactory(), purpose="question")
    kept_bytes(own_store)[0].write_bytes(pdf(b"/X 1"))

    with pytest.raises(FileDamaged):
        response_for(stored)


def test_bytes_that_are_missing_are_no_empty_file(own_store):
    stored = store(upload(), by=UserFactory(), purpose="question")
    kept_bytes(own_store)[0].unlink()

    with pytest.raises(FileDamaged):
        response_for(stored)


def later(monkeypatch, hours: int = 2) -> None:
    now = timezone.now() + timedelta(hours=hours)
    monkeypatch.setattr(storing.timezone, "now", lambda: now)


def roll_back() -> None:
    with transaction.atomic():
        store(upload(), by=UserFactory(), purpose="question")
        transaction.set_rollback(True)


def test_bytes_of_a_transaction_that_was_rolled_back_are_swept(own_store, monkeypatch):
    kept = store(upload(), by=UserFactory(), purpose="question")
    roll_back()
    assert len(kept_bytes(own_store)) == 2

    assert sweep() == 0, "a page may still be at work"
    later(monkeypatch)
    assert sweep() == 1
    assert sweep() == 0

    assert bytes_of(kept) == pdf()
    assert len(kept_bytes(own_store)) == 1


def test_without_the_sweep_they_would_stay_control(own_store, monkeypatch):
    monkeypatch.setattr("tests.files.test_received.sweep", lambda: 1)

    with pytest.raises(AssertionError):
        test_bytes_of_a_transaction_that_was_rolled_back_are_swept(own_store, monkeypatch)


def test_a_row_that_cannot_be_written_takes_its_bytes_along(own_store, monkeypatch):
    monkeypatch.setattr(storing, "check", lambda data, name, cut: Checked("", data))

    with pytest.raises(IntegrityError):
        store(upload(), by=UserFactory(), purpose="question")

    assert kept_bytes(own_store) == []


def test_a_full_disk_is_a_message_and_leaves_nothing(own_store, monkeypatch):
    def full(*_args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(type(storages["default"]), "_save", full)

    with pytest.raises(FileRefused) as refused:
        store(upload(), by=UserFactory(), purpose="question")

    assert refused.value.code == "disk"
    assert kept_bytes(own_store) == []


def test_nobody_fills_the_disk(monkeypatch):
    monkeypatch.setattr(storing, "FILES_A_DAY", 2)
    person = UserFactory()
    for _each in range(2):
        store(upload(), by=person, purpose="question")

    with pytest.raises(FileRefused) as refused:
        store(upload(), by=person, purpose="question")
    assert refused.value.code == "too_much_today"

    store(upload(), by=UserFactory(), purpose="question")
    StoredFile.objects.update(uploaded_at=timezone.now() - timedelta(hours=25))
    store(upload(), by=person, purpose="question")


def test_a_row_without_bytes_is_refused_by_the_database():
    with pytest.raises(IntegrityError), transaction.atomic():
        StoredFile.objects.create(
            name="a", key="b", sha256="c", content_type="d", size=0, purpose="x"
        )


def test_all_names_of_the_package_are_there():
    assert all(hasattr(received, name) for name in received.__all__)
