"""The queue of one machine without Redis: a folder in which a message is there whole or not at all.

Kombu's own transport shows a message to its readers before a word of it is written, and a worker
that reads it at that moment ends.
"""

import json
import uuid
from contextlib import suppress
from pathlib import Path
from queue import Empty
from time import monotonic_ns
from typing import Any

from kombu.exceptions import ChannelError
from kombu.transport import filesystem
from kombu.utils.json import dumps


class Channel(filesystem.Channel):
    def _put(self, queue: str, payload: Any, **_kwargs: Any) -> None:  # type: ignore[override]
        """Write the message beside the others, then give it the name that readers look for."""
        folder = Path(self.data_folder_out)
        name = f"{monotonic_ns():020}_{uuid.uuid4()}.{queue}"
        unread = folder / f"{name}.part"
        try:
            unread.write_text(dumps(payload))
            unread.rename(folder / f"{name}.msg")
        except OSError as error:
            with suppress(OSError):
                unread.unlink()
            raise ChannelError(f"Cannot add a message to {str(folder)!r}.") from error

    def _get(self, queue: str, timeout: float | None = None) -> dict[str, Any]:
        """The next message. One that is none is dropped: the queue is a doorbell, and what it rings
        for stands in the database.
        """
        try:
            return super()._get(queue)
        except json.JSONDecodeError as error:
            raise Empty from error


class Transport(filesystem.Transport):
    Channel = Channel
