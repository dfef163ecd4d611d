"""The trainee's pages alone, with an application that is due in three days."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts import panels
from tests.factories import application_of, submit_deadline
from tests.trainees.dossier import only_own_sections
from trainees import timeline


@pytest.fixture(autouse=True)
def nothing_from_above(monkeypatch):
    """These pages alone, without the facts and panels of the apps above."""
    monkeypatch.setattr(timeline, "_providers", [])
    monkeypatch.setattr(panels, "_panels", {})
    only_own_sections(monkeypatch)


@pytest.fixture
def own(person, client):
    client.force_login(person)
    application = application_of(person)
    submit_deadline(application.cycle, timezone.localdate() + timedelta(days=3))
    return application
