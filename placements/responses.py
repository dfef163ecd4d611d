"""How a letter is handed to a browser."""

from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header

from accounts.trail import Act
from accounts.trail_events import record_for
from notices.letters import letter_bytes
from notices.models import Letter


def letter_response(request: HttpRequest, letter: Letter) -> HttpResponse:
    """The stored bytes, checked against their hash, as a download that no cache keeps and the
    audit trail records.
    """
    content = letter_bytes(letter)
    record_for(request, Act.DOWNLOAD, letter, digest=letter.sha256)
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(
        as_attachment=True, filename=f"{letter.reference}.pdf"
    )
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "private, no-store"
    return response
