"""An invitation that ran out comes anew to its own address, and the page tells nothing."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from notices.models import Mail
from placements.models import Nomination
from tests.factories import InvitationFactory, NominationFactory

pytestmark = pytest.mark.django_db


def again(client: Client, token: str) -> str:
    client.get(reverse("accounts:invitation", args=[token]))
    return client.post(reverse("accounts:invitation_again")).content.decode()


def test_an_expired_invitation_comes_anew_to_its_own_address_and_the_page_tells_nothing():
    invitation = InvitationFactory(token="old", expires_at=timezone.now() - timedelta(days=1))
    NominationFactory(invitation=invitation, application__trainee__email="nominee@example.org")

    with time_machine.travel(timezone.now() + timedelta(minutes=5)):
        pages = {again(Client(), token) for token in ("old", "never-was")}

    assert len(pages) == 1
    mail = Mail.objects.get()
    assert (mail.to, mail.purpose) == ("nominee@example.org", "invitation")
    assert Nomination.objects.get().invitation != invitation


def test_an_expired_invitation_of_another_kind_is_not_sent_by_itself():
    InvitationFactory(token="old", expires_at=timezone.now() - timedelta(days=1))

    again(Client(), "old")

    assert not Mail.objects.exists()


def test_a_withdrawn_nominee_gets_no_new_invitation():
    invitation = InvitationFactory(token="old", expires_at=timezone.now() - timedelta(days=1))
    NominationFactory(invitation=invitation, state="withdrawn")

    again(Client(), "old")

    assert not Mail.objects.exists()


def test_asking_anew_has_a_limit():
    InvitationFactory(token="old", expires_at=timezone.now() - timedelta(days=1))
    client = Client()
    client.get(reverse("accounts:invitation", args=["old"]))

    answers = [client.post(reverse("accounts:invitation_again")).status_code for _n in range(4)]

    assert answers == [200, 200, 200, 429]
