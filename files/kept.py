"""What this app keeps of people: the files that came in, with whatever stands in them."""

from .models import LongWork, StoredFile
from .privacy import DataClass, Keep, Rule, declare

FILE = Rule(DataClass.PERSONAL, Keep.AFTER_CYCLE_5Y)
TECHNICAL = Rule(DataClass.NONE, Keep.AFTER_CYCLE_5Y)

declare(
    StoredFile,
    rest=TECHNICAL,
    name=FILE,
    uploaded_by=FILE,
    key=TECHNICAL,
    **dict.fromkeys(
        ["content_type", "sha256", "original_sha256", "purpose", "scanned_with"], TECHNICAL
    ),
)

FETCHED = Rule(DataClass.PERSONAL, Keep.DAYS_30)
PASSING = Rule(DataClass.NONE, Keep.DAYS_30)

declare(
    LongWork,
    rest=PASSING,
    requested_by=FETCHED,
    name=FETCHED,
    **dict.fromkeys(["kind", "subject", "language", "key", "worker", "sha256"], PASSING),
)
