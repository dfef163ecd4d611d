"""The staff's lists: every one opens, histories are read-only, nothing is deleted."""

from datetime import date

import pytest
from django.contrib import admin
from django.forms import inlineformset_factory
from django.urls import reverse

from accounts.editing import version_of
from accounts.models import Role
from desk.admin.programme import CodedFormSet, DeadlineInline
from desk.base import DeskAdmin
from notices.models import Letter, Mail
from placements.services import decide, propose
from placements.tasks import announce_issued
from schedule.models import Cycle, Deadline
from tests.factories import (
    CycleFactory,
    InvitationFactory,
    LocalGovernmentFactory,
    NominationFactory,
    OrganisationFactory,
    OverseasOfficeFactory,
    coordinator_of,
    open_request,
    staff_member,
    submitted_application,
)
from trainees.models import DocumentKind, DocumentRule

pytestmark = pytest.mark.django_db

READ_ONLY = [
    "accounts.accessevent",
    "accounts.auditrecord",
    "accounts.invitation",
    "auditlog.logentry",
    "hosts.hostrequest",
    "hosts.surveyanswer",
    "hosts.trainingprogramme",
    "notices.letter",
    "notices.mail",
    "placements.matchrun",
    "placements.nomination",
    "placements.placement",
    "trainees.application",
]
MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label_lower)


@pytest.fixture
def rows(db) -> None:
    """At least one row of most lists, from a decided placement."""
    cycle = CycleFactory(fiscal_year=2027)
    government = LocalGovernmentFactory()
    coordinator_of(government)
    open_request(cycle, government, countries=["ID"])
    application = submitted_application(cycle)
    NominationFactory(application=application, invitation=InvitationFactory())
    OverseasOfficeFactory(countries=["ID"])
    propose(cycle, by=None)
    decide(cycle, by=staff_member())
    announce_issued()


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label_lower)
@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_list_and_row_opens_in_both_languages(client, rows, model, language: str):
    client.force_login(staff_member(Role.ADMINISTRATOR, language=language))
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}"

    listed = client.get(reverse(f"{name}_changelist"))
    searched = client.get(reverse(f"{name}_changelist"), {"q": "suryani"})
    row = model._default_manager.first()
    shown = client.get(reverse(f"{name}_change", args=[row.pk])) if row else listed

    assert [listed.status_code, searched.status_code, shown.status_code] == [200, 200, 200]


@pytest.mark.parametrize("label", READ_ONLY)
def test_histories_and_records_are_only_read(client, rows, rf, label: str):
    model = next(each for each in MODELS if each._meta.label_lower == label)
    request = rf.get("/admin/")
    request.user = staff_member(Role.ADMINISTRATOR)
    model_admin = admin.site._registry[model]

    assert [
        model_admin.has_add_permission(request),
        model_admin.has_change_permission(request),
        model_admin.has_delete_permission(request),
    ] == [False, False, False]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label_lower)
def test_nothing_is_deleted_and_no_state_is_typed_on_the_desk(rf, rows, model):
    request = rf.get("/admin/")
    request.user = staff_member(Role.ADMINISTRATOR)
    model_admin = admin.site._registry[model]
    row = model._default_manager.first()

    fields = []
    if row and model_admin.has_change_permission(request, row):
        fields = list(model_admin.get_form(request, row).base_fields)

    assert not model_admin.has_delete_permission(request, row)
    assert "state" not in fields


def test_staff_do_not_change_people_and_administrators_do(client):
    person = coordinator_of(LocalGovernmentFactory())
    url = reverse("admin:accounts_user_change", args=[person.pk])
    values = {
        "email": person.email,
        "name": "Changed",
        "language": "ja",
        "is_active": "on",
        "memberships-TOTAL_FORMS": "0",
        "memberships-INITIAL_FORMS": "0",
    }
    names = []
    for role in (Role.STAFF, Role.ADMINISTRATOR):
        client.force_login(staff_member(role))
        client.post(
            url, {**values, "version": version_of(person, ["name", "telephone", "language"])}
        )
        person.refresh_from_db()
        names.append(person.name == "Changed")

    assert names == [False, True]


def test_an_export_that_a_spreadsheet_would_run_is_dead(client, rows):
    government = LocalGovernmentFactory(name="=1+1市")
    client.force_login(staff_member())

    response = client.post(
        reverse("admin:hosts_localgovernment_export"), {"format": "0", "resource": ""}
    )

    assert response.status_code == 200
    assert government.name.startswith("=")
    assert b"\n=1+1" not in response.content
    assert b",=1+1" not in response.content


def test_letters_and_mails_of_a_decision_stand_in_the_lists(client, rows):
    client.force_login(staff_member())

    letters = client.get(reverse("admin:notices_letter_changelist")).content.decode()
    mails = client.get(reverse("admin:notices_mail_changelist")).content.decode()

    assert [letter.reference in letters for letter in Letter.objects.all()] == [True, True]
    assert [mail.to in mails for mail in Mail.objects.all()] == [True]


def test_an_inline_history_speaks_in_words(client, rows):
    client.force_login(staff_member(language="en"))
    placement = next(each for each in MODELS if each._meta.model_name == "placement").objects.get()

    shown = client.get(reverse("admin:placements_placement_change", args=[placement.pk]))

    assert "decided, notices being issued" in shown.content.decode()


def test_scripts_may_be_evaluated_under_admin_only(client):
    client.force_login(staff_member())

    desk = client.get(reverse("admin:notices_mail_changelist")).headers["Content-Security-Policy"]
    page = client.get(reverse("accounts:profile")).headers["Content-Security-Policy"]

    assert ["'unsafe-eval'" in each for each in (desk, page)] == [True, False]
    assert "'unsafe-inline'" not in page


def test_a_stale_edit_on_the_desk_is_refused_and_shows_both_versions(client):
    cycle = CycleFactory()
    client.force_login(staff_member())
    address = reverse("admin:schedule_cycle_change", args=[cycle.pk])
    form = client.get(address).context["adminform"].form
    counts = {
        f"{prefix}-{name}": "0"
        for prefix in ("phases", "deadlines")
        for name in ("TOTAL_FORMS", "INITIAL_FORMS")
    }
    first = {"arrival_on": "2027-05-18", "version": form["version"].value(), **counts}
    second = {**first, "arrival_on": "2027-05-19"}

    saved = client.post(address, first)
    refused = client.post(address, second)

    cycle.refresh_from_db()
    assert (saved.status_code, refused.status_code) == (302, 200)
    assert (cycle.arrival_on, cycle.version) == (date(2027, 5, 18), 2)
    shown = str(refused.context["adminform"].form.non_field_errors())
    assert "2027-05-18" in shown
    assert "2027-05-19" in shown
    assert client.post(address, {**second, "version": "2"}).status_code == 302


def test_what_staff_type_has_no_tags_either(client):
    organisation = OrganisationFactory()
    client.force_login(staff_member(Role.ADMINISTRATOR))
    address = reverse("admin:accounts_organisation_change", args=[organisation.pk])
    sent = {"kind": organisation.kind, "name_ja": "<b>市</b>", "name_en": "City"}
    sent["version"] = client.get(address).context["adminform"].form["version"].value()

    page = client.post(address, sent)

    assert page.status_code == 200
    assert list(page.context["adminform"].form.errors) == ["name_ja"]


HIDDEN = [
    ("accounts_user", "password__startswith"),
    ("accounts_user", "memberships__user__password__startswith"),
    ("accounts_invitation", "token_hash__startswith"),
    ("notices_mail", "body__contains"),
    ("notices_letter", "context__contains"),
    ("hosts_localgovernment", "prefecture__organisation__memberships__user__password__startswith"),
    ("trainees_trainee", "user__password__startswith"),
    ("trainees_trainee", "born_on__gte"),
]


@pytest.mark.parametrize(("model", "lookup"), HIDDEN)
def test_what_a_list_does_not_filter_by_cannot_be_guessed_through_its_address(
    client, model: str, lookup: str
):
    client.force_login(staff_member(Role.ADMINISTRATOR))

    response = client.get(reverse(f"admin:{model}_changelist"), {lookup: "a"})

    assert response.status_code == 400


def test_with_the_lookups_of_the_package_a_password_hash_is_guessed_control(client, monkeypatch):
    monkeypatch.delattr(DeskAdmin, "lookup_allowed")
    person = staff_member(Role.ADMINISTRATOR)
    client.force_login(person)
    address = reverse("admin:accounts_user_changelist")

    found = [
        client.get(address, {"password__startswith": start}).context["cl"].result_count
        for start in (person.password[:12], "no such hash")
    ]

    assert found == [1, 0]


def test_the_code_of_a_deadline_stays_as_it_is():
    deadline = CycleFactory().deadlines.get(code="survey-direct")
    formset_class = inlineformset_factory(
        Cycle, Deadline, formset=CodedFormSet, fields=DeadlineInline.fields, extra=1
    )

    shown = formset_class(instance=deadline.cycle)

    disabled = {form.instance.code: form.fields["code"].disabled for form in shown.forms}
    assert (disabled[deadline.code], disabled[""]) == (True, False)


def rule_of_countries() -> DocumentRule:
    kind = DocumentKind.objects.create(code="tb", name_ja="結核", name_en="TB", has_issue_day=True)
    return DocumentRule.objects.create(kind=kind, stage="residence", nationalities=["NP", "PH"])


def save_countries(client, rule: DocumentRule, countries: list[str], **typed: str) -> int:
    address = reverse("admin:trainees_documentrule_change", args=[rule.pk])
    form = client.get(address).context["adminform"].form
    typed = {"kind": str(rule.kind_id), "stage": "residence", **typed}
    values = {**typed, "nationalities": countries, "version": form["version"].value()}
    return client.post(address, values).status_code


def test_staff_change_for_which_countries_a_rule_asks(client):
    rule = rule_of_countries()
    client.force_login(staff_member(language="en"))

    shown = client.get(reverse("admin:trainees_documentrule_change", args=[rule.pk]))
    chosen = shown.context["adminform"].form["nationalities"].subwidgets
    saved = save_countries(client, rule, ["NP", "PH", "ID"], valid_days="90")

    rule.refresh_from_db()
    first = [str(each.data["value"]) for each in chosen][:2]
    assert first == [str(each.data["value"]) for each in chosen if each.data["selected"]]
    assert first == ["NP", "PH"]
    assert (saved, rule.valid_days) == (302, 90)
    assert sorted(country.code for country in rule.nationalities) == ["ID", "NP", "PH"]


def test_with_the_packages_own_list_nobody_could_change_them_control(client, monkeypatch):
    monkeypatch.delattr(DeskAdmin, "formfield_for_choice_field")
    rule = rule_of_countries()
    client.force_login(staff_member(language="en"))

    assert save_countries(client, rule, ["NP"]) == 200
    rule.refresh_from_db()
    assert [country.code for country in rule.nationalities] == ["NP", "PH"]
