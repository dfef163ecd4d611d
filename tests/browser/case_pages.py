"""The pages of a case and of personal links, each on rows of the demonstration.

Beside those who sign in, somebody at a body abroad and somebody at an employer hold a link, and a
third has opened one and not typed its code yet.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from django.test import Client
from django.urls import reverse

from accounts.models import PersonalLink, Role, User
from desk.dossiers import KIND
from files.long_work import begin
from files.models import LongWork
from placements.long_work import subject_of_request
from placements.models import Forwarding, Nomination
from placements.states import NominationState
from tests.factories import TraineeFactory
from tests.placements.ground_of_links import hold_link, link_to, open_link, statement_link
from trainees.eligibility import verdicts_of
from trainees.merging import merge_people
from trainees.models import Application, PersonMerge, Reopening, Trainee
from trainees.reopening.verbs import propose_change, reopen_fields, stamp_of

Page = tuple[str, str, str]
YEAR = 2027
BODY, EMPLOYER, OPENER = "body", "employer", "opener"
NOMINEE = "nominee"
SAME = "same@example.org"


def forwarding() -> Forwarding:
    """Handed on to a body that has not answered yet."""
    rows = Forwarding.objects.filter(opening__office__code="singapore", answer="waiting")
    return rows.order_by("pk")[0]


def nomination() -> Nomination:
    """A nominee of an office whose employer is asked."""
    return Nomination.objects.filter(
        office__code="singapore",
        state=NominationState.CONFIRMED,
        application__cycle__fiscal_year=YEAR,
    ).order_by("pk")[0]


def submitted() -> list[Application]:
    """Submitted by people who can sign in: the first lies as it was, the second is opened again."""
    rows = Application.objects.filter(cycle__fiscal_year=YEAR, state="submitted")
    return list(rows.filter(trainee__user__isnull=False).order_by("pk")[:2])


def nominee() -> User:
    """Whose fields are opened again."""
    return submitted()[1].trainee.user


def prepare_case(on: date) -> None:
    """A field is opened, another waits for approval; two records are one person, two were joined;
    dossiers are being bound.
    """
    staff = User.objects.get(email="staff@lgotp.example.jp")
    opened = reopen_fields(
        submitted()[1],
        ["person.katakana", "person.residence"],
        reason="氏名の片仮名が空欄です。",
        open_until=on + timedelta(days=7),
        by=staff,
        on=on,
    )
    propose_change(
        opened,
        {"person.katakana": "エックス"},
        by=nominee(),
        seen=stamp_of(opened),
        on=on,
    )
    for name in ("SITI AMINAH", "NGUYEN VAN AN"):
        for email in ("first", "second"):
            TraineeFactory(passport_name=name, email=f"{name[:4].lower()}-{email}@example.org")
    kept, merged = Trainee.objects.filter(passport_name="NGUYEN VAN AN", applications=None)[:2]
    merge_people(kept, merged, reason="同じ人物です。", by=staff)
    request = nomination().opening.host_request
    begin(KIND, subject_of_request(request, "full"), by=staff, language="ja")


def link_holders() -> dict[str, Client]:
    """Who comes by a link, each with a session of their own."""
    body = link_to(forwarding(), email="body@example.org")
    employer = statement_link(nomination().application, email="employer@example.org")
    other = statement_link(nomination().application, email="other@example.org")
    opener = open_link(other)
    opener.post(reverse("accounts:link_opened"))
    return {BODY: hold_link(body), EMPLOYER: hold_link(employer), OPENER: opener}


def case_pages(nobody: str) -> Iterator[Page]:
    """(role, name, address) of every page of a case."""
    yield from link_pages(nobody)
    yield from staff_pages()
    for name in ("opened", "conditions", "versions"):
        route = "trainees:reopened" if name == "opened" else f"trainees:{name}"
        yield NOMINEE, name, reverse(route, args=[submitted()[1].public_id])
    yield NOMINEE, "status", reverse("trainees:status")
    yield Role.OVERSEAS_OFFICE, "statements", reverse("cases:statements")
    key = [nomination().public_id]
    yield Role.OVERSEAS_OFFICE, "statement-ask", reverse("cases:statement_ask", args=key)
    yield Role.STAFF, "statement-enter", reverse("cases:statement_enter", args=key)


def link_pages(nobody: str) -> Iterator[Page]:
    yield nobody, "link-over", reverse("accounts:link_opened")
    yield OPENER, "link", reverse("accounts:link_opened")
    yield OPENER, "link-code", reverse("accounts:link_code")
    row = forwarding()
    key = PersonalLink.objects.get(email="body@example.org").public_id
    yield BODY, "case", reverse("cases:forwarded", args=[key])
    for name in ("answer", "nominate"):
        yield BODY, name, reverse(f"cases:forwarded_{name}", args=[key, row.public_id])
    key = PersonalLink.objects.get(email="employer@example.org").public_id
    yield EMPLOYER, "statement", reverse("cases:statement", args=[key])


def staff_pages() -> Iterator[Page]:
    who = Role.STAFF
    for kind, application in zip(("submitted", "opened"), submitted(), strict=True):
        key = application.public_id
        for name in ("application", "application_versions"):
            yield who, f"{name}-{kind}", reverse(f"desk:{name}", args=[key])
        yield who, f"documents-{kind}", reverse("desk:documents", args=[key])
    application = submitted()[0]
    for name in ("reopen", "withdraw"):
        yield who, name, reverse(f"desk:application_{name}", args=[application.public_id])
    rule = verdicts_of(application, date(YEAR, 1, 15))[0].rule.code
    yield who, "waive", reverse("desk:application_waive", args=[application.public_id, rule])
    reopening = Reopening.objects.get(application=submitted()[1])
    yield who, "reopening", reverse("desk:reopening", args=[reopening.public_id])
    yield who, "duplicates", reverse("desk:duplicates")
    pair = Trainee.objects.filter(passport_name="SITI AMINAH", applications=None).order_by("pk")[:2]
    yield who, "pair", reverse("desk:pair", args=[each.public_id for each in pair])
    yield who, "merge", reverse("desk:merge", args=[PersonMerge.objects.get().public_id])
    request = nomination().opening.host_request
    yield who, "dossiers", reverse("desk:request_dossiers", args=[request.public_id])
    yield who, "work", reverse("desk:work", args=[LongWork.objects.get().public_id])
