"""From a draft to an issued letter: printed once, kept, never changed."""

import hashlib
import logging
import time
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import timedelta
from typing import Any, NamedTuple

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from .. import pdf
from ..models import Letter, NoticeError
from ..printing import cores
from ..states import LETTER_MOVES, LetterState
from .drafting import move_letter
from .keeping import store

logger = logging.getLogger(__name__)

RENDER_LEASE = timedelta(minutes=1)
RENDER_AGAIN_AFTER = timedelta(minutes=5)
RENDER_SECONDS = 120  # of one task, well below Celery's limit


class Page(NamedTuple):
    """A letter on its way through the press."""

    letter_id: int
    html: str
    made_with: dict[str, str]


def render_letter(letter_id: int) -> Letter:
    """Print the letter, keep its bytes and issue it; running twice or in two workers gives one
    result.
    """
    letter = Letter.objects.get(pk=letter_id)
    if letter.is_issued:
        return letter
    page = _page(letter)
    return _issue(page, pdf.html_to_pdf(page.html))


def _page(letter: Letter) -> Page:
    _check_may_be_issued(letter)
    html = pdf.letter_page(letter.template, letter.context, letter.language)
    return Page(letter.pk, html, pdf.rendered_with(letter.template, letter.language))


def _issue(page: Page, content: bytes) -> Letter:
    """Keep the bytes and issue the letter, unless another worker has done so."""
    digest = hashlib.sha256(content).hexdigest()
    store(digest, content)
    with transaction.atomic():
        letter = Letter.objects.select_for_update().get(pk=page.letter_id)
        if letter.is_issued:
            return letter
        _check_may_be_issued(letter)
        issue: dict[str, Any] = {
            "sha256": digest,
            "size": len(content),
            "issued_at": timezone.now(),
            "rendered_with": page.made_with,
            "last_error": "",
            "render_not_before": None,
        }
        for name, value in issue.items():
            setattr(letter, name, value)
        letter = move_letter(letter, LetterState.ISSUED, **issue, seal=letter.fingerprint())
        if letter.supersedes_id:
            old = Letter.objects.select_for_update().get(pk=letter.supersedes_id)
            if old.state == LetterState.ISSUED:
                move_letter(old, LetterState.SUPERSEDED, reason=letter.reference)
    return letter


def render_waiting(seconds: float = RENDER_SECONDS) -> int:
    """Issue every letter that waits for its PDF, each by one worker; one that fails is tried again
    later.

    As many are in the press at once as there are processors. This thread alone uses the database.
    """
    started = time.monotonic()
    issued = 0
    in_press: dict[Future[bytes], Page] = {}
    waiting = Letter.objects.to_render().values_list("pk", flat=True)
    with ThreadPoolExecutor(cores()) as presses:
        for letter_id in waiting:
            if time.monotonic() - started > seconds:
                break
            if _claim(letter_id) and (page := _page_or_note(letter_id)):
                in_press[presses.submit(pdf.html_to_pdf, page.html)] = page
            if len(in_press) > cores():  # one more, so that no press waits for the database
                issued += _take_out(in_press)
        while in_press:
            issued += _take_out(in_press)
    return issued


def _take_out(in_press: dict[Future[bytes], Page]) -> int:
    """Wait for the next letters to come out of the press, and issue them."""
    printed, _rest = wait(in_press, return_when=FIRST_COMPLETED)
    return sum(_issue_or_note(in_press.pop(future), future) for future in printed)


def _claim(letter_id: int) -> bool:
    """Whether this worker may render the letter; another one leaves it alone for a minute."""
    now = timezone.now()
    free = models.Q(render_not_before=None) | models.Q(render_not_before__lte=now)
    claimed = Letter.objects.to_render().filter(free, pk=letter_id)
    return bool(claimed.update(render_not_before=now + RENDER_LEASE))


def _page_or_note(letter_id: int) -> Page | None:
    try:
        return _page(Letter.objects.get(pk=letter_id))
    except Exception as error:
        _note(letter_id, error)
        return None


def _issue_or_note(page: Page, printed: Future[bytes]) -> bool:
    try:
        _issue(page, printed.result())
    except Exception as error:
        _note(page.letter_id, error)
        return False
    return True


def _note(letter_id: int, error: Exception) -> None:
    """What went wrong with one letter of many stands at that letter; the others go on."""
    logger.error("letter %s was not rendered", letter_id, exc_info=error)
    text = str(error) if isinstance(error, NoticeError) else repr(error)
    Letter.objects.to_render().filter(pk=letter_id).update(
        last_error=text[:500], render_not_before=timezone.now() + RENDER_AGAIN_AFTER
    )


def _check_may_be_issued(letter: Letter) -> None:
    if letter.state == LetterState.AWAITING_APPROVAL and letter.approved_at is None:
        raise NoticeError(_("This letter still waits for an approval."))
    if LetterState.ISSUED not in LETTER_MOVES.get(letter.state, ()):
        raise NoticeError(_("This letter can no longer be issued."))
