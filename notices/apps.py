"""The app in Django's eyes."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NoticesConfig(AppConfig):
    name = "notices"
    verbose_name = _("Letters and mails")

    def ready(self) -> None:
        """Register the check of the fonts that letters are printed in."""
        from . import checks  # noqa: F401
