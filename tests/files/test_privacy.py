"""Every column of the portal says what it tells about a person and how long it is kept."""

import pytest
from django.apps import apps
from django.db import models

from files.privacy import (
    NOTHING_PERSONAL,
    DataClass,
    Keep,
    Rule,
    declare,
    holds_free_text,
    rule_for,
    undeclared,
)

OURS = {
    "accounts",
    "desk",
    "files",
    "funding",
    "hosts",
    "japan",
    "notices",
    "outreach",
    "placements",
    "schedule",
    "stays",
    "trainees",
}


def our_models() -> list[type[models.Model]]:
    found = apps.get_models(include_auto_created=True)
    return [model for model in found if model._meta.app_label in OURS]


@pytest.fixture
def undeclared_model():
    """A model that nobody has declared, taken out of the registry of apps afterwards."""

    class Notebook(models.Model):
        pages = models.IntegerField()
        text = models.TextField()

        class Meta:
            app_label = "files"

        def __str__(self) -> str:
            return self.text

    yield Notebook
    del apps.all_models["files"]["notebook"]
    apps.clear_cache()


def test_every_column_of_every_model_is_declared():
    assert len(our_models()) > 20
    assert undeclared(our_models()) == []


def test_a_model_without_declaration_is_found(undeclared_model):
    assert undeclared([undeclared_model]) == [
        "files.Notebook.id",
        "files.Notebook.pages",
        "files.Notebook.text",
    ]


def test_a_rule_for_the_rest_never_covers_what_people_type(undeclared_model):
    declare(undeclared_model, rest=NOTHING_PERSONAL)

    assert undeclared([undeclared_model]) == ["files.Notebook.text"]
    rule = Rule(DataClass.PERSONAL, Keep.DAYS_90)
    declare(undeclared_model, rest=NOTHING_PERSONAL, text=rule)
    assert undeclared([undeclared_model]) == []
    assert rule_for(undeclared_model, "text") == rule


def test_a_declaration_of_an_unknown_column_is_refused(undeclared_model):
    with pytest.raises(ValueError, match="titel"):
        declare(undeclared_model, titel=NOTHING_PERSONAL)


def test_addresses_and_names_are_never_called_impersonal():
    impersonal = [
        f"{model._meta.label}.{field.name}"
        for model in our_models()
        for field in model._meta.local_fields
        if isinstance(field, models.EmailField)
        and rule_for(model, field.name).data_class == DataClass.NONE
    ]

    assert impersonal == []


def test_hashes_of_tokens_are_secrets():
    assert rule_for(apps.get_model("accounts.Invitation"), "token_hash").data_class is (
        DataClass.SECRET
    )


def test_choices_are_no_free_text():
    user = apps.get_model("accounts.User")

    assert [holds_free_text(user._meta.get_field(name)) for name in ("language", "name")] == [
        False,
        True,
    ]
