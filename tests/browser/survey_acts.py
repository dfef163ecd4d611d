"""What coordinators and relay officers do in the survey that `test_survey` plays, page by page."""

import io
import re
from collections import Counter
from types import SimpleNamespace

from django.urls import reverse
from openpyxl import load_workbook
from playwright.sync_api import Locator, Page, expect

from hosts.models import HostRequest, SurveyAnswer
from notices.models import Mail

from .conftest import look

SUBMIT = "main form button.primary"


def answer_of(world: SimpleNamespace, number: int) -> SurveyAnswer:
    return SurveyAnswer.objects.get(survey=world.survey, government=world.towns[number])


def states_of(world: SimpleNamespace) -> Counter:
    return Counter(SurveyAnswer.objects.filter(survey=world.survey).values_list("state", flat=True))


def press(button: Locator) -> None:
    """Click what sends a form, and wait for the page that follows."""
    with button.page.expect_navigation():
        button.click()


def mails(purpose: str) -> int:
    return Mail.objects.filter(purpose=purpose).count()


# Coordinators ----------------------------------------------------------------------------------


def goes_on(page: Page, step: str) -> None:
    """Save this step; the next one follows."""
    page.locator("button[name=next]").click()
    expect(page).to_have_url(re.compile(f"/{step}/(#.*)?$"))


def type_request(page: Page, world: SimpleNamespace, number: int, shots: str = "") -> None:
    """A whole request through its steps, from the home page to the receipt."""
    language = "ja" if shots != "en" else "en"

    def seen(name: str) -> None:
        if shots == "ja" or (shots and name in {"home", "unit", "programme", "confirm"}):
            look(page, f"survey-{name}-{shots}")

    page.goto(f"/{language}/hosts/")
    seen("home")
    page.locator(".next form button.primary").click()
    page.locator("[name=field]").select_option("environment")
    page.locator("[name=number]").fill("２")
    page.locator("[name=country_1]").select_option("VN")
    page.locator("[name=country_2]").select_option("ID")
    seen("demand")
    goes_on(page, "conditions")
    page.locator("[name=language]").select_option("english")
    page.locator("[name=english_needed]").select_option(index=2)
    seen("conditions")
    goes_on(page, "period")
    ends_on = world.cycle.arrival_on.replace(month=12, day=15)
    page.locator("[name=ends_on]").fill(f"令和{ends_on.year - 2018}年{ends_on.month}月15日")
    seen("period")
    goes_on(page, "treatment")
    page.locator("[name=lodging_kind]").select_option("rented")
    page.locator("[name=rent_yen]").fill("４５，０００")
    page.locator("[name=rent_payer]").select_option("host")
    page.locator("[name=allowance_per][value=month]").check()
    page.locator("[name=allowance_from_yen]").fill("80000")
    page.locator("[name=allowance_until_yen]").fill("90000")
    seen("treatment")
    goes_on(page, "programme")
    page.locator("[name=theme_ja]").fill("ごみの減量と環境教育")
    page.locator("[name=theme_en]").fill("Waste reduction and environmental education")
    page.locator("[name=aim_ja]").fill("分別収集と環境教育の進め方を学ぶこと。")
    page.locator("[name=aim_en]").fill("To learn how separate collection works.")
    page.locator("[name=day_starts_at]").fill("８：３０")
    page.locator("[name=day_ends_at]").fill("17:15")
    page.locator("[name=break_minutes]").fill("60")
    press(page.locator("button[name=save].button"))
    for name, weeks, hours in (("分別収集の実務", 12, 14), ("環境教育の実習", 10, 10)):
        page.locator("a[href$='/units/add/']").click()
        type_unit(page, name, weeks, hours)
        seen("unit")
        press(page.locator("button[name=save].primary"))
    page.locator("a[href$='/contributions/add/']").click()
    page.locator("[name=kind][value=schools]").check()
    page.locator("[name=what_ja]").fill("小学校での国際理解の授業")
    page.locator("[name=what_en]").fill("Lessons on life abroad at primary schools")
    page.locator("[name=aim_ja]").fill("子どもが外国の暮らしに親しむこと。")
    page.locator("[name=place_ja]").fill("町内の小学校")
    page.locator("[name=hours_per_week]").fill("2")
    seen("contribution")
    press(page.locator("button[name=save].primary"))
    seen("programme")
    goes_on(page, "confirm")
    seen("confirm")
    page.locator(SUBMIT).click()
    expect(page).to_have_url(re.compile("/survey/"))
    seen("submitted")
    found = HostRequest.objects.get(answer=answer_of(world, number))
    assert (found.state, found.number, found.ends_on) == ("submitted", 2, ends_on)
    assert found.treatment.rent_yen == 45_000
    programme = found.training_programme
    assert [unit.instructors.get().years for unit in programme.units.all()] == [8, 8]
    assert programme.contributions.get().kind == "schools"


def type_unit(page: Page, name: str, weeks: int, hours: int) -> None:
    page.locator("[name=name_ja]").fill(name)
    page.locator("[name=name_en]").fill("Practice of the section")
    page.locator("[name=contents_ja]").fill("収集車に同乗し、分別の指導を見学する。")
    page.locator("[name=site_kind][value=own]").check()
    page.locator("[name=site_name]").fill("住民生活課")
    page.locator("[name=instructor-1-name]").fill("近藤　誠")
    page.locator("[name=instructor-1-post_ja]").fill("係長")
    page.locator("[name=instructor-1-years]").fill("８")
    page.locator("[name=instructor-1-is_full_time]").check()
    page.locator("[name=weeks]").fill(str(weeks))
    page.locator("[name=hours_per_week]").fill(str(hours))


def fill_workbook(content: bytes, world: SimpleNamespace) -> bytes:
    """What an office types into the cells of its workbook."""
    pages = load_workbook(io.BytesIO(content))

    def put(sheet: str, **values: object) -> None:
        names = [cell.value for cell in pages[sheet][1]]
        for name, value in values.items():
            pages[sheet].cell(3, names.index(name) + 1).value = value

    starts_on = world.cycle.arrival_on
    put("回答", wants="要望あり", submit="○")
    put("要望", field="water", number="１", starts_on=starts_on)
    put("要望", ends_on=starts_on.replace(month=12, day=16))
    put("希望国", wish="ベトナム")
    put("研修計画", theme_ja="漏水調査", aim_ja="漏水調査の実務を身につける。")
    put("研修単元", name_ja="漏水調査の実務", site_kind="own", site_name="上下水道課")
    put("研修単元", weeks=22, hours_per_week=12)
    put("指導員", name="山田　太郎", years=12, is_full_time="○")
    out = io.BytesIO()
    pages.save(out)
    return out.getvalue()


def answer_by_workbook(page: Page, world: SimpleNamespace, number: int, *, seen: bool) -> None:
    """Take the workbook out, fill it in, bring it back, look at what it does, take it in."""
    answer = answer_of(world, number)
    page.goto(reverse("hosts:answer", args=[answer.public_id]))
    page.locator("a[href$='/workbook/']").click()
    with page.expect_download() as download:
        page.locator("a[href$='/workbook/file/']").click()
    content = download.value.path().read_bytes()
    if seen:
        look(page, "survey-workbook")
        send_workbook(page, faulty(fill_workbook(content, world)))
        expect(page.locator("main tbody tr")).to_have_count(1)
        look(page, "survey-workbook-faults")
        page.goto(reverse("hosts:workbook", args=[answer.public_id]))
    send_workbook(page, fill_workbook(content, world))
    if seen:
        look(page, "survey-workbook-preview")
    assert answer_of(world, number).state == "not_opened"
    page.locator("form:has([name=seal]) button.primary").click()
    expect(page).to_have_url(re.compile(f"{answer.public_id}/(#.*)?$"))
    answer.refresh_from_db()
    assert (answer.state, answer.requests.get().field) == ("submitted", "water")


def faulty(content: bytes) -> bytes:
    """The same workbook with a number of trainees that is none."""
    pages = load_workbook(io.BytesIO(content))
    names = [cell.value for cell in pages["要望"][1]]
    pages["要望"].cell(3, names.index("number") + 1).value = "五百"
    out = io.BytesIO()
    pages.save(out)
    return out.getvalue()


def send_workbook(page: Page, content: bytes) -> None:
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    file = {"name": "回答.xlsx", "mimeType": kind, "buffer": content}
    page.set_input_files("input[type=file]", file)
    press(page.locator("form[enctype] button"))


def answer_no_demand(page: Page, world: SimpleNamespace, number: int) -> None:
    """Two clicks from the home page."""
    page.goto("/ja/hosts/")
    page.locator(".next a[href$='/no-demand/']").click()
    page.locator("[name=no_demand_kind]").nth(1).check()
    look(page, "survey-no-demand")
    page.locator(SUBMIT).click()
    expect(page).to_have_url(re.compile("/survey/"))
    assert answer_of(world, number).has_demand is False


def mend(page: Page, world: SimpleNamespace, number: int, *, seen: bool) -> None:
    """The comment stands at its field; the number is put right and the answer goes again."""
    page.goto("/ja/hosts/")
    if seen:
        look(page, "survey-returned-home")
    page.goto(reverse("hosts:answer", args=[answer_of(world, number).public_id]))
    if seen:
        look(page, "survey-returned")
    page.locator("[aria-labelledby=comments] a").click()
    field = page.locator(".field:has([name=number])")
    expect(field).to_contain_text("予算は一人分")
    if seen:
        look(page, "survey-returned-field")
    page.locator("[name=number]").fill("3")
    for step in ("conditions", "period", "treatment", "programme", "confirm"):
        goes_on(page, step)
    page.locator(SUBMIT).click()
    expect(page).to_have_url(re.compile("/survey/"))


# The relay -------------------------------------------------------------------------------------


def return_with_comment(relay: Page, world: SimpleNamespace, number: int, *, seen: bool) -> None:
    """Back to the municipality, with what is wrong written beside the number of trainees."""
    answer = answer_of(world, number)
    relay.goto(reverse("hosts:answer", args=[answer.public_id]))
    if seen:
        look(relay, "relay-answer")
    relay.locator("#relay-acts a[href$='/return/']").click()
    relay.locator("[name$=-demand-number]").fill("予算は一人分と聞いています。御確認ください。")
    if seen:
        look(relay, "relay-return")
    press(relay.locator(SUBMIT))
    assert answer_of(world, number).state == "returned"


def forward_all(relay: Page, number: int, *, seen: bool) -> None:
    """Everything that lies with the relay goes on together."""
    relay.goto(reverse("hosts:relay"))
    if seen:
        look(relay, "relay-list")
    boxes = relay.locator("[name=answers]")
    expect(boxes).to_have_count(number)
    for box in boxes.all():
        box.check()
    relay.locator("form[action$='/forward/'] button.primary").click()
    expect(relay.locator("main ul.lines li")).to_have_count(number)
    if seen:
        look(relay, "relay-forward")
    press(relay.locator(SUBMIT))
