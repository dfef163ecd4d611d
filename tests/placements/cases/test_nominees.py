"""A host and its own candidate: nominated, replaced and withdrawn on its pages."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.services import accept_invitation
from placements.models import Nomination
from placements.services import nominate
from schedule.vocabulary import Route
from tests.factories import (
    CycleFactory,
    SendingGovernmentFactory,
    TieFactory,
    coordinator_of,
    open_request,
)
from tests.placements.ground_of_links import last_day
from trainees.models import SendingGovernment

pytestmark = pytest.mark.django_db


def own_request(**fields):
    cycle = CycleFactory()
    tie = TieFactory(country="ID", partner_en="Bandung City")
    return open_request(cycle, tie.government, route=Route.OWN_SELECTION, tie=tie, **fields)


def test_a_host_nominates_its_own_candidate_with_the_government_of_its_tie(client):
    sender = SendingGovernmentFactory()
    request = own_request()
    client.force_login(coordinator_of(request.answer.government, language="en"))
    page = reverse("placements:own_nominate", args=[request.public_id])
    form = client.get(page).context["form"]
    assert (form.initial["employer"], form.initial["nationality"]) == (sender.pk, "ID")

    typed = {"passport_name": "Suryani", "email": "s@example.org", "nationality": "ID"}
    client.post(page, {**typed, "language": "en", "employer": str(sender.pk)})

    nomination = Nomination.objects.get()
    assert (nomination.host_request, nomination.route) == (request, Route.OWN_SELECTION)
    shown = client.get(reverse("hosts:request", args=[request.public_id])).content.decode()
    assert "Suryani" in shown
    assert "s@example.org" not in shown


def test_a_tie_that_the_register_lacks_is_typed_into_the_form(client):
    request = own_request()
    client.force_login(coordinator_of(request.answer.government, language="en"))

    form = client.get(reverse("placements:own_nominate", args=[request.public_id])).context["form"]

    assert form.initial["new_employer"] == "Bandung City"


@pytest.mark.parametrize(
    "fields", [{"state": "submitted"}, {"state": "withdrawn"}, {"state": "filled"}]
)
def test_only_a_received_request_takes_own_candidates(client, fields):
    request = own_request(**fields)
    client.force_login(coordinator_of(request.answer.government, language="en"))

    page = client.get(reverse("placements:own_nominate", args=[request.public_id]))

    assert page.status_code == 403


def test_a_host_cannot_nominate_after_the_day_of_the_cycle(client):
    request = own_request()
    last_day(request.cycle, "nomination", timezone.localdate() - timedelta(days=1))
    client.force_login(coordinator_of(request.answer.government, language="en"))
    typed = {"passport_name": "Suryani", "email": "s@example.org", "nationality": "ID"}

    answer = client.post(
        reverse("placements:own_nominate", args=[request.public_id]),
        {**typed, "language": "en", "new_employer": "Kota Malang"},
    )

    assert answer.status_code == 422
    assert not SendingGovernment.objects.exists()


def own_nominee(request) -> Nomination:
    return nominate(
        cycle=request.cycle,
        host_request=request,
        by=coordinator_of(request.answer.government),
        email="s@example.org",
        passport_name="Suryani",
        nationality="ID",
        language="en",
        sending_government=SendingGovernmentFactory(),
    )


def test_a_host_replaces_and_withdraws_its_candidate_with_a_reason(client):
    nomination = own_nominee(own_request())
    government = nomination.host_request.answer.government
    client.force_login(coordinator_of(government, language="en"))
    typed = {"passport_name": "Wayan", "email": "w@example.org", "nationality": "ID"}
    typed |= {"language": "en", "new_employer": "Kota Malang"}
    page = reverse("placements:nomination_replace", args=[nomination.public_id])

    assert client.post(page, typed).status_code == 422
    assert client.post(page, {**typed, "reason": "She has left."}).status_code == 302
    second = Nomination.objects.get(replaces=nomination)
    withdraw = reverse("placements:nomination_withdraw", args=[second.public_id])
    assert client.post(withdraw, {"reason": "No leave."}).status_code == 302

    second.refresh_from_db()
    assert second.state == "withdrawn"


@pytest.mark.parametrize("name", ["replace", "withdraw", "again"])
def test_the_nominee_cannot_act_on_the_own_nomination(client, name):
    nomination = own_nominee(own_request())
    user = accept_invitation(nomination.invitation)
    client.force_login(user)

    page = reverse(f"placements:nomination_{name}", args=[nomination.public_id])
    assert client.post(page, {"reason": "x"}).status_code == 404


def test_a_host_that_knows_no_employer_yet_types_its_name_and_sees_no_empty_list(client):
    request = open_request(CycleFactory(), route=Route.OWN_SELECTION)
    client.force_login(coordinator_of(request.answer.government, language="en"))
    page = reverse("placements:own_nominate", args=[request.public_id])

    shown = client.get(page)
    refused = client.post(page, {"passport_name": "Suryani"})

    assert "employer" not in shown.context["form"].fields
    assert refused.context["form"].errors["new_employer"] == ["This field is required."]


def test_after_the_last_day_a_host_reads_why_instead_of_a_form(client):
    request = open_request(CycleFactory(), route=Route.OWN_SELECTION)
    last_day(request.cycle, "nomination", timezone.localdate() - timedelta(days=1))
    client.force_login(coordinator_of(request.answer.government, language="en"))

    page = client.get(reverse("placements:own_nominate", args=[request.public_id]))
    about = client.get(reverse("hosts:request", args=[request.public_id]))

    assert ("Nominations were taken until" in page.content.decode()) is True
    assert 'name="passport_name"' not in page.content.decode()
    assert reverse("placements:own_nominate", args=[request.public_id]) not in (
        about.content.decode()
    )
