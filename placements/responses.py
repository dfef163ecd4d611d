"""How a letter is handed to a browser."""

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from notices.letters import letter_bytes
from notices.models import Letter


def letter_response(letter: Letter) -> HttpResponse:
    """The stored bytes, checked against their hash, as a download that no cache keeps."""
    response = HttpResponse(letter_bytes(letter), content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(
        as_attachment=True, filename=f"{letter.reference}.pdf"
    )
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "private, no-store"
    return response
