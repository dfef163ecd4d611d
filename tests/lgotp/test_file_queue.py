"""The queue in a folder: a message is there whole or not at all."""

from pathlib import Path
from queue import Empty

import pytest
from kombu import Connection
from kombu.exceptions import ChannelError
from kombu.transport import filesystem

from lgotp.file_queue import Channel, Transport

FIRST = f"{0:020}_a.mails.msg"  # before every message that is put


@pytest.fixture
def options(tmp_path: Path) -> dict[str, str]:
    for name in ("messages", "control"):
        (tmp_path / name).mkdir()
    messages = str(tmp_path / "messages")
    return {
        "data_folder_in": messages,
        "data_folder_out": messages,
        "control_folder": str(tmp_path / "control"),
    }


@pytest.fixture
def connection(options):
    with Connection("filesystem://", transport_options=options) as found:
        assert isinstance(found.transport, Transport)
        yield found


def messages(options) -> list[str]:
    return [each.name for each in Path(options["data_folder_in"]).iterdir()]


def test_what_was_put_is_got_in_order_and_then_gone(connection, options):
    with connection.SimpleQueue("mails") as queue:
        for number in range(3):
            queue.put({"number": number})

        assert [queue.get(timeout=2).payload["number"] for _each in range(3)] == [0, 1, 2]
    assert messages(options) == []


def test_a_reader_finds_no_message_that_is_not_whole(connection, options, monkeypatch):
    """At the moment before the last step nothing is there for a reader; afterwards the whole."""
    channel = connection.channel()
    rename, seen = Path.rename, []

    def watched(path: Path, target: Path) -> Path:
        with pytest.raises(Empty):
            channel._get("mails")
        seen.append(path.read_text())
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", watched)
    channel._put("mails", {"number": 1})

    assert seen == ['{"number": 1}']
    assert channel._get("mails") == {"number": 1}


def test_nothing_is_left_of_a_message_that_cannot_be_put(connection, options, monkeypatch):
    def full(path: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "rename", full)

    with pytest.raises(ChannelError):
        connection.channel()._put("mails", {"number": 1})
    assert messages(options) == []


def test_an_empty_message_ends_no_reader(connection, options):
    Path(options["data_folder_in"], FIRST).touch()
    channel = connection.channel()
    channel._put("mails", {"number": 1})

    with pytest.raises(Empty):
        channel._get("mails")
    assert channel._get("mails") == {"number": 1}


def test_an_empty_message_ends_the_reader_of_kombu_control(connection, options):
    Path(options["data_folder_in"], FIRST).touch()
    channel = connection.channel()
    assert isinstance(channel, Channel)

    with pytest.raises(ValueError, match="Expecting value"):
        filesystem.Channel._get(channel, "mails")
