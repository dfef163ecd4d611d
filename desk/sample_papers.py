"""Papers that nobody wrote, for the demonstration and the rehearsal: a blank sheet and a grey
portrait. Each is looked at once, however often it is handed in.
"""

import io
from functools import cache

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from pypdf import PdfWriter

from files.received import Examined
from trainees.documents.handing_in import examine_paper
from trainees.models import DocumentKind


@cache
def sample_paper(form: str) -> Examined:
    """The file of every paper of this form; it is looked at once for all of them."""
    is_photo = form == DocumentKind.Format.PHOTO
    upload = SimpleUploadedFile(
        "portrait.png" if is_photo else "paper.pdf", _portrait() if is_photo else _blank()
    )
    return examine_paper(DocumentKind(format=form), upload, by=None)


def _portrait() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (600, 800), "silver").save(out, format="PNG")
    return out.getvalue()


def _blank() -> bytes:
    out = io.BytesIO()
    writer = PdfWriter()
    writer.add_blank_page(width=595, height=842)
    writer.write(out)
    return out.getvalue()
