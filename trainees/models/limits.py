"""How long the texts of this app may be."""

NAME_LENGTH = 200
LONG_TEXT = 4000
SHORT_TEXT = 1000
