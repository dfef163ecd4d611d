"""What letters and mails keep of people, and for how long."""

from files.privacy import NOTHING_PERSONAL, DataClass, Keep, Rule, declare

from .models import Letter, LetterMove, Mail, MailEvent, NumberRegister

ARCHIVED = Rule(DataClass.PERSONAL, Keep.FOR_EVER)  # official documents follow the archive rules
OFFICIAL = Rule(DataClass.BUSINESS, Keep.FOR_EVER)
MAILED = Rule(DataClass.PERSONAL, Keep.DAYS_90)

declare(NumberRegister, NOTHING_PERSONAL, series=NOTHING_PERSONAL)
declare(
    Letter,
    NOTHING_PERSONAL,
    public_id=NOTHING_PERSONAL,
    key=NOTHING_PERSONAL,
    kind=NOTHING_PERSONAL,
    series=NOTHING_PERSONAL,
    reference_format=NOTHING_PERSONAL,
    reference=NOTHING_PERSONAL,
    subject=ARCHIVED,
    addressee=ARCHIVED,
    template=NOTHING_PERSONAL,
    context=ARCHIVED,
    check_code=NOTHING_PERSONAL,
    last_error=ARCHIVED,
    sha256=NOTHING_PERSONAL,
    rendered_with=NOTHING_PERSONAL,
    seal=NOTHING_PERSONAL,
)
declare(LetterMove, NOTHING_PERSONAL, by_label=OFFICIAL, reason=ARCHIVED)
declare(
    Mail,
    NOTHING_PERSONAL,
    key=MAILED,
    purpose=NOTHING_PERSONAL,
    to=MAILED,
    to_name=MAILED,
    subject=MAILED,
    body=Rule(DataClass.SECRET, Keep.DAYS_90),  # sign-in codes and personal links stand in it
    related=NOTHING_PERSONAL,
    message_id=NOTHING_PERSONAL,
    last_error=MAILED,
)
declare(MailEvent, NOTHING_PERSONAL, note=MAILED)
