"""What leaves the portal of one candidate's dossier: its parts as words, and the receipt of its
submission. The dossier as one PDF stands in `placements.dossiers`, which knows the nomination too.
"""

from .contents import Line, Paper, Part, Table, check_number, papers_of, parts_of
from .receipts import change_words, receipt_context

__all__ = [
    "Line",
    "Paper",
    "Part",
    "Table",
    "change_words",
    "check_number",
    "papers_of",
    "parts_of",
    "receipt_context",
]
