"""The app in Django's eyes."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class TraineesConfig(AppConfig):
    name = "trainees"
    verbose_name = _("Trainees")

    def ready(self) -> None:
        """Find what the apps above know of an application, for the status page, and the sections
        of a dossier.
        """
        from .steps import sections  # noqa: F401

        autodiscover_modules("timeline", "steps")
