"""Chromium from the system, axe on every page that a test opens, screenshots outside git.

A photograph of a whole page costs about as much as all that axe does on it. So only a page that is
wrong is photographed; with SCREENS=all in the environment each page is.
"""

import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.core import mail
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, expect

from accounts.models import User
from notices.mails import deliver

from .axe import examine

SCREENS = Path(".test-results/screens")
KEEP_ALL = os.environ.get("SCREENS") == "all"
WIDTHS = (1280, 390)
PATIENCE = 60_000  # milliseconds: a busy machine is slow, which is no fault of a page
expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    assert chromium, "The browser tests need Chromium (Debian's package chromium)."
    return {
        **browser_type_launch_args,
        "executable_path": chromium,
        "args": [
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--no-first-run",
        ],
    }


@pytest.fixture
def person(browser: Browser, live_server) -> Callable[..., Page]:
    """A person with a browser of their own: `person("en")` gives a page without any session."""
    contexts: list[BrowserContext] = []
    refused: list[str] = []

    def open_browser(language: str = "en") -> Page:
        locale = {"en": "en-GB", "ja": "ja-JP"}[language]
        context = browser.new_context(
            base_url=live_server.url,
            locale=locale,
            timezone_id="Asia/Tokyo",
            viewport={"width": 1280, "height": 900},
        )
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: pytest.fail(f"script error: {error}"))
        page.on("console", lambda said: refused.append(said.text) if is_refusal(said.text) else 0)
        return page

    yield open_browser
    for context in contexts:
        context.close()
    assert refused == []


def is_refusal(text: str) -> bool:
    """Whether the browser says that the content policy forbade something on a page."""
    return "Content Security Policy" in text or "Content-Security-Policy" in text


def look(page: Page, name: str) -> None:
    """No axe violation and no sideways scrolling, at both widths."""
    assert faults(page, name) == []


def faults(page: Page, name: str) -> list[str]:
    """What is wrong with a page at either width; it is photographed where something is."""
    found = []
    for width in WIDTHS:
        if page.viewport_size["width"] != width:
            page.set_viewport_size({"width": width, "height": 900})
        overflow, violations = examine(page)
        wrong = [f"{name} at {width}: {rule}: {places}" for rule, places in violations]
        if overflow > 0:
            wrong.append(f"{name} scrolls sideways by {overflow} pixels at {width}")
        if wrong or KEEP_ALL:
            page.screenshot(path=SCREENS / f"{name}-{width}.png", full_page=True)
        found += wrong
    page.set_viewport_size({"width": WIDTHS[0], "height": 900})
    return found


def last_mail(to: str) -> str:
    """Let the outbox deliver, then the text of the newest mail to this address."""
    deliver()
    for message in reversed(mail.outbox):
        if any(to in each for each in message.to):
            return message.body
    raise AssertionError(f"No mail to {to}.")


def link_in(text: str) -> str:
    """The address in a mail, without its host, so that it is opened on the live server."""
    return re.search(r"https?://[^/\s]+(/\S+)", text).group(1)


def code_in(text: str) -> str:
    """The code in a mail of the sign-in."""
    return re.search(r"\b([A-Z0-9]{4}-[A-Z0-9]{4}|[A-Z0-9]{6})\b", text).group(1)


def sign_in(page: Page, user: User, url: str) -> Page:
    """The browser of a person who has signed in, as the tests without a browser do it."""
    client = Client()
    client.force_login(user)
    return with_session_of(client, page, url)


def with_session_of(client: Client, page: Page, url: str) -> Page:
    """The browser of a person, with the session that a test has begun without one."""
    value = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": url}])
    return page
