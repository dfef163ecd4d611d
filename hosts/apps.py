"""The app in Django's eyes."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class HostsConfig(AppConfig):
    name = "hosts"
    verbose_name = _("Host governments")

    def ready(self) -> None:
        """Find what the apps above know to stand on a request, which mails are still needed, and
        what is verified with the letters.
        """
        autodiscover_modules("holds")
        import_module("hosts.relaying")
        import_module("hosts.relay_letters")
        import_module("hosts.kept_letters")
        import_module("hosts.extending")
        import_module("hosts.reminding")
