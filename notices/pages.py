"""Pages that are printed as a PDF at once, when a reader asks for them: sheets that go round an
office, covering letters that somebody else signs. Nothing of them is kept; letters are issued by
`letters`, and kept.
"""

import logging
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.http import content_disposition_header

from .pdf import unprintable
from .printing import LetterNotPrinted, PressAway, PressBusy, print_page

logger = logging.getLogger(__name__)

GETA = "〓"  # what printers in Japan set where they have no type for a character
RETRY_AFTER_SECONDS = 30


def page_html(template: str, context: Mapping[str, Any], language: str = "ja") -> str:
    """The page in that language, whatever the reader's. A character that no font of the press has
    becomes 〓, so that one stray character never keeps an office from its paper.
    """
    with translation.override(language):
        html = render_to_string(template, dict(context))
    missing = unprintable(html)
    return html.translate(dict.fromkeys(map(ord, missing), GETA)) if missing else html


def page_pdf(template: str, context: Mapping[str, Any], language: str = "ja") -> bytes:
    """The page as a PDF. Raises LetterNotPrinted, PressAway or PressBusy."""
    return print_page(page_html(template, context, language))


def pdf_response(
    request: HttpRequest,
    template: str,
    context: Mapping[str, Any],
    name: str,
    *,
    language: str = "ja",
) -> HttpResponse:
    """The page as a download of this name, which no cache keeps; where the press cannot print it
    now, a page that says so and what can be done.
    """
    try:
        content = page_pdf(template, context, language)
    except (LetterNotPrinted, PressAway, PressBusy) as error:
        logger.error("503, %s was not printed: %s", template, type(error).__name__)
        answer = render(
            request,
            "notices/not_printed.html",
            {"is_busy": isinstance(error, PressBusy)},
            status=503,
        )
        answer["Retry-After"] = str(RETRY_AFTER_SECONDS)
        answer._has_been_logged = True  # type: ignore[attr-defined]  # Django would add a traceback
        return answer
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(
        as_attachment=True, filename=f"{name}.pdf"
    )
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "private, no-store"
    return response
