"""Issued letters for tests of the verification page, without a rendering."""

from datetime import UTC, date, datetime

from notices.models import Letter
from notices.states import LetterState

ISSUED_AT = datetime(2027, 2, 19, tzinfo=UTC)


def make_letter(number: int, state: str = LetterState.ISSUED, **fields) -> Letter:
    """A letter in this state, with names in the places that the public must not see."""
    values = {
        "key": f"letter-{number}",
        "kind": "placement_notice.host",
        "language": "ja",
        "series": "test",
        "fiscal_year": 2026,
        "number": number,
        "reference_format": "{number}",
        "reference": f"8自国経第{number}号",
        "issued_on": date(2027, 2, 19),
        "subject": "協力交流研修員の受入決定について（通知）",
        "addressee": "西条市長 秘密 太郎",
        "template": "x",
        "context": {"trainee": {"passport_name": "SECRET NAME"}},
        "state": state,
        "sha256": f"{number:064x}",
        "size": 1000,
        "issued_at": ISSUED_AT,
        "approved_at": ISSUED_AT,
    }
    if state in {LetterState.DRAFT, LetterState.AWAITING_APPROVAL}:
        values |= {"sha256": "", "size": None, "issued_at": None, "approved_at": None}
    (letter,) = Letter.objects.bulk_create([Letter(**values | fields)])
    return letter
