"""What the change log follows here."""

from auditlog.registry import auditlog

from .models import CalendarFeed, Cycle, Deadline, DeadlineTemplate, Phase, PhaseTemplate, Programme

for model in (Programme, PhaseTemplate, DeadlineTemplate, Cycle, Phase, Deadline):
    auditlog.register(model, exclude_fields=["version"] if hasattr(model, "version") else [])
auditlog.register(CalendarFeed, include_fields=["user", "number"])
