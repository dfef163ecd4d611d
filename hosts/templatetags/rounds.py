"""Addresses of a relay's round in templates."""

from django import template

from ..addresses import key_of, relay_list

register = template.Library()

register.filter("cycle_key", key_of)
register.filter("relay_list", relay_list)
