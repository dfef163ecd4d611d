"""Lists, needs, health and wishes, each opened as one: sent, compared, approved or refused; and
what a consent that is taken back takes out of it.
"""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from placements.models import RequestWish
from tests.factories import CycleFactory, application_of, staff_member, trainee_person
from tests.placements.ground_of_links import opening_of, published
from trainees.consents import give_consent, withdraw_consent
from trainees.models import (
    Application,
    ConsentKind,
    Education,
    HealthDeclaration,
    OfficeCountry,
    Reopening,
    StayInJapan,
)
from trainees.reopening.ending import forget_in_reopenings
from trainees.reopening.fields import is_reopenable, labels_of, reopenable_fields
from trainees.reopening.verbs import approve_change, refuse_change, reopen_fields, stamp_of
from trainees.services import submit_application
from trainees.versions import differences, is_intact, judged, last_version

pytestmark = pytest.mark.django_db

ANSWERS = {
    "health_treatment": "yes",
    "health_illness": "no",
    "health_chronic": "no",
    "health_tuberculosis": "no",
    "health_mind": "no",
    "health_allergy": "no",
    "health_assistance": "no",
    "health_work": "no",
    "health_details": "CANARY-insulin",
}
HEALTH = {"agree_health": "yes", **ANSWERS}
NEEDS = {"agree_needs": "yes", "dietary_needs": "CANARY-halal", "religious_needs": ""}


@pytest.fixture
def staff():
    return staff_member(language="en")


@pytest.fixture
def application() -> Application:
    found = application_of(trainee_person(), cycle=CycleFactory())
    return submit_application(found, by=found.trainee.user)


def opened(application: Application, staff, *codes: str) -> Reopening:
    until = timezone.localdate() + timedelta(7)
    return reopen_fields(
        application, list(codes), reason="Please look.", open_until=until, by=staff
    )


def page_of(application: Application) -> str:
    return reverse("trainees:reopened", args=[application.public_id])


def send(client, row: Reopening, **typed):
    row.refresh_from_db()
    client.force_login(row.application.trainee.user)
    response = client.post(page_of(row.application), {"seen": stamp_of(row), **typed})
    row.refresh_from_db()
    return response


def approve(row: Reopening, staff) -> None:
    approve_change(row, by=staff, seen=stamp_of(row))


def test_everything_of_every_section_can_be_opened():
    codes = {field.code for field in reopenable_fields({})}

    lists = {f"lines.{name}" for name in ("family", "education", "career", "language")}
    lists |= {"lines.stay", "lines.refusal", "parts.wish", "consent.needs", "consent.health"}
    assert lists <= codes
    assert all(is_reopenable(code) for code in codes)
    assert labels_of(["lines.education", "consent.health"]) == ["Education", "Health declaration"]


def test_a_list_is_sent_as_a_whole_and_counts_once_it_is_approved(client, application, staff):
    before = list(Education.objects.values_list("school", flat=True))
    row = opened(application, staff, "lines.education")

    page = send(
        client,
        row,
        **{
            "education-rows": "2",
            "education-1-school": "Bandung Institute",
            "education-2-school": "Kyoto University",
        },
    )

    assert page.status_code == 302
    assert list(Education.objects.values_list("school", flat=True)) == before
    approve(row, staff)
    read = judged(Application.objects.get())
    schools = ["Bandung Institute", "Kyoto University"]
    assert [line.school for line in read.lines("education")] == schools
    assert list(Education.objects.values_list("school", flat=True)) == schools
    first, second = application.versions.order_by("number")
    assert is_intact(first)
    assert is_intact(second)
    assert [line["school"] for line in first.data["lines"]["education"]] == before


def test_a_further_line_is_asked_for_without_sending_anything(client, application, staff):
    row = opened(application, staff, "lines.education")

    page = send(
        client,
        row,
        **{"education-rows": "1", "education-1-school": "Bandung Institute", "add": "education"},
    )

    assert (page.status_code, row.state) == (200, "open")
    assert 'name="education-2-school"' in page.content.decode()
    assert 'value="Bandung Institute"' in page.content.decode()


@pytest.mark.parametrize(
    ("code", "typed"),
    [
        ("lines.education", {"education-rows": "1", "education-1-school": ""}),
        ("lines.stay", {"stayinjapan-rows": "0"}),  # and no word that there was none
        (
            "lines.education",
            {
                "education-rows": "1",
                "education-1-school": "X",
                "education-1-starts_on": "2010-05",
                "education-1-ends_on": "2009-05",
            },
        ),
    ],
)
def test_a_list_that_the_section_would_refuse_is_refused_here_too(
    client, application, staff, code, typed
):
    row = opened(application, staff, code)

    page = send(client, row, **typed)

    assert (page.status_code, row.state) == (422, "open")
    assert page.context["questions"].all_forms
    assert "faults" in page.content.decode()


def test_what_contradicts_the_list_is_opened_with_it(client, application, staff):
    row = opened(application, staff, "lines.stay")
    assert row.fields == ["application.never_in_japan", "lines.stay"]

    stay = {
        "stayinjapan-rows": "1",
        "stayinjapan-1-starts_on": "2019-07-01",
        "stayinjapan-1-ends_on": "2019-08-01",
        "stayinjapan-1-purpose": "Holidays",
    }
    both = send(client, row, never_in_japan="on", **stay)
    right = send(client, row, **stay)

    assert (both.status_code, right.status_code) == (422, 302)
    approve(row, staff)
    assert StayInJapan.objects.get().purpose == "Holidays"
    assert Application.objects.get().never_in_japan is False


def test_health_waits_is_masked_for_everybody_and_counts_once_it_is_approved(
    client, application, staff
):
    row = opened(application, staff, "consent.health")

    send(client, row, **HEALTH)

    own = client.get(page_of(application)).content.decode()
    client.force_login(staff)
    desk = client.get(reverse("desk:reopening", args=[row.public_id])).content.decode()
    full = client.post(reverse("desk:application_health", args=[application.public_id]))
    assert not HealthDeclaration.objects.exists()
    waiting = own.partition('aria-labelledby="waiting"')[2].partition("</section>")[0]
    assert "••••" in waiting
    assert "CANARY" not in waiting + desk
    assert "CANARY-insulin" in full.content.decode()
    approve(row, staff)
    read = judged(Application.objects.get())
    assert read.data["health"]["answers"]["details"] == "CANARY-insulin"
    assert HealthDeclaration.objects.get().answers["treatment"] is True
    assert Application.objects.get().declines_health is False
    assert [each["kind"] for each in read.data["consents"]].count("health") == 1


def test_a_refused_change_of_health_leaves_what_was_submitted(client, application, staff):
    row = opened(application, staff, "consent.health")
    send(client, row, **HEALTH)

    refuse_change(row, reason="Not needed.", by=staff, seen=stamp_of(row))

    assert not HealthDeclaration.objects.exists()
    assert judged(Application.objects.get()).data["health"] is None


def test_needs_are_changed_and_compared_without_being_shown(client, application, staff):
    give_consent(application, ConsentKind.NEEDS, language="en")
    row = opened(application, staff, "consent.needs")
    send(client, row, **NEEDS)
    approve(row, staff)

    first, second = application.versions.order_by("number")
    read = judged(Application.objects.get())
    told = differences(judged_said(first), judged_said(second))
    assert read.application.dietary_needs == "CANARY-halal"
    assert any(line.after.startswith("••••") for line in told)
    assert not any("CANARY" in line.before + line.after for line in told)


def judged_said(version):
    from trainees.said import said_of

    return said_of(version.data, version.files)


def test_a_no_erases_at_once_what_was_said_before(client, application, staff):
    row = opened(application, staff, "consent.needs")
    send(client, row, **NEEDS)
    approve(row, staff)
    again = opened(application, staff, "consent.needs")

    send(client, again, agree_needs="no")

    application.refresh_from_db()
    assert again.proposed == {"consent.needs": {"agrees": False}}
    assert application.dietary_needs == ""
    assert "CANARY" not in str([version.data for version in application.versions.all()])
    approve(again, staff)
    assert judged(Application.objects.get()).application.declines_needs is True


@pytest.mark.parametrize("kind", ["needs", "health"])
@pytest.mark.parametrize("decided", [False, True])
def test_a_consent_that_is_taken_back_leaves_no_proposal(client, application, staff, kind, decided):
    row = opened(application, staff, f"consent.{kind}", "lines.education")
    typed = {"education-rows": "1", "education-1-school": "Kyoto University"}
    send(client, row, **typed, **(NEEDS if kind == "needs" else HEALTH))
    seen = stamp_of(row)
    if decided:
        approve(row, staff)

    withdraw_consent(application, kind)

    row.refresh_from_db()
    assert "CANARY" not in str(row.proposed)
    assert list(row.proposed) == ["lines.education"]
    assert (stamp_of(row) == seen) is decided  # what waits is another than staff have seen
    for version in application.versions.all():
        assert "CANARY" not in str(version.data)
        assert is_intact(version)


def test_a_proposal_of_nothing_else_ends_with_its_consent(client, application, staff):
    row = opened(application, staff, "consent.health")
    send(client, row, **HEALTH)

    withdraw_consent(application, ConsentKind.HEALTH)

    row.refresh_from_db()
    assert (row.state, row.proposed) == ("ended", {})


def test_without_the_forgetting_the_proposal_would_keep_it_control(
    client, application, staff, monkeypatch
):
    row = opened(application, staff, "consent.health")
    send(client, row, **HEALTH)
    from trainees import consents

    others = [each for each in consents._forgetters if each is not forget_in_reopenings]
    monkeypatch.setattr(consents, "_forgetters", others)

    withdraw_consent(application, ConsentKind.HEALTH)

    row.refresh_from_db()
    assert "CANARY" in str(row.proposed)


def test_wishes_are_opened_as_one(client, staff):
    found = application_of(trainee_person(), cycle=CycleFactory())
    recruitment = published(cycle=found.cycle)
    openings = [opening_of(recruitment), opening_of(recruitment)]
    for opening in openings:
        OfficeCountry.objects.get_or_create(
            office=opening.office,
            country=str(found.trainee.nationality),
            defaults={"starts_on": date(2020, 4, 1)},
        )
    application = submit_application(found, by=found.trainee.user)
    row = opened(application, staff, "parts.wish")
    keys = [str(opening.host_request.public_id) for opening in openings]

    page = send(client, row, request_1=keys[1], reason_1="Waste", request_2=keys[0], reason_2="Bus")

    assert page.status_code == 302
    assert not RequestWish.objects.exists()
    approve(row, staff)
    kept = last_version(application).data["parts"]["wish"]
    assert [(each["request"], each["reason"]) for each in kept] == [
        (keys[1], "Waste"),
        (keys[0], "Bus"),
    ]
    assert list(RequestWish.objects.values_list("rank", "reason")) == [(1, "Waste"), (2, "Bus")]
    twice = opened(application, staff, "parts.wish")
    page = send(client, twice, request_1=keys[0], request_2=keys[0])
    assert page.status_code == 422
