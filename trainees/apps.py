"""The app in Django's eyes."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class TraineesConfig(AppConfig):
    name = "trainees"
    verbose_name = _("Trainees")

    def ready(self) -> None:
        """Find what the apps above know of an application, for the status page and its papers; the
        sections of a dossier, its parts and its rules of eligibility; what follows from a
        submission and from a withdrawal.
        """
        from .steps import sections  # noqa: F401

        autodiscover_modules("timeline", "selection", "steps", "requirements", "dossier_parts")
        autodiscover_modules("withdrawals", "usual")
        import_module("trainees.versions")
        import_module("trainees.documents.checking")  # hears of files that are harmful
        import_module("trainees.documents.step")
