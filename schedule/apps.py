"""The app in Django's eyes."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class ScheduleConfig(AppConfig):
    name = "schedule"
    verbose_name = _("Programmes and cycles")

    def ready(self) -> None:
        """Find the duties and days that the apps declare, and what they set up when a cycle
        opens.
        """
        autodiscover_modules("duties")
        autodiscover_modules("opening")
        autodiscover_modules("calendars")
        from . import questions  # noqa: F401 - its duty; `duties` is the registry
