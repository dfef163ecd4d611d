"""What every page of the recruitment on the desk starts from."""

from typing import Any, cast

from django.contrib import admin
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone

from accounts.models import User
from placements.deadlines import deadline_of
from placements.models import Recruitment
from schedule.models import Cycle

desk_page = admin.site.admin_view


def person(request: HttpRequest) -> User:
    """Who is signed in; the desk lets nobody else through."""
    return cast(User, request.user)


def find_cycle(programme: str, year: int) -> Cycle:
    return get_object_or_404(Cycle.objects.of(programme, year).prefetch_related("deadlines"))


def find_recruitment(programme: str, year: int) -> Recruitment:
    """The recruitment of this cycle; one that was not begun answers 404."""
    cycle = find_cycle(programme, year)
    found = get_object_or_404(Recruitment.objects.select_related("published_by"), cycle=cycle)
    found.cycle = cycle
    return found


def place_of(cycle: Cycle) -> tuple[str, int]:
    """The parts of every address of this cycle."""
    return cycle.programme.code, cycle.fiscal_year


def context_of(recruitment: Recruitment, **more: Any) -> dict[str, Any]:
    cycle = recruitment.cycle
    return {
        "recruitment": recruitment,
        "cycle": cycle,
        "place": place_of(cycle),
        "is_open": cycle.state == Cycle.State.OPEN,
        "deadline": deadline_of(cycle),
        "today": timezone.localdate(),
        **more,
    }
