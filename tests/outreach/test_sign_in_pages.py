"""allauth's pages in the portal's look."""

import pytest
from django.urls import reverse
from django.utils import translation

pytestmark = pytest.mark.django_db

OPEN = [
    "account_login",
    "account_request_login_code",
    "account_reset_password",
    "account_reset_password_done",
    "account_inactive",
]


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("name", OPEN)
def test_page_stands_in_the_frame_of_the_portal(client, language, name):
    with translation.override(language):
        response = client.get(reverse(name))

    body = response.content.decode()
    assert response.status_code == 200
    assert f'<html lang="{language}">' in body
    assert body.count("<h1") == 1
    assert 'class="page-header"' in body


def test_login_shows_both_ways_and_no_sign_up(client):
    with translation.override("en"):
        body = client.get(reverse("account_login")).content.decode()
        code, sign_up = reverse("account_request_login_code"), reverse("account_signup")

    assert code in body
    assert 'id="passkey_login"' in body
    assert sign_up not in body


def test_refused_login_says_so_on_top(client):
    with translation.override("en"):
        response = client.post(reverse("account_login"), {"login": "", "password": ""})

    body = response.content.decode()
    assert '<section class="error-summary"' in body
    assert "<title>Please check the following 2 places – Sign in" in body
