"""Work that takes longer than a page: once, resumed, ended with the right to it, and swept (P7)."""

import io
import zipfile
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership
from files import long_work
from files.long_work import Kind, begin, cancel, run_waiting, sweep
from files.models import LongWork
from placements.long_work import EXCERPT, FULL, Dossiers, destroy_archives, subject_of_request
from placements.models import Nomination
from placements.services import nominate
from tests.factories import staff_member
from tests.placements.ground_of_links import opening_of, published
from trainees import consents
from trainees.consents import give_consent, withdraw_consent

pytestmark = pytest.mark.django_db
State, Ending = LongWork.State, LongWork.Ending


class Letters(Kind):
    """Three small pieces; `made` tells which were made, `before` is called before each."""

    def __init__(self, count: int = 3) -> None:
        self.names = [f"n{number}" for number in range(1, count + 1)]
        self.made: list[str] = []
        self.before = lambda piece: None

    def may(self, user, subject):
        return bool(user.is_active and user.is_staff)

    def pieces(self, subject):
        return self.names

    def make(self, subject, piece, language):
        self.before(piece)
        self.made.append(piece)
        return "same name.pdf", f"{piece} {language}".encode()

    def file_name(self, subject):
        return "letters.zip"

    def title(self, subject):
        return "Letters"


@pytest.fixture
def kind(monkeypatch, settings, tmp_path) -> Letters:
    """A kind of its own, and a store of its own."""
    backend = "django.core.files.storage.FileSystemStorage"
    store = {"BACKEND": backend, "OPTIONS": {"location": tmp_path / "uploads"}}
    settings.STORAGES = {**settings.STORAGES, "default": store}
    found = Letters()
    monkeypatch.setitem(long_work._kinds, "letters", found)
    return found


@pytest.fixture
def staff():
    return staff_member(language="en")


def ask(by, subject: str = "a") -> LongWork:
    return begin("letters", subject, by=by, language="en")


def again(work: LongWork) -> LongWork:
    return LongWork.objects.get(pk=work.pk)


def stored() -> list[str]:
    """Every file that lies in the store for long work."""
    try:
        folders, _names = default_storage.listdir("long-work")
    except FileNotFoundError:
        return []
    return [name for each in folders for name in default_storage.listdir(f"long-work/{each}")[1]]


def test_all_pieces_come_into_one_archive_with_free_names(kind, staff):
    work = ask(staff)

    assert run_waiting() == 1

    done = again(work)
    assert (done.state, done.done, done.total, done.name) == (State.READY, 3, 3, "letters.zip")
    with zipfile.ZipFile(io.BytesIO(long_work.bytes_of_work(done))) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == {
            "same name.pdf": b"n1 en",
            "same name (2).pdf": b"n2 en",
            "same name (3).pdf": b"n3 en",
        }
    assert len(stored()) == 1  # the pieces are gone


def test_asked_for_twice_it_is_made_once(kind, staff):
    first, second = ask(staff), ask(staff)

    assert first == second
    assert ask(staff_member()) != first  # a colleague has one of their own
    with pytest.raises(IntegrityError), transaction.atomic():
        LongWork.objects.create(kind="letters", subject="a", requested_by=staff, language="en")


def test_a_worker_that_was_killed_is_followed_by_another(kind, staff):
    def die(piece):
        if piece == "n3":
            raise KeyboardInterrupt  # nothing is caught: as if the process had gone

    kind.before = die
    work = ask(staff)
    with pytest.raises(KeyboardInterrupt):
        run_waiting()
    assert (again(work).state, again(work).done) == (State.WORKING, 2)
    assert run_waiting() == 0  # the dead worker's lease still runs

    LongWork.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    kind.before = lambda piece: None
    assert run_waiting() == 1

    assert again(work).state == State.READY
    assert kind.made == ["n1", "n2", "n3"]  # what was made before was not made again


def test_a_piece_that_was_written_by_half_is_made_again(kind, staff):
    work = ask(staff)
    key = long_work._piece_key(work, "n1")
    from django.core.files.base import ContentFile

    default_storage.save(key, ContentFile(b"5 a.pdf\nn1"))

    run_waiting()

    assert kind.made == ["n1", "n2", "n3"]


def test_a_worker_without_time_leaves_the_rest_to_the_next(kind, staff):
    work = ask(staff)

    run_waiting(seconds=0)
    assert again(work).state == State.QUEUED
    long_work._run(long_work._claim(), until=0)
    assert (again(work).state, again(work).attempts) == (State.QUEUED, 0)

    run_waiting()
    assert again(work).state == State.READY


def test_a_right_that_ended_ends_the_work_without_a_file(
    kind, staff, django_capture_on_commit_callbacks
):
    def leave(piece):
        if piece == "n2":
            Membership.objects.filter(user=staff).delete()

    kind.before = leave
    work = ask(staff)

    with django_capture_on_commit_callbacks(execute=True):
        run_waiting()

    assert (again(work).state, again(work).ending, again(work).key) == (
        State.ENDED,
        Ending.RIGHT,
        "",
    )
    assert stored() == []


def test_without_the_check_the_file_would_be_made(kind, staff, monkeypatch):
    """The control: the same person, and nobody asks."""
    monkeypatch.setattr(long_work, "may_have", lambda work: True)
    work = ask(staff)
    Membership.objects.filter(user=staff).delete()

    run_waiting()

    assert again(work).state == State.READY


def test_an_account_that_was_closed_ends_it_too(kind, staff):
    work = ask(staff)
    staff.is_active = False
    staff.save()

    run_waiting()

    assert again(work).ending == Ending.RIGHT


def test_cancelled_the_worker_stops_and_nothing_remains(kind, staff):
    work = ask(staff)
    kind.before = lambda piece: cancel(work) if piece == "n2" else None

    run_waiting()

    assert (again(work).state, again(work).ending) == (State.ENDED, Ending.CANCELLED)
    assert kind.made == ["n1", "n2"]


def test_a_failure_is_tried_three_times(kind, staff):
    def fail(piece):
        raise ValueError(piece)

    kind.before = fail
    work = ask(staff)
    for attempt in range(1, 4):
        run_waiting()
        assert again(work).attempts == attempt
        LongWork.objects.update(leased_until=None)

    assert again(work).state == State.FAILED
    assert stored() == []


def test_nothing_to_put_into_it_is_said(kind, staff):
    kind.names = []
    work = ask(staff)

    run_waiting()

    assert (again(work).state, again(work).ending) == (State.ENDED, Ending.EMPTY)


def test_the_sweep_takes_what_expired_and_what_nobody_may_have(
    kind, staff, django_capture_on_commit_callbacks
):
    other = staff_member()
    expired, lost, kept = ask(staff), ask(other), ask(staff, "b")
    run_waiting()
    LongWork.objects.filter(pk=expired.pk).update(expires_at=timezone.now())
    Membership.objects.filter(user=other).delete()

    with django_capture_on_commit_callbacks(execute=True):
        assert sweep() == 2
    assert sweep() == 0

    assert (again(expired).ending, again(lost).ending) == (Ending.EXPIRED, Ending.RIGHT)
    assert again(kept).state == State.READY
    assert len(stored()) == 1


def test_rows_are_forgotten_after_thirty_days(kind, staff):
    work = ask(staff)
    cancel(work)
    LongWork.objects.update(requested_at=timezone.now() - timedelta(days=31))

    sweep()

    assert not LongWork.objects.exists()


# Pages ------------------------------------------------------------------------------------------


def fetched(user, work: LongWork):
    client = Client()
    client.force_login(user)
    return client.get(reverse("desk:work_file", args=[work.public_id]))


def test_the_file_goes_to_whoever_asked_and_to_nobody_else(kind, staff):
    work = ask(staff)
    assert fetched(staff, work).status_code == 404  # not ready
    run_waiting()

    answer = fetched(staff, work)

    assert answer.status_code == 200
    assert answer["Content-Disposition"] == 'attachment; filename="letters.zip"'
    assert "no-store" in answer["Cache-Control"]
    assert fetched(staff_member(), work).status_code == 404


def test_the_right_is_asked_again_when_it_is_fetched(
    kind, staff, monkeypatch, django_capture_on_commit_callbacks
):
    work = ask(staff)
    run_waiting()
    monkeypatch.setattr(kind, "may", lambda user, subject: False)

    with django_capture_on_commit_callbacks(execute=True):
        assert fetched(staff, work).status_code == 404

    assert again(work).ending == Ending.RIGHT
    assert stored() == []


def test_the_page_tells_how_far_it_is_and_asks_again_by_itself(kind, staff, client):
    client.force_login(staff)
    work = ask(staff)
    LongWork.objects.update(state=State.WORKING, done=1, total=3, leased_until=timezone.now())
    address = reverse("desk:work", args=[work.public_id])

    shown = client.get(address).content.decode()

    assert 'value="33"' in shown
    assert "1 of 3 are done." in shown
    assert 'hx-trigger="every 2s"' in shown
    LongWork.objects.update(state=State.QUEUED, leased_until=None)
    run_waiting()
    shown = client.get(address).content.decode()
    assert "Fetch the archive" in shown
    assert "hx-trigger" not in shown


def test_a_click_ends_it(kind, staff, client):
    client.force_login(staff)
    work = ask(staff)

    for _click in range(2):
        client.post(reverse("desk:work_cancel", args=[work.public_id]))

    assert again(work).ending == Ending.CANCELLED


def test_staff_alone_may_have_dossiers():
    person = staff_member()
    assert Dossiers().may(person, "x")
    Membership.objects.filter(user=person).delete()
    assert not Dossiers().may(type(person).objects.get(pk=person.pk), "x")


# A consent that is taken back --------------------------------------------------------------------


@pytest.fixture
def dossiers(kind, monkeypatch) -> Letters:
    """Small pieces in the place of printed dossiers."""
    monkeypatch.setitem(long_work._kinds, "dossiers", kind)
    return kind


def archives(staff) -> tuple[Nomination, list[LongWork]]:
    """The archives of a request with one nominee: full, excerpt, and that of another request."""
    recruitment = published()
    here, there = opening_of(recruitment), opening_of(recruitment)
    nomination = nominate(
        cycle=recruitment.cycle,
        opening=here,
        by=staff,
        email="nominee@example.org",
        passport_name="Suryani",
        nationality="ID",
        language="en",
    )
    subjects = [
        subject_of_request(here.host_request, FULL),
        subject_of_request(here.host_request, EXCERPT),
        subject_of_request(there.host_request, FULL),
    ]
    works = [begin("dossiers", subject, by=staff, language="en") for subject in subjects]
    return nomination, works


def take_back(nomination: Nomination, capture) -> None:
    give_consent(nomination.application, "health", language="en")
    with capture(execute=True):
        withdraw_consent(nomination.application, "health")


def test_a_consent_taken_back_destroys_the_full_archives_alone(
    dossiers, staff, django_capture_on_commit_callbacks
):
    nomination, works = archives(staff)
    run_waiting()
    keys = [again(work).key for work in works]

    take_back(nomination, django_capture_on_commit_callbacks)

    full, excerpt, elsewhere = [again(work) for work in works]
    assert [full.state, excerpt.state, elsewhere.state] == [State.ENDED, State.READY, State.READY]
    assert full.ending == Ending.RIGHT
    assert [default_storage.exists(key) for key in keys] == [False, True, True]
    anew = begin("dossiers", full.subject, by=staff, language="en")
    run_waiting()
    assert again(anew).state == State.READY


def test_what_is_being_made_stops_and_leaves_no_piece(
    dossiers, staff, django_capture_on_commit_callbacks
):
    nomination, (work, *_others) = archives(staff)
    LongWork.objects.exclude(pk=work.pk).delete()

    def withdraw_in_between(piece):
        if piece == "n2":
            take_back(nomination, django_capture_on_commit_callbacks)

    dossiers.before = withdraw_in_between
    run_waiting()

    assert again(work).state == State.ENDED
    assert stored() == []


def test_what_has_not_begun_is_made_without_the_answers(
    dossiers, staff, django_capture_on_commit_callbacks
):
    nomination, (work, *_others) = archives(staff)

    take_back(nomination, django_capture_on_commit_callbacks)

    assert again(work).state == State.QUEUED


def test_without_the_forgetting_the_archive_would_stay_control(
    dossiers, staff, monkeypatch, django_capture_on_commit_callbacks
):
    nomination, (work, *_others) = archives(staff)
    run_waiting()
    others = [each for each in consents._forgetters if each is not destroy_archives]
    monkeypatch.setattr(consents, "_forgetters", others)

    take_back(nomination, django_capture_on_commit_callbacks)

    assert default_storage.exists(again(work).key)
