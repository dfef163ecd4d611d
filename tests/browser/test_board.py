"""The board tells by itself that the notices were issued."""

import re

import pytest
from playwright.sync_api import expect

from placements.services import decide
from placements.tasks import announce_issued
from tests.factories import (
    CycleFactory,
    PlacementFactory,
    staff_member,
    submitted_application,
)

from .conftest import faults, sign_in


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_board_shows_issued_notices_without_being_loaded_again(person, live_server):
    cycle = CycleFactory()
    PlacementFactory(application=submitted_application(cycle))
    staff = staff_member(language="en")
    decide(cycle, by=staff)
    page = sign_in(person("en"), staff, live_server.url)
    page.goto(f"/admin/board/{cycle.programme.code}/{cycle.fiscal_year}/")
    expect(page.locator("#what-next")).to_contain_text("being issued")
    assert faults(page, "board-issuing") == []

    announce_issued()

    expect(page.locator("#what-next")).to_contain_text("Every placement is decided")
    expect(page.locator("#decided-rows a[href*='/admin/letters/']").first).to_be_visible()
    expect(page.locator("#what-next")).not_to_have_attribute("hx-trigger", re.compile("."))
