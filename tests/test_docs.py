"""What README and docs say is there: commands, settings, links, tests, the words of the buttons."""

import ast
import re
from pathlib import Path

import polib
import pytest
from django.core.management import get_commands

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
DOCS = ROOT / "docs"
PAGES = [README, *sorted(DOCS.rglob("*.md"))]
GUIDES = sorted((DOCS / "guides").glob("*.md"))
PROMISES = DOCS / "promises.md"

# Commands of Django's that README names, and may.
OF_DJANGO = {"check", "collectstatic", "createcachetable", "createsuperuser", "migrate"}


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def section(text: str, heading: str) -> str:
    """The text below a heading of the second level, up to the next one."""
    return re.split(r"^## ", text.split(f"\n## {heading}\n", 1)[1], maxsplit=1, flags=re.M)[0]


def first_column(text: str) -> list[str]:
    """What stands as code in the first column of a table."""
    return re.findall(r"^\| `([^`]+)` \|", text, flags=re.M)


def test_every_make_target_in_readme_exists():
    named = set(re.findall(r"`(?:[A-Z_]+=\S+ )*make ([a-z-]+)", README.read_text()))
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), flags=re.M))

    assert {"run", "test"} <= named
    assert named - targets == set()


def test_every_command_of_ours_stands_in_readme_and_every_named_one_exists():
    text = README.read_text()
    named = set(re.findall(r"manage\.py ([a-z_]+)", text))
    listed = {entry.split()[0] for entry in first_column(section(text, "Commands"))}
    commands = get_commands()
    ours = {name for name in commands if list(ROOT.glob(f"[a-z]*/management/commands/{name}.py"))}

    assert listed == ours
    assert named - OF_DJANGO - ours == set()
    assert named - set(commands) == set()


def test_the_settings_page_lists_exactly_what_the_settings_read():
    source = (ROOT / "lgotp" / "settings.py").read_text()
    read = set(re.findall(r"\benv(?:\.\w+)?\(\s*\"([A-Z_]+)\"", source))
    page = (DOCS / "settings.md").read_text()

    assert sorted(first_column(section(page, "Read by `lgotp/settings.py`"))) == sorted(read)


def test_the_settings_of_the_scripts_are_read_where_the_page_says():
    page = section((DOCS / "settings.md").read_text(), "Read by the scripts")
    rows = re.findall(r"^\| `([A-Z_]+)` \| `([^`]+)` \|", page, flags=re.M)
    wrong = [(name, file) for name, file in rows if name not in (ROOT / file).read_text()]

    assert rows
    assert wrong == []


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_every_relative_link_leads_somewhere(path):
    links = re.findall(r"\]\(([^)\s]+)\)", path.read_text())
    relative = [link.split("#")[0] for link in links if not re.match(r"[a-z]+:|#", link)]

    assert [link for link in relative if not (path.parent / link).exists()] == []


def test_no_file_of_the_docs_is_empty():
    files = [path for path in DOCS.rglob("*") if path.is_file()]

    assert files
    assert [name_of(path) for path in files if not path.stat().st_size] == []


def test_every_decision_is_short_and_stands_in_the_list():
    records = sorted((DOCS / "decisions").glob("[0-9]*.md"))
    listed = re.findall(r"\((\d{4}-[^)]+\.md)\)", (DOCS / "decisions" / "README.md").read_text())

    assert listed == [record.name for record in records]
    assert [name_of(r) for r in records if len(r.read_text().splitlines()) > 25] == []


def functions_in(path: Path) -> set[str]:
    """The functions of a file and the methods of its classes, as pytest names them."""
    found = set()
    for node in ast.parse(path.read_text()).body if path.exists() else []:
        if isinstance(node, ast.FunctionDef):
            found.add(node.name)
        elif isinstance(node, ast.ClassDef):
            methods = [each for each in node.body if isinstance(each, ast.FunctionDef)]
            found |= {f"{node.name}::{method.name}" for method in methods}
    return found


def unknown_tests(text: str) -> list[str]:
    """The tests that a text names and no file has."""
    named = sorted(set(re.findall(r"\b(tests/[\w/]+\.py)::([\w:]*)", text)))
    return [f"{file}::{name}" for file, name in named if name not in functions_in(ROOT / file)]


def soak_differences(text: str) -> set[str]:
    """The long forms that a text names and `soak/` lacks, and the other way round."""
    scripts = {name_of(path) for path in (ROOT / "soak").glob("[!_]*.py")}
    return scripts ^ set(re.findall(r"\bsoak/\w+\.py", text))


def test_every_test_that_the_promises_name_exists():
    text = PROMISES.read_text()

    assert "`tests/" in text
    assert unknown_tests(text) == []


def test_the_promises_name_every_long_form_and_no_other():
    assert soak_differences(PROMISES.read_text()) == set()


def test_a_name_that_nothing_bears_is_found_control():
    wrong = [
        "tests/no_file.py::test_a",
        "tests/test_docs.py::",
        "tests/test_docs.py::NoClass::test_a",
        "tests/test_docs.py::test_no_such_name",
    ]
    right = "tests/test_docs.py::test_every_test_that_the_promises_name_exists"
    method = "tests/desk/test_stale_edits.py::TestInterleavings::test_nothing_is_overwritten_unseen"

    assert unknown_tests(" | ".join([*wrong, right, method])) == wrong


def test_a_long_form_that_is_wrong_or_left_out_is_found_control():
    text = PROMISES.read_text().replace("soak/outbox.py", "soak/inbox.py")

    assert soak_differences(text) == {"soak/inbox.py", "soak/outbox.py"}


def patterns(language: str) -> list[re.Pattern[str]]:
    """Every text of the portal in a language; a placeholder stands for anything."""
    found = []
    for entry in polib.pofile(str(ROOT / "locale/ja/LC_MESSAGES/django.po")):
        if language == "en":
            texts = [entry.msgid, entry.msgid_plural]
        else:
            texts = [entry.msgstr, *entry.msgstr_plural.values()]
        for parts in [re.split(r"%\(\w+\)[sd]|\{\w*\}", text) for text in texts if text]:
            if len("".join(parts)) > 1:  # placeholders alone would stand for everything
                found.append(re.compile(".+".join(re.escape(part) for part in parts)))
    return found


@pytest.mark.parametrize("guide", GUIDES, ids=name_of)
def test_bold_words_of_a_guide_are_words_of_the_portal(guide):
    """Guides set the names of buttons and links in bold; they are held against the catalogue."""
    language = guide.name.split(".")[1]
    known = patterns(language)
    bold = set(re.findall(r"\*\*([^*]+)\*\*", guide.read_text()))

    assert bold
    assert [text for text in sorted(bold) if not any(p.fullmatch(text) for p in known)] == []
