"""The colours of the pictures: those of `static/portal/`, as values, since a picture in a PDF knows
no style sheet. Ground and text of the units in turn; what the trainee gives has its own.
"""

COLOURS = [
    ("#004c59", "#ffffff"),
    ("#d6e2e4", "#1a1a1a"),
    ("#33707a", "#ffffff"),
    ("#9ebbc0", "#1a1a1a"),
    ("#e6e6e6", "#1a1a1a"),
]
GIVEN = ("#fbf5e0", "#1a1a1a")


def colours_of(number: int) -> tuple[str, str]:
    """Ground and text of the unit with this number."""
    return COLOURS[(number - 1) % len(COLOURS)]
