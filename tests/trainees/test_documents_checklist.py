"""Which papers are asked of whom, by nationality, residence, way of selection and day."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from files.models import StoredFile
from placements.models import Placement
from schedule.duties import duties_of
from schedule.models import Deadline
from schedule.vocabulary import DeadlineCode
from tests.factories import (
    ApplicationFactory,
    CycleFactory,
    NominationFactory,
    PlacementFactory,
    open_request,
    trainee_person,
)
from trainees.documents import checklist
from trainees.documents.checklist import checklist_of, checklists_of
from trainees.documents.shipped import KINDS, RULES, ensure_documents
from trainees.documents.step import nothing_missing
from trainees.models import Application, Document, DocumentKind, DocumentRule

pytestmark = pytest.mark.django_db

TODAY = date(2026, 12, 1)
APPLY_BY, PAPERS_BY = date(2026, 12, 24), date(2027, 3, 19)


def cycle_of_2027():
    cycle = CycleFactory(fiscal_year=2027)
    for code, due_on in [
        (DeadlineCode.APPLICATION, APPLY_BY),
        (DeadlineCode.COE_PAPERS, PAPERS_BY),
    ]:
        Deadline.objects.create(
            cycle=cycle,
            code=code,
            phase="recruitment",
            audience="trainee",
            name_ja=code,
            name_en=code,
            due_on=due_on,
        )
    return cycle


def application_from(nationality: str = "ID", residence: str = "", **fields):
    return ApplicationFactory(
        cycle=fields.pop("cycle", None) or cycle_of_2027(),
        trainee__nationality=nationality,
        trainee__residence=residence,
        **fields,
    )


def kind_of(code: str = "paper", **fields) -> DocumentKind:
    return DocumentKind.objects.create(
        **{"code": code, "name_ja": "書類", "name_en": "A paper", **fields}
    )


def rule_of(kind: DocumentKind, stage: str = "submission", **fields) -> DocumentRule:
    return DocumentRule.objects.create(kind=kind, stage=stage, **fields)


def paper_of(application, kind, **fields) -> Document:
    number = StoredFile.objects.count()
    file = StoredFile.objects.create(
        name="a.pdf",
        content_type="application/pdf",
        size=1,
        sha256="0" * 64,
        purpose="document",
        key=f"received/{number}",
        scan=fields.pop("scan", "none"),
    )
    return Document.objects.create(application=application, kind=kind, file=file, **fields)


def place(application) -> Placement:
    return PlacementFactory(
        application=application,
        host_request=open_request(application.cycle),
        state="announced",
        decided_on=TODAY,
        announced_at=timezone.now(),
    )


def asked(application, on: date = TODAY) -> dict[str, str]:
    return {item.kind.code: item.rule.stage for item in checklist_of(application, on) if item.rule}


TB = {"nationalities": ["PH", "NP"], "residences": ["PH", "NP", "VN"]}


@pytest.mark.parametrize(
    ("nationality", "residence", "is_asked"),
    [
        ("PH", "PH", True),
        ("PH", "", True),  # nobody said where they live: at home
        ("NP", "PH", True),
        ("PH", "SG", False),  # a Filipino who lives in Singapore is exempt
        ("ID", "PH", False),
    ],
)
def test_a_rule_asks_by_nationality_and_residence(nationality, residence, is_asked):
    rule_of(kind_of("tb"), "residence", **TB)

    assert asked(application_from(nationality, residence)) == (
        {"tb": "residence"} if is_asked else {}
    )


def test_a_rule_that_looked_at_one_of_the_two_only_would_ask_the_exempt_control(monkeypatch):
    monkeypatch.setattr(
        checklist,
        "fits_person",
        lambda rule, nationality, residence, route: nationality in map(str, rule.nationalities),
    )

    with pytest.raises(AssertionError):
        test_a_rule_asks_by_nationality_and_residence("PH", "SG", False)


@pytest.mark.parametrize(("route", "is_asked"), [("own_selection", True), ("mediated", False)])
def test_a_rule_asks_by_the_way_of_selection(route, is_asked):
    rule_of(kind_of(), route="own_selection")
    application = application_from()
    NominationFactory(application=application, route="mediated")
    application.nominations.update(
        route=route,
        host_request=open_request(application.cycle) if route == "own_selection" else None,
    )

    assert asked(application) == ({"paper": "submission"} if is_asked else {})


@pytest.mark.parametrize(
    ("asks_day", "fields", "at_fault"),
    [
        (True, {"valid_days": 90}, set()),
        (False, {"valid_days": 90}, {"valid_days"}),
        (True, {"valid_from": date(2027, 5, 1), "valid_until": date(2027, 4, 30)}, {"valid_until"}),
        (True, {"valid_from": date(2027, 5, 1), "valid_until": date(2027, 5, 1)}, set()),
    ],
)
def test_a_rule_that_cannot_be_is_refused_at_its_field(asks_day, fields, at_fault):
    kind = kind_of("health", has_issue_day=asks_day)

    faults = set()
    try:
        DocumentRule(kind=kind, stage="submission", **fields).clean()
    except ValidationError as error:
        faults = set(error.message_dict)

    assert faults == at_fault


def test_the_day_of_issue_stays_asked_while_a_rule_counts_from_it():
    kind = kind_of("health", has_issue_day=True)
    kind.has_issue_day = False
    kind.clean()
    rule_of(kind, valid_days=90)

    with pytest.raises(ValidationError):
        kind.clean()


def test_of_several_rules_the_strictest_counts():
    kind = kind_of(has_issue_day=True)
    rule_of(kind, "offered")
    rule_of(kind, "residence", valid_days=30)
    rule_of(kind, "submission", valid_days=365)
    youngest = rule_of(kind, "submission", valid_days=90, nationalities=["ID"])

    [item] = checklist_of(application_from(), TODAY)

    assert (item.rule, item.is_needed, item.is_missing) == (youngest, True, True)


@pytest.mark.parametrize(
    ("starts_on", "is_asked", "announced"),
    [
        (date(2026, 6, 1), True, None),
        (date(2027, 1, 4), True, date(2027, 1, 4)),
        (PAPERS_BY, True, PAPERS_BY),
        (PAPERS_BY + timedelta(days=1), False, None),
    ],
)
def test_a_rule_that_begins_before_the_papers_are_filed_is_announced(
    starts_on, is_asked, announced
):
    rule_of(kind_of(), "residence", valid_from=starts_on)
    application = application_from(
        state="submitted", submitted_at=datetime(2026, 12, 1, 9, tzinfo=UTC)
    )

    items = checklist_of(application, TODAY)

    assert [(item.starts_on, item.due_on, item.is_later, item.is_missing) for item in items] == (
        [(announced, PAPERS_BY, True, False)] if is_asked else []
    )
    if announced:
        assert "The rule begins on" in items[0].reason


def test_a_rule_for_submitting_that_begins_later_leaves_the_submitted_alone():
    rule_of(kind_of(), valid_from=date(2026, 12, 10))
    application = application_from(
        state="submitted", submitted_at=datetime(2026, 12, 1, 9, tzinfo=UTC)
    )

    assert checklist_of(application, date(2026, 12, 20)) == []


def test_a_rule_for_submitting_that_begins_before_the_deadline_is_announced():
    rule_of(kind_of(), valid_from=date(2026, 12, 10))
    application = application_from()

    before, after = (checklist_of(application, date(2026, 12, day))[0] for day in (1, 10))

    assert (before.starts_on, before.is_needed, before.is_missing) == (
        date(2026, 12, 10),
        False,
        False,
    )
    assert (after.starts_on, after.is_needed, after.is_missing) == (None, True, True)


def test_a_rule_that_is_over_asks_nobody():
    rule_of(kind_of(), valid_until=date(2026, 11, 30))

    assert checklist_of(application_from(), TODAY) == []


def test_papers_for_the_residence_are_missing_once_a_place_was_announced():
    rule_of(kind_of(), "residence")
    application = application_from(state="submitted", submitted_at=timezone.now())

    before = checklist_of(application, TODAY)[0]
    place(application)
    after = checklist_of(application, TODAY)[0]

    assert (before.is_later, before.is_missing) == (True, False)
    assert (after.is_later, after.is_missing) == (False, True)


@pytest.mark.parametrize("begins", [None, TODAY + timedelta(days=30)])
def test_a_rule_that_begins_between_submission_and_filing_asks_the_placed_person_again(begins):
    """TB clearance: nobody was asked for it at the submission; staff enter the rule afterwards, in
    force at once or from a day before the papers are filed.
    """
    user = trainee_person()
    application = application_from(
        "PH",
        state="frozen",
        submitted_at=timezone.now() - timedelta(days=60),
        trainee__user=user,
        trainee__email=user.email,
    )
    place(application)
    assert duties_of(user, timezone.localdate()) == []
    paper = kind_of("tuberculosis")

    rule_of(paper, "residence", valid_days=180, valid_from=begins, **TB)

    [item] = checklist_of(application, TODAY)
    [duty] = duties_of(user, timezone.localdate())
    assert (item.is_missing, item.due_on, item.starts_on) == (True, PAPERS_BY, begins)
    assert (duty.code, duty.url.endswith("/documents/")) == ("hand-in-documents", True)


def test_a_rule_that_turns_stricter_asks_again_for_a_paper_that_was_taken():
    application = application_from("PH", state="frozen", submitted_at=timezone.now())
    place(application)
    paper = kind_of("tuberculosis")
    rule_of(paper, "residence", valid_days=365)
    paper_of(application, paper, state="accepted", issued_on=PAPERS_BY - timedelta(days=200))
    before = checklist_of(application, TODAY)[0]

    rule_of(paper, "residence", valid_days=180, valid_from=TODAY + timedelta(days=30))

    after = checklist_of(application, TODAY)[0]
    assert (before.is_missing, after.is_missing) == (False, True)
    assert "Hand in a newer one" in after.reason


@pytest.mark.parametrize(
    ("issued_on", "is_missing"),
    [
        (PAPERS_BY - timedelta(days=180), False),
        (PAPERS_BY - timedelta(days=181), True),
    ],
)
def test_a_paper_has_to_be_valid_on_the_day_of_filing(issued_on, is_missing):
    kind = kind_of(has_issue_day=True)
    rule_of(kind, "residence", valid_days=180)
    application = application_from(state="submitted", submitted_at=timezone.now())
    place(application)
    paper_of(application, kind, issued_on=issued_on)

    [item] = checklist_of(application, TODAY)

    assert (item.is_missing, item.runs_out_on) == (is_missing, issued_on + timedelta(days=180))
    assert bool(item.reason) is is_missing


def test_a_paper_that_ran_out_after_the_submission_was_valid_when_it_counted():
    kind = kind_of(has_issue_day=True)
    rule_of(kind, valid_days=30)
    application = application_from(
        state="submitted", submitted_at=datetime(2026, 12, 1, 9, tzinfo=UTC)
    )
    paper_of(application, kind, issued_on=date(2026, 11, 10))

    assert not checklist_of(application, date(2027, 2, 1))[0].is_missing


@pytest.mark.parametrize(
    ("fields", "is_missing"),
    [
        ({}, False),
        ({"state": "accepted"}, False),
        ({"state": "refused", "refusal": "The second page is cut off."}, True),
        ({"state": "replaced"}, True),
        ({"state": "removed"}, True),
        ({"scan": "harmful"}, True),
    ],
)
def test_what_counts_and_what_does_not(fields, is_missing):
    kind = kind_of()
    rule_of(kind)
    application = application_from()
    paper_of(application, kind, **fields)

    [item] = checklist_of(application, TODAY)

    assert item.is_missing is is_missing
    if fields.get("refusal"):
        assert fields["refusal"] in item.reason


def test_a_paper_that_nobody_asks_for_any_more_still_stands_there():
    application = application_from()
    paper = paper_of(application, kind_of())

    [item] = checklist_of(application, TODAY)

    assert (item.document, item.rule, item.is_missing) == (paper, None, False)


def test_papers_are_in_the_order_of_their_kinds_and_the_wizard_has_their_names():
    for place_, code in [(30, "c"), (10, "a"), (20, "b")]:
        rule_of(kind_of(code, order=place_, name_en=code))
    application = application_from()

    assert checklist.faults_of(application) == [
        (f"document-{code}", f"{code}: It is needed before you submit.") for code in "abc"
    ]


LONG_AGO = timezone.localdate() - timedelta(days=31)
RULES_AND_PAPERS: list[tuple[dict, dict | None, bool]] = [
    ({}, None, False),
    ({}, {}, True),
    ({}, {"state": "accepted"}, True),
    ({}, {"state": "refused", "refusal": "x"}, False),
    ({}, {"state": "removed"}, False),
    ({}, {"scan": "harmful"}, False),
    ({"stage": "residence"}, None, True),
    ({"stage": "offered"}, None, True),
    ({"nationalities": ["PH", "ID"]}, None, False),
    ({"nationalities": ["PH"]}, None, True),
    ({"nationalities": ["ID"], "residences": ["ID"]}, None, False),
    ({"nationalities": ["ID"], "residences": ["SG"]}, None, True),
    ({"route": "mediated"}, None, False),
    ({"route": "own_selection"}, None, True),
    ({"valid_from": date(2099, 1, 1)}, None, True),
    ({"valid_until": date(2020, 1, 1)}, None, True),
    ({"valid_days": 30}, {"issued_on": LONG_AGO}, False),
    ({"valid_days": 31}, {"issued_on": LONG_AGO}, True),
    ({"valid_days": 31}, {}, True),
]


@pytest.mark.parametrize(("rule", "paper", "is_done"), RULES_AND_PAPERS)
def test_the_database_says_as_the_checklist_does_whether_the_section_is_done(rule, paper, is_done):
    kind = kind_of()
    rule_of(kind, **rule)
    application = ApplicationFactory(trainee__nationality="ID")
    NominationFactory(application=application)
    if paper is not None:
        paper_of(application, kind, **paper)

    [said] = Application.objects.annotate(is_done=nothing_missing())

    assert (said.is_done, not checklist.faults_of(application)) == (is_done, is_done)


@pytest.mark.parametrize("number", [1, 3])
def test_many_checklists_take_as_many_queries_as_one(number, django_assert_num_queries):
    cycle = cycle_of_2027()
    kind = kind_of()
    rule_of(kind, "residence")
    applications = [application_from(cycle=cycle) for _each in range(number)]
    for application in applications:
        paper_of(application, kind)

    with django_assert_num_queries(4):  # rules, papers, selections, deadlines of the cycle
        found = checklists_of(applications, TODAY)

    assert [len(items) for items in found.values()] == [1] * number


def test_the_shipped_rules_ask_as_the_notices_say():
    ensure_documents()
    everybody = {code: stage for code, stage, nationalities, *_more in RULES if not nationalities}

    assert asked(application_from("PH", "PH")) == {**everybody, "tuberculosis": "residence"}
    for nationality, residence in [("PH", "US"), ("ID", "ID"), ("VN", "JP")]:
        other = ApplicationFactory(trainee__nationality=nationality, trainee__residence=residence)
        assert asked(other) == everybody


def test_what_staff_change_in_the_shipped_rules_stays():
    ensure_documents()
    DocumentRule.objects.filter(kind__code="photo").delete()
    DocumentKind.objects.filter(code="passport").update(name_en="Passport")

    ensure_documents()

    assert DocumentKind.objects.count() == len(KINDS)
    assert DocumentRule.objects.count() == len(RULES) - 1
    assert DocumentKind.objects.get(code="passport").name_en == "Passport"
