"""The pages of the demand survey, each on rows of the demonstration, with what they need beside."""

from collections.abc import Iterator
from datetime import date, timedelta
from uuid import UUID

from django.urls import reverse

from accounts.models import HandOver, Membership, Role, TakeOver, Thread, User
from accounts.questions import ask
from accounts.subjects import subject_of
from desk.demo.questions import compose_questions
from hosts.models import (
    AnswerVersion,
    HostRequest,
    LocalGovernment,
    RelayLetter,
    SurveyAnswer,
    Tie,
    WorkbookUpload,
)
from hosts.programme_versions import record_versions
from hosts.states import AnswerState
from hosts.versioning import keep_versions
from hosts.workbooks.book import SurveyBook
from hosts.workbooks.portal import Scope
from hosts.workbooks.waiting import keep_workbook
from schedule.models import Cycle
from schedule.services import open_cycle
from tests.factories import ContributionFactory

RELAY, TOWN = "380008", "382060"
YEAR = 2027
QUESTION = "宿舎について"
Page = tuple[str, str, str]


def prepare_survey(on: date) -> None:
    """A survey that is being composed, versions, a question, one who leaves, two who come."""
    staff = User.objects.get(email="staff@lgotp.example.jp")
    coordinator = User.objects.get(email="coordinator@lgotp.example.jp")
    officer = User.objects.get(email="relay@lgotp.example.jp")
    running = Cycle.objects.get(fiscal_year=YEAR)
    compose_questions(open_cycle(running.programme, YEAR + 1).survey)
    own = LocalGovernment.objects.get(code=TOWN)
    former = HostRequest.objects.filter(answer__government=own).order_by("pk")[0]
    keep_versions([former.answer], AnswerVersion.Occasion.SUBMITTED, by=coordinator)
    record_versions([former], by=coordinator)
    request = HostRequest.objects.get(answer__government=own, state="draft")
    ContributionFactory(training_programme=request.training_programme)
    subject = subject_of("hosts.HostRequest")
    ask(
        subject,
        subject.rows().get(pk=request.pk),
        by=coordinator,
        addressee="relay",
        title=QUESTION,
        text="宿舎は県の職員住宅でもよいでしょうか。",
    )
    Tie.objects.get_or_create(
        government=own,
        partner_en="Hue City",
        defaults={"kind": "sister_city", "partner_ja": "フエ市", "country": "VN"},
    )
    HandOver.objects.create(
        membership=Membership.objects.get(user=coordinator, role=Role.COORDINATOR),
        last_day=on + timedelta(days=30),
        note="要望調査の回答は途中です。",
        successor_name="後任 さくら",
        successor_email="successor@example.jp",
        successor_from=on + timedelta(days=31),
    )
    town = LocalGovernment.objects.filter(prefecture__code=RELAY, code="382019").get()
    TakeOver.objects.create(
        organisation=town.organisation,
        role=Role.COORDINATOR,
        name="新任 太郎",
        email="newcomer@example.jp",
        section="国際課",
        telephone="089-000-0000",
        note="前任者は三月で退職しました。",
    )
    scope = Scope(running.survey, coordinator, WorkbookUpload.Part.OWN, request.answer)
    keep_workbook(scope, SurveyBook(scope).take_out(), "回答.xlsx", by=coordinator)
    scope = Scope(running.survey, staff, WorkbookUpload.Part.ALL)
    keep_workbook(scope, SurveyBook(scope).take_out(), "全団体.xlsx", by=staff)
    assert officer.has_role(Role.RELAY)


def relayed(state: str) -> SurveyAnswer:
    """An answer of the relay's prefecture in this state; one that asks, where there is one."""
    answers = SurveyAnswer.objects.filter(
        survey__cycle__fiscal_year=YEAR, relay__code=RELAY, state=state
    )
    found = answers.order_by("-has_demand", "government__code").first()
    assert found is not None, state
    return found


def own_question() -> UUID:
    """The question that `prepare_survey` lets the coordinator ask; the demonstration has others."""
    return Thread.objects.get(title=QUESTION).public_id


def composing_pages() -> Iterator[Page]:
    place = ["lgotp", YEAR + 1]
    question = Cycle.objects.get(fiscal_year=YEAR + 1).survey.questions.order_by("position")[0]
    for name in ("compose", "text", "deadlines", "preview", "open", "relays", "questions"):
        yield Role.STAFF, f"survey-{name}", reverse(f"desk:survey_{name}", args=place)
    asked = reverse("desk:survey_asked", args=place)
    yield Role.STAFF, "survey-asked", f"{asked}?prefecture=38"
    yield (
        Role.STAFF,
        "survey-preview-none",
        reverse("desk:survey_preview", args=place) + "?demand=no",
    )
    yield Role.STAFF, "survey-question-add", reverse("desk:survey_question_add", args=place)
    yield (
        Role.STAFF,
        "survey-question",
        reverse("desk:survey_question", args=[*place, question.public_id]),
    )


def overview_pages() -> Iterator[Page]:
    place = ["lgotp", YEAR]
    for name in ("overview", "governments", "remind", "close", "workbook"):
        yield Role.STAFF, f"survey-{name}", reverse(f"desk:survey_{name}", args=place)
    silent = reverse("desk:survey_governments", args=place) + "?state=silent&prefecture=38"
    yield Role.STAFF, "survey-silent", silent
    upload = WorkbookUpload.objects.get(part=WorkbookUpload.Part.ALL)
    waiting = reverse("desk:survey_workbook_waiting", args=[upload.public_id])
    yield Role.STAFF, "survey-workbook-waiting", waiting
    not_opened = relayed(AnswerState.NOT_OPENED).public_id
    for name in ("answer", "answer_extend", "answer_enter"):
        yield Role.STAFF, f"silent-{name}", reverse(f"desk:{name}", args=[not_opened])
    gone_on = relayed(AnswerState.FORWARDED).public_id
    yield Role.STAFF, "answer-comments", reverse("desk:answer_comments", args=[gone_on])
    versioned = AnswerVersion.objects.order_by("pk")[0].answer.public_id
    yield Role.STAFF, "answer-versions", reverse("desk:answer_versions", args=[versioned])
    yield Role.STAFF, "answer-reopen", reverse("desk:answer_reopen", args=[versioned])
    yield Role.STAFF, "relay-round", reverse("desk:relay", args=[*place, RELAY])
    take_over = TakeOver.objects.get(confirmer=None).public_id
    yield Role.STAFF, "take-over", reverse("desk:take_over", args=[take_over])
    thread = own_question()
    yield Role.STAFF, "questions", reverse("accounts:questions")
    yield Role.STAFF, "question", reverse("accounts:question", args=[thread])
    for model in ("hosts_tie", "accounts_thread", "accounts_handover", "accounts_takeover"):
        yield Role.ADMINISTRATOR, model, reverse(f"admin:{model}_changelist")


def coordinator_pages() -> Iterator[Page]:
    who = Role.COORDINATOR
    government = LocalGovernment.objects.get(code=TOWN)
    request = HostRequest.objects.get(answer__government=government, state="draft")
    former = HostRequest.objects.filter(answer__government=government).order_by("pk")[0]
    yield who, "survey-questions", reverse("hosts:questions", args=[request.answer.public_id])
    for name in ("versions", "approval"):
        yield who, name, reverse(f"hosts:{name}", args=[former.answer.public_id])
    for name in ("conditions", "treatment"):
        yield who, name, reverse("hosts:request_step", args=[request.public_id, name])
    gives = request.training_programme.contributions.get()
    yield who, "contribution", reverse("hosts:contribution", args=[gives.public_id])
    yield who, "contribution-add", reverse("hosts:contribution_add", args=[request.public_id])
    texts = reverse("hosts:programme_texts", args=[request.public_id])
    yield who, "programme_texts", texts
    for name in ("programme", "programme_versions"):
        for kind, each in (("draft", request), ("former", former)):
            yield who, f"{name}-{kind}", reverse(f"hosts:{name}", args=[each.public_id])
    office = government.organisation.public_id
    for name in ("people", "people_invite", "people_leave", "hand_over", "history"):
        yield who, name, reverse(f"hosts:{name}", args=[office])
    tie = Tie.objects.get(government=government, partner_en="Hue City").public_id
    yield who, "ties", reverse("hosts:ties")
    yield who, "tie-add", reverse("hosts:tie_add")
    yield who, "tie", reverse("hosts:tie", args=[tie])
    yield who, "tie-end", reverse("hosts:tie_end", args=[tie])
    yield who, "workbook", reverse("hosts:workbook", args=[request.answer.public_id])
    upload = WorkbookUpload.objects.get(part=WorkbookUpload.Part.OWN)
    yield who, "workbook-waiting", reverse("hosts:workbook_waiting", args=[upload.public_id])
    yield who, "questions", reverse("accounts:questions")
    yield who, "question", reverse("accounts:question", args=[own_question()])
    address = reverse("accounts:question_ask", args=["request", request.public_id])
    yield who, "question-ask", address


def relay_pages() -> Iterator[Page]:
    who = Role.RELAY
    place = ["lgotp", YEAR, RELAY]
    for name in ("round", "remark", "order", "operator", "letters"):
        yield who, f"relay-{name}", reverse(f"hosts:relay_{name}", args=place)
    for letter in RelayLetter.objects.order_by("pk"):
        yield who, f"letter-{letter.state}", reverse("hosts:relay_letter", args=[letter.public_id])
    for name in ("approval", "workbook"):
        yield who, f"relay-{name}", reverse(f"hosts:relay_{name}")
    waiting, silent = relayed(AnswerState.SUBMITTED), relayed(AnswerState.NOT_OPENED)
    forward = reverse("hosts:relay_forward") + f"?answers={waiting.public_id}"
    yield who, "relay-forward", forward
    yield who, "relay-answer", reverse("hosts:answer", args=[waiting.public_id])
    yield who, "relay-return", reverse("hosts:relay_return", args=[waiting.public_id])
    yield who, "relay-answer-remark", reverse("hosts:relay_answer_remark", args=[waiting.public_id])
    yield who, "relay-entry", reverse("hosts:relay_entry", args=[silent.public_id])
    office = LocalGovernment.objects.get(code=RELAY).organisation.public_id
    yield who, "people", reverse("hosts:people", args=[office])
    take_over = TakeOver.objects.exclude(confirmer=None).get().public_id
    yield who, "take-over", reverse("hosts:take_over_decide", args=[take_over])
    yield who, "question", reverse("accounts:question", args=[own_question()])


def newcomer_pages(nobody: str) -> Iterator[Page]:
    take_over = reverse("hosts:take_over")
    yield nobody, "take-over", take_over
    yield nobody, "take-over-found", f"{take_over}?q=松山"
    yield nobody, "take-over-form", f"{take_over}?government=382019"
    yield nobody, "take-over-sent", reverse("hosts:take_over_sent")


def survey_pages(nobody: str) -> Iterator[Page]:
    """(role, name, address) of every page around the survey that is not in the first list."""
    yield from composing_pages()
    yield from overview_pages()
    yield from coordinator_pages()
    yield from relay_pages()
    yield from newcomer_pages(nobody)
