"""What somebody types while their session ends is there again after the sign-in."""

from importlib import import_module

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.urls import reverse
from playwright.sync_api import Page, expect

from accounts.models import FormDraft
from tests.factories import HostRequestFactory, coordinator_of

from .conftest import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def end_sessions() -> None:
    """As after a long time: the server knows the session, and takes it no more."""
    store = import_module(settings.SESSION_ENGINE).SessionStore
    for row in Session.objects.all():
        session = store(row.session_key)
        session["seen_at"] = 0
        session.save()


def typed(page: Page, text: str, *, says: str) -> None:
    page.locator("[name=remarks_ja]").fill(text)
    expect(page.locator(".saved")).to_contain_text(says)


def test_words_typed_after_the_session_has_ended_come_back(person, live_server):
    request = HostRequestFactory(answer__state="draft")
    user = coordinator_of(request.answer.government, language="en")
    page = sign_in(person("en"), user, live_server.url)
    address = reverse("hosts:request_step", args=[request.public_id, "period"])
    page.goto(address)
    typed(page, "最初の文。", says="Kept by itself")

    end_sessions()
    typed(page, "最初の文。次の文。", says="signed out")
    page.locator("[name=remarks_ja]").fill("最初の文。次の文。最後の文。")
    page.locator("button[name=save]").click()
    expect(page.locator("input[name=login]")).to_be_visible()
    assert FormDraft.objects.get().values["remarks_ja"] == ["最初の文。次の文。"]

    sign_in(page, user, live_server.url)
    page.goto(address)
    expect(page.locator("[name=remarks_ja]")).to_have_value("最初の文。次の文。最後の文。")
    expect(page.locator(".saved")).to_contain_text("Kept by itself")
    page.locator("button[name=save]").click()
    expect(page.locator(".toast.success")).to_be_visible()
    request.refresh_from_db()
    assert request.remarks_ja == "最初の文。次の文。最後の文。"
    page.goto(address)
    expect(page.locator(".saved")).to_be_empty()


def test_they_come_back_to_nobody_else(person, live_server):
    request = HostRequestFactory(answer__state="draft")
    first, second = (coordinator_of(request.answer.government, language="en") for _n in range(2))
    page = sign_in(person("en"), first, live_server.url)
    address = reverse("hosts:request_step", args=[request.public_id, "period"])
    page.goto(address)
    end_sessions()
    typed(page, "私の言葉", says="signed out")

    sign_in(page, second, live_server.url)
    page.goto(address)

    expect(page.locator("[name=remarks_ja]")).to_have_value("")


def test_who_signs_out_leaves_nothing_in_the_window(person, live_server):
    request = HostRequestFactory(answer__state="draft")
    user = coordinator_of(request.answer.government, language="en")
    page = sign_in(person("en"), user, live_server.url)
    page.goto(reverse("hosts:request_step", args=[request.public_id, "period"]))
    end_sessions()
    typed(page, "私の言葉", says="signed out")
    kept = "Object.keys(sessionStorage).filter(key => key.startsWith('typed:')).length"
    assert page.evaluate(kept) == 1

    sign_in(page, user, live_server.url)
    page.goto(reverse("account_logout"))

    assert page.evaluate(kept) == 0


def test_what_the_answer_to_a_form_adds_is_not_overwritten_by_what_was_typed(person, live_server):
    request = HostRequestFactory(answer__state="draft")
    user = coordinator_of(request.answer.government, language="en")
    page = sign_in(person("en"), user, live_server.url)
    page.goto(reverse("hosts:unit_add", args=[request.public_id]))
    page.locator("[name=name_ja]").fill("水質検査の実習")
    page.locator("[name=postal_code]").fill("７９３－８６０１")

    page.get_by_role("button", name="Show the address").click()

    expect(page.locator("[name=address]")).to_have_value("愛媛県西条市明屋敷164")
    expect(page.locator("[name=name_ja]")).to_have_value("水質検査の実習")


def test_a_form_that_is_saved_takes_nothing_from_another_that_could_not_be(person, live_server):
    request = HostRequestFactory(answer__state="draft")
    user = coordinator_of(request.answer.government, language="en")
    page = sign_in(person("en"), user, live_server.url)
    address = reverse("hosts:request_step", args=[request.public_id, "period"])
    page.goto(address)
    page.context.set_offline(True)
    typed(page, "電車の中で書いた文。", says="could not save")
    page.context.set_offline(False)
    page.evaluate("window.stop()")

    page.goto(reverse("hosts:request_step", args=[request.public_id, "demand"]))
    page.locator("button[name=save]").click()
    expect(page.locator(".toast.success")).to_be_visible()
    page.goto(address)

    expect(page.locator("[name=remarks_ja]")).to_have_value("電車の中で書いた文。")
