from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class JapanConfig(AppConfig):
    """What is particular to Japanese offices, as plain functions without models."""

    name = "japan"
    label = "japan"
    verbose_name = _("Japanese office rules")
