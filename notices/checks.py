"""Are the fonts of letters there? Pango silently takes another font where one is missing."""

from typing import Any

from django.core.checks import CheckMessage, Error, register
from django.utils.translation import gettext as _

from .pdf import fc_list

# Font and the Debian package that brings it.
FONTS = {
    "Tinos": "fonts-croscore",
    "BIZ UDMincho": "fonts-morisawa-bizud-mincho",
    "IPAmjMincho": "fonts-ipamj-mincho",
    "Noto Sans Thai": "fonts-noto-core",
    "Noto Serif Thai": "fonts-noto-core",
    "Noto Sans Arabic": "fonts-noto-core",
    "Noto Naskh Arabic": "fonts-noto-core",
    "Noto Serif Ethiopic": "fonts-noto-core",
    "Noto Serif CJK KR": "fonts-noto-cjk",
    "Noto Serif CJK SC": "fonts-noto-cjk",
}


@register
def check_letter_fonts(**kwargs: Any) -> list[CheckMessage]:
    """Name each font that letters need and this machine lacks, with its package."""
    try:
        known = known_families()
    except FileNotFoundError:
        return [
            Error(
                _("Letters cannot find their fonts: the program fc-list is missing."),
                hint=_("Install the Debian package {package}.").format(package="fontconfig"),
                id="notices.E002",
            )
        ]
    return [
        Error(
            _("Letters need the font {font}, and it is not installed.").format(font=font),
            hint=_("Install the Debian package {package}.").format(package=package),
            id="notices.E001",
        )
        for font, package in FONTS.items()
        if font not in known
    ]


def known_families() -> set[str]:
    """The names of the fonts that letters can see."""
    return {name.strip() for line in fc_list("%{family}") for name in line.split(",")}
