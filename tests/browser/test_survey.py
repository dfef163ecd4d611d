"""One demand survey in a browser: thirty municipalities, from the composing to the closing.

Twenty answer (five want nobody, fifteen ask, three of them with the workbook), the relay returns
two and forwards the rest, ten are silent and are reminded once, staff receive and close.
"""

import subprocess
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone, translation
from playwright.sync_api import Page, expect

from accounts.models import Role
from hosts.models import (
    AnswerVersion,
    DemandSurvey,
    FieldComment,
    HostRequest,
    LocalGovernment,
    SurveyAnswer,
    SurveyReminder,
)
from hosts.register import take_in
from hosts.services import start_request, submit_demand, submit_no_demand
from japan.governments import load_governments
from notices.mails import deliver
from notices.models import Mail
from schedule.lgotp import ensure_lgotp
from schedule.services import next_fiscal_year, open_cycle
from tests.factories import HostRequestFactory, coordinator_of, relay_officer_of, staff_member

from .conftest import SCREENS, last_mail, look, sign_in
from .survey_acts import (
    SUBMIT,
    answer_by_workbook,
    answer_no_demand,
    answer_of,
    forward_all,
    mails,
    mend,
    press,
    return_with_comment,
    states_of,
    type_request,
)

PREFECTURE = "300004"  # Wakayama: nine cities, twenty towns and a village
NEIGHBOURS = ("27", "29", "30")  # Osaka with its designated cities, Nara, Wakayama
NO_DEMAND, SILENT = 5, 10
RETURNED = (5, 8)  # one that was typed in Japanese, one that came as a workbook


@pytest.fixture
def world(settings, live_server) -> Iterator[SimpleNamespace]:
    """Real governments of three prefectures, a survey that is a draft, and everybody's account."""
    settings.SITE_URL = live_server.url
    programme = ensure_lgotp()
    take_in([row for row in load_governments() if row.code[:2] in NEIGHBOURS])
    staff = staff_member(language="en", name="森田 由紀")
    cycle = open_cycle(programme, next_fiscal_year(programme, on=timezone.localdate()))
    prefecture = LocalGovernment.objects.get(code=PREFECTURE)
    towns = list(LocalGovernment.objects.filter(prefecture=prefecture).order_by("code"))
    assert len(towns) == 30
    found = SimpleNamespace(
        url=live_server.url,
        cycle=cycle,
        survey=cycle.survey,
        place=["lgotp", cycle.fiscal_year],
        towns=towns,
        staff=staff,
        officer=relay_officer_of(prefecture, language="ja", name="県 取りまとめ"),
        people=[
            coordinator_of(town, email=f"kokusai-{town.code}@example.jp", language="ja")
            for town in towns
        ],
    )
    with translation.override("ja"):  # the addresses that the test opens
        yield found


def as_png(content: bytes, name: str) -> None:
    """The first page of a PDF as a picture beside the screenshots."""
    assert content.startswith(b"%PDF-")
    SCREENS.mkdir(parents=True, exist_ok=True)
    command = ["pdftoppm", "-png", "-r", "70", "-singlefile", "-", str(SCREENS / name)]
    subprocess.run(command, input=content, check=True)
    assert (SCREENS / f"{name}.png").stat().st_size > 10_000


# Staff -----------------------------------------------------------------------------------------


def compose_and_open(staff: Page, world: SimpleNamespace) -> None:
    """Words, days, the thirty that are asked, a look at it; then it is sent out, once."""
    staff.goto(reverse("desk:survey_text", args=world.place))
    staff.locator("[name=text_ja]").fill("要望がない場合も「要望なし」と御回答ください。")
    staff.locator("[name=text_en]").fill("If you want nobody, please answer “no demand”.")
    look(staff, "survey-text")
    staff.locator(SUBMIT).click()
    staff.goto(reverse("desk:survey_deadlines", args=world.place))
    today = timezone.localdate()
    for code, days in (("municipality", 10), ("relay", 15), ("direct", 15)):
        day = today + timedelta(days=days)
        staff.locator(f"[name=survey-{code}-due_on]").fill(f"{day:%Y/%m/%d}")
    staff.locator(SUBMIT).click()
    look(staff, "survey-deadlines")
    staff.goto(reverse("desk:survey_asked", args=world.place))
    staff.locator("[name=basis][value=listed]").check()
    staff.locator("[name=codes]").fill("\n".join(town.code for town in world.towns) + "\n300001")
    staff.locator(f"{SUBMIT} >> nth=-1").click()
    expect(staff.locator(".error-summary").first).to_be_visible()
    expect(staff.get_by_text("300001").first).to_be_visible()
    look(staff, "survey-asked-fault")
    staff.locator("[name=codes]").fill("\n".join(town.code for town in world.towns))
    staff.locator(f"{SUBMIT} >> nth=-1").click()
    look(staff, "survey-asked-preview")
    press(staff.locator("button[name=apply]"))
    assert SurveyAnswer.objects.filter(survey=world.survey).count() == 30
    staff.goto(reverse("desk:survey_asked", args=world.place) + "?prefecture=30")
    look(staff, "survey-asked")
    staff.goto(reverse("desk:survey_compose", args=world.place))
    look(staff, "survey-compose")
    staff.goto(reverse("desk:survey_preview", args=world.place) + "?in=ja")
    look(staff, "survey-preview")
    staff.goto(reverse("desk:survey_open", args=world.place))
    expect(staff.locator("main")).to_contain_text("30 local governments")
    expect(staff.locator("main")).to_contain_text("31 people")
    look(staff, "survey-open")
    staff.locator(SUBMIT).click()
    expect(staff.get_by_text("The survey is open.").first).to_be_visible()
    assert mails("survey_open") == 31
    world.survey.refresh_from_db()
    assert world.survey.opened_by == world.staff
    staff.goto(reverse("desk:survey_open", args=world.place))
    assert mails("survey_open") == 31
    deliver()
    assert len(mail.outbox) == 31


def remind(staff: Page, world: SimpleNamespace) -> None:
    """Ten are named and written to; the same button in a second window writes to nobody."""
    deliver()
    sent = len(mail.outbox)
    staff.goto(reverse("desk:survey_overview", args=world.place))
    look(staff, "survey-overview")
    staff.goto(reverse("desk:survey_governments", args=world.place) + "?state=silent")
    expect(staff.locator("main tbody tr")).to_have_count(SILENT)
    look(staff, "survey-governments")
    staff.goto(reverse("desk:survey_remind", args=world.place))
    expect(staff.get_by_role("heading", name="10 silent governments")).to_be_visible()
    named = staff.locator("main details a").evaluate_all(
        "links => links.map(link => link.getAttribute('href'))"
    )
    silent = [answer_of(world, number).public_id for number in range(20, 30)]
    assert named == [reverse("desk:answer", args=[public_id]) for public_id in silent]
    look(staff, "survey-remind")
    twin = staff.context.new_page()
    twin.goto(staff.url)
    staff.get_by_role("button", name="Send to 10 people").click()
    expect(staff.get_by_text("10 people get a reminder.").first).to_be_visible()
    twin.get_by_role("button", name="Send to 10 people").click()
    expect(twin.get_by_text("Nobody is left to be reminded").first).to_be_visible()
    twin.close()
    assert mails("survey_reminder") == SILENT
    assert SurveyReminder.objects.filter(survey=world.survey).count() == 1
    deliver()
    deliver()
    told = Counter(address for message in mail.outbox[sent:] for address in message.to)
    reminded = {
        person.email: sum(person.email in address for address in told.elements())
        for person in world.people
    }
    assert [reminded[person.email] for person in world.people[-SILENT:]] == [1] * SILENT
    assert sum(told.values()) == sum(reminded.values()) == SILENT


def receive_and_close(staff: Page, world: SimpleNamespace) -> None:
    """One answer on its page, the others in the list; then the survey is over."""
    first = answer_of(world, RETURNED[0])
    staff.goto(reverse("desk:answer", args=[first.public_id]))
    look(staff, "survey-answer")
    press(staff.get_by_role("button", name="Receive this answer"))
    year = world.cycle.fiscal_year
    staff.goto(
        reverse("admin:hosts_surveyanswer_changelist")
        + f"?waiting=yes&survey__cycle__fiscal_year={year}"
    )
    staff.locator("#action-toggle").check()
    staff.locator("[name=action]").select_option("receive")
    press(staff.locator("button[name=index]"))
    assert states_of(world) == {"received": 20, "not_opened": 9, "draft": 1}
    staff.goto(reverse("desk:survey_close", args=world.place))
    expect(staff.locator("main")).to_contain_text("10 governments have not answered")
    look(staff, "survey-close")
    staff.get_by_role("button", name="Close the survey now").click()
    expect(staff.get_by_text("The survey is closed.").first).to_be_visible()
    look(staff, "survey-overview-closed")
    assert DemandSurvey.objects.get(pk=world.survey.pk).closed_by == world.staff


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_one_survey_from_the_composing_to_the_closing(person, world):
    staff = sign_in(person("en"), world.staff, world.url)
    compose_and_open(staff, world)

    # Five want nobody, fifteen ask: three type it, three send a workbook, nine are set.
    hosts = {number: sign_in(person("ja"), world.people[number], world.url) for number in (0, 5, 8)}
    answer_no_demand(hosts[0], world, 0)
    for number in range(1, NO_DEMAND):
        submit_no_demand(answer_of(world, number), reason="", by=world.people[number])
    type_request(hosts[5], world, 5, shots="ja")
    type_request(sign_in(person("ja"), world.people[6], world.url), world, 6)
    type_request(sign_in(person("en"), world.people[7], world.url), world, 7, shots="en")
    answer_by_workbook(hosts[8], world, 8, seen=True)
    for number in (9, 10):
        page = sign_in(person("ja"), world.people[number], world.url)
        answer_by_workbook(page, world, number, seen=False)
    for number in range(11, 20):
        answer = answer_of(world, number)
        start_request(answer, by=world.people[number]).delete()
        answer.refresh_from_db()
        HostRequestFactory(answer=answer, countries=["TH"])
        submit_demand(answer, by=world.people[number])
    start_request(answer_of(world, 20), by=world.people[20])
    assert states_of(world) == {"submitted": 20, "not_opened": 9, "draft": 1}
    assert mails("survey_receipt") == mails("survey_arrived") == 20

    # The sheet for the approval and the timetable, as pictures.
    request = HostRequest.objects.get(answer=answer_of(world, 5))
    hosts[5].goto(reverse("hosts:programme", args=[request.public_id]))
    look(hosts[5], "survey-timetable-page")
    for number, picture in enumerate(hosts[5].locator("figure.picture").all()):
        picture.screenshot(path=SCREENS / f"survey-timetable-{number}.png")
    sheet = reverse("hosts:approval_print", args=[request.answer.public_id])
    as_png(hosts[5].context.request.get(f"{world.url}{sheet}").body(), "survey-approval")

    # The relay returns two and forwards the others; the two come again and follow.
    relay = sign_in(person("ja"), world.officer, world.url)
    for number in RETURNED:
        return_with_comment(relay, world, number, seen=number == RETURNED[0])
    assert mails("survey_returned") == FieldComment.objects.count() == 2
    assert "差" in last_mail(world.people[RETURNED[0]].email)
    forward_all(relay, 18, seen=True)
    assert states_of(world) == {"forwarded": 18, "returned": 2, "not_opened": 9, "draft": 1}
    for number in RETURNED:
        mend(hosts[number], world, number, seen=number == RETURNED[0])
    forward_all(relay, 2, seen=False)
    assert states_of(world) == {"forwarded": 20, "not_opened": 9, "draft": 1}
    assert not FieldComment.objects.filter(resolved_at=None).exists()
    sheet = relay.context.request.get(f"{world.url}{reverse('hosts:relay_approval_print')}")
    as_png(sheet.body(), "relay-approval")

    # Ten are reminded; what came is received and frozen.
    remind(staff, world)
    receive_and_close(staff, world)
    versions = AnswerVersion.objects.filter(answer__survey=world.survey)
    occasions = Counter(versions.values_list("occasion", flat=True))
    assert occasions == {"submitted": 22}, "receipt and closing change nothing, so they add none"
    first, second = answer_of(world, RETURNED[0]).versions.order_by("number")
    assert [each.contents["requests"][0]["number"] for each in (first, second)] == [2, 3]
    assert second.reason == FieldComment.objects.get(answer=second.answer).text

    # After the closing: who did not answer is told whom to call, who did reads both versions.
    late = sign_in(person("ja"), world.people[21], world.url)
    late.goto("/ja/hosts/")
    look(late, "survey-closed-home")
    late.goto(reverse("hosts:answer", args=[answer_of(world, 21).public_id]))
    expect(late.locator("#after-deadline")).to_be_visible()
    expect(late.locator("main")).to_contain_text(world.officer.name)
    assert late.locator("main form[action$='/requests/']").count() == 0
    look(late, "survey-closed-answer")
    hosts[5].goto(reverse("hosts:versions", args=[answer_of(world, 5).public_id]))
    look(hosts[5], "survey-versions")
    assert Mail.objects.exclude(purpose__startswith="survey_").count() == 0
    assert Role.COORDINATOR in world.people[21].roles
