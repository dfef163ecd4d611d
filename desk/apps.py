"""The app in Django's eyes."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DeskConfig(AppConfig):
    name = "desk"
    verbose_name = _("Staff desk")

    def ready(self) -> None:
        """What production refuses to start with, and who hears of a harmful file."""
        from . import checks, harmful  # noqa: F401 - they register themselves
