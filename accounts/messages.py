"""What a page has to tell on the next one, in a cookie that only this host can set."""

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.messages.storage.session import SessionStorage


class HostCookieStorage(CookieStorage):
    @property
    def cookie_name(self) -> str:  # type: ignore[override]
        return settings.MESSAGE_COOKIE_NAME


class Storage(FallbackStorage):
    """Django's own choice (a cookie, and the session for what is too long) under our name."""

    storage_classes = (HostCookieStorage, SessionStorage)
