"""What holds for every template and style sheet: nothing inline, every value known."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import get_template, render_to_string

ROOT = Path(settings.BASE_DIR)
PORTAL = ROOT / "static" / "portal"
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
STATIC_PAGES = ["400.html", "403_csrf.html", "413.html", "500.html", "503.html"]


def test_no_template_carries_style_or_script_in_itself():
    pattern = re.compile(
        r'\sstyle="|<style|\son(click|change|submit|load|input)=|javascript:'
        r"|<script(?![^>]*(\ssrc=|application/json))",
    )

    found = [
        path.name
        for path in TEMPLATES
        if "letters" not in path.parts and pattern.search(path.read_text())
    ]

    assert found == []


def test_every_value_of_the_style_sheet_is_defined():
    text = (PORTAL / "tokens.css").read_text() + (PORTAL / "portal.css").read_text()

    used = set(re.findall(r"var\((--[\w-]+)", text))
    defined = set(re.findall(r"(--[\w-]+)\s*:", text))

    assert used <= defined


def test_the_tokens_file_holds_only_what_is_used():
    tokens = (PORTAL / "tokens.css").read_text()
    text = tokens + (PORTAL / "portal.css").read_text()

    unused = [name for name in re.findall(r"(--[\w-]+):", tokens) if f"var({name})" not in text]

    assert unused == []


@pytest.mark.parametrize("name", STATIC_PAGES)
def test_page_of_last_resort_needs_nothing_and_speaks_both_languages(name):
    body = get_template(name).render({})

    assert body.count("<h1>") == 1
    assert '<section lang="en">' in body
    assert 'href="/ja/"' in body
    assert 'href="/en/"' in body
    files = re.findall(r'"/static/([^"]+)"', body)
    assert [path for path in files if not finders.find(path)] == []


@pytest.mark.parametrize("name", ["403.html", "404.html"])
def test_error_page_tells_nothing_of_the_address(rf, name):
    one = render_to_string(name, {}, request=rf.get("/ja/trainee/1/"))
    two = render_to_string(name, {}, request=rf.get("/ja/trainee/2/"))

    assert one == two


def test_no_page_of_ours_offers_a_sign_up():
    found = [
        path.name
        for path in TEMPLATES
        if re.search(r"signup_url|href=\"\{% url ['\"]account_signup", path.read_text())
    ]

    assert found == []
