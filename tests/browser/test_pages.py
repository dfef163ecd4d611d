"""Every page that a person can open: in both languages, at both widths, with axe."""

from collections.abc import Iterator
from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone, translation
from playwright.sync_api import Error, Page

from accounts.models import Role, User
from desk.demo import load_demo
from hosts.models import HostRequest, LocalGovernment, SurveyAnswer
from hosts.services import start_request
from notices.models import Letter, Mail
from placements.models import Placement
from placements.services import propose
from schedule.models import Cycle
from schedule.reminders import queue_reminders
from tests.factories import InvitationFactory
from trainees.models import Application

from .application_pages import application_pages, prepare_application
from .axe import AS_IT_COMES, QUICK, examine
from .case_pages import NOMINEE, case_pages, link_holders, nominee, prepare_case
from .conftest import SCREENS, WIDTHS, faults, is_refusal, sign_in, with_session_of
from .recruitment_pages import prepare_recruitment, recruitment_pages
from .survey_pages import prepare_survey, survey_pages

NOBODY = "nobody"
NOT_FOUND = {"link-over": 404, "verify-unknown": 404, "not-found": 404, "invitation-unknown": 404}


def pages() -> Iterator[tuple[str, str, str]]:
    """(role, name, address) of every page, each on rows of the demonstration."""
    yield from public_pages()
    yield from desk_pages()
    yield from host_pages()
    yield from application_pages()
    yield from recruitment_pages()
    yield from survey_pages(NOBODY)
    yield from case_pages(NOBODY)
    for role in (Role.MIC, Role.REVIEWER, Role.TAX_OFFICER, Role.OVERSEAS_OFFICE):
        yield role, "overview", reverse("accounts:overview")
    yield Role.TRAINING_INSTITUTE, "overview", reverse("accounts:overview")
    yield Role.STAFF, "profile", reverse("accounts:profile")
    names = ("mfa_index", "mfa_activate_totp", "mfa_sheet", "account_change_password")
    for name in (*names, "account_email"):
        yield Role.COORDINATOR, name, reverse(name)
    yield Role.COORDINATOR, "sessions", reverse("usersessions_list")
    yield Role.COORDINATOR, "sign-out", reverse("account_logout")


def public_pages() -> Iterator[tuple[str, str, str]]:
    for name in ("home", "help", "accessibility", "privacy"):
        yield NOBODY, name, reverse(f"outreach:{name}")
    letter = Letter.objects.filter(state="issued").first()
    yield NOBODY, "verify", f"/verify/{letter.check_code}"
    yield NOBODY, "verify-form", reverse("verify:form")
    yield NOBODY, "verify-unknown", "/verify/2222-2222-2222"
    yield NOBODY, "not-found", f"/{translation.get_language()}/no-such-page/"
    for name in ("account_login", "account_request_login_code", "account_reset_password"):
        yield NOBODY, name, reverse(name)
    yield NOBODY, "invitation", reverse("accounts:invitation", args=["token-of-the-test"])
    yield NOBODY, "invitation-unknown", reverse("accounts:invitation", args=["unknown"])


def desk_pages() -> Iterator[tuple[str, str, str]]:
    cycle = Cycle.objects.get(fiscal_year=2027)
    board = ["lgotp", cycle.fiscal_year]
    request = HostRequest.objects.filter(answer__survey__cycle=cycle).first()
    placement = Placement.objects.filter(state="proposed").first()
    yield Role.STAFF, "start", reverse("desk:start")
    yield Role.STAFF, "board", reverse("desk:board", args=board)
    yield Role.STAFF, "decide", reverse("desk:decide", args=board)
    yield Role.STAFF, "take-back", reverse("desk:take_back", args=[placement.public_id])
    yield Role.STAFF, "answer", reverse("desk:answer", args=[request.answer.public_id])
    dossiers = reverse("desk:request_dossiers", args=[request.public_id])
    yield Role.STAFF, "request-dossiers", dossiers
    yield Role.STAFF, "nominate", reverse("desk:nominate", args=[cycle.fiscal_year, "lgotp"])
    yield Role.STAFF, "invite", reverse("desk:invite")
    stopped = f"?mails={Mail.objects.get(state='uncertain').pk}"
    yield Role.STAFF, "mails-send-again", reverse("desk:mails_send_again") + stopped
    yield Role.STAFF, "mails-arrived", reverse("desk:mails_arrived") + stopped
    person = User.objects.get(email="coordinator@lgotp.example.jp")
    yield Role.ADMINISTRATOR, "access", reverse("desk:access", args=[person.public_id])
    yield Role.STAFF, "sheets", reverse("desk:sheets")
    for kind in ("applications", "requests", "local_governments"):
        yield Role.STAFF, f"sheet-{kind}", reverse("desk:sheet", args=[kind])
    for model in (
        "schedule_cycle",
        "schedule_programme",
        "schedule_deadline",
        "hosts_localgovernment",
        "hosts_surveyanswer",
        "hosts_hostrequest",
        "trainees_application",
        "trainees_document",
        "trainees_documentkind",
        "trainees_documentrule",
        "files_storedfile",
        "trainees_trainee",
        "trainees_sendinggovernment",
        "trainees_overseasoffice",
        "placements_nomination",
        "placements_placement",
        "notices_letter",
        "notices_mail",
        "accounts_user",
        "accounts_invitation",
        "accounts_organisation",
        "accounts_accessevent",
        "auditlog_logentry",
    ):
        yield Role.ADMINISTRATOR, model, reverse(f"admin:{model}_changelist")
    for model, row in (
        ("schedule_cycle", cycle),
        ("schedule_programme", cycle.programme),
        ("hosts_localgovernment", LocalGovernment.objects.first()),
        ("hosts_hostrequest", request),
        ("trainees_application", Application.objects.first()),
        ("notices_letter", Letter.objects.first()),
        ("notices_mail", Mail.objects.get(state="uncertain")),
        ("accounts_user", User.objects.first()),
    ):
        yield Role.ADMINISTRATOR, f"{model}-one", reverse(f"admin:{model}_change", args=[row.pk])


def host_pages() -> Iterator[tuple[str, str, str]]:
    answers = SurveyAnswer.objects.filter(survey__cycle__fiscal_year=2027)
    answer = answers.get(government__code="382060")
    request = HostRequest.objects.get(answer=answer, state="draft")
    unit = request.training_programme.units.create(
        name_ja="水質検査の実習", site_kind="own", site_name="水質課", weeks=16, hours_per_week=12
    )
    former = HostRequest.objects.filter(answer__government__code="382060").first()
    yield Role.COORDINATOR, "home", reverse("hosts:home")
    yield Role.COORDINATOR, "answer", reverse("hosts:answer", args=[answer.public_id])
    yield Role.COORDINATOR, "no-demand", reverse("hosts:no_demand", args=[answer.public_id])
    for step in ("demand", "period", "programme", "confirm"):
        yield Role.COORDINATOR, step, reverse("hosts:request_step", args=[request.public_id, step])
    yield Role.COORDINATOR, "unit-add", reverse("hosts:unit_add", args=[request.public_id])
    yield Role.COORDINATOR, "unit", reverse("hosts:unit", args=[unit.public_id])
    yield Role.COORDINATOR, "request", reverse("hosts:request", args=[former.public_id])
    yield Role.RELAY, "home", reverse("hosts:home")
    yield Role.RELAY, "relay", reverse("hosts:relay")


def opened(page: Page, address: str, name: str) -> list[str]:
    """What is wrong with this page; one that does not open at all is wrong, too."""
    language, _role, kind = name.split("-", 2)
    try:
        response = page.goto(address)
    except Error as error:
        return [f"{name} {address}: {error.message.splitlines()[0]}"]
    if response.status != NOT_FOUND.get(kind, 200):
        return [f"{name} {address}: {response.status}"]
    if page.locator("html").get_attribute("lang") != language:
        return [f"{name} {address}: not in this language"]
    return faults(page, name)


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_page_is_sound(person, live_server, language):
    load_demo(on=date(2026, 11, 22))
    cycle = Cycle.objects.get(fiscal_year=2027)
    staff = User.objects.get(email="staff@lgotp.example.jp")
    propose(cycle, by=staff)
    InvitationFactory(token="token-of-the-test")
    answer = SurveyAnswer.objects.get(survey__cycle=cycle, government__code="382060")
    coordinator = User.objects.get(email="coordinator@lgotp.example.jp")
    start_request(answer, by=coordinator)
    prepare_survey(date(2026, 11, 22))
    prepare_application(timezone.localdate())
    prepare_recruitment(timezone.localdate())
    prepare_case(timezone.localdate())
    queue_reminders(date(2026, 11, 23))
    stopped = Mail.objects.filter(purpose="reminder").last()
    Mail.objects.filter(pk=stopped.pk).update(state="uncertain", last_error="the worker ended")
    visitors = {NOBODY: person(language)}
    people = User.objects.filter(is_demo=True).order_by("email")
    for role, user in {next(iter(user.roles)): user for user in people}.items():
        visitors[role] = sign_in(person(language), user, live_server.url)
    visitors[NOMINEE] = sign_in(person(language), nominee(), live_server.url)
    for role, client in link_holders().items():
        visitors[role] = with_session_of(client, person(language), live_server.url)

    with translation.override(language):
        found = list(pages())
        for page in visitors.values():
            page.context.add_cookies(
                [{"name": "django_language", "value": language, "url": live_server.url}]
            )
        wrong: list[str] = []
        for role, name, address in found:
            wrong += opened(visitors[role], address, f"{language}-{role}-{name}")

    SCREENS.parent.mkdir(exist_ok=True)
    (SCREENS.parent / f"faults-{language}.txt").write_text("\n".join(wrong))
    assert wrong == []
    assert len(found) > 200


@pytest.mark.browser
def test_the_browser_tells_what_the_content_policy_forbids(browser, live_server):
    """The control of `person`: an inline style on one of our pages is told in the console."""
    said = []
    page = browser.new_page()
    page.on("console", lambda message: said.append(message.text))
    page.goto(f"{live_server.url}/en/account/login/")
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<p style=\"color:red\">a</p>')")
    page.close()

    assert [text for text in said if is_refusal(text)] != []


@pytest.mark.browser
def test_a_page_that_is_wrong_is_told_as_wrong(person, live_server):
    """The control of `faults`: a picture without words and a block that is too wide are found."""
    page = person("en")
    page.goto(f"{live_server.url}/en/account/login/")
    assert faults(page, "control") == []
    page.evaluate(
        "const block = document.querySelector('main').appendChild(new Image(2000, 20));"
        "block.src = '/favicon.ico'"
    )

    found = " ".join(faults(page, "control"))

    assert "image-alt" in found
    assert "scrolls sideways" in found
    assert [(SCREENS / f"control-{width}.png").exists() for width in WIDTHS] == [True, True]


FAULTY = """() => document.querySelector('main').insertAdjacentHTML('beforeend', `
    <div id="ground"><p id="pale">words</p><p id="half">words</p><p id="far">words</p>
    <p id="sound">words</p><img src="/favicon.ico"><button id="mute"></button>
    <a id="small" href="/a">a</a><a href="/b">b</a><label>unbound</label><input></div>`)"""
COLOURS = {
    "#ground": "background: oklch(0.98 0.01 90)",
    "#pale": "color: #aaa",
    "#half": "color: rgb(0 0 0 / 40%); background: hsl(60 50% 90% / 0.5)",
    "#far": "color: color(display-p3 0.6 0.7 0.6); opacity: 0.9",
    "#sound": "color: oklch(0.3 0.05 250)",
}


@pytest.mark.browser
def test_the_quick_axe_finds_what_axe_finds(person, live_server):
    """Also where colours are written in each way, lie over one another and let each other through;
    what it finds is not nothing.
    """
    found = []
    for script in (AS_IT_COMES, QUICK):
        page = person("en")
        page.goto(f"{live_server.url}/en/account/login/")
        page.evaluate(FAULTY)
        for place, style in COLOURS.items():  # by script: the policy forbids them in the page
            page.locator(place).evaluate("(element, style) => element.style = style", style)
        found.append(examine(page, script))

    assert found[0] == found[1]
    rules = dict(found[0][1])
    assert {"color-contrast", "image-alt", "button-name", "label"} <= rules.keys()
    assert rules["color-contrast"] == [["#pale"], ["#half"], ["#far"]]
