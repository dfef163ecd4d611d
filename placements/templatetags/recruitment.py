"""Deadlines with two clocks, and names of countries, for the pages of the recruitment."""

from django import template
from django_countries import countries

from ..deadlines import until_of, until_words
from ..models import Opening

register = template.Library()
register.filter(until_words)


@register.filter
def until_of_opening(opening: Opening) -> str:
    """Until when it takes nominations, by the clock of Japan and by that of its office."""
    return until_words(until_of(opening))


@register.filter
def country_name(code: object) -> str:
    return str(countries.name(str(code)))
