"""What leaves the portal of one candidate's dossier: its parts as words, and the receipt of its
submission. The dossier as one PDF stands in `placements.dossiers`, which knows the nomination too.
"""

from .contents import Line, Part, Table, check_number_of_parts, parts_of, with_dossier
from .receipts import receipt_context, receipt_number

__all__ = [
    "Line",
    "Part",
    "Table",
    "check_number_of_parts",
    "parts_of",
    "receipt_context",
    "receipt_number",
    "with_dossier",
]
