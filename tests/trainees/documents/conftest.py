"""A store of its own for each test of papers."""

import pytest
from django.core.files.storage import storages

from tests.factories import application_of


@pytest.fixture(autouse=True)
def own_store(tmp_path, monkeypatch):
    """The store of each test is empty."""
    monkeypatch.setattr(storages["default"], "_location", str(tmp_path))
    for name in ("base_location", "location"):
        storages["default"].__dict__.pop(name, None)
    yield tmp_path
    for name in ("base_location", "location"):
        storages["default"].__dict__.pop(name, None)


@pytest.fixture
def application(person):
    return application_of(person)
