"""Unique strings in rows, and the search for them in whatever leaves the portal."""

import email
import email.policy
import html
import io
import re
import secrets
import subprocess
import zipfile
from collections.abc import Iterable
from urllib.parse import unquote

_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")


def canary(owner: str) -> str:
    """A string that occurs nowhere else and survives upper and lower case, folding and kana rules.

    Letters only, so that no field refuses it: `owner` is spelled out in front.
    """
    tail = "".join(secrets.choice("abcdefghjkmnpqrstvwxyz") for _ in range(10))
    return f"Zq{owner.lower()}{tail}"


def texts_of(content: bytes) -> str:
    """Everything that can be read in these bytes: text, HTML, JSON, ZIP and XLSX, PDF, mails."""
    if content.startswith(b"%PDF"):
        return _pdf(content)
    if content.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return "\n".join(
                [
                    *archive.namelist(),
                    *(texts_of(archive.read(name)) for name in archive.namelist()),
                ]
            )
    text = content.decode("utf-8", errors="replace")
    return "\n".join([text, html.unescape(text), unquote(text), _json(text)])


def texts_of_mail(raw: bytes) -> str:
    """Every header and every part of a mail, attachments included."""
    message = email.message_from_bytes(raw, policy=email.policy.default)
    found = [f"{name}: {value}" for name, value in message.items()]
    for part in message.walk():
        found.append(part.get_filename() or "")
        if not part.is_multipart():
            found.append(texts_of(part.get_payload(decode=True) or b""))
    return "\n".join(found)


def found_in(text: str, canaries: Iterable[str]) -> set[str]:
    """Those canaries that the text holds, in whatever case it prints them."""
    folded = text.casefold()
    return {one for one in canaries if one.casefold() in folded}


def _json(text: str) -> str:
    r"""JSON written with \u escapes, read."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "\\u" in text else ""


def _pdf(content: bytes) -> str:
    done = subprocess.run(
        ["pdftotext", "-enc", "UTF-8", "-", "-"], input=content, capture_output=True, check=True
    )
    info = subprocess.run(["pdfinfo", "-"], input=content, capture_output=True, check=True)
    return (done.stdout + info.stdout).decode(errors="replace")
