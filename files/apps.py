"""The app in Django's eyes."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class FilesConfig(AppConfig):
    name = "files"
    verbose_name = _("Files and what is kept")

    def ready(self) -> None:
        """Each app declares in its `privacy.py` what it keeps of people, and for how long, and
        in its `long_work.py` what takes longer than a page may.
        """
        autodiscover_modules("privacy")
        autodiscover_modules("long_work")
        from . import kept  # noqa: F401 - this app's own declaration; `privacy` is the registry
