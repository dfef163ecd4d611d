"""Addresses that several pages lead back to."""

from django.urls import reverse

from schedule.models import Cycle


def key_of(cycle: Cycle | None) -> str:
    """How an address names a cycle; empty where there is none."""
    return f"{cycle.programme.code}-{cycle.fiscal_year}" if cycle else ""


def relay_list(cycle: Cycle | None) -> str:
    """The relay's list of answers in the round that it is at work in."""
    return reverse("hosts:relay") + (f"?cycle={key_of(cycle)}" if cycle else "")
