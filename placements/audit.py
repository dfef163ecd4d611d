"""What the change log follows here."""

from auditlog.registry import auditlog

from .models import (
    Forwarding,
    Nomination,
    Opening,
    Placement,
    PlacementNotice,
    Recruitment,
    RecruitmentText,
    RequestWish,
)

for model in (Nomination, Placement, PlacementNotice, RecruitmentText, Forwarding, RequestWish):
    auditlog.register(model)
for edited in (Recruitment, Opening):
    auditlog.register(edited, exclude_fields=["version"])
