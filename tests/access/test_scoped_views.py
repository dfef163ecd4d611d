"""A view finds rows through what its reader may see, never through all there are (P1)."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = (
    "views.py",
    "views/*.py",
    "*_views.py",
    "access.py",
    "applications.py",
    "board.py",
    "cycles.py",
    "mails.py",
    "panels.py",
    "sheets.py",
)
VIEWS = sorted(
    path
    for app in (
        "accounts",
        "desk",
        "funding",
        "hosts",
        "outreach",
        "placements",
        "schedule",
        "trainees",
    )
    for pattern in PAGES
    for path in (ROOT / app).glob(pattern)
    if path.parent.name != "accounts" or "views" in path.name
)
FINDING = {"get", "filter", "exclude", "all", "first", "last", "in_bulk", "values", "values_list"}
SCOPES = {"visible_to", "own", "waiting_for", "of", "relayed_by"}

# Function → why it may look at rows beyond those that its reader sees.
EXCEPTIONS = {
    # Staff see every row; who is no staff never comes in (`admin_view`).
    "desk/board.py::_board_context": "staff see all",
    "desk/board.py::take_back_placement": "staff see all",
    "desk/access.py::_page": "the sessions of the person that was looked up",
    "desk/access.py::_person": "administrators see all",
    "desk/applications.py::return_to_person": "staff see all",
    "desk/mails.py::_decide_each": "staff see all",
    "desk/mails.py::_page": "staff see all",
    "desk/views.py::_answer": "staff see all",
    "desk/views.py::letter": "staff see all",
    # Scoped by hand, by the organisations for which the reader acts.
    "hosts/views/home.py::_answers": "filtered by the reader's own organisations",
    "hosts/views/home.py::_governments": "filtered by the reader's own organisations",
    "hosts/views/home.py::_people": "the colleagues and the relay of the reader's own governments",
    "hosts/views/requests.py::_drafts_beside": "a subquery inside what the reader may see",
    "desk/views.py::_answer_page": "staff see all",
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
    "placements/wish_views.py::_wishes": "of the application that was found in the reader's scope",
    "placements/wish_views.py::wishes": "locks the row that was found in the reader's scope",
    "hosts/views/take_overs.py::_existing": "the list of governments is public",
    "hosts/views/take_overs.py::decide": "of the take-over that was found in the reader's scope",
    "hosts/views/ties.py::_lock": "locks the row that was found in the reader's scope",
    "hosts/views/ties.py::_own_governments": "filtered by the reader's own organisations",
    "hosts/views/ties.py::tie": "of the tie that was found in the reader's scope",
    # Public within the programme: years and days.
    "hosts/views/relay.py::_open_cycles": "a cycle's year and days are everyone's who signs in",
    "placements/panels.py::_next_decision": "a deadline's day is everyone's who signs in",
    "accounts/views.py::profile": "the reader's own row, to lock it",
    # The link itself is the right.
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
    for path in VIEWS:
        found |= unscoped(ast.parse(path.read_text()), str(path.relative_to(ROOT)))

    assert len(VIEWS) >= 12
    assert found == set(EXCEPTIONS)


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
