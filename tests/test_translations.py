"""Whatever a page or a mail says, it says in Japanese too: our own words and the packages'.

Messages are found the way `makemessages` finds them, in a copy, so that the tree stays as it is.
xgettext and msgfmt are required: without them the tests fail.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import polib
import pytest

ROOT = Path(__file__).resolve().parent.parent
JAPANESE = Path("ja/LC_MESSAGES")
OURS = ROOT / "locale" / JAPANESE / "django.po"
VENDOR = ROOT / "locale_vendor" / JAPANESE / "django.po"

PACKAGES = ["unfold", "import_export", "auditlog", "allauth", "django_countries"]
DJANGO_PARTS = ["conf", "contrib/admin", "contrib/auth", "contrib/contenttypes"]
SUFFIXES = {"django": {".py", ".html", ".txt"}, "djangojs": {".js"}}
SKIPPED = {"node_modules", "tests", "var", "__pycache__"}
OTHER_LANGUAGE = {"ja": "en", "en": "ja"}
EMPTY_CATALOGUE = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n'

# Context, msgid and plural msgid; what is absent is an empty text.
Message = tuple[str, str, str]


def message(entry: polib.POEntry | polib.MOEntry) -> Message:
    return entry.msgctxt or "", entry.msgid, entry.msgid_plural or ""


def source_files(root: Path, suffixes: set[str]) -> Iterator[Path]:
    """The files that may hold messages; tests, data and hidden folders are left out."""
    for folder, subfolders, names in os.walk(root):
        subfolders[:] = [n for n in subfolders if n not in SKIPPED and not n.startswith(".")]
        yield from (Path(folder, name) for name in names if Path(name).suffix in suffixes)


def extract_messages(source: Path, workspace: Path, domain: str = "django") -> set[Message]:
    """Everything marked for translation; raises CalledProcessError without xgettext."""
    for path in source_files(source, SUFFIXES[domain]):
        copy = workspace / "source" / path.relative_to(source)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)
    locale = workspace / "locale"
    locale.mkdir(parents=True)
    # With our settings makemessages would write into our own catalogues.
    environment = {k: v for k, v in os.environ.items() if k != "DJANGO_SETTINGS_MODULE"}
    command = [sys.executable, "-m", "django", "makemessages", "--all", "--keep-pot"]
    subprocess.run([*command, f"--domain={domain}"], cwd=workspace, env=environment, check=True)
    template = locale / f"{domain}.pot"
    return {message(entry) for entry in polib.pofile(str(template))} if template.exists() else set()


def translated_messages(catalogue: Path) -> set[Message]:
    """What the catalogue says in its language; compiled ones hold nothing untranslated or fuzzy."""
    if catalogue.suffix == ".mo":
        return {message(entry) for entry in polib.mofile(str(catalogue))}
    return {message(entry) for entry in polib.pofile(str(catalogue)).translated_entries()}


def package_folder(name: str) -> Path:
    spec = find_spec(name)
    assert spec
    assert spec.origin
    return Path(spec.origin).parent


def catalogues_behind(package: str, domain: str) -> list[Path]:
    """The Japanese catalogues in which Django looks for a package's message."""
    compiled = Path("locale") / JAPANESE / f"{domain}.mo"
    django = package_folder("django")
    candidates = [django / part / compiled for part in DJANGO_PARTS]
    candidates += [package_folder(package) / compiled, VENDOR.with_name(f"{domain}.po")]
    return [path for path in candidates if path.exists()]


def placeholders(text: str) -> tuple[set[str], int]:
    """The named placeholders, in any order and number, and how many stand without a name."""
    text = text.replace("%%", "")
    named = re.findall(r"%\(\w+\)[a-z]|\{\w+", text)
    return set(named), len(re.findall(r"%[\d.]*[sdif]|\{\}", text))


def entry_fault(entry: polib.POEntry) -> str | None:
    """What is wrong with one entry. A plural is held against the form that names the number."""
    if entry.obsolete:
        return "obsolete"
    if entry.fuzzy:
        return "fuzzy"
    if not entry.translated():
        return "untranslated"
    wanted = placeholders(entry.msgid_plural or entry.msgid)
    texts = entry.msgstr_plural.values() if entry.msgid_plural else [entry.msgstr]
    return None if all(placeholders(text) == wanted for text in texts) else "placeholders differ"


def catalogue_faults(catalogue: Path, used: set[Message]) -> list[tuple[str, str]]:
    """Each fault and the msgid that has it, against the messages that the code uses."""
    entries = polib.pofile(str(catalogue.resolve(strict=True)))
    held = {message(entry) for entry in entries if not entry.obsolete}
    faults = [("missing", msgid) for _, msgid, _ in used - held]
    faults += [("unused", msgid) for _, msgid, _ in held - used]
    faults += [(fault, entry.msgid) for entry in entries if (fault := entry_fault(entry))]
    return sorted(faults)


def mail_templates(root: Path) -> list[Path]:
    """Mail templates that are written in one language each: `mails/<name>.<language>.<suffix>`."""
    return [
        path
        for path in source_files(root, {".txt", ".html"})
        if "mails" in path.relative_to(root).parts and path.suffixes[-2:-1] in ([".ja"], [".en"])
    ]


def without_twin(paths: list[Path]) -> list[str]:
    """The templates whose other language does not exist."""
    alone = []
    for path in paths:
        name, language, suffix = path.name.rsplit(".", 2)
        if not path.with_name(f"{name}.{OTHER_LANGUAGE[language]}.{suffix}").exists():
            alone.append(path.name)
    return sorted(alone)


@pytest.mark.parametrize("domain", SUFFIXES)
@pytest.mark.parametrize("package", PACKAGES)
def test_package_has_japanese_for_all_it_says(package, domain, tmp_path):
    used = extract_messages(package_folder(package), tmp_path, domain)

    known = set().union(*map(translated_messages, catalogues_behind(package, domain)))

    assert sorted(used - known) == []


def test_catalogue_of_the_portal_is_complete(tmp_path):
    used = extract_messages(ROOT, tmp_path)

    assert catalogue_faults(OURS, used) == []


def test_catalogue_for_packages_has_no_faulty_entry():
    entries = polib.pofile(str(VENDOR))

    assert [(fault, entry.msgid) for entry in entries if (fault := entry_fault(entry))] == []


@pytest.mark.parametrize("catalogue", [OURS, VENDOR], ids=["ours", "vendor"])
def test_catalogue_compiles(catalogue):
    subprocess.run(["msgfmt", "--check", f"--output-file={os.devnull}", catalogue], check=True)


def test_every_mail_is_written_in_both_languages():
    mails = mail_templates(ROOT)

    assert mails
    assert without_twin(mails) == []


# Controls: the helpers find what was planted.


@pytest.fixture
def project(tmp_path) -> Path:
    """A small source tree with one message of each form, and messages where none are looked for."""
    files = {
        "app/views.py": """
            from django.utils.translation import gettext as _, ngettext, pgettext_lazy
            _("{host} accepted")
            ngettext("%(n)s place", "%(n)s places", 2)
            pgettext_lazy("placement", "open")
        """,
        "templates/page.html": """
            {% load i18n %}{% translate "Send" %}
            {% blocktranslate trimmed %}
              Dear {{ name }}
            {% endblocktranslate %}
        """,
        "templates/mails/asked.en.txt": '{% load i18n %}{% trans "In a mail" %}',
        "tests/test_app.py": '_("In a test")',
        "var/data.html": '{% load i18n %}{% trans "In data" %}',
        ".venv/package.py": '_("In a package")',
    }
    for name, text in files.items():
        path = tmp_path / "project" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(line.strip() for line in text.splitlines()), encoding="utf-8")
    return tmp_path / "project"


def test_extract_messages_finds_each_form_and_leaves_the_source_alone(project, tmp_path):
    before = sorted(project.rglob("*"))

    messages = extract_messages(project, tmp_path / "workspace")

    assert messages == {
        ("", "{host} accepted", ""),
        ("", "%(n)s place", "%(n)s places"),
        ("placement", "open", ""),
        ("", "Send", ""),
        ("", "Dear %(name)s", ""),
        ("", "In a mail", ""),
    }
    assert sorted(project.rglob("*")) == before


def test_extract_messages_finds_messages_of_scripts(project, tmp_path):
    (project / "app" / "page.js").write_text('gettext("Choose a day");', encoding="utf-8")

    assert extract_messages(project, tmp_path / "workspace", "djangojs") == {
        ("", "Choose a day", "")
    }


def test_extract_messages_fails_without_xgettext(project, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(subprocess.CalledProcessError):
        extract_messages(project, tmp_path / "workspace")


def test_translated_messages_leaves_out_what_has_no_japanese(tmp_path):
    catalogue = tmp_path / "django.po"
    catalogue.write_text(
        EMPTY_CATALOGUE
        + """
msgid "Done"
msgstr "済み"

msgid "Empty"
msgstr ""

#, fuzzy
msgid "Guessed"
msgstr "推測"

msgid "%(n)s place"
msgid_plural "%(n)s places"
msgstr[0] ""
""",
        encoding="utf-8",
    )

    assert translated_messages(catalogue) == {("", "Done", "")}


def test_catalogue_faults_names_each_kind_of_fault(tmp_path):
    catalogue = tmp_path / "django.po"
    catalogue.write_text(
        EMPTY_CATALOGUE
        + """
msgid "Good {name}"
msgstr "{name}は良好"

msgid "One place"
msgid_plural "%(n)s places"
msgstr[0] "%(n)s名"

msgid "Empty"
msgstr ""

#, fuzzy
msgid "Guessed"
msgstr "推測"

msgid "{host} accepted"
msgstr "{hots}が承諾"

msgid "Dear %(name)s"
msgstr "各位"

msgid "%s of %s"
msgstr "%s"

msgid "No longer said"
msgstr "もう使わない"

#~ msgid "Gone"
#~ msgstr "消えた"
""",
        encoding="utf-8",
    )
    entries = ["Good {name}", "Empty", "Guessed", "{host} accepted", "Dear %(name)s", "%s of %s"]
    used = {("", msgid, "") for msgid in [*entries, "Forgotten"]}
    used |= {("", "One place", "%(n)s places"), ("placement", "Empty", "")}

    assert catalogue_faults(catalogue, used) == [
        ("fuzzy", "Guessed"),
        ("missing", "Empty"),
        ("missing", "Forgotten"),
        ("obsolete", "Gone"),
        ("placeholders differ", "%s of %s"),
        ("placeholders differ", "Dear %(name)s"),
        ("placeholders differ", "{host} accepted"),
        ("untranslated", "Empty"),
        ("unused", "No longer said"),
    ]


def test_catalogue_faults_refuses_a_catalogue_that_is_not_there(tmp_path):
    with pytest.raises(FileNotFoundError):
        catalogue_faults(tmp_path / "django.po", set())


def test_without_twin_finds_the_mail_in_one_language(project):
    for name in ["told.ja.txt", "told.en.txt", "_footer.txt"]:
        (project / "templates" / "mails" / name).touch()

    mails = mail_templates(project)

    assert sorted(path.name for path in mails) == ["asked.en.txt", "told.en.txt", "told.ja.txt"]
    assert without_twin(mails) == ["asked.en.txt"]
