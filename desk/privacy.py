"""What the desk keeps of people: an uploaded spreadsheet, until it is used or an hour old."""

from files.privacy import DataClass, Keep, Rule, declare

from .models import Upload

UPLOADED = Rule(DataClass.SPECIAL_CARE, Keep.UNTIL_USED)

declare(
    Upload,
    rest=Rule(DataClass.NONE, Keep.UNTIL_USED),
    user=UPLOADED,
    kind=Rule(DataClass.NONE, Keep.UNTIL_USED),
    name=UPLOADED,
    content=UPLOADED,
)
