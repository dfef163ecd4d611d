"""Letters of a test lie in its own folder."""

from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def letter_store(settings: Any, tmp_path: Path) -> Path:
    """The folder that holds the bytes of letters."""
    folder = tmp_path / "letters"
    backend = "django.core.files.storage.FileSystemStorage"
    store = {"BACKEND": backend, "OPTIONS": {"location": folder}}
    settings.STORAGES = {**settings.STORAGES, "letters": store}
    return folder
