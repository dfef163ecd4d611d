import uuid
from datetime import timedelta
from threading import Barrier, Thread

import pytest
import time_machine
from django import forms
from django.db import connection
from django.http import QueryDict
from django.utils import timezone

from accounts.editing import (
    DRAFT_MAX_CHARACTERS,
    VersionedFormMixin,
    draft_of,
    drop_draft,
    initial_from,
    keep_draft,
    once,
)
from accounts.models import FormDraft, Submission
from schedule.models import Deadline
from tests.factories import CycleFactory, UserFactory

pytestmark = pytest.mark.django_db


class DeadlineForm(VersionedFormMixin, forms.ModelForm):
    class Meta:
        model = Deadline
        fields = ["name_ja", "name_en"]


def posted(**values) -> QueryDict:
    data = QueryDict(mutable=True)
    data.update({name: str(value) for name, value in values.items()})
    return data


def test_a_versioned_form_counts_each_edit():
    deadline = CycleFactory().deadlines.first()

    form = DeadlineForm(posted(version=1, name_ja="期限", name_en="Day"), instance=deadline)

    assert form.is_valid()
    assert form.save().version == 2


def test_a_versioned_form_refuses_an_edit_that_began_before_another():
    deadline = CycleFactory().deadlines.first()
    Deadline.objects.filter(pk=deadline.pk).update(version=2, name_ja="他の人の期限")
    deadline.refresh_from_db()

    form = DeadlineForm(posted(version=1, name_ja="私の期限", name_en="x"), instance=deadline)

    assert not form.is_valid()
    assert form.stale
    assert form.has_error("__all__", code="stale")
    assert {"saved": "他の人の期限", "typed": "私の期限"}.items() <= form.conflicts()[0].items()
    assert Deadline.objects.get(pk=deadline.pk).name_ja == "他の人の期限"


def test_a_refused_form_sent_again_replaces_the_other_edit_knowingly():
    deadline = CycleFactory().deadlines.first()
    Deadline.objects.filter(pk=deadline.pk).update(version=2)
    deadline.refresh_from_db()
    refused = DeadlineForm(posted(version=1, name_ja="私", name_en="x"), instance=deadline)
    refused.is_valid()
    shown = refused["version"].value()

    deadline.refresh_from_db()
    again = DeadlineForm(posted(version=shown, name_ja="私", name_en="x"), instance=deadline)

    assert again.is_valid()
    assert again.save().version == 3


@pytest.mark.parametrize("version", ["", "abc", "0"])
def test_a_versioned_form_without_its_version_is_stale(version: str):
    deadline = CycleFactory().deadlines.first()

    form = DeadlineForm(posted(version=version, name_ja="a", name_en="b"), instance=deadline)

    assert not form.is_valid()


def test_once_creates_once_for_one_key():
    user, key, made = UserFactory(), uuid.uuid4(), []

    def create() -> str:
        made.append(1)
        return f"/made/{len(made)}/"

    assert [once(user, key, create) for _each in range(2)] == ["/made/1/", "/made/1/"]
    assert len(made) == 1


def test_once_without_a_key_takes_each_form_as_new():
    user, made = UserFactory(), []

    for _each in range(2):
        once(user, None, lambda: made.append(1) or "/")

    assert len(made) == 2


def test_once_refuses_the_key_of_somebody_else():
    key = uuid.uuid4()
    once(UserFactory(), key, lambda: "/theirs/")

    with pytest.raises(forms.ValidationError):
        once(UserFactory(), key, lambda: "/mine/")


def test_once_forgets_the_key_when_creating_fails():
    user, key = UserFactory(), uuid.uuid4()

    def fail() -> str:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        once(user, key, fail)

    assert not Submission.objects.exists()
    assert once(user, key, lambda: "/made/") == "/made/"


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_create_once():
    user, key = UserFactory(), uuid.uuid4()
    start, made, results = Barrier(2), [], []

    def create() -> str:
        made.append(1)
        return "/made/"

    def click():
        try:
            start.wait()
            results.append(once(user, key, create))
        finally:
            connection.close()

    threads = [Thread(target=click) for _each in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (results, len(made)) == (["/made/", "/made/"], 1)


def test_a_draft_keeps_what_was_typed_and_no_keys_of_the_form():
    user = UserFactory()
    data = posted(name_ja="期限", version=3, once="key", csrfmiddlewaretoken="token")

    keep_draft(user, "deadline:1", data)
    keep_draft(user, "deadline:1", posted(name_ja="別の期限"))

    assert FormDraft.objects.get().values == {"name_ja": ["別の期限"]}
    draft = draft_of(user, "deadline:1")
    assert initial_from(draft, DeadlineForm) == {"name_ja": "別の期限"}


def test_a_draft_is_its_writers_alone_and_ends_after_thirty_days():
    user = UserFactory()
    keep_draft(user, "form", posted(a="b"))

    assert draft_of(UserFactory(), "form") is None
    with time_machine.travel(timezone.now() + timedelta(days=31)):
        assert draft_of(user, "form") is None


def test_a_saved_form_has_no_draft():
    user = UserFactory()
    keep_draft(user, "form", posted(a="b"))

    drop_draft(user, "form")

    assert draft_of(user, "form") is None
    assert initial_from(None, DeadlineForm) == {}


def test_a_draft_that_is_too_long_is_not_kept():
    assert keep_draft(UserFactory(), "form", posted(a="x" * DRAFT_MAX_CHARACTERS)) is None
    assert not FormDraft.objects.exists()


def test_a_draft_leaves_out_what_no_database_stores():
    data = QueryDict(mutable=True)
    data.setlist("na\x00me_ja", ["期\x00限", "\ud800期限", "\udfff"])

    draft = keep_draft(UserFactory(), "form", data)

    draft.refresh_from_db()
    assert draft.values == {"name_ja": ["期限", "期限", ""]}


def test_a_form_refuses_what_no_database_stores():
    deadline = CycleFactory().deadlines.first()
    data = posted(name_ja="期\x00限", name_en="Deadline", version=deadline.version)

    form = DeadlineForm(data, instance=deadline)

    assert list(form.errors) == ["name_ja"]
