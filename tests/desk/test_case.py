"""One application on the desk: everything in one view, what staff do, and who never sees what."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role
from accounts.trail import Act, AuditRecord
from notices.models import Mail
from placements.models import Placement
from tests.factories import (
    CycleFactory,
    NominationFactory,
    OverseasOfficeFactory,
    PlacementFactory,
    TraineeFactory,
    application_of,
    coordinator_of,
    member_of,
    open_request,
    staff_member,
    trainee_person,
)
from trainees.eligibility import waive_rule
from trainees.models import (
    Application,
    Career,
    HealthDeclaration,
    PersonMerge,
    Reopening,
    Waiver,
)
from trainees.reopening.verbs import propose_change, reopen_fields
from trainees.services import submit_application

pytestmark = pytest.mark.django_db

PASSPORT, HEALTH, BELIEF = "XCANARY4567", "canary-asthma", "canary-belief"
SECRETS = (PASSPORT, HEALTH, BELIEF)


@pytest.fixture
def staff(client):
    person = staff_member(language="en")
    client.force_login(person)
    return person


@pytest.fixture
def application() -> Application:
    """A submitted dossier with a passport, a need and a health declaration."""
    found = application_of(
        trainee_person(), cycle=CycleFactory(), religious_needs=BELIEF, dietary_needs="no pork"
    )
    person = found.trainee
    person.passport_number, person.passport_expires_on = PASSPORT, date(2040, 1, 1)
    person.index_passport()
    person.save()
    HealthDeclaration.objects.create(
        application=found, answers={"asthma": HEALTH}, declared_at=timezone.now()
    )
    submitted = submit_application(found, by=found.trainee.user)
    Mail.objects.all().delete()
    return submitted


def page(name: str, row) -> str:
    return reverse(f"desk:{name}", args=[row.public_id])


def looks(name: str) -> list[AuditRecord]:
    rows = AuditRecord.objects.filter(act=Act.READ)
    return [row for row in rows if name in row.fields]


def test_the_page_shows_the_whole_case_with_the_passport_masked(client, staff, application):
    html = client.get(page("application", application)).content.decode()

    assert application.statement in html
    assert "****4567" in html
    assert not [secret for secret in SECRETS if secret in html]
    assert "Eighteen or over" in html


@pytest.mark.parametrize(
    ("by_office", "name"),
    [(True, "recruitment:nomination"), (False, "placements:nomination_replace")],
)
def test_from_the_case_one_comes_to_its_nomination(client, staff, application, by_office, name):
    office = OverseasOfficeFactory() if by_office else None
    nomination = NominationFactory(application=application, office=office)

    html = client.get(page("application", application)).content.decode()

    address = reverse(name, args=[nomination.public_id])
    assert f'href="{address}"' in html
    assert client.get(address).status_code == 200


@pytest.mark.parametrize(
    ("name", "column", "shown"),
    [
        ("application_passport", "passport_number", [PASSPORT]),
        ("application_health", "health", [HEALTH, BELIEF, "no pork"]),
    ],
)
def test_each_look_at_a_secret_is_a_page_of_its_own_and_recorded(
    client, staff, application, name, column, shown
):
    assert client.get(page(name, application)).status_code == 405
    assert looks(column) == []

    answer = client.post(page(name, application))
    html = answer.content.decode()

    assert all(text in html for text in shown)
    assert not [text for text in SECRETS if text not in shown and text in html]
    assert "no-store" in answer["Cache-Control"]
    assert [row.actor_id for row in looks(column)] == [staff.pk]
    assert not [secret for secret in SECRETS if secret in str(AuditRecord.objects.values())]


def announced(application: Application, request) -> Placement:
    """A placement of which both sides were told."""
    return PlacementFactory(
        application=application,
        host_request=request,
        state="announced",
        decided_on=timezone.localdate(),
        announced_at=timezone.now(),
    )


def others(application: Application) -> dict[str, object]:
    """Everybody who may know that the application exists, and is not staff."""
    office = OverseasOfficeFactory(countries=["ID"])
    request = open_request(application.cycle)
    announced(application, request)
    return {
        "office": member_of(office.organisation, Role.OVERSEAS_OFFICE),
        "host": coordinator_of(request.government),
        "stranger": trainee_person(),
        "person": application.trainee.user,
    }


WHERE = [
    *("application", "application_versions", "application_passport", "application_health"),
    "trainees:application",
    "trainees:versions",
    "trainees:reopened",
    "trainees:status",
]


@pytest.mark.parametrize("who", ["office", "host", "stranger"])
def test_nobody_but_staff_and_the_person_reads_passport_or_health(client, application, who):
    client.force_login(others(application)[who])

    for name in WHERE:
        args = [] if name == "trainees:status" else [application.public_id]
        address = reverse(name if ":" in name else f"desk:{name}", args=args)
        for answer in (client.get(address), client.post(address)):
            html = answer.content.decode()
            assert not [secret for secret in SECRETS if secret in html], (name, who)


def test_a_page_that_shows_everything_is_found_by_this_check_control(
    client, application, monkeypatch
):
    from trainees.versions import Judged

    shown = Judged.said
    monkeypatch.setattr(Judged, "said", lambda self, *, full=False: shown(self, full=True))
    client.force_login(staff_member())

    html = client.get(page("application", application)).content.decode()

    assert PASSPORT in html
    assert HEALTH in html


def test_the_persons_own_versions_keep_the_secrets_shut(client, application):
    client.force_login(application.trainee.user)

    html = client.get(reverse("trainees:versions", args=[application.public_id])).content.decode()

    assert "****4567" in html
    assert not [secret for secret in SECRETS if secret in html]


@pytest.mark.parametrize("lines", [1, 3])
def test_the_page_costs_the_same_queries_for_few_and_for_many(
    client, staff, application, lines, django_assert_max_num_queries
):
    for number in range(lines):
        Career.objects.create(application=application, employer=f"Office {number}")
        TraineeFactory()
        waive_rule(
            application, f"{['employee', 'statement', 'dates'][number]}", reason="x", by=staff
        )
    client.get(page("application", application))

    with django_assert_max_num_queries(12 + 4):
        client.get(page("application", application))


# --- what staff do ---------------------------------------------------------------------------


def test_complete_freeze_and_open_again(client, staff, application):
    states = []
    for name in ("application_complete", "application_freeze", "application_complete"):
        client.post(page(name, application))
        application.refresh_from_db()
        states.append(application.state)
    client.post(page("application_complete", application))  # a second click

    assert states == ["complete", "frozen", "complete"]
    assert application.moves.count() == 4


def test_a_button_of_an_old_page_does_not_open_what_was_frozen_since(client, staff, application):
    """“Mark as complete” and “open it again” are one address."""
    clicked = {"seen": "submitted"}
    client.post(page("application_complete", application), clicked)
    client.post(page("application_freeze", application), {"seen": "complete"})

    stale = client.post(page("application_complete", application), clicked, follow=True)
    application.refresh_from_db()
    assert application.state == "frozen"
    assert "Look again." in stale.content.decode()

    again = client.post(page("application_freeze", application), {"seen": "complete"}, follow=True)
    assert "The application is frozen for review." in again.content.decode()
    assert application.moves.count() == 3


def test_a_rule_is_waived_with_a_reason_that_stays(client, staff, application):
    address = reverse("desk:application_waive", args=[application.public_id, "dates"])
    Application.objects.update(available_from=date(2099, 1, 1))

    refused = client.post(address, {"reason": ""})
    client.post(address, {"reason": "The host agreed to begin later."})
    client.post(address, {"reason": "The host agreed to begin later."})
    waived = client.get(page("application", application)).content.decode()
    client.post(reverse("desk:application_unwaive", args=[application.public_id, "dates"]))
    ended = client.get(page("application", application)).content.decode()

    waiver = Waiver.objects.get()
    assert refused.status_code == 422
    assert (waiver.by, waiver.ended_by) == (staff, staff)
    assert "The host agreed to begin later." in waived
    assert "The host agreed to begin later." in ended
    assert "End the waiver" not in ended


def test_who_waives_after_a_colleague_is_told_whose_reason_stays(client, staff, application):
    address = reverse("desk:application_waive", args=[application.public_id, "dates"])
    client.post(address, {"reason": "The host agreed."})

    told = client.post(address, {"reason": "Another reason."}, follow=True).content.decode()

    assert [waiver.reason for waiver in Waiver.objects.all()] == ["The host agreed."]
    assert "The rule was waived already." in told


def test_an_act_that_the_sign_in_broke_off_leads_back_to_its_page(client, staff, application):
    """A browser comes back by GET to what was sent without a session."""
    answer = client.get(page("application_passport", application))

    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert f'href="{page("application", application)}"' in answer.content.decode()
    above = client.get(reverse("desk:work_cancel", args=[application.public_id]))
    assert (above.status_code, "nothing was changed" in above.content.decode()) == (405, True)


def test_without_its_page_who_comes_back_sees_nothing_control(client, staff, application, settings):
    ours = "accounts.middleware.SentOnlyMiddleware"
    settings.MIDDLEWARE = [each for each in settings.MIDDLEWARE if each != ours]

    assert client.get(page("application_passport", application)).content == b""


def test_what_the_law_asks_is_waived_by_nobody(client, staff, application):
    address = reverse("desk:application_waive", args=[application.public_id, "age"])

    html = client.get(address).content.decode()
    sent = client.post(address, {"reason": "They are nearly 18."})

    assert "the law asks for it" in html
    assert (sent.status_code, Waiver.objects.count()) == (422, 0)
    unknown = reverse("desk:application_waive", args=[application.public_id, "nothing"])
    assert client.get(unknown).status_code == 404


def test_fields_are_opened_decided_and_shown_side_by_side(client, staff, application):
    until = (timezone.localdate() + timedelta(5)).isoformat()
    address = page("application_reopen", application)
    bad = client.post(address, {"reason": "x", "open_until": "soon"})
    client.post(
        address,
        {"reason": "Add it.", "open_until": until, "fields_opened": ["person.katakana"]},
    )
    row = Reopening.objects.get()
    row = propose_change(row, {"person.katakana": "スルヤニ"}, by=application.trainee.user, seen="")

    shown = client.get(page("reopening", row))
    seen = shown.context["form"].initial["seen"]
    stale = client.post(page("reopening", row), {"decision": "approve", "seen": ""})
    no_reason = client.post(page("reopening", row), {"decision": "refuse", "seen": seen})
    client.post(page("reopening", row), {"decision": "approve", "seen": seen})

    row.refresh_from_db()
    assert (bad.status_code, stale.status_code, no_reason.status_code) == (422, 422, 422)
    assert "スルヤニ" in shown.content.decode()
    assert row.state == "approved"
    versions = client.get(page("application_versions", application)).content.decode()
    assert "スルヤニ" in versions
    assert "Its fingerprint is as it was" in versions


def test_open_fields_are_closed_before_their_day(client, staff, application):
    row = reopen_fields(
        application,
        ["person.katakana"],
        reason="x",
        open_until=timezone.localdate(),
        by=staff,
    )
    client.post(page("reopening_end", row), {"reason": ""})
    row.refresh_from_db()
    assert row.state == "open"

    client.post(page("reopening_end", row), {"reason": "Settled."})
    row.refresh_from_db()
    assert row.state == "ended"


def test_a_withdrawal_after_the_decision_says_what_follows_and_does_it(client, staff, application):
    request = open_request(application.cycle)
    host = coordinator_of(request.government)
    placement = announced(application, request)

    html = client.get(page("application_withdraw", application)).content.decode()
    refused = client.post(page("application_withdraw", application), {"reason": " "})
    client.post(page("application_withdraw", application), {"reason": "By telephone."})
    client.post(page("application_withdraw", application), {"reason": "By telephone."})

    application.refresh_from_db()
    placement = Placement.objects.get(pk=placement.pk)
    told = sorted(mail.to for mail in Mail.objects.all())
    assert request.government.full_name in html
    assert refused.status_code == 422
    assert (application.state, placement.state) == ("withdrawn", "cancelled")
    assert told == sorted(
        [host.email, application.trainee.user.email, application.cycle.programme.contact_email]
    )


# --- duplicates ------------------------------------------------------------------------------


def test_two_records_are_compared_joined_and_taken_apart_again(client, staff, application):
    other = TraineeFactory(born_on=application.trainee.born_on)
    first, second = application.trainee, other
    listed = client.get(reverse("desk:duplicates")).content.decode()
    warned = client.get(page("application", application)).content.decode()
    address = reverse("desk:pair", args=[first.public_id, second.public_id])
    shown = client.get(address).content.decode()

    bad = client.post(address, {"kept": "neither", "reason": ""})
    client.post(address, {"kept": "second", "reason": "The same passport."})
    merge = PersonMerge.objects.get()
    again = client.post(address, {"kept": "second", "reason": "The same passport."})
    joined = client.get(address).content.decode()
    undone = client.post(
        reverse("desk:merge", args=[merge.public_id]), {"reason": "Two after all."}
    )

    merge.refresh_from_db()
    application.refresh_from_db()
    assert address in listed
    assert address in warned
    assert "****4567" in shown
    assert PASSPORT not in shown
    assert ("Join the records" in shown, "Join the records" in joined) == (True, False)
    assert page("merge", merge) in joined
    itself = reverse("desk:pair", args=[first.public_id, first.public_id])
    assert client.get(itself).status_code == 404
    assert bad.status_code == 422
    assert (merge.kept, merge.merged) == (second, first)
    assert again.status_code == 302
    assert (undone.status_code, merge.undone_by) == (302, staff)
    assert application.trainee == first


def test_two_people_are_marked_and_the_mark_is_taken_back(client, staff):
    first, second = TraineeFactory(), TraineeFactory()
    args = [first.public_id, second.public_id]

    client.post(reverse("desk:pair_apart", args=args), {"reason": "Brothers."})
    apart = client.get(reverse("desk:duplicates"))
    client.post(reverse("desk:pair_not_apart", args=args))
    together = client.get(reverse("desk:duplicates"))

    assert len(apart.context["page"].object_list) == 0
    assert len(together.context["page"].object_list) == 1


@pytest.mark.parametrize("count", [2, 4])
def test_the_list_costs_the_same_queries(client, staff, count, django_assert_max_num_queries):
    for _each in range(count):
        TraineeFactory()
    client.get(reverse("desk:duplicates"))

    with django_assert_max_num_queries(10):
        client.get(reverse("desk:duplicates"))
