"""Letters of a test lie in its own folder; a city to correct."""

from pathlib import Path
from typing import Any

import pytest

from hosts.models import LocalGovernment
from tests.factories import LocalGovernmentFactory, PrefectureFactory


@pytest.fixture(autouse=True)
def letter_store(settings: Any, tmp_path: Path) -> Path:
    """The folder that holds the bytes of letters."""
    folder = tmp_path / "letters"
    backend = "django.core.files.storage.FileSystemStorage"
    store = {"BACKEND": backend, "OPTIONS": {"location": folder}}
    settings.STORAGES = {**settings.STORAGES, "letters": store}
    return folder


@pytest.fixture
def city(db) -> LocalGovernment:
    upper = PrefectureFactory(code="380008", name="愛媛県", kana="エヒメケン")
    return LocalGovernmentFactory(
        code="382060", name="西条市", kana="サイジョウシ", romaji="Saijo-shi", prefecture=upper
    )
