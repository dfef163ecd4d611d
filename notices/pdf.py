"""From a template and plain values to the bytes of a PDF/UA-1, the same bytes from the same values.

What a process keeps between two letters is the same for all of them: the fonts, the parsed style
sheet and the fetcher. Nothing of a person is kept. `render_pdf` takes plain values and gives bytes,
so that a child process with limits of time and memory can run it.
"""

import hashlib
import os
import subprocess
import threading
import unicodedata
from collections.abc import Mapping
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit
from urllib.request import url2pathname

from django.conf import settings
from django.template import Engine
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from .models import NoticeError

if TYPE_CHECKING:
    from weasyprint import CSS
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import URLFetcher

FONTS_CONF = Path(__file__).with_name("fonts.conf")
STYLE_SHEET = "letter.css"

_one_at_a_time = threading.Lock()  # Pango's font map is not made for two threads


class Press(NamedTuple):
    """What every letter of this process shares."""

    fetcher: "URLFetcher"
    fonts: "FontConfiguration"
    style: "CSS"


def letter_folder() -> Path:
    """The only folder that a letter may read from."""
    return Path(settings.BASE_DIR) / "static" / "letters"


def template_name(template: str, language: str) -> str:
    """`placement_notice.host` in Japanese is `letters/placement_notice.host.ja.html`."""
    return f"letters/{template}.{language}.html"


def render_pdf(template: str, context: Mapping[str, Any], language: str) -> bytes:
    """Print one letter; the title and language of the document come from the template."""
    with translation.override(language):
        html = render_to_string(template_name(template, language), dict(context))
    if missing := unprintable(html):
        raise NoticeError(
            _("No font of the letters has these characters: {characters}").format(
                characters=" ".join(missing)
            )
        )
    return html_to_pdf(html)


def html_to_pdf(html: str) -> bytes:
    """Print one page of HTML; raises FatalURLFetchingError where it asks for anything outside the
    letter folder.
    """
    from weasyprint import HTML

    with _one_at_a_time:
        press = _press()
        page = HTML(string=html, base_url=_base_url(), url_fetcher=press.fetcher)
        return page.write_pdf(
            stylesheets=[press.style],
            font_config=press.fonts,
            pdf_variant="pdf/ua-1",
            pdf_identifier=hashlib.sha256(html.encode()).hexdigest()[:32].encode(),
        )


def unprintable(text: str) -> list[str]:
    """The characters that would be printed as empty boxes, each once."""
    printed = (character for character in sorted(set(text)) if _leaves_ink(character))
    return [character for character in printed if ord(character) not in _known_characters()]


def fc_list(form: str) -> list[str]:
    """One line in fontconfig's format for each font that letters can see, and for no other."""
    found = subprocess.run(
        ["fc-list", "--format", f"{form}\n"],  # noqa: S607
        env={**os.environ, "FONTCONFIG_FILE": str(FONTS_CONF)},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return found.stdout.splitlines()


def rendered_with(template: str, language: str) -> dict[str, str]:
    """Which programs and which version of the template made a letter."""
    from weasyprint.text.ffi import pango

    sources = [
        _template_file(template_name(template, language)),
        _template_file(f"letters/_letter.{language}.html"),
        letter_folder() / STYLE_SHEET,
    ]
    digest = hashlib.sha256(b"\0".join(source.read_bytes() for source in sources))
    return {
        "weasyprint": version("weasyprint"),
        "pydyf": version("pydyf"),
        "pango": str(pango.pango_version()),  # 15012 is 1.50.12
        "template_sha256": digest.hexdigest(),
    }


def _leaves_ink(character: str) -> bool:
    """Whether a character needs a glyph of its own: no space, control or variation selector."""
    if unicodedata.category(character)[0] in "CZ":
        return False
    return not unicodedata.name(character, "").startswith("VARIATION SELECTOR")


@cache
def _known_characters() -> frozenset[int]:
    """Every character that one of the letters' fonts can draw; read once in a process."""
    from fontTools.ttLib import TTFont

    known: set[int] = set()
    for file in sorted(set(fc_list("%{file}"))):
        with TTFont(file, lazy=True) as font:
            known.update(font.getBestCmap())
    return frozenset(known)


def _template_file(name: str) -> Path:
    return Path(Engine.get_default().get_template(name).origin.name)


def _base_url() -> str:
    return letter_folder().resolve().as_uri() + "/"


@cache
def _press() -> Press:
    """Gather fonts, style sheet and fetcher once in a process; WeasyPrint is imported only where
    letters are made.
    """
    from weasyprint import CSS
    from weasyprint.text.fonts import FontConfiguration

    fetcher = _own_files_only()
    before = os.environ.get("FONTCONFIG_FILE")
    os.environ["FONTCONFIG_FILE"] = str(FONTS_CONF)  # read by the next line, and only there
    try:
        fonts = FontConfiguration()
    finally:
        if before is None:
            del os.environ["FONTCONFIG_FILE"]
        else:
            os.environ["FONTCONFIG_FILE"] = before
    sheet = (letter_folder() / STYLE_SHEET).read_text()
    style = CSS(string=sheet, base_url=_base_url(), url_fetcher=fetcher, font_config=fonts)
    return Press(fetcher, fonts, style)


def _own_files_only() -> "URLFetcher":
    """A fetcher that gives `data:` addresses and files of the letter folder, and stops the letter
    at any other.
    """
    from weasyprint.urls import FatalURLFetchingError, URLFetcher

    class OwnFilesOnly(URLFetcher):
        def __init__(self) -> None:
            super().__init__(
                allowed_protocols=("data", "file"), allow_redirects=False, fail_on_errors=True
            )
            self.folder = letter_folder().resolve()

        def fetch(self, url: str, headers: dict[str, str] | None = None) -> Any:
            parts = urlsplit(url)
            if parts.scheme.lower() == "file":
                path = Path(url2pathname(parts.path)).resolve()
                if parts.netloc or not path.is_relative_to(self.folder):
                    raise FatalURLFetchingError(f"outside the letter folder: {url}")
            elif parts.scheme.lower() != "data":
                raise FatalURLFetchingError(f"a letter may not fetch: {url}")
            return super().fetch(url, headers)

    return OwnFilesOnly()
