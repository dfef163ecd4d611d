"""What this app keeps of people: the files that came in, with whatever stands in them."""

from .models import StoredFile
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
