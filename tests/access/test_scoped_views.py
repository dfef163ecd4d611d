"""A view finds rows through what its reader may see, never through all there are (P1)."""

import ast
import inspect
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, path

from placements import nominating

ROOT = Path(__file__).resolve().parents[2]
APPS = (
    "accounts",
    "desk",
    "funding",
    "hosts",
    "outreach",
    "placements",
    "schedule",
    "trainees",
)
# What pages are made from beside the views themselves: their parts, and how they find their rows.
BESIDE = ("panels.py", "views/*.py", "*/finding.py", "*/door.py")


def views_of(patterns: Iterable[URLPattern | URLResolver]) -> Iterator[object]:
    """Every view behind these addresses, out of its decorators."""
    for entry in patterns:
        if isinstance(entry, URLResolver):
            yield from views_of(entry.url_patterns)
        else:
            view = getattr(entry.callback, "view_class", entry.callback)
            yield inspect.unwrap(view)


def files_of(patterns: Iterable[URLPattern | URLResolver]) -> set[Path]:
    """The modules of ours in which the views of these addresses stand, whatever their names."""
    found = set()
    for view in views_of(patterns):
        file = Path(sys.modules[view.__module__].__file__ or "")
        if file.is_relative_to(ROOT) and file.relative_to(ROOT).parts[0] in APPS:
            found.add(file)
    return found


def inspected() -> list[Path]:
    beside = (file for app in APPS for pattern in BESIDE for file in (ROOT / app).glob(pattern))
    return sorted(files_of(get_resolver().url_patterns).union(beside))


FINDING = {"get", "filter", "exclude", "all", "first", "last", "in_bulk", "values", "values_list"}
SCOPES = {"visible_to", "looked_after_by", "own", "waiting_for", "of", "relayed_by"}

# Every row is theirs; who is no staff never comes in (`admin_view`, held by `table_desk.py`).
OF_STAFF = [
    "desk/applications.py::return_to_person",
    "desk/base.py::get_object",
    "desk/board.py::_board_context",
    "desk/board.py::take_back_placement",
    "desk/case/fields.py::_reopening_or_404",
    "desk/case/page.py::_whole_case_or_404",
    "desk/case/page.py::application_or_404",
    "desk/case/people.py::_both",
    "desk/case/people.py::duplicates",
    "desk/case/people.py::merge",
    "desk/case/people.py::pair",
    "desk/documents.py::_paper",
    "desk/documents.py::documents",
    "desk/dossiers.py::dossier",
    "desk/dossiers.py::dossiers",
    "desk/mails.py::_decide_each",
    "desk/mails.py::_page",
    "desk/recruitment/composition.py::recruitment",
    "desk/recruitment/finding.py::find_recruitment",
    "desk/recruitment/openings.py::_find",
    "desk/recruitment/openings.py::recruitment_add",
    "desk/recruitment/texts.py::recruitment_text",
    "desk/recruitment/texts.py::recruitment_text_remove",
    "desk/relays.py::_answers",
    "desk/relays.py::relay",
    "desk/survey/acts.py::find_answer",
    "desk/survey/composition.py::_forms",
    "desk/survey/composition.py::find_survey",
    "desk/survey/composition.py::survey_compose",
    "desk/survey/composition.py::survey_open",
    "desk/survey/overview.py::find_survey",
    "desk/survey/questions.py::_question",
    "desk/survey/questions.py::survey_question_delete",
    "desk/survey/reach.py::_asked_page",
    "desk/survey/reach.py::_governments_of",
    "desk/survey/reach.py::_prefectures",
    "desk/survey/reach.py::_wanted",
    "desk/survey/reach.py::survey_ask_one",
    "desk/survey/reach.py::survey_relays",
    "desk/survey/workbook.py::_place",
    "desk/views.py::_answer",
    "desk/views.py::_answer_page",
    "desk/views.py::letter",
]
# Function → why it may look at rows beyond those that its reader sees.
EXCEPTIONS = {
    **dict.fromkeys(OF_STAFF, "staff see all"),
    "desk/dossiers.py::_own": "what the reader asked for",
    "desk/access.py::_page": "the sessions of the person that was looked up",
    "desk/access.py::_person": "administrators see all",
    # Scoped by hand, by the organisations for which the reader acts.
    "hosts/views/home.py::_answers": "filtered by the reader's own organisations",
    "hosts/views/home.py::_governments": "filtered by the reader's own organisations",
    "hosts/views/home.py::_people": "the colleagues and the relay of the reader's own governments",
    "hosts/views/requests.py::_drafts_beside": "a subquery inside what the reader may see",
    "hosts/views/letters.py::relay_letter": "locks the row that was found in the reader's scope",
    "hosts/views/relay.py::_rounds": "a subquery on the reader's own relays",
    "hosts/views/rounds.py::round_of_relay": "the relay was found in the reader's scope before",
    "hosts/views/relay.py::_chosen": "a subquery that narrows what the reader may see",
    "hosts/views/relay.py::_at_a_glance": "subqueries of the rows that the reader may see",
    "hosts/views/units.py::_edit": "locks the row that was found in the reader's scope",
    "hosts/views/answers.py::note_opening": "the row that was found in the reader's scope",
    "hosts/views/approval.py::_of_relay": "filtered by the reader's own organisations",
    "hosts/views/hand_over.py::_programme": "the programme's contact is everyone's who signs in",
    "hosts/views/home.py::_desks": "the requests of the reader's own answers",
    "hosts/views/home.py::_heirs": "what the reader's own governments came from",
    "hosts/views/people.py::_find_invitation": "of the offices that the reader looks after",
    "hosts/views/people.py::people": "of the office that was found in the reader's scope",
    "hosts/views/people.py::people_stay": "the reader's own hand-over",
    "placements/panels.py::own_nominees": "narrowed to those whom the reader looks after",
    "placements/wish_views.py::_with_nomination": "subqueries of what the reader may see",
    "placements/wish_views.py::_wishes": "of the application that was found in the reader's scope",
    "placements/wish_views.py::wishes": "locks the row that was found in the reader's scope",
    "hosts/views/take_overs.py::_existing": "the list of governments is public",
    "hosts/views/take_overs.py::decide": "of the take-over that was found in the reader's scope",
    "hosts/views/ties.py::_lock": "locks the row that was found in the reader's scope",
    "hosts/views/ties.py::_own_governments": "filtered by the reader's own organisations",
    "hosts/views/ties.py::tie": "of the tie that was found in the reader's scope",
    "placements/cases/asking.py::with_statements": "of the nominees whom the reader looks after",
    "placements/cases/asking.py::statement_file": "of the nominees whom the reader looks after",
    "placements/cases/nominees.py::_employers": "the register; a host finds its own alone",
    "placements/office/bodies.py::bodies": "of the countries of the reader's office",
    "placements/office/bodies.py::body_edit": "locks the row that was found in the reader's scope",
    "placements/office/bodies.py::contact": "locks the row that was found in the reader's scope",
    "placements/office/finding.py::countries_of": "an officer's own; staff look after all",
    "placements/office/finding.py::nominations_of": "filtered by the reader's own organisations",
    "placements/office/finding.py::offices_of": "filtered by the reader's own organisations",
    "placements/office/home.py::_to_forward": "narrowed to what came through the reader's office",
    "placements/office/home.py::home": "of the cycles of the openings that the reader sees",
    "placements/office/nominations.py::_wishes": "of the nomination that was found before",
    "placements/office/nominations.py::nomination": "locks the row that was found before",
    "placements/office/openings.py::opening": "the request of the opening that the reader sees",
    "placements/office/openings.py::sheet": "the request of the opening that the reader sees",
    "placements/office/openings.py::text_file": "of the recruitments that the reader sees",
    "trainees/documents/views.py::document_take_back": "the reader's own papers",
    # Public within the programme: years and days.
    "hosts/views/relay.py::_open_cycles": "a cycle's year and days are everyone's who signs in",
    "placements/panels.py::_next_decision": "a deadline's day is everyone's who signs in",
    "accounts/views.py::profile": "the reader's own row, to lock it",
    # The link itself is the right.
    "placements/cases/forwarded.py::_places_left": "how many places are left of what it handed on",
    "placements/cases/forwarded.py::forwarded": "the nominees of the link that the reader holds",
    "placements/cases/forwarded.py::forwarded_sheet": "the request that was handed on by the link",
    "placements/cases/statement.py::_page": "the nomination of the case of the link",
    "placements/cases/statement.py::case_of": "the case of the link",
    "accounts/views.py::_lock_person": "the person whom the link of the mail names",
    "accounts/views.py::accept": "the invitation that this browser has opened",
    "accounts/views.py::_accept": "the account of the invitation's own address",
}


def unscoped(tree: ast.AST, name: str) -> set[str]:
    """The functions that start from all rows of a model: `file::function`."""
    found = set()
    for function in ast.walk(tree):
        is_function = isinstance(function, ast.FunctionDef)
        if is_function and any(_is_unscoped(node) for node in ast.walk(function)):
            found.add(f"{name}::{function.name}")
    return found


def _is_unscoped(node: ast.AST) -> bool:
    """`Model.objects.get(…)`, or `get_object_or_404(Model, …)`, and no scope in the chain."""
    if not isinstance(node, ast.Call):
        return False
    called = node.func
    if isinstance(called, ast.Name) and called.id in {"get_object_or_404", "get_list_or_404"}:
        return isinstance(node.args[0], ast.Name) and node.args[0].id[0].isupper()
    if not isinstance(called, ast.Attribute) or not _starts_at_manager(called.value):
        return False
    return called.attr not in SCOPES


def _starts_at_manager(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and node.attr in {"objects", "_default_manager"}


def test_views_find_rows_through_what_the_reader_may_see():
    found = set()
    for file in inspected():
        found |= unscoped(ast.parse(file.read_text()), str(file.relative_to(ROOT)))

    assert found == set(EXCEPTIONS)


def test_a_view_is_inspected_wherever_it_stands():
    """The control: modules with other names than `views` are among them, by their addresses."""
    names = {str(file.relative_to(ROOT)) for file in inspected()}

    assert names >= {
        "desk/case/people.py",
        "desk/recruitment/openings.py",
        "placements/cases/statement.py",
        "placements/office/bodies.py",
        "trainees/documents/views.py",
        "trainees/steps/views.py",
    }
    assert files_of([path("anywhere/", nominating.reason_against)]) == {Path(nominating.__file__)}


@pytest.mark.parametrize(
    "body",
    [
        "return SurveyAnswer.objects.get(public_id=public_id)",
        "return SurveyAnswer.objects.select_related('survey').get(public_id=public_id)",
        "return get_object_or_404(SurveyAnswer, public_id=public_id)",
        "return get_object_or_404(SurveyAnswer.objects.all(), public_id=public_id)",
    ],
)
def test_an_unscoped_view_is_found_control(body: str):
    tree = ast.parse(f"def page(request, public_id):\n    {body}\n")

    assert unscoped(tree, "views.py") == {"views.py::page"}


def test_a_scoped_view_is_not():
    body = "return get_object_or_404(SurveyAnswer.objects.visible_to(request.user), pk=pk)"

    assert unscoped(ast.parse(f"def page(request, pk):\n    {body}\n"), "views.py") == set()
