"""Pages printed at once for a reader: Japanese, bounded, and never a bare failure."""

import threading
from contextlib import suppress

import pytest
from django.template import engines
from django.test import RequestFactory
from django.utils import translation

from notices import pages, printing
from notices.pages import page_html, pdf_response
from notices.printing import PAGES_AT_ONCE, PressAway, PressBusy, print_page

PAGE = "<html lang=ja><title>x</title><p>受入要望書"


def template(text: str):
    return engines["django"].from_string(text)


@pytest.fixture
def written(monkeypatch):
    """Let a test give the text of the template itself."""

    def write(text: str) -> str:
        monkeypatch.setattr(
            pages, "render_to_string", lambda name, context: template(text).render(context)
        )
        return "sheet.html"

    return write


def ask():
    request = RequestFactory().get("/ja/hosts/")
    request.session = {}
    return request


def test_page_speaks_japanese_whatever_the_readers_language(written):
    name = written("{% load i18n %}{% get_current_language as code %}{{ code }}{{ text }}")

    with translation.override("en"):
        assert page_html(name, {"text": "<b>"}) == "ja&lt;b&gt;"
        assert translation.get_language() == "en"


def test_character_without_a_type_becomes_geta_instead_of_stopping_the_page(written):
    assert page_html(written("高知県{{ text }}"), {"text": "四万十町😀"}) == "高知県四万十町〓"


def test_pdf_response_is_a_download_that_no_cache_keeps(written):
    response = pdf_response(ask(), written(PAGE), {}, "受入要望書_四万十町")

    assert response.content.startswith(b"%PDF-")
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''%E5%8F%97")
    assert response["Cache-Control"] == "private, no-store"


def test_pdf_response_without_a_press_is_a_503_that_says_so(written, monkeypatch):
    def away(html):
        raise PressAway("no press")

    monkeypatch.setattr(pages, "print_page", away)

    response = pdf_response(ask(), written(PAGE), {}, "x")

    assert response.status_code == 503
    assert response["Retry-After"] == "30"
    assert "does not answer" in response.content.decode()


def test_pdf_response_of_a_page_that_reaches_outside_is_refused_alike(written):
    response = pdf_response(ask(), written("<html><img src='file:///etc/passwd'>"), {}, "x")

    assert response.status_code == 503


class SlowPress:
    """Prints when it is told to, and counts how many pages it holds at once."""

    def __init__(self) -> None:
        self.go_on = threading.Event()
        self.lock = threading.Lock()
        self.now = self.most = 0

    def print(self, html: str) -> bytes:
        with self.lock:
            self.now += 1
            self.most = max(self.most, self.now)
        self.go_on.wait(5)
        with self.lock:
            self.now -= 1
        return b"%PDF-"


def hold_press(monkeypatch, people: int) -> tuple[SlowPress, list[str]]:
    """So many ask for a page at once, and nobody is served until the rest has given up."""
    press, refused = SlowPress(), []
    monkeypatch.setattr(printing, "own_press", lambda: press)
    monkeypatch.setattr(printing, "PAGE_WAIT_SECONDS", 0.2)

    def ask_for_page():
        try:
            print_page(PAGE)
        except PressBusy as error:
            refused.append(str(error))

    threads = [threading.Thread(target=ask_for_page) for _ in range(people)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(0.4)
    press.go_on.set()
    for thread in threads:
        thread.join()
    return press, refused


def test_print_page_lets_two_print_at_once_and_tells_the_others(monkeypatch):
    press, refused = hold_press(monkeypatch, people=5)

    assert (press.most, len(refused)) == (PAGES_AT_ONCE, 5 - PAGES_AT_ONCE)
    assert print_page(PAGE) == b"%PDF-"  # every place is free again


def test_control_without_places_all_print_at_once(monkeypatch):
    monkeypatch.setattr(printing, "_places", threading.BoundedSemaphore(99))

    press, refused = hold_press(monkeypatch, people=5)

    assert (press.most, refused) == (5, [])


def test_print_page_gives_its_place_back_after_a_failure(monkeypatch):
    class Broken:
        def print(self, html):
            raise PressAway("x")

    monkeypatch.setattr(printing, "own_press", Broken)

    for _ in range(PAGES_AT_ONCE + 1):
        with suppress(PressAway):
            print_page(PAGE)
    monkeypatch.undo()

    assert print_page(PAGE).startswith(b"%PDF-")
