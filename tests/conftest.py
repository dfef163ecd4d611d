"""What every test of the portal starts from."""

import pytest
from django.conf import settings
from django.core.cache import cache
from django.utils import translation

from schedule import context


def pytest_configure():
    """No manifest of static files and no slow password hash in tests."""
    settings.STORAGES["staticfiles"]["BACKEND"] = (
        "django.contrib.staticfiles.storage.StaticFilesStorage"
    )
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def clean_ground(request):
    """Limits on sign-in are counted in the cache, the language is the thread's: both start anew."""
    context.remember(None)  # the foot of the pages asks the database in its own tests only
    with translation.override("en"):
        if request.node.get_closest_marker("django_db"):
            request.getfixturevalue("db")
            cache.clear()
        yield
