"""Nobody overwrites a colleague's change unseen (P19): every form that edits, by two people.

The forms are read from the pages as a browser reads them, so that a version which is not on the
page is found missing.
"""

from typing import Any

import pytest
from django.contrib import admin
from django.db import transaction
from django.forms import ModelForm
from django.test import Client, RequestFactory
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from accounts.editing import VersionedFormMixin
from accounts.models import Role, User
from hosts.forms import STEP_FORMS
from schedule.models import Deadline
from tests.desk.edits import EDITS, Edit, an_open_deadline
from tests.factories import CycleFactory, LocalGovernmentFactory, member_of, staff_member
from tests.faults.pages import forms_of
from trainees.forms import FORMS as APPLICATION_FORMS

pytestmark = pytest.mark.django_db


def test_every_step_and_every_change_form_stands_in_the_table():
    request = RequestFactory().get("/")
    request.user = staff_member(Role.ADMINISTRATOR)

    can_change = {
        f"admin:{model._meta.label_lower}"
        for model, model_admin in admin.site._registry.items()
        if model_admin.has_change_permission(request)
    }

    assert can_change == {name for name in EDITS if name.startswith("admin:")}
    assert {f"hosts:{step}" for step in STEP_FORMS} <= EDITS.keys()
    assert {f"trainees:{step}" for step in APPLICATION_FORMS} <= EDITS.keys()


def opened(user: User, edit: Edit) -> tuple[Client, dict[str, Any]]:
    """The page in this person's browser: everything that its form would send."""
    client = Client()
    client.force_login(user)
    page = client.get(edit.address)
    assert page.status_code == 200
    shown = [form for form in forms_of(page.content) if edit.name in form]
    assert len(shown) == 1
    return client, shown[0]


def check_seen_before_overwritten(edit: Edit) -> None:
    """Both open, one saves, the other is shown both versions; sent again it is saved knowingly."""
    first, second = edit.typed
    one, as_one_saw = opened(edit.users[0], edit)
    other, as_other_saw = opened(edit.users[1], edit)

    saved = one.post(edit.address, {**as_one_saw, edit.name: first, "save": "1"})
    refused = other.post(edit.address, {**as_other_saw, edit.name: second, "save": "1"})

    assert saved.status_code == 302, saved.content.decode()
    assert edit.stored() == first
    assert refused.status_code in {200, 422}
    text = refused.content.decode()
    assert first in text
    assert second in text
    (again,) = [form for form in forms_of(refused.content) if edit.name in form]
    assert again[edit.name] == [second]
    assert other.post(edit.address, {**again, "save": "1"}).status_code == 302
    assert edit.stored() == second


@pytest.mark.parametrize("name", EDITS)
def test_a_colleagues_change_is_shown_before_it_is_overwritten(name: str):
    check_seen_before_overwritten(EDITS[name]())


@pytest.mark.parametrize(
    "name", ["hosts:demand", "trainees:field", "accounts:profile", "admin:accounts.organisation"]
)
def test_without_the_version_a_colleagues_change_is_lost(
    name: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(VersionedFormMixin, "clean", ModelForm.clean)

    with pytest.raises(AssertionError):
        check_seen_before_overwritten(EDITS[name]())


# Rows under a row -------------------------------------------------------------------------------


def test_a_deadline_changed_on_its_own_page_is_not_overwritten_on_the_page_of_its_cycle():
    deadline = an_open_deadline()
    cycle = deadline.cycle
    address = reverse("admin:schedule_cycle_change", args=[cycle.pk])
    client = Client()
    client.force_login(staff_member(Role.ADMINISTRATOR, language="en"))
    (shown,) = [form for form in forms_of(client.get(address).content) if "arrival_on" in form]
    rows = [name for name in shown if name.endswith("-id") and shown[name] == [str(deadline.pk)]]
    prefix = rows[0].removesuffix("-id")
    Deadline.objects.filter(pk=deadline.pk).update(name_en="Theirs", version=2)

    refused = client.post(address, {**shown, f"{prefix}-name_en": "Mine"})

    deadline.refresh_from_db()
    assert (refused.status_code, deadline.name_en) == (200, "Theirs")
    assert "Theirs" in refused.content.decode()


def test_a_role_given_meanwhile_is_not_overwritten_on_the_page_of_the_person():
    government = LocalGovernmentFactory()
    person = member_of(government.organisation, Role.COORDINATOR)
    membership = person.memberships.get()
    address = reverse("admin:accounts_user_change", args=[person.pk])
    client = Client()
    client.force_login(staff_member(Role.ADMINISTRATOR, language="en"))
    (shown,) = [form for form in forms_of(client.get(address).content) if "name" in form]
    type(membership).objects.filter(pk=membership.pk).update(ends_on="2030-03-31")

    refused = client.post(address, {**shown, "memberships-0-ends_on": "2031-03-31"})

    membership.refresh_from_db()
    assert (refused.status_code, str(membership.ends_on)) == (200, "2030-03-31")


# Interleavings ----------------------------------------------------------------------------------


class DeadlineForm(VersionedFormMixin, ModelForm):
    class Meta:
        model = Deadline
        fields = ["name_ja", "name_en"]


class NaiveForm(ModelForm):
    class Meta:
        model = Deadline
        fields = ["name_ja", "name_en"]


STEPS = st.lists(st.tuples(st.sampled_from(["open", "save"]), st.integers(0, 2)), max_size=12)


def run_interleaving(form_class: type[ModelForm], steps: list[tuple[str, int]]) -> None:
    """Three people open and save in any order: whatever is overwritten was seen by who did it."""
    deadline = CycleFactory().deadlines.first()
    seen: dict[int, tuple[str, str]] = {}
    for number, (step, person) in enumerate(steps):
        with transaction.atomic():
            row = Deadline.objects.select_for_update().get(pk=deadline.pk)
            if step == "open":
                seen[person] = (row.name_en, str(row.version))
            elif person in seen:
                name, version = seen[person]
                data = {"name_ja": "期限", "name_en": f"{person} at {number}", "version": version}
                form = form_class(Posted(data), instance=row)
                stored = row.name_en
                if form.is_valid():
                    form.save()
                    assert stored == name, "overwritten unseen"
                    seen[person] = (data["name_en"], str(row.version))
                else:  # both versions are shown, and the form carries the new number
                    seen[person] = (stored, str(form["version"].value()))


class Posted(dict):
    """Enough of a QueryDict for a form."""

    def copy(self) -> "Posted":
        return Posted(self)


class TestInterleavings(TestCase):
    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    @given(STEPS)
    def test_nothing_is_overwritten_unseen(self, steps: list[tuple[str, int]]):
        run_interleaving(DeadlineForm, steps)

    def test_without_the_version_two_who_open_together_overwrite_each_other(self):
        steps = [("open", 0), ("open", 1), ("save", 0), ("save", 1)]

        with pytest.raises(AssertionError, match="overwritten unseen"):
            run_interleaving(NaiveForm, steps)
