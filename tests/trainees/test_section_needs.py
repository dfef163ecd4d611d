"""Needs and health: agreed to, kept encrypted, taken back and erased."""

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from accounts.models import FormDraft
from tests.factories import OverseasOfficeFactory, member_of
from tests.trainees.dossier import send, words_of
from trainees.consents import give_consent, withdraw_consent
from trainees.forms import needs
from trainees.health import QUESTIONS
from trainees.models import Application, Consent, ConsentKind, ConsentText, HealthDeclaration
from trainees.services import faults_of, submit_application
from trainees.versions import is_intact

pytestmark = pytest.mark.django_db


TODAY = timezone.localdate()
HEALTH = {f"health_{code}": "no" for code in QUESTIONS}
AGREED = {"agree_needs": "yes", "dietary_needs": "No pork", "agree_health": "yes", **HEALTH}


def stored(column: str, table: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {table}")  # noqa: S608 - names of our own
        return " ".join(str(row[0]) for row in cursor.fetchall())


# Needs and health -------------------------------------------------------------------------------


def test_what_is_agreed_to_is_kept_encrypted_with_version_and_day(client, own):
    assert send(client, own, "needs", **AGREED).status_code == 302

    own.refresh_from_db()
    given = Consent.objects.filter(application=own).exclude(text__kind="sharing")
    assert sorted(given.values_list("text__kind", "text__version", "language")) == [
        ("health", 1, "en"),
        ("needs", 1, "en"),
    ]
    assert [own.dietary_needs, own.health.answers["allergy"]] == ["No pork", False]
    assert "No pork" not in stored("dietary_needs", "trainees_application")
    assert "allergy" not in stored("answers", "trainees_healthdeclaration")
    assert faults_of(Application.objects.get(pk=own.pk)) == []


def test_of_what_is_refused_nothing_is_kept_whatever_was_typed(client, own):
    typed = {**AGREED, "agree_needs": "no", "agree_health": "no", "health_details": "<b>secret"}

    assert send(client, own, "needs", **typed).status_code == 302

    own.refresh_from_db()
    assert [own.dietary_needs, own.declines_needs, own.declines_health] == ["", True, True]
    assert not HealthDeclaration.objects.exists()


def test_the_answer_is_needed_but_neither_answer_is(client, own):
    response = send(client, own, "needs", agree_needs="", agree_health="")

    assert sorted(response.context["form"].errors) == ["agree_health", "agree_needs"]


def test_yes_to_a_question_asks_what_it_is(client, own):
    response = send(client, own, "needs", **{**AGREED, "health_allergy": "yes"})

    assert list(response.context["form"].errors) == ["health_details"]


def drafted(client, own: Application) -> str:
    address = reverse("trainees:application_autosave", args=[own.public_id, "needs"])
    client.post(address, {**AGREED, "agree_needs": "", "agree_health": "no"})
    return str(FormDraft.objects.get().values)


def test_no_draft_keeps_what_was_not_agreed_to(client, own):
    assert "No pork" not in drafted(client, own)
    assert "health_allergy" not in drafted(client, own)


def test_a_draft_that_is_kept_whole_is_caught_control(client, own, monkeypatch):
    monkeypatch.setattr("trainees.steps.views.leave_out_what_needs_consent", lambda data: data)

    assert "No pork" in drafted(client, own)


def test_drafts_are_encrypted_in_the_database(client, own):
    address = reverse("trainees:application_autosave", args=[own.public_id, "person"])
    client.post(address, {"passport_number": "X7777777"})

    assert FormDraft.objects.get().values == {"passport_number": ["X7777777"]}
    assert "X7777777" not in stored('"values"', "accounts_formdraft")


def test_a_consent_taken_back_erases_the_declaration_also_after_the_submission(client, own, person):
    send(client, own, "needs", **AGREED)
    submit_application(own, by=person)
    page = words_of(client.get(reverse("trainees:consents", args=[own.public_id])))
    address = reverse("trainees:consent_withdraw", args=[own.public_id, "health"])

    client.post(address)
    client.post(address)

    own.refresh_from_db()
    consent = Consent.objects.get(application=own, text__kind="health")
    assert "version 1" in page
    assert [consent.withdrawn_at is not None, own.declines_health] == [True, True]
    assert not HealthDeclaration.objects.filter(application=own).exists()
    assert own.dietary_needs == "No pork"  # the other consent stands


def test_kept_versions_forget_it_too_and_still_prove_the_rest(client, own, person):
    send(client, own, "needs", **{**AGREED, "health_allergy": "yes", "health_details": "nuts"})
    submit_application(own, by=person)
    version = own.versions.get()
    assert ["nuts" in str(version.data), is_intact(version)] == [True, True]

    withdraw_consent(own, ConsentKind.HEALTH)
    withdraw_consent(own, ConsentKind.HEALTH)

    version.refresh_from_db()
    assert ["nuts" in str(version.data), "No pork" in str(version.data)] == [False, True]
    assert is_intact(version)
    withdraw_consent(own, ConsentKind.NEEDS)
    version.refresh_from_db()
    assert ["No pork" in str(version.data), is_intact(version)] == [False, True]
    version.data["person"]["passport_name"] = "Somebody Else"
    assert not is_intact(version)


def test_a_health_declaration_changed_in_a_version_is_noticed_control(client, own, person):
    send(client, own, "needs", **AGREED)
    submit_application(own, by=person)
    version = own.versions.get()

    version.data["health"]["answers"]["allergy"] = True

    assert not is_intact(version)


def test_the_use_of_the_data_is_taken_back_by_withdrawing_only(client, own):
    address = reverse("trainees:consent_withdraw", args=[own.public_id, "sharing"])

    assert client.post(address).status_code == 404


def test_a_new_version_is_agreed_to_beside_the_old_one(own):
    give_consent(own, ConsentKind.HEALTH, language="en")
    ConsentText.objects.create(
        kind="health", version=2, valid_from=TODAY, text_ja="新", text_en="New"
    )

    give_consent(own, ConsentKind.HEALTH, language="ja")
    give_consent(own, ConsentKind.HEALTH, language="ja")

    kept = Consent.objects.filter(application=own, text__kind="health")
    assert sorted(kept.values_list("text__version", "language")) == [(1, "en"), (2, "ja")]
    assert withdraw_consent(own, ConsentKind.HEALTH)
    assert not kept.filter(withdrawn_at__isnull=True).exists()


def test_an_office_reads_no_health_and_no_belief(client, own, person):
    send(client, own, "needs", **{**AGREED, "health_details": "asthma"})
    submit_application(own, by=person)
    office = OverseasOfficeFactory(countries=["ID"])
    client.force_login(member_of(office.organisation, "overseas_office"))

    page = words_of(client.get(own.get_absolute_url()))

    assert "Bandung Institute" in page
    assert "No pork" not in page
    assert "asthma" not in page


def test_withheld_questions_are_the_ones_of_the_form():
    assert set(needs.SAID[ConsentKind.HEALTH]) == {*HEALTH, "health_details"}
