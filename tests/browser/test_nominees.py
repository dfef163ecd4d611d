"""Four nominees, from the nomination abroad to complete, frozen dossiers: two by agency and office,
of whom one hands in a paper that is refused; one by a host; one whose field is opened again.
"""

import io
import re
import subprocess
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone, translation
from PIL import Image
from playwright.sync_api import Page, expect
from pypdf import PdfReader, PdfWriter

from accounts.models import Organisation, PersonalLink, Role
from files import long_work
from notices.mails import deliver
from schedule.lgotp import ensure_lgotp
from schedule.services import next_fiscal_year, open_cycle
from tests.factories import (
    HostRequestFactory,
    LocalGovernmentFactory,
    OrganisationFactory,
    OverseasOfficeFactory,
    SurveyAnswerFactory,
    coordinator_of,
    member_of,
    staff_member,
)
from trainees.models import Agency, Application, Contact, SendingGovernment
from trainees.states import ApplicationState

from .conftest import SCREENS, code_in, last_mail, link_in, look, sign_in

PHONE = {"width": 390, "height": 844}
AGENCY = "bureau@ministry.example.org"
EMPLOYER = "personnel@bandung.example.org"


@pytest.fixture
def world(settings, live_server) -> Iterator[SimpleNamespace]:
    """A cycle with two requests that were received, one of them of own selection; the office of
    Singapore with a ministry and a city in its register; everybody's account.
    """
    settings.SITE_URL = live_server.url
    programme = ensure_lgotp()
    staff = staff_member(language="en", name="森田 由紀")
    year = next_fiscal_year(programme, on=timezone.localdate())
    cycle = open_cycle(programme, year)
    cycle.deadlines.update(due_on=timezone.localdate() + timedelta(days=20))
    type(cycle.survey).objects.filter(pk=cycle.survey.pk).update(opened_at=timezone.now())
    sent = {"survey": cycle.survey, "state": "received", "has_demand": True}
    sent |= {"submitted_at": timezone.now()}
    towns = [LocalGovernmentFactory(name="西条市", romaji="Saijo"), LocalGovernmentFactory()]
    offered = HostRequestFactory(
        answer=SurveyAnswerFactory(government=towns[0], **sent),
        state="open",
        field="environment",
        number=3,
        language="english",
        countries=["ID"],
    )
    own = HostRequestFactory(
        answer=SurveyAnswerFactory(government=towns[1], **sent),
        state="open",
        field="water",
        route="own_selection",
        own_selection_reason="姉妹都市",
        countries=["VN"],
    )
    office = OverseasOfficeFactory(countries=["ID", "VN"], time_zone="Asia/Singapore")
    ministry = OrganisationFactory(
        kind=Organisation.Kind.AGENCY, name_ja="内務省", name_en="Ministry of Home Affairs"
    )
    agency = Agency.objects.create(organisation=ministry, kind="ministry", country="ID")
    Contact.objects.create(organisation=ministry, name="Rahayu", email=AGENCY)
    city = OrganisationFactory(
        kind=Organisation.Kind.SENDING_GOVERNMENT, name_ja="バンドン市", name_en="Bandung City"
    )
    sender = SendingGovernment.objects.create(organisation=city, country="ID", agency=agency)
    found = SimpleNamespace(
        url=live_server.url,
        cycle=cycle,
        year=year,
        offered=offered,
        own=own,
        sender=sender,
        staff=staff,
        officer=member_of(office.organisation, Role.OVERSEAS_OFFICE, language="en"),
        host=coordinator_of(towns[1], language="ja"),
    )
    with translation.override("en"):
        yield found


# Everybody else -------------------------------------------------------------------------------


def press(page: Page) -> None:
    """Send the form of the page, and wait for what answers."""
    with page.expect_navigation():
        page.locator("main form button.primary").last.click()


def publish(staff: Page, world: SimpleNamespace) -> None:
    """Staff begin with the proposal, take three nominees, and publish it after a look."""
    base = f"/admin/recruitment/lgotp/{world.year}/"
    staff.goto(base)
    press(staff)
    staff.goto(f"{base}offer/")
    cell = staff.locator(f"[name^='q-{world.offered.pk}-']")
    expect(cell).to_have_count(1)
    cell.fill("3")
    look(staff, "nominees-offer")
    press(staff)
    staff.goto(f"{base}publish/")
    look(staff, "nominees-publish")
    press(staff)
    assert "recruitment of candidates" in last_mail(world.officer.email)


def hand_on(officer: Page) -> None:
    """The officer hands the request on to the ministry, with a personal link."""
    officer.goto("/en/recruitment/")
    look(officer, "nominees-office")
    officer.locator("main a[href*='/recruitment/openings/']").first.click()
    officer.wait_for_load_state()
    look(officer, "nominees-opening")
    officer.goto(f"{officer.url.rstrip('/')}/forward/")
    officer.get_by_role("checkbox", name="Ministry of Home Affairs").check()
    officer.locator("[name=with_link]").check()
    day = timezone.localdate() + timedelta(days=10)
    officer.locator("[name=answer_by]").fill(day.isoformat())
    look(officer, "nominees-forward")
    press(officer)


def by_link(page: Page, email: str) -> None:
    """Open a personal link; a code goes to its address, and only then it opens."""
    page.goto(link_in(last_mail(email)))
    press(page)
    page.locator("[name=code]").fill(re.search(r"\b\d{4}-?\d{4}\b", last_mail(email))[0])
    press(page)


def nominate_many(agency: Page, world: SimpleNamespace) -> None:
    """The ministry nominates three people of one city in one form."""
    by_link(agency, AGENCY)
    look(agency, "nominees-case")
    agency.locator("main a[href$='/nominate/']").first.click()
    for number, (name, email) in enumerate(BY_AGENCY):
        agency.locator(f"[name=person-{number}-passport_name]").fill(name)
        agency.locator(f"[name=person-{number}-email]").fill(email)
        agency.locator(f"[name=person-{number}-employer]").select_option(str(world.sender.pk))
        agency.locator(f"[name=person-{number}-nationality]").select_option("ID")
        agency.locator(f"[name=person-{number}-contact_name]").fill("Dewi")
        agency.locator(f"[name=person-{number}-contact_email]").fill(EMPLOYER)
    look(agency, "nominees-many")
    press(agency)


def nominate_own(host: Page, world: SimpleNamespace) -> None:
    """The host nominates the person whom it has selected itself."""
    host.goto(f"/ja/placements/requests/{world.own.public_id}/nominate/")
    host.locator("[name=passport_name]").fill("NGUYỄN THỊ HOA")
    host.locator("[name=email]").fill("hoa@example.org")
    host.locator("[name=nationality]").select_option("VN")
    if host.locator("[name=new_employer]").count():
        host.locator("[name=new_employer]").fill("Hue City")
    look(host, "nominees-own")
    press(host)


def confirm_employment(employer: Page) -> None:
    """The city confirms employment, return and leave, and recommends."""
    by_link(employer, EMPLOYER)
    for name in ("is_employed", "will_return", "grants_leave"):
        employer.locator(f"[name={name}]").first.check()
    employer.locator("[name=recommendation]").fill("She is the best of her section.")
    given = employer.locator("[name=given_by]")
    if not given.input_value():
        given.fill("Dewi")
    look(employer, "nominees-statement")
    press(employer)


# The nominees ---------------------------------------------------------------------------------

BY_AGENCY = [
    ("SURYANI", "suryani@example.org"),
    ("PUTRI AYU", "putri@example.org"),
    ("X", "x@example.org"),
]
SECTIONS: dict[str, dict[str, str]] = {
    "names": {},  # the names stand there from the nomination
    "person": {
        "born_on": "17 May 1990",
        "sex": "F",
        "residence": "ID",
        "passport_expires_on": "31 December 2099",
    },
    "contact": {
        "telephone": "+62 22 1234 5678",
        "address": "Jalan Merdeka 1, Bandung",
        "comes_alone": "yes",
        "emergency_name": "Budi",
        "emergency_relation": "brother",
        "emergency_telephone": "+62 22 8765 4321",
    },
    "needs": {"agree_needs": "no", "agree_health": "no"},
    "employer": {
        "employer_department": "Environment Agency",
        "employer_position": "Officer",
        "employed_since": "1 April 2018",
        "employer_duties": "Planning the collection of waste.",
    },
    "education": {"education-1-school": "Bandung Institute"},
    "languages": {"english_level": "3", "japanese_level": "1"},
    "japan": {"never_in_japan": "on", "never_refused": "on"},
    "field": {
        "field": "environment",
        "statement": "I want to learn how waste is reduced.",
        "future_use": "I will write a manual for my department.",
        "available_from": "1 April 2027",
        "available_until": "1 May 2099",
    },
}


def put(page: Page, name: str, value: str) -> None:
    """Type, choose or tick, whatever the field is."""
    field = page.locator(f"[name='{name}']")
    kind = field.first.evaluate("field => field.type")
    if kind == "radio":
        page.locator(f"[name='{name}'][value='{value}']").check()
    elif kind == "checkbox":
        field.check()
    elif kind == "select-one":
        field.select_option(value)
    else:
        field.fill(value)


def accept(nominee: Page, email: str) -> Application:
    """The link of the mail, a sign-in by code, and “this nomination is mine”."""
    nominee.goto(link_in(last_mail(email)))
    press(nominee)
    nominee.locator("[name=email]").fill(email)
    nominee.locator("[name=email]").press("Enter")
    nominee.locator("[name=code]").fill(code_in(last_mail(email)))
    nominee.locator("[name=code]").press("Enter")
    nominee.wait_for_load_state()
    nominee.goto("/en/trainee/")
    nominee.locator("form[action$='/confirm/'] button").click()
    nominee.wait_for_load_state()
    return Application.objects.get(trainee__email=email)


def at(application: Application, rest: str) -> str:
    """Whom the host has nominated reads Japanese, the others English."""
    language = "ja" if str(application.trainee.nationality) == "VN" else "en"
    return f"/{language}/trainee/application/{application.public_id}/{rest}"


def fill(nominee: Page, application: Application, number: str) -> None:
    """Every section, one after the other."""
    for section, typed in SECTIONS.items():
        nominee.goto(at(application, f"{section}/"))
        for name, value in typed.items():
            put(nominee, name, value)
        if section == "person":
            put(nominee, "passport_number", number)
        press(nominee)
        assert not nominee.url.endswith(f"/{section}/"), f"{section} was not saved"


def picture(width: int = 900, height: int = 1200) -> bytes:
    out = io.BytesIO()
    Image.effect_noise((width, height), 60).convert("RGB").save(out, "JPEG", quality=80)
    return out.getvalue()


def paper() -> bytes:
    out, writer = io.BytesIO(), PdfWriter()
    writer.add_blank_page(595, 842)
    writer.write(out)
    return out.getvalue()


def hand_in(nominee: Page, application: Application, kind: str, content: bytes, name: str) -> None:
    """One paper on its own page; where the day of issue is asked, it is today."""
    nominee.goto(at(application, f"documents/{kind}/"))
    mime = "application/pdf" if name.endswith("pdf") else "image/jpeg"
    nominee.locator("[name=upload]").set_input_files(
        [{"name": name, "mimeType": mime, "buffer": content}]
    )
    if nominee.locator("[name=issued_on]").count():
        nominee.locator("[name=issued_on]").fill(timezone.localdate().isoformat())
    press(nominee)


def hand_in_all(nominee: Page, application: Application) -> None:
    for kind in ("passport", "employment", "reinstatement", "health"):
        hand_in(nominee, application, kind, paper(), f"{kind}.pdf")
    hand_in(nominee, application, "photo", picture(), "photo.jpg")


def submit(nominee: Page, application: Application, name: str) -> None:
    """Nothing is missing any more; the receipt is a PDF that names the case."""
    nominee.goto(at(application, "confirm/"))
    look(nominee, f"nominees-check-{name}")
    nominee.locator("[name=agree]").check()
    press(nominee)
    application.refresh_from_db()
    assert application.state == ApplicationState.SUBMITTED
    address = at(application, "receipt/")
    got = nominee.context.request.get(address)
    assert application.case_number in PdfReader(io.BytesIO(got.body())).pages[0].extract_text()
    nominee.goto(at(application, "").partition("application")[0])
    look(nominee, f"nominees-status-{name}")


# Staff afterwards -----------------------------------------------------------------------------


def as_pictures(content: bytes, name: str) -> None:
    """The pages of a PDF beside the screenshots."""
    SCREENS.mkdir(parents=True, exist_ok=True)
    command = ["pdftoppm", "-png", "-r", "60", "-", str(SCREENS / name)]
    subprocess.run(command, input=content, check=True)


def check_papers(staff: Page, application: Application, *, refuse: str = "") -> None:
    """Look at each paper; one may be refused, which its person reads in a mail."""
    address = f"/admin/applications/{application.public_id}/documents/"
    staff.goto(address)
    if refuse:
        row = staff.locator(f"#id_document-{refuse}")
        row.locator("a[href*='/refuse/']").click()
        staff.locator("[name=reason]").fill("The stamp cannot be read.")
        press(staff)
        assert "The stamp cannot be read." in last_mail(application.trainee.email)
        staff.goto(address)
        look(staff, "nominees-papers")
        return
    buttons = staff.locator("form[action*='/accept/'] button")
    while buttons.count():
        buttons.first.click()
        staff.wait_for_load_state()
        staff.goto(address)


def reopen_field(staff: Page, nominee: Page, application: Application) -> None:
    """One field is opened until a day; what the person sends counts once staff have compared and
    approved it, as a second version.
    """
    staff.goto(f"/admin/applications/{application.public_id}/reopen/")
    staff.locator("[name=reason]").fill("Your name is missing in katakana.")
    until = timezone.localdate() + timedelta(days=7)
    staff.locator("[name=open_until]").fill(until.isoformat())
    staff.locator("[name=fields_opened][value='person.katakana']").check()
    press(staff)
    assert "katakana" in last_mail(application.trainee.email)
    nominee.goto(at(application, "opened/"))
    nominee.locator("[name$=katakana]").fill("エックス")
    look(nominee, "nominees-opened")
    press(nominee)
    application.trainee.refresh_from_db()
    assert application.trainee.katakana != "エックス"
    staff.goto(f"/admin/reopenings/{application.reopenings.get().public_id}/")
    staff.locator("[name=decision][value=approve]").check()
    look(staff, "nominees-reopening")
    staff.get_by_role("button", name="Decide and mail the person").click()
    staff.wait_for_load_state()
    assert [each.number for each in application.versions.order_by("number")] == [1, 2]
    nominee.goto(at(application, "versions/"))
    expect(nominee.get_by_text("エックス").first).to_be_visible()
    look(nominee, "nominees-versions")


def forward_all(officer: Page, world: SimpleNamespace) -> None:
    """The office forwards its three nominees after one look."""
    officer.goto("/en/recruitment/nominations/")
    look(officer, "nominees-nominations")
    for box in officer.locator("main input[type=checkbox][name=nominations]").all():
        box.check()
    officer.get_by_role("button", name=re.compile("forward them")).first.click()
    officer.wait_for_load_state()
    look(officer, "nominees-forwarding")
    press(officer)


def freeze(staff: Page, application: Application) -> None:
    """The table of the rules is looked at; then it is complete, and frozen."""
    staff.goto(f"/admin/applications/{application.public_id}/")
    look(staff, f"nominees-application-{application.number}")
    staff.locator("form[action$='/complete/'] button").click()
    staff.wait_for_load_state()
    staff.locator("form[action$='/freeze/'] button").click()
    staff.wait_for_load_state()
    application.refresh_from_db()
    assert application.state == ApplicationState.FROZEN


def fetch_dossiers(staff: Page, world: SimpleNamespace, names: list[str]) -> None:
    """One dossier as a PDF, all of the request as an archive that a task makes."""
    first = Application.objects.get(trainee__passport_name=names[0])
    got = staff.context.request.get(f"/admin/applications/{first.public_id}/dossier/full/")
    reader = PdfReader(io.BytesIO(got.body()))
    assert names[0] in reader.pages[0].extract_text()
    assert len(reader.outline) > 3
    as_pictures(got.body(), "nominees-dossier")
    staff.goto(f"/admin/requests/{world.offered.public_id}/dossiers/")
    look(staff, "nominees-dossiers")
    press(staff)
    look(staff, "nominees-work")
    long_work.run_waiting()
    staff.reload()
    look(staff, "nominees-work-ready")
    href = staff.locator("main a.primary[href*='/file/']").get_attribute("href")
    archive = zipfile.ZipFile(io.BytesIO(staff.context.request.get(href).body()))
    assert len([name for name in archive.namelist() if name.endswith(".pdf")]) == len(names)


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_four_nominees_from_the_nomination_to_frozen_dossiers(person, world):
    staff = sign_in(person("ja"), world.staff, world.url)
    officer = sign_in(person("en"), world.officer, world.url)
    host = sign_in(person("ja"), world.host, world.url)
    publish(staff, world)
    hand_on(officer)
    agency = person("en")
    nominate_many(agency, world)
    nominate_own(host, world)

    people: dict[str, tuple[Page, Application]] = {}
    for number, email in enumerate(["suryani", "putri", "x", "hoa"]):
        nominee = person("en" if number < 3 else "ja")
        if number < 3:
            nominee.set_viewport_size(PHONE)
        application = accept(nominee, f"{email}@example.org")
        fill(nominee, application, f"X123456{number}")
        hand_in_all(nominee, application)
        submit(nominee, application, email)
        people[email] = nominee, application
    confirm_employment(person("en"))

    nominee, application = people["putri"]
    check_papers(staff, application, refuse="employment")
    hand_in(nominee, application, "employment", paper(), "employment.pdf")
    for _nominee, each in people.values():
        check_papers(staff, each)
    reopen_field(staff, *people["x"])
    forward_all(officer, world)
    for _nominee, each in people.values():
        freeze(staff, each)
    fetch_dossiers(staff, world, [name for name, _email in BY_AGENCY])
    assert PersonalLink.objects.filter(first_used_at__isnull=False).count() == 2
    deliver()
