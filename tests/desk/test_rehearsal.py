"""A whole year in processes of its own: same seed, same bytes; a broken rule is found and named."""

import hashlib
import json
import os
import subprocess
import sys
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from desk.rehearsal import sources
from desk.rehearsal.cast import NOMINEES
from desk.rehearsal.invariants import RULES
from desk.rehearsal.run import RehearsalError, environment, plan_of, rehearse
from schedule.models import Programme

# A rehearsal uses SQLite wherever the portal runs: once is enough.
whole_year = pytest.mark.portal


def content(folder: Path) -> dict[str, str]:
    """Every file with its fingerprint."""
    return {
        str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


def check_same(one: dict[str, str], other: dict[str, str]) -> None:
    assert one == other


@whole_year
@pytest.mark.django_db
def test_the_same_seed_plays_the_same_year_and_nothing_of_the_portal_is_touched(
    tmp_path, monkeypatch
):
    portal = tmp_path / "portal"
    portal.mkdir()
    (portal / "db.sqlite3").write_bytes(b"the portal's own database")
    monkeypatch.setenv("PORTAL_DATA_DIR", str(portal))
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{portal / 'db.sqlite3'}")
    before = (content(portal), Programme.objects.count())
    lines: list[str] = []
    first, second = tmp_path / "first", tmp_path / "second"
    second.mkdir()  # an empty folder is taken

    rehearse(plan_of(2028, "lgotp", 7), first, say=lines.append)
    rehearse(plan_of(2028, "lgotp", 7), second, say=lines.append)

    check_same(content(first), content(second))
    assert (content(portal), Programme.objects.count()) == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["first", "portal", "second"]
    assert f"{len(RULES)} rules looked after on each day, 0 broken" in lines
    look_at_the_folder(first)

    # Control: one mail, letter or word more, and the two years would not be the same.
    index = second / "index.html"
    index.write_text(index.read_text() + " ")
    with pytest.raises(AssertionError):
        check_same(content(first), content(second))


def look_at_the_folder(folder: Path) -> None:
    """What a reader finds: pages in both languages, mails that open, letters that are PDFs."""
    for name, words in [("index.html", 'lang="ja"'), ("index.en.html", 'lang="en"')]:
        page = (folder / name).read_text()
        assert f"<html {words}>" in page
        links = [link.split('"')[0] for link in page.split('href="')[1:]]
        inside = {link for link in links if not link.startswith("#")}
        assert inside
        assert [link for link in inside if not (folder / link).is_file()] == []
        assert "<script" not in page
        assert "style=" not in page
    english = (folder / "index.en.html").read_text()
    for words in ["Declines the nomination.", "refused", "Holds the answer of", "no demand"]:
        assert words in english
    mails = [message_from_bytes(f.read_bytes(), policy=policy.default)
             for f in sorted((folder / "mails").iterdir())]  # fmt: skip
    subjects = " ".join(mail["Subject"] for mail in mails)
    assert {mail["Date"].datetime.year for mail in mails} == {2027, 2028}
    assert len({mail["Message-ID"] for mail in mails}) == len(mails)
    letters = list((folder / "letters").iterdir())
    assert len(letters) >= 8
    assert len(letters) % 2 == 0
    assert all(letter.read_bytes().startswith(b"%PDF-") for letter in letters)
    relays = sorted(file.name for file in (folder / "relays").iterdir())
    assert [name.split("-", 1)[1] for name in relays] == ["380008-down.pdf", "380008-up.pdf"]
    assert all(f'href="relays/{name}"' in english for name in relays)
    for words in ["Reminds those who have not answered", "Closes the survey", "in its order"]:
        assert words in english
    assert "after the survey was closed: refused" in english
    attached = [part for mail in mails for part in mail.iter_attachments()]
    assert {part.get_content() for part in attached} == {each.read_bytes() for each in letters}
    assert "Your nomination" in subjects
    assert len(NOMINEES) > 5


@whole_year
@pytest.mark.django_db
def test_an_actor_that_breaks_a_rule_is_found_on_the_day_with_the_row_control(tmp_path):
    plan = plan_of(2028, "lgotp", 1)

    with pytest.raises(RehearsalError) as caught:
        rehearse(plan, tmp_path / "year", modules=["tests.desk.rehearsal_faults"], say=str)

    faults = str(caught.value).splitlines()
    assert faults[0].startswith("2027-09-03: ")
    assert "hosts.HostRequest:1 has 1 seats, 2 placed" in faults[0]
    assert "schedule.Cycle:1 (2027) changed after it was closed" in faults[1]
    assert "hosts.HostRequest:1" in (tmp_path / "year" / "index.html").read_text()
    assert [each.name for each in tmp_path.iterdir()] == ["year"]


# The process is apart -------------------------------------------------------------------------


def test_nothing_of_the_portals_own_settings_reaches_the_process(tmp_path, monkeypatch):
    own = ["DATABASE_URL", "PORTAL_DATA_DIR", "SECRET_KEY", "EMAIL_URL", "REDIS_URL", "FIELD_KEYS"]
    for name in own:
        monkeypatch.setenv(name, f"of-the-portal:{name}")

    given = environment(tmp_path, 1)

    assert [name for name, value in given.items() if "of-the-portal:" in value] == []
    assert given["DATABASE_URL"].startswith(f"sqlite:///{tmp_path}")


def ask_child(work: Path, env: dict[str, str]) -> subprocess.CompletedProcess:
    asked = {"year": 2028, "seed": 1, "first_day": "2027-09-01", "work": str(work)}
    return subprocess.run(
        [sys.executable, "-m", "desk.rehearsal.child"],
        cwd=settings.BASE_DIR,
        env=env,
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_a_process_that_is_given_the_portals_database_stops_before_it_writes(tmp_path):
    """The control of the environment: with the caller's own settings the process refuses."""
    work, portal = tmp_path / "work", tmp_path / "portal"
    (work / "data").mkdir(parents=True)
    portal.mkdir()
    database = portal / "db.sqlite3"
    database.write_bytes(b"")
    env = environment(work, 1) | {"DATABASE_URL": f"sqlite:///{database}"}

    done = ask_child(work, env)

    assert done.returncode == 1
    assert "writes only into its own folder" in done.stderr
    assert str(database) in done.stderr
    assert database.read_bytes() == b""


def test_the_portals_own_process_cannot_be_turned_into_a_rehearsal():
    now = sources.timezone.now

    with pytest.raises(RuntimeError):
        sources.install(1, now())

    assert sources.timezone.now is now


def test_the_clock_never_goes_back_and_the_dice_are_those_of_the_seed():
    start = sources.timezone.now()
    clock = sources.Clock(start)
    first = clock.now()
    clock.move_to(start)

    assert clock.now() > first > start
    draws = [(dice.token_urlsafe(32), dice.uuid4(), dice.choice("abc"))
             for dice in (sources.Dice(1), sources.Dice(1), sources.Dice(2))]  # fmt: skip
    assert draws[0] == draws[1] != draws[2]
    assert len(draws[0][0]) == 43


# The command ----------------------------------------------------------------------------------


@pytest.mark.django_db
def test_dry_run_writes_nothing(tmp_path, capsys):
    call_command("rehearse", "2028", to=tmp_path / "year", dry_run=True)

    assert "would be played from 2027-09-01" in capsys.readouterr().out
    assert list(tmp_path.iterdir()) == []
    assert not Programme.objects.exists()


@pytest.mark.django_db
def test_a_folder_that_is_not_empty_is_refused_and_left_as_it_is(tmp_path):
    (tmp_path / "kept.txt").write_text("kept")

    with pytest.raises(CommandError, match="is not empty") as caught:
        call_command("rehearse", "2028", to=tmp_path)

    assert caught.value.returncode == 1
    assert content(tmp_path).keys() == {"kept.txt"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("year", "words", "code"),
    [("1900", {}, 2), ("9999", {}, 2), ("2028", {"programme": "nobodys"}, 1)],
)
def test_what_cannot_be_played_is_refused(tmp_path, year, words, code):
    with pytest.raises(CommandError) as caught:
        call_command("rehearse", year, to=tmp_path / "year", **words)

    assert caught.value.returncode == code
    assert list(tmp_path.iterdir()) == []


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["file", "file/below", "no-folder/year", "link"])
def test_a_place_that_cannot_be_used_is_refused(tmp_path, name):
    (tmp_path / "file").write_text("")
    (tmp_path / "link").symlink_to(tmp_path)

    with pytest.raises(CommandError) as caught:
        call_command("rehearse", "2028", to=tmp_path / name, dry_run=True)

    assert caught.value.returncode == 1
    assert os.listdir(tmp_path) == sorted(os.listdir(tmp_path), key=os.listdir(tmp_path).index)


def test_a_year_that_is_no_number_is_wrong_in_itself(tmp_path):
    words = [sys.executable, "manage.py", "rehearse", "soon", "--to", str(tmp_path / "year")]

    done = subprocess.run(words, cwd=settings.BASE_DIR, capture_output=True, check=False)

    assert done.returncode == 2
    assert list(tmp_path.iterdir()) == []
