"""Mail as files, for the embedded mode: each mail can be opened with a double click."""

import os
import re
import secrets
from collections.abc import Sequence
from email.utils import parseaddr
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone


class NotHandedOver(Exception):
    """Nothing of the mail has left the house, so that it may be tried again."""


class FileBackend(BaseEmailBackend):
    """Write each mail as one `.eml` file into EMAIL_FILE_PATH, whole or not at all."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for message in email_messages:
            try:
                self._write(message)
            except OSError as error:
                raise NotHandedOver(str(error)) from error
        return len(email_messages)

    def _write(self, message: EmailMessage) -> None:
        folder = Path(settings.EMAIL_FILE_PATH)
        folder.mkdir(parents=True, exist_ok=True)
        mime = message.message()
        moment = timezone.localtime().strftime("%Y%m%d-%H%M%S-%f")
        to = _safe(parseaddr(message.recipients()[0])[1] if message.recipients() else "nobody")
        name = f"{moment}_{to}_{_safe(mime['Message-ID'] or '')[:40]}.eml"
        part = folder / f".{secrets.token_hex(8)}.part"
        try:
            part.touch(mode=0o600)
            part.write_bytes(mime.as_bytes())
            os.replace(part, folder / name)
        finally:
            part.unlink(missing_ok=True)


def _safe(text: str) -> str:
    """Only what every file system takes."""
    return re.sub(r"[^A-Za-z0-9@._+-]+", "_", text).strip("._")[:80]
