"""Fields by which files come in; what a file really is, is looked at when it is kept."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from ..limits import FILE_BYTES, FILE_MEGABYTES, FILES_AT_ONCE
from .checking import ACCEPT, FileRefused
from .names import safe_name

HELP = format_lazy(
    _(
        "PDF, PNG, JPEG, Excel (XLSX), Word (DOCX), CSV or plain text, without macros and "
        "passwords; each at most {size} MB."
    ),
    size=FILE_MEGABYTES,
)


class _FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True
    template_name = "django/forms/widgets/file.html"


class ReceivedFilesField(forms.FileField):
    """Several files chosen at once; its value is a list."""

    def __init__(self, **kwargs: Any):
        widget = _FilesInput(attrs={"accept": ACCEPT})
        super().__init__(**{"widget": widget, "help_text": HELP, **kwargs})

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        chosen = data if isinstance(data, list | tuple) else [data] if data else []
        if not chosen:
            super().clean(None, initial)  # says that one is needed, where it is
            return []
        if len(chosen) > FILES_AT_ONCE:
            raise forms.ValidationError(
                ngettext(
                    "Choose at most {n} file at once.",
                    "Choose at most {n} files at once.",
                    FILES_AT_ONCE,
                ).format(n=FILES_AT_ONCE),
                code="too_many",
            )
        for each in chosen:
            if not each.size:
                raise _refusal(each, FileRefused("empty"))
            if each.size > FILE_BYTES:
                raise _refusal(each, FileRefused("too_large", most=FILE_MEGABYTES))
        return list(chosen)


def _refusal(upload: UploadedFile, refused: FileRefused) -> forms.ValidationError:
    """What is wrong, with the name of the file: of several, one is meant."""
    refused.name = safe_name(upload.name or "")
    return forms.ValidationError(str(refused), code=refused.code)
