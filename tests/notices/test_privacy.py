"""Every column says what it holds of people."""

from django.apps import apps

from files.privacy import undeclared


def test_every_column_of_letters_and_mails_is_declared():
    assert undeclared(list(apps.get_app_config("notices").get_models())) == []
