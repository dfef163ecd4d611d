"""From a template and plain values to the bytes of a PDF/UA-1, the same bytes from the same values.

The page is written here; it is printed in the press, a process of its own (`press.py`), where each
letter has its time and its memory and none sees another.
"""

import hashlib
import os
import subprocess
import unicodedata
from collections.abc import Mapping
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from django.template import Engine
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from .models import NoticeError
from .printing import FONTS_CONF, letter_folder, own_press

STYLE_SHEET = "letter.css"


def template_name(template: str, language: str) -> str:
    """`placement_notice.host` in Japanese is `letters/placement_notice.host.ja.html`."""
    return f"letters/{template}.{language}.html"


def render_pdf(template: str, context: Mapping[str, Any], language: str) -> bytes:
    """Print one letter; the title and language of the document come from the template."""
    return html_to_pdf(letter_page(template, context, language))


def letter_page(template: str, context: Mapping[str, Any], language: str) -> str:
    """The letter as a page of HTML. Raises NoticeError for a character that cannot be printed."""
    with translation.override(language):
        html = render_to_string(template_name(template, language), dict(context))
    if missing := unprintable(html):
        raise NoticeError(
            _("No font of the letters has these characters: {characters}").format(
                characters=" ".join(missing)
            )
        )
    return html


def html_to_pdf(html: str) -> bytes:
    """Print one page of HTML. Raises LetterNotPrinted where it asks for anything outside the letter
    folder, or takes more time or memory than a letter may.
    """
    return own_press().print(html)


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
    sources = [
        _template_file(template_name(template, language)),
        _template_file(f"letters/_letter.{language}.html"),
        letter_folder() / STYLE_SHEET,
    ]
    digest = hashlib.sha256(b"\0".join(source.read_bytes() for source in sources))
    return {
        "weasyprint": version("weasyprint"),
        "pydyf": version("pydyf"),
        "pango": own_press().pango_version,  # 15012 is 1.50.12
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
        with TTFont(file, fontNumber=0, lazy=True) as font:  # those of one file draw the same
            known.update(font.getBestCmap())
    return frozenset(known)


def _template_file(name: str) -> Path:
    return Path(Engine.get_default().get_template(name).origin.name)
