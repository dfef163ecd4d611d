"""Files that come in: checked by content, cleaned, kept outside the web root, given out on a fresh
check by the app that owns them::

    stored = store(form.cleaned_data["document"], by=request.user, purpose="tie")
    return response_for(tie.document)

`fields.ReceivedFilesField` is the control of a form. The page that takes a file in declares its
size with `files.limits.accepts_upload(megabytes=…)`.
"""

from .checking import ACCEPT, Cut, FileRefused
from .storing import (
    Examined,
    FileDamaged,
    FileShutAway,
    bytes_of,
    examine,
    is_given_out,
    keep,
    response_for,
    store,
    store_all,
    sweep,
)

__all__ = [
    "ACCEPT",
    "Cut",
    "Examined",
    "FileDamaged",
    "FileRefused",
    "FileShutAway",
    "bytes_of",
    "examine",
    "is_given_out",
    "keep",
    "response_for",
    "store",
    "store_all",
    "sweep",
]
