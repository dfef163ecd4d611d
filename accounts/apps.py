"""The app in Django's eyes."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("People and organisations")

    def ready(self) -> None:
        """Find the panels that the apps declare for each other's pages, what is audited, what
        questions may be asked about, what personal links open, and which invitations may be asked
        for anew.
        """
        autodiscover_modules("panels")
        autodiscover_modules("threads")
        autodiscover_modules("audit")
        autodiscover_modules("link_purposes")
        autodiscover_modules("renewals")
        # Both listen: to what happens to second factors, and to what the trail records.
        from . import second_factor, trail_events  # noqa: F401

        # Our own part of the pages that show a row.
        from . import question_panels  # noqa: F401  # isort: skip
