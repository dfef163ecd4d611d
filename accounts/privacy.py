"""What this app keeps of people, and for how long."""

from files.privacy import NOTHING_PERSONAL, DataClass, Keep, Rule, declare

from .access import AccessEvent, CodeSheet, SheetCode
from .models import (
    AuditRecord,
    FormDraft,
    Invitation,
    Membership,
    Organisation,
    PersonalLink,
    Submission,
    User,
)
from .succession import HandOver, MembershipEvent, TakeOver, TakeOverMove
from .threads import Thread, ThreadEntry, ThreadFile, ThreadMove, ThreadParty

OFFICE = Rule(DataClass.BUSINESS, Keep.WITH_OFFICE)
PERSON = Rule(DataClass.PERSONAL, Keep.WITH_OFFICE)

declare(
    User,
    rest=PERSON,
    email=PERSON,
    name=PERSON,
    telephone=OFFICE,
    password=Rule(DataClass.SECRET, Keep.WITH_OFFICE),
)
declare(Organisation, rest=NOTHING_PERSONAL, name_ja=NOTHING_PERSONAL, name_en=NOTHING_PERSONAL)
declare(Membership, rest=OFFICE)
declare(
    Invitation,
    rest=PERSON,
    email=PERSON,
    name=PERSON,
    telephone=OFFICE,
    token_hash=Rule(DataClass.SECRET, Keep.UNTIL_USED),
)
declare(
    PersonalLink,
    rest=OFFICE,
    **dict.fromkeys(["purpose", "subject", "email", "name"], OFFICE),
    token_hash=Rule(DataClass.SECRET, Keep.UNTIL_USED),
    code_hash=Rule(DataClass.SECRET, Keep.UNTIL_USED),
)
declare(
    FormDraft,
    rest=Rule(DataClass.PERSONAL, Keep.DAYS_30),
    form=Rule(DataClass.NONE, Keep.DAYS_30),
    values=Rule(DataClass.SPECIAL_CARE, Keep.DAYS_30),
)
declare(
    Submission,
    rest=Rule(DataClass.PERSONAL, Keep.DAYS_90),
    result=Rule(DataClass.NONE, Keep.DAYS_90),
)
declare(
    AuditRecord,
    rest=Rule(DataClass.PERSONAL, Keep.YEARS_3),
    **dict.fromkeys(["model", "object_id", "fields"], Rule(DataClass.NONE, Keep.YEARS_3)),
    address=Rule(DataClass.PERSONAL, Keep.YEARS_3),
    # A fingerprint of values can be tried out where the values are few; it is no more than they.
    digest=Rule(DataClass.PERSONAL, Keep.YEARS_3),
    previous=Rule(DataClass.NONE, Keep.YEARS_3),
    sha256=Rule(DataClass.NONE, Keep.YEARS_3),
)
declare(CodeSheet, rest=PERSON)
declare(
    SheetCode,
    rest=Rule(DataClass.NONE, Keep.WITH_OFFICE),
    code_hash=Rule(DataClass.SECRET, Keep.WITH_OFFICE),
)
declare(AccessEvent, rest=PERSON, reason=PERSON, detail=PERSON)
declare(MembershipEvent, rest=OFFICE, name=OFFICE, reason=OFFICE)
declare(
    HandOver,
    rest=OFFICE,
    **dict.fromkeys(["note", "successor_name", "successor_email"], OFFICE),
)
declare(
    TakeOver,
    rest=OFFICE,
    **dict.fromkeys(["name", "email", "section", "telephone", "note"], OFFICE),
    withdrawal_hash=Rule(DataClass.SECRET, Keep.UNTIL_USED),
)
declare(
    TakeOverMove,
    rest=OFFICE,
    from_state=NOTHING_PERSONAL,
    to_state=NOTHING_PERSONAL,
    reason=OFFICE,
)

# People write into a question whatever they must ask: of a health certificate, of a family.
ASKED = Rule(DataClass.SPECIAL_CARE, Keep.AFTER_CYCLE_5Y)
ASKED_BY = Rule(DataClass.BUSINESS, Keep.AFTER_CYCLE_5Y)
declare(
    Thread,
    rest=NOTHING_PERSONAL,
    title=ASKED,
    opened_by=ASKED_BY,
    **dict.fromkeys(["kind", "asker", "addressee"], NOTHING_PERSONAL),
)
declare(ThreadParty, rest=NOTHING_PERSONAL, party=NOTHING_PERSONAL)
declare(
    ThreadMove,
    rest=NOTHING_PERSONAL,
    by=ASKED_BY,
    reason=ASKED,
    from_state=NOTHING_PERSONAL,
    to_state=NOTHING_PERSONAL,
)
declare(
    ThreadEntry,
    rest=NOTHING_PERSONAL,
    text=ASKED,
    by=ASKED_BY,
    counterpart_name=ASKED,
    **dict.fromkeys(["by_party", "for_party"], NOTHING_PERSONAL),
)
declare(ThreadFile, rest=NOTHING_PERSONAL)
