"""How much is taken in, wherever people type."""

MAX_TRAINEES = 99
LONG_TEXT = 4000
