"""A government that is no longer asked: what those read who were about to act on its answer."""

import uuid
from typing import Any

import pytest

from desk.survey import acts
from hosts import services
from hosts.models import HostRequest, SurveyAnswer
from hosts.services import NotAskedError, start_request
from hosts.views import requests as pages
from tests.factories import LocalGovernmentFactory, coordinator_of, staff_member

from ..test_asked_races import asked, client_of, take_off
from .ground import at

pytestmark = pytest.mark.django_db


def test_a_start_that_comes_too_late_gets_a_page_that_says_why(monkeypatch):
    town = LocalGovernmentFactory()
    person, answer = coordinator_of(town), asked(town)

    def too_late(found: SurveyAnswer, **more: Any) -> HostRequest:
        take_off(found)
        return start_request(found, **more)

    monkeypatch.setattr(pages, "start_request", too_late)
    client = client_of(person)
    key = {"once": str(uuid.uuid4())}
    response = client.post(at("request_start", answer.public_id, language="en"), key)

    assert response.status_code == 404
    assert "This government is no longer asked" in response.text
    assert "nothing was saved" in response.text


def test_without_the_middleware_the_page_breaks_control(monkeypatch, settings):
    settings.MIDDLEWARE = [each for each in settings.MIDDLEWARE if "NotAsked" not in each]
    town = LocalGovernmentFactory()
    answer = asked(town)
    monkeypatch.setattr(services, "lock_for_edit", _gone)
    client = client_of(coordinator_of(town))

    with pytest.raises(NotAskedError):
        client.post(at("request_start", answer.public_id), {"once": str(uuid.uuid4())})


def _gone(answer: SurveyAnswer) -> SurveyAnswer:
    raise NotAskedError


def test_whoever_comes_later_reads_in_the_404_what_may_have_happened():
    town = LocalGovernmentFactory()
    answer = asked(town)
    client = client_of(coordinator_of(town))
    take_off(answer)

    response = client.get(at("answer", answer.public_id, language="en"))

    assert response.status_code == 404
    assert "gone once its government is no longer asked" in response.text


def test_staff_who_act_on_an_answer_that_was_taken_off_read_the_same(monkeypatch):
    answer, extend = asked(LocalGovernmentFactory()), acts.extend_answer

    def too_late(found: SurveyAnswer, **more: Any) -> SurveyAnswer:
        take_off(found)
        return extend(found, **more)

    monkeypatch.setattr(acts, "extend_answer", too_late)
    typed = {"until": "2026-12-04", "reason": "x"}
    client = client_of(staff_member())
    response = client.post(f"/admin/answers/{answer.public_id}/extend/", typed)

    assert response.status_code == 404
    assert "hosts/not_asked.html" in [each.name for each in response.templates]
