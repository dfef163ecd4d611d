"""People and a cycle in the database of the environment, for tests against real processes.

`python -m tests.faults.ground` prints, as JSON, the session of each person and what they may open.
"""

import json
import os
import sys

import django


def lay() -> dict:
    """A staff member, a coordinator with a survey to answer, a trainee with an application."""
    from django.conf import settings
    from django.test import Client
    from django.urls import reverse
    from django.utils import translation

    from tests import factories

    translation.activate("en")
    request = factories.HostRequestFactory()
    government = request.answer.government
    trainee = factories.UserFactory(email="trainee@example.jp", language="en")
    factories.ApplicationFactory(trainee=factories.TraineeFactory(user=trainee))
    people = {
        "staff": factories.staff_member("administrator", email="staff@example.jp"),
        "coordinator": factories.coordinator_of(government, email="coordinator@example.jp"),
        "trainee": trainee,
    }
    sessions = {}
    for role, person in people.items():
        client = Client()
        client.force_login(person)
        sessions[role] = client.cookies[settings.SESSION_COOKIE_NAME].value
    return {
        "cookie": settings.SESSION_COOKIE_NAME,
        "sessions": sessions,
        "pages": {
            "staff": reverse("desk:start"),
            "coordinator": reverse("hosts:home"),
            "trainee": reverse("trainees:status"),
        },
    }


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lgotp.settings")
    django.setup()
    print(json.dumps(lay()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
