"""The second factors in a browser: a printed sheet without any device, and a passkey."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import Role, User
from tests.factories import (
    CycleFactory,
    DemandSurveyFactory,
    LocalGovernmentFactory,
    MembershipFactory,
)

from .conftest import look

PASSWORD = "a long word for tests"


def coordinator() -> User:
    DemandSurveyFactory(cycle=CycleFactory(fiscal_year=timezone.localdate().year + 1))
    user = MembershipFactory(
        role=Role.COORDINATOR,
        organisation=LocalGovernmentFactory().organisation,
        user__password=make_password(PASSWORD),
    ).user
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def type_password(page: Page, user: User, language: str, url: str = "") -> None:
    page.goto(f"{url}/{language}/account/login/")
    page.locator("[name=login]").fill(user.email)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=password]").press("Enter")
    page.wait_for_load_state()


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("language", ["ja", "en"])
def test_a_desk_without_a_telephone_enrols_with_a_printed_sheet(person, settings, language: str):
    settings.SITE_URL = "http://localhost"
    user, page = coordinator(), person(language)
    type_password(page, user, language)
    look(page, f"{language}-second-factor-first")
    page.locator("a[href$='/2fa/sheet/']").first.click()
    look(page, f"{language}-sheet-empty")
    page.locator("button[name=make]").click()
    look(page, f"{language}-sheet-made")
    codes = re.findall(r"[0-9A-Z]{5}-[0-9A-Z]{5}", page.locator("ol.codes").inner_text())
    assert len(codes) == 40

    page.emulate_media(media="print")
    expect(page.locator("ol.codes")).to_be_visible()
    expect(page.locator("[name=code]")).to_be_hidden()
    assert page.pdf(format="A4").count(b"/Type /Page\n") == 1  # it fits on one sheet
    page.emulate_media(media="screen")

    page.locator("[name=code]").fill("11111-11111")
    page.locator("section .button.primary").click()
    expect(page.locator(".error-summary")).to_be_visible()
    look(page, f"{language}-sheet-error")
    page.locator("[name=code]").fill(codes[0])
    page.locator("section .button.primary").click()
    expect(page).to_have_url(re.compile("/hosts/"))

    again = person(language)
    type_password(again, user, language)
    look(again, f"{language}-second-factor-asked")
    again.locator("[name=code]").fill(codes[1])
    again.locator("[name=code]").press("Enter")
    expect(again).to_have_url(re.compile("/hosts/"))
    again.goto(f"/{language}/account/2fa/")
    look(again, f"{language}-second-factor-sheet")


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_passkey_is_set_up_and_opens_the_account(person, live_server):
    user, page = coordinator(), person()
    url = live_server.url.replace("127.0.0.1", "localhost")  # passkeys belong to a name
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True}
    checks = {"hasUserVerification": True, "isUserVerified": True}
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": {**options, **checks}})
    type_password(page, user, "en", url)
    page.goto(f"{url}/en/account/2fa/webauthn/add/")
    page.locator("[name=passwordless]").check()
    page.locator("#mfa_webauthn_add").click()
    expect(page).to_have_url(re.compile("/2fa/$"))
    page.goto(f"{url}/en/hosts/")
    expect(page).to_have_url(re.compile("/hosts/"))

    page.context.clear_cookies()
    page.goto(f"{url}/en/account/login/")
    page.locator("#passkey_login").click()
    expect(page).to_have_url(re.compile("/hosts/"))
