"""The mail as it goes over the wire, and the line to the mail server."""

import contextlib
import re
import smtplib
import socket
import threading
import unicodedata
from email.headerregistry import Address
from email.utils import format_datetime
from functools import partial
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.utils import timezone

from ..backends import NotHandedOver
from ..letters import letter_bytes
from ..models import Letter, Mail

HAND_OVER_SECONDS = 20.0  # for one whole mail, however slowly the server answers each command


def build_message(mail: Mail) -> EmailMessage:
    """The mail as it goes over the wire, with the stored PDF of its letter; LetterDamaged if that
    is not intact.
    """
    message = EmailMessage(
        subject=mail.subject,
        body=mail.body,
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[mail.to],
        headers={
            "To": _mailbox(mail),
            "Message-ID": mail.message_id,
            "Auto-Submitted": "auto-generated",
            "Content-Language": mail.language,
            "Date": format_datetime(timezone.localtime()),
        },
    )
    if mail.letter:
        name = _file_name(mail.letter)
        message.attach(name, letter_bytes(mail.letter), "application/pdf")
    return message


def _mailbox(mail: Mail) -> str:
    """Name and address as one mailbox, quoted so that no name can bring a second one.

    It stands in the header alone. Beside it the server is told the bare address: Django would
    encode a long name twice and then refuse it.
    """
    return str(Address(mail.to_name, addr_spec=mail.to)) if mail.to_name else mail.to


def _file_name(letter: Letter) -> str:
    """The reference number as a file name that every system takes, its Japanese intact."""
    safe = re.sub(
        r'[\x00-\x1f\x7f/\\:*?"<>|]+', "_", unicodedata.normalize("NFC", letter.reference)
    )
    return f"{safe.strip(' ._')[:80]}.pdf"


class Line:
    """One connection to the mail server for a chunk, opened anew after a fault."""

    def __init__(self) -> None:
        self.backend: Any = get_connection(fail_silently=False)
        self.text_began = False  # from here on a broken line leaves the fate of the mail open

    def __enter__(self) -> "Line":
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def open(self) -> None:
        """Make sure the server listens, so that a fault here means: nothing was handed over."""
        server = getattr(self.backend, "connection", None)
        if isinstance(server, smtplib.SMTP) and not self._answers(server):
            self.close()
        self.backend.open()
        server = getattr(self.backend, "connection", None)
        if isinstance(server, smtplib.SMTP):
            server.data = partial(self._data, server)  # type: ignore[method-assign]

    def _data(self, server: smtplib.SMTP, text: Any) -> tuple[int, bytes]:
        """Note that the text of the mail is on its way to the server."""
        self.text_began = True
        return type(server).data(server, text)

    def _answers(self, server: smtplib.SMTP) -> bool:
        try:
            return server.sock is not None and server.noop()[0] == 250
        except (OSError, smtplib.SMTPException):
            return False

    def send(self, message: EmailMessage) -> None:
        """Hand one mail over; a server that has not taken it in time is cut off.

        The time limit of a socket begins anew with every answer, and a server may give its answer
        letter by letter; the lease of the mail would end meanwhile.
        """
        self.text_began = not isinstance(getattr(self.backend, "connection", None), smtplib.SMTP)
        clock = threading.Timer(HAND_OVER_SECONDS, self._cut)
        clock.daemon = True
        clock.start()
        try:
            if self.backend.send_messages([message]) != 1:
                raise NotHandedOver("the mail backend took nothing")
        finally:
            clock.cancel()

    def _cut(self) -> None:
        """End the connection under the waiting thread, which then reads the end of the line."""
        wire = getattr(getattr(self.backend, "connection", None), "sock", None)
        if wire is not None:
            with contextlib.suppress(OSError):
                socket.socket.shutdown(wire, socket.SHUT_RDWR)

    def close(self) -> None:
        try:
            self.backend.close()
        except (OSError, smtplib.SMTPException):
            self.backend.connection = None
