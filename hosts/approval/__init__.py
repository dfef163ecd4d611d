"""The sheet that goes round an office before it answers (決裁): what stands on it, for whom."""

from .answers import NO_DEMAND, answer_sheet
from .relays import relay_sheet
from .seals import seals_for

__all__ = ["NO_DEMAND", "answer_sheet", "relay_sheet", "seals_for"]
