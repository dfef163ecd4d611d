"""What the change log follows here."""

from auditlog.registry import auditlog

from .models import Application, OfficeCountry, OverseasOffice, SendingGovernment, Trainee

for model in (OverseasOffice, OfficeCountry, SendingGovernment):
    auditlog.register(model)
for edited in (Trainee, Application):
    auditlog.register(edited, exclude_fields=["version"])
