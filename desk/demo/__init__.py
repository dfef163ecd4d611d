"""A believable programme to look at: real municipalities, plausible countries, invented people."""

from .load import demo_exists, load_demo

__all__ = ["demo_exists", "load_demo"]
