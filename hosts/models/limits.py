"""How much is taken in, wherever people type."""

MAX_TRAINEES = 99
LONG_TEXT = 4000
AGES = (18, 70)
MAX_YEARS_OF_EXPERIENCE = 40
MAX_YEN = 9_999_999
