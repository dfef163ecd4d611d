"""How a paper is handed in, and how one is refused."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.editing import OnceFormMixin
from accounts.models import User
from accounts.plain_text import PlainTextMixin
from files.limits import FILE_MEGABYTES
from files.received import Cut, Examined, FileRefused

from ..forms import PastDateField
from ..models import SHORT_TEXT, DocumentKind
from .handing_in import examine_paper

PHOTO_ACCEPT = ".jpg,.jpeg,.png"
PAPER_ACCEPT = f".pdf,{PHOTO_ACCEPT}"
THOUSAND = 1000
PARTS = [
    ("start", pgettext_lazy("part of a photo", "the top, or the left of a wide photo")),
    ("middle", pgettext_lazy("part of a photo", "the middle")),
    ("end", pgettext_lazy("part of a photo", "the bottom, or the right of a wide photo")),
]


PAPER_HELP = format_lazy(_("PDF, JPEG or PNG, at most {size} MB."), size=FILE_MEGABYTES)
PHOTO_HELP = format_lazy(
    _(
        "JPEG or PNG, at most {size} MB, at least 354 × 472 pixels. Where it was taken is removed "
        "from the file."
    ),
    size=FILE_MEGABYTES,
)


class _File(forms.FileInput):
    template_name = "django/forms/widgets/file.html"


class PaperForm(OnceFormMixin, forms.Form):
    """One paper of one kind; a file that is no good is refused at its field."""

    upload = forms.FileField(label=_("File"), widget=_File)
    issued_on = PastDateField(
        label=_("Day of issue"),
        help_text=_("As printed on the paper, for example 2026-11-17 or 17 November 2026."),
    )
    part = forms.ChoiceField(
        label=_("Part of the photo that is kept"),
        choices=PARTS,
        initial="middle",
        required=False,
        widget=forms.RadioSelect,
    )
    cut = forms.CharField(required=False, widget=forms.HiddenInput, max_length=40)

    def __init__(self, *args: Any, kind: DocumentKind, by: User, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.kind, self.by = kind, by
        is_photo = kind.format == DocumentKind.Format.PHOTO
        upload = self.fields["upload"]
        upload.widget.attrs["accept"] = PHOTO_ACCEPT if is_photo else PAPER_ACCEPT
        upload.help_text = PHOTO_HELP if is_photo else PAPER_HELP
        upload.error_messages |= {
            "required": _("Choose the file."),
            "empty": _("This file is empty."),
        }
        if not kind.has_issue_day:
            del self.fields["issued_on"]
        if not is_photo:
            del self.fields["part"], self.fields["cut"]

    def clean_cut(self) -> tuple[int, int, int, int] | None:
        """Left, top, width and height in thousandths of the picture; what is none of that is left
        out, and the chosen part counts.
        """
        numbers = self.cleaned_data["cut"].split(",")
        if len(numbers) != 4 or not all(each.isascii() and each.isdigit() for each in numbers):
            return None
        left, top, width, height = (int(each) for each in numbers)
        is_inside = left + width <= THOUSAND and top + height <= THOUSAND
        return (left, top, width, height) if width and height and is_inside else None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors:
            cleaned["examined"] = self._examined(cleaned)
        return cleaned

    def _examined(self, cleaned: dict[str, Any]) -> Examined | None:
        cut = Cut(cleaned.get("part") or "middle", cleaned.get("cut"))
        try:
            return examine_paper(self.kind, cleaned["upload"], by=self.by, cut=cut)
        except FileRefused as refused:
            self.add_error("upload", ValidationError(str(refused), code=refused.code))
        return None


class RefuseForm(PlainTextMixin, forms.Form):
    """Why a paper does not do; the person reads it."""

    reason = forms.CharField(
        label=_("Why it is refused"),
        max_length=SHORT_TEXT,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("The person reads it by mail and on their page. Write what is needed instead."),
        error_messages={"required": _("Write why it is refused; the person reads it.")},
    )
