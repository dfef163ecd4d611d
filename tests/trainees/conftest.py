"""A nominee who is signed in, with an application of their own."""

import pytest

from tests.factories import application_of, trainee_person


@pytest.fixture
def person():
    return trainee_person(email="suryani@example.org")


@pytest.fixture
def own(person, client):
    client.force_login(person)
    return application_of(person)
