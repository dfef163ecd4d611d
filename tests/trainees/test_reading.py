"""What is read along with an application says the same as what is read by itself."""

from datetime import timedelta

import pytest
from django.utils import timezone

from files.models import StoredFile
from tests.factories import (
    ApplicationFactory,
    CompleteApplicationFactory,
    CycleFactory,
    staff_member,
    submit_deadline,
)
from trainees.consents import consents_of
from trainees.contents import columns_of
from trainees.eligibility import end_waiver, waive_rule, waivers_of, with_waivers
from trainees.models import Application, Document, DocumentKind, SenderStatement
from trainees.reading import (
    keep_papers_read_with,
    papers_of,
    read_once,
    statements_of,
    with_papers,
    with_statements,
)

pytestmark = pytest.mark.django_db


def read_along(application: Application) -> Application:
    rows = with_statements(with_waivers(Application.objects.for_dossier().with_phases()))
    return rows.get(pk=application.pk)


def statement(application: Application, **fields) -> SenderStatement:
    said = {"is_employed": True, "will_return": True, "grants_leave": False, "language": "en"}
    return SenderStatement.objects.create(application=application, **said, **fields)


def test_statements_are_the_same_with_their_moments_and_writers():
    application = CompleteApplicationFactory(cycle=CycleFactory())
    staff = staff_member()
    statement(application, given_by="First", given_at=timezone.now() - timedelta(hours=30))
    statement(application, given_by="Second", entered_by=staff, employed_since="2015-04-01")

    apart, along = statements_of(application), statements_of(read_along(application))

    assert [row.given_by for row in along] == ["Second", "First"]
    assert [columns_of(row) for row in along] == [columns_of(row) for row in apart]
    assert [(row.given_at, str(row.entered_by)) for row in along] == [
        (row.given_at, str(row.entered_by)) for row in apart
    ]
    assert [row.file for row in along] == [None, None]


def test_waivers_are_the_same():
    application, staff = CompleteApplicationFactory(cycle=CycleFactory()), staff_member()
    end_waiver(waive_rule(application, "employee", reason="x", by=staff), by=staff)
    waive_rule(application, "dates", reason="y", by=staff)

    def said(found: Application) -> list[tuple]:
        return [
            (row.pk, row.rule, row.reason, str(row.by), str(row.ended_by), row.at, row.ended_at)
            for row in waivers_of(found)
        ]

    assert len(said(application)) == 2
    assert said(read_along(application)) == said(application)


def test_consents_and_days_of_the_cycle_are_the_same():
    application = CompleteApplicationFactory(cycle=CycleFactory())
    submit_deadline(application.cycle, timezone.localdate())
    along = read_along(application)

    def said(found: Application) -> list[object]:
        return [
            {
                kind: (each.pk, each.text, each.given_at)
                for kind, each in consents_of(found).items()
            },
            {code: (day, day.due_on, day.name) for code, day in found.deadlines_by_code.items()},
            {kind: (day, day.ends_on) for kind, day in found.phases_by_kind.items()},
        ]

    assert all(said(application))
    assert said(along) == said(application)


def test_papers_are_the_same_in_the_same_order():
    application = CompleteApplicationFactory(cycle=CycleFactory())
    for number, state in enumerate(["accepted", "removed", "refused"]):
        kind = DocumentKind.objects.create(
            code=f"paper-{number}", name_ja="書類", name_en="Paper", order=9 - number
        )
        name = f"{number}.pdf"
        file = StoredFile.objects.create(
            name=name, content_type="application/pdf", size=1, sha256="0" * 64, key=name
        )
        Document.objects.create(
            application=application, kind=kind, file=file, state=state, refusal="Blurred."
        )
    along = with_papers(Application.objects.all()).get(pk=application.pk)
    read_once(along)
    keep_papers_read_with(along)

    def said(found: Application) -> list[tuple]:
        return [
            (
                *(row, row.public_id, row.state, row.refusal, row.handed_in_at),
                *(row.file.name, row.file.scan),
                *(row.kind, row.kind.name, row.kind.is_special_care),
            )
            for row in papers_of(found)
        ]

    assert len(said(application)) == 3
    assert said(along) == said(application)


@pytest.mark.parametrize(("says_so", "queries"), [(True, 1), (False, 2)])
def test_only_a_page_that_says_so_keeps_what_it_has_read(
    says_so, queries, django_assert_num_queries
):
    application = ApplicationFactory()
    if says_so:
        read_once(application)

    with django_assert_num_queries(queries):
        assert [papers_of(application), papers_of(application)] == [[], []]
