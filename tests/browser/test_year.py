"""The main job end to end in a browser: from the opened cycle to the verified notices."""

import re

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import Organisation, User
from hosts.models import HostRequest
from hosts.register import take_in
from japan.governments import load_governments
from notices.mails import deliver
from notices.models import Letter
from placements.models import Placement
from placements.tasks import announce_issued
from schedule.lgotp import ensure_lgotp
from schedule.models import Cycle
from schedule.services import next_fiscal_year
from tests.files.uploads import pdf, picture
from trainees.models import Application, Document, SendingGovernment

from .conftest import code_in, last_mail, link_in, look

PASSWORD = "a long word for tests"
STAFF, COORDINATOR, NOMINEE = "staff@example.jp", "ochi@example.jp", "suryani@example.org"


def enrol(page: Page) -> None:
    """Set up the authenticator app that the portal insists on."""
    page.goto("/en/account/2fa/totp/activate/")
    secret = page.locator(".digest").inner_text().strip()
    counter = next(iter(yield_hotp_counters_from_time()))
    code = format_hotp_value(hotp_value(secret, counter))
    page.get_by_label("Code").fill(code)
    page.get_by_role("button", name="Use this app").click()
    page.wait_for_load_state()


def fill_unit(page: Page) -> None:
    """A first unit of the training programme, its address found by the postal code."""
    page.locator("[name=name_ja]").fill("水質検査の実習")
    page.locator("[name=name_en]").fill("Water quality testing")
    page.locator("[name=site_kind][value=own]").check()
    page.locator("[name=site_name]").fill("水質検査センター")
    page.locator("[name=postal_code]").fill("７９３－８６０１")
    page.get_by_role("button", name="Show the address").click()
    expect(page.locator("[name=address]")).to_have_value(re.compile("^愛媛県西条市"))
    page.locator("[name=instructor-1-name]").fill("近藤　誠")
    page.locator("[name=instructor-1-years]").fill("8")
    page.locator("[name=weeks]").fill("16")
    page.locator("[name=hours_per_week]").fill("12")
    page.locator("button[name=save].primary").click()


def fill_dossier(nominee: Page) -> None:
    """Every section after the names, each saved with its button."""
    for typed in SECTIONS:
        nominee.locator("main form button.primary").last.click()
        for name, value in typed.items():
            field = nominee.locator(f"[name={name}]")
            kind = field.first.evaluate("field => field.type")
            if kind == "radio":
                nominee.locator(f"[name={name}][value='{value}']").check()
            elif kind == "checkbox":
                field.check()
            elif kind == "select-one":
                field.select_option(value)
            else:
                field.fill(value)
    nominee.locator("main form button.primary").last.click()


def hand_in_papers(nominee: Page) -> None:
    """Everything that the page says is missing; the photo is cut in the browser."""
    address = nominee.url
    missing = nominee.locator(".papers a.button.primary")
    while missing.count():
        missing.first.click()
        is_photo = "/photo/" in nominee.url
        name, kind = ("me.png", "image/png") if is_photo else ("paper.pdf", "application/pdf")
        content = picture("PNG", (900, 900)) if is_photo else pdf()
        file = {"name": name, "mimeType": kind, "buffer": content}
        nominee.locator("[name=upload]").set_input_files(file)
        if nominee.locator("[name=issued_on]").count():
            nominee.locator("[name=issued_on]").fill(str(timezone.localdate()))
        if is_photo:
            expect(nominee.locator("canvas")).to_be_visible()
            nominee.locator("canvas").press("ArrowLeft")
            look(nominee, "application-photo")
        nominee.locator("main form button.primary").click()
        nominee.wait_for_load_state()
        nominee.goto(address)
    assert Document.objects.get(kind__code="photo").cut[0] > 125  # moved from the middle


SECTIONS = [
    {
        "born_on": "17 May 1990",
        "sex": "F",
        "residence": "ID",
        "passport_number": "X1234567",
        "passport_expires_on": "31 December 2099",
    },
    {
        "telephone": "+62 22 1234 5678",
        "address": "Jalan Merdeka 1, Bandung",
        "comes_alone": "yes",
        "emergency_name": "Budi",
        "emergency_relation": "brother",
        "emergency_telephone": "+62 22 8765 4321",
    },
    {"agree_needs": "no", "agree_health": "no"},
    {
        "employer_department": "Environment Agency",
        "employer_position": "Officer",
        "employed_since": "1 April 2018",
        "employer_duties": "Planning the collection of waste.",
    },
    {"education-1-school": "Bandung Institute"},
    {"english_level": "3", "japanese_level": "1"},
    {"never_in_japan": "on", "never_refused": "on"},
    {
        "field": "environment",
        "statement": "I want to learn how waste is reduced.",
        "future_use": "I will write a manual for my department.",
        "available_from": "1 May 2090",
        "available_until": "1 May 2091",
    },
]


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_one_cycle_from_the_survey_to_the_verified_notice(person, settings, live_server):
    settings.SITE_URL = live_server.url
    programme = ensure_lgotp()
    take_in(load_governments())
    bandung = Organisation.objects.create(
        kind=Organisation.Kind.SENDING_GOVERNMENT,
        name_ja="バンドン市",
        name_en="Bandung City Government",
    )
    sender = SendingGovernment.objects.create(organisation=bandung, country="ID")
    staff_user = User.objects.create_superuser(STAFF, PASSWORD, name="森田 由紀", language="en")
    EmailAddress.objects.create(user=staff_user, email=STAFF, verified=True, primary=True)
    year = next_fiscal_year(programme, on=timezone.localdate())

    # Staff sign in, set up their second factor, open the cycle.
    staff = person()
    staff.goto("/admin/")
    staff.locator("[name=login]").fill(STAFF)
    staff.locator("[name=password]").fill(PASSWORD)
    staff.locator("[name=password]").press("Enter")
    staff.wait_for_load_state()
    enrol(staff)
    staff.goto("/admin/")
    look(staff, "desk-empty")
    staff.locator("[name=fiscal_year]").fill(str(year))
    staff.get_by_role("button", name="Open the cycle").click()
    expect(staff.get_by_text("7 phases").first).to_be_visible()
    cycle = Cycle.objects.get(programme=programme, fiscal_year=year)
    staff.goto(f"/admin/survey/lgotp/{year}/compose/open/")
    look(staff, "survey-open-all")
    staff.locator("main form button.primary").click()
    expect(staff.get_by_text("The survey is open.").first).to_be_visible()

    # Staff invite the coordinator of a real city; a wrong check digit is told at its field.
    staff.goto("/admin/invite/")
    staff.locator("[name=email]").fill(COORDINATOR)
    staff.locator("[name=name]").fill("越智 美咲")
    staff.locator("[name=language]").select_option("ja")
    staff.locator("[name=role]").select_option("coordinator")
    staff.locator("[name=government_code]").fill("382061")
    staff.locator("main form button.primary").click()
    expect(staff.get_by_text("382060").first).to_be_visible()
    look(staff, "invite-error")
    staff.locator("[name=government_code]").fill("382060")
    staff.locator("main form button.primary").click()
    staff.wait_for_load_state()

    # The coordinator accepts, chooses a password, enrols, and answers the survey.
    host = person()
    host.goto(link_in(last_mail(COORDINATOR)))
    look(host, "invitation")
    host.locator("main form button.primary").click()
    host.locator("[name=email]").fill(COORDINATOR)
    host.locator("[name=password1]").fill(PASSWORD)
    host.locator("[name=password2]").fill(PASSWORD)
    host.locator("[name=password2]").press("Enter")
    host.wait_for_load_state()
    enrol(host)
    host.goto("/ja/hosts/")
    look(host, "host-home-ja")
    host.goto("/en/hosts/")
    look(host, "host-home-en")
    host.locator(".next form button.primary").click()
    host.wait_for_load_state()
    host.locator("[name=field]").select_option("environment")
    host.locator("[name=number]").fill("500")
    host.locator("button[name=next], button.primary").last.click()
    expect(host.locator(".error-summary")).to_be_visible()
    look(host, "request-demand-error")
    host.locator("[name=number]").fill("1")
    host.locator("main form button.primary").click()
    host.locator("[name=language]").select_option("english")
    host.locator("[name=english_needed]").select_option("2")
    host.locator("main form button.primary").click()
    ends_on = cycle.arrival_on.replace(month=12)
    host.locator("[name=ends_on]").fill(f"{ends_on:%Y/%m/%d}")
    look(host, "request-period")
    host.locator("main form button.primary").click()
    host.locator("[name=lodging_kind]").select_option("rented")
    host.locator("main form button.primary").click()
    host.locator("[name=theme_ja]").fill("ごみの減量と環境教育")
    host.locator("[name=theme_en]").fill("Waste reduction and environmental education")
    host.locator("[name=aim_ja]").fill("分別収集と環境教育の進め方を学ぶこと。")
    host.locator("[name=aim_en]").fill("To learn how separate collection works.")
    host.locator("button[name=save]").first.click()
    request = HostRequest.objects.get()
    host.goto(f"/en/hosts/requests/{request.public_id}/units/add/")
    fill_unit(host)
    host.goto(f"/en/hosts/requests/{request.public_id}/programme/")
    look(host, "request-programme")
    host.goto(f"/en/hosts/requests/{request.public_id}/confirm/")
    look(host, "request-confirm")
    host.locator("main form button.primary").click()
    host.wait_for_load_state()
    look(host, "answer-submitted")
    assert "環境" in last_mail(COORDINATOR)

    # Staff receive the answer and nominate a person for the cycle.
    request.refresh_from_db()
    staff.goto(f"/admin/answers/{request.answer.public_id}/")
    look(staff, "desk-answer")
    staff.get_by_role("button", name="Receive this answer").click()
    staff.goto(f"/admin/cycles/{year}/lgotp/nominate/")
    staff.locator("[name=email]").fill(NOMINEE)
    staff.locator("[name=passport_name]").fill("SURYANI")
    staff.locator("[name=nationality]").select_option("ID")
    staff.locator("[name=sending_government]").select_option(str(sender.pk))
    look(staff, "nominate")
    staff.locator("main form button.primary").click()
    staff.wait_for_load_state()

    # The nominee accepts, signs in by code, says that the nomination is theirs, and applies.
    nominee = person()
    nominee.goto(link_in(last_mail(NOMINEE)))
    nominee.locator("main form button.primary").click()
    nominee.locator("[name=email]").fill(NOMINEE)
    nominee.locator("[name=email]").press("Enter")
    nominee.locator("[name=code]").fill(code_in(last_mail(NOMINEE)))
    nominee.locator("[name=code]").press("Enter")
    nominee.wait_for_load_state()
    nominee.goto("/en/trainee/")
    look(nominee, "nomination-to-confirm")
    nominee.locator("form[action$='/confirm/'] button").click()
    nominee.wait_for_load_state()
    application = Application.objects.get()
    base = f"/en/trainee/application/{application.public_id}"
    nominee.goto(f"{base}/names/")
    nominee.locator("[name=katakana]").fill("スルヤニ")
    look(nominee, "application-names")
    fill_dossier(nominee)
    expect(nominee).to_have_url(re.compile("/documents/$"))
    hand_in_papers(nominee)
    look(nominee, "application-documents")
    nominee.goto(f"{base}/confirm/")
    expect(nominee).to_have_url(re.compile("/confirm/"))
    look(nominee, "application-confirm")
    nominee.locator("[name=agree]").check()
    nominee.locator("main form button.primary").last.click()
    nominee.wait_for_load_state()
    nominee.goto("/en/trainee/")
    look(nominee, "status-submitted")
    application.refresh_from_db()
    assert application.state == "submitted"

    # Staff propose, look at the sheet, decide; the letters are rendered and mailed.
    staff.goto(f"/admin/board/lgotp/{year}/")
    staff.get_by_role("button", name=re.compile("^Propose")).first.click()
    staff.wait_for_load_state()
    look(staff, "board-proposed")
    staff.goto(f"/admin/board/lgotp/{year}/decide/")
    look(staff, "decide-sheet")
    staff.locator("main form button.primary").click()
    staff.wait_for_load_state()
    announce_issued()
    deliver()
    placement = Placement.objects.get(state="announced")
    assert placement.application == application
    assert len(Letter.objects.filter(state="issued")) == 2

    # Both sides see their letter, and anybody can verify it by its code.
    for page, address, name in (
        (host, "/en/hosts/", "host-decided"),
        (nominee, "/en/trainee/", "status-decided"),
    ):
        page.goto(address)
        look(page, name)
        with page.expect_download() as download:
            page.locator("a[href*='/placements/notices/']").first.click()
        assert download.value.path().read_bytes().startswith(b"%PDF-")
    stranger = person("ja")
    for letter in Letter.objects.all():
        stranger.goto(f"/verify/{letter.check_code}")
        expect(stranger.get_by_text(letter.reference).first).to_be_visible()
        assert "SURYANI" not in stranger.content()
    look(stranger, "verified-ja")
