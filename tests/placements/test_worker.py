"""After a decision a real worker renders, announces and mails; nobody else has to do anything."""

import time

import pytest
from django.conf import settings
from django.utils import timezone

from notices.models import Letter, Mail
from notices.states import LetterState, MailState
from placements.models import Placement
from placements.services import decide, propose
from placements.states import PlacementState
from tests.factories import (
    CycleFactory,
    LocalGovernmentFactory,
    coordinator_of,
    open_request,
    staff_member,
    submitted_application,
    trainee_person,
)
from trainees.services import link_person

PATIENCE_SECONDS = 60


def wait_for(condition) -> bool:
    """Whether the condition comes true while a worker works."""
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        if condition():
            return True
        time.sleep(0.3)
    return False


@pytest.mark.worker
@pytest.mark.django_db(transaction=True)
def test_worker_issues_announces_and_mails_what_was_decided(worker):
    cycle = CycleFactory()
    government = LocalGovernmentFactory()
    coordinator_of(government)
    open_request(cycle, government)
    application = submitted_application(cycle)
    link_person(application.trainee, trainee_person())
    staff = staff_member()
    propose(cycle, by=staff)
    decide(cycle, by=staff, on=timezone.localdate())

    announced = wait_for(
        lambda: not Placement.objects.exclude(state=PlacementState.ANNOUNCED).exists()
    )
    sent = wait_for(lambda: not Mail.objects.exclude(state=MailState.SENT).exists())

    assert (announced, sent) == (True, True)
    assert [letter.state for letter in Letter.objects.all()] == [LetterState.ISSUED] * 2
    assert Mail.objects.filter(letter__isnull=False).count() == 2
    written = [path.read_bytes() for path in settings.EMAIL_FILE_PATH.glob("*.eml")]
    assert sum(b"application/pdf" in content for content in written) == 2
