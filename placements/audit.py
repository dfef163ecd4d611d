"""What the change log follows here."""

from auditlog.registry import auditlog

from .models import Nomination, Placement, PlacementNotice

for model in (Nomination, Placement, PlacementNotice):
    auditlog.register(model)
