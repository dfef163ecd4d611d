"""What the change log follows here."""

from auditlog.registry import auditlog

from .access import AccessEvent
from .models import Invitation, Membership, Organisation, PersonalLink, User
from .succession import HandOver, MembershipEvent, TakeOver
from .threads import Thread, ThreadEntry, ThreadFile

auditlog.register(User, exclude_fields=["last_login", "session_round"], mask_fields=["password"])
auditlog.register(Organisation)
auditlog.register(Membership)
auditlog.register(Invitation, exclude_fields=["token_hash"])
auditlog.register(PersonalLink, exclude_fields=["token_hash", "code_hash", "code_tries"])
auditlog.register(AccessEvent)
for model in (MembershipEvent, HandOver):
    auditlog.register(model)
auditlog.register(TakeOver, exclude_fields=["withdrawal_hash"])
auditlog.register(Thread)
# What was written stands in the entry itself, which nobody changes; the log need not repeat it.
auditlog.register(ThreadEntry, exclude_fields=["text", "counterpart_name"])
auditlog.register(ThreadFile)
