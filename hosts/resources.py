"""The spreadsheets of this app: the register of local governments, and host requests."""

from .sheets import governments, requests

__all__ = ["governments", "requests"]
