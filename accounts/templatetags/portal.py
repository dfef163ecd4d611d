"""What every page of the portal may use without loading it: languages, dates, form parts."""

import datetime as dt
from urllib.parse import urlencode

from django import template
from django.conf import settings
from django.forms import BaseForm, BoundField
from django.urls import NoReverseMatch, reverse
from django.utils import dateformat, timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, ngettext, pgettext

from accounts.models import User
from accounts.sheets import has_few_left, sheet_of, unused_numbers
from japan.dates import era, weekday_ja
from japan.dates import era_date as in_era
from japan.money import format_yen
from japan.telephones import dialled

register = template.Library()


# Languages ------------------------------------------------------------------------------------


@register.simple_tag(takes_context=True)
def other_language_url(context: template.Context, code: str) -> str:
    """The address of this page in another language, as a plain link.

    A page under /ja/ or /en/ swaps its first part; an address without a language goes through the
    view that remembers the choice and comes back.
    """
    request = context.get("request")
    if request is None:
        return f"/{code}/"
    _, first, *rest = request.path.split("/")
    if first in dict(settings.LANGUAGES):
        query = request.META.get("QUERY_STRING", "")
        return "/".join(["", code, *rest]) + (f"?{query}" if query else "")
    try:
        switch = reverse("switch_language", args=[code])
    except NoReverseMatch:
        return f"/{code}/"
    return f"{switch}?{urlencode({'next': request.get_full_path()})}"


# Telephones -----------------------------------------------------------------------------------


@register.filter
def tel_link(number: str) -> SafeString | str:
    """The number as a link that a telephone dials, without its extension."""
    digits = dialled(number or "")
    if not digits:
        return number or ""
    return format_html('<a class="nowrap" href="tel:{}">{}</a>', digits, number)


# Dates ----------------------------------------------------------------------------------------


def _day(value: dt.date | dt.datetime) -> dt.date:
    """A moment counts as its day in Japan."""
    if isinstance(value, dt.datetime):
        return timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return value


def _in_japanese() -> bool:
    return (get_language() or settings.LANGUAGE_CODE).startswith("ja")


@register.filter(expects_localtime=True)
def era_date(value: dt.date | None) -> str:
    """令和9年3月5日, in English 5 March 2027."""
    if not value:
        return ""
    day = _day(value)
    return in_era(day) if _in_japanese() else dateformat.format(day, "j F Y")


@register.filter(expects_localtime=True)
def long_day(value: dt.date | None) -> str:
    """11月24日（火）, in English Tuesday 24 November."""
    if not value:
        return ""
    day = _day(value)
    if _in_japanese():
        return f"{day.month}月{day.day}日（{weekday_ja(day)}）"
    return dateformat.format(day, "l j F")


@register.filter(expects_localtime=True)
def full_day(value: dt.date | None) -> str:
    """令和8年（2026年）11月24日（火）, in English Tuesday 24 November 2026."""
    if not value:
        return ""
    day = _day(value)
    if not _in_japanese():
        return dateformat.format(day, "l j F Y")
    return f"{year_words(day)}{day.month}月{day.day}日（{weekday_ja(day)}）"


@register.filter(expects_localtime=True)
def year_words(value: dt.date | None) -> str:
    """The year of a day: 令和8年（2026年）, in English 2026."""
    if not value:
        return ""
    day = _day(value)
    if not _in_japanese():
        return str(day.year)
    name, year = era(day)
    return f"{name}{'元' if year == 1 else year}年（{day.year}年）"


@register.filter
def month_words(value: dt.date | None) -> str:
    """The month of a day: 令和9年（2027年）3月, in English March 2027."""
    if not value:
        return ""
    day = _day(value)
    return f"{year_words(day)}{day.month}月" if _in_japanese() else dateformat.format(day, "F Y")


@register.filter
def yen(amount: int | None) -> str:
    """An amount in whole yen: 12,000円, in English ¥12,000."""
    return "" if amount is None else format_yen(amount, get_language() or settings.LANGUAGE_CODE)


@register.filter
def days_left(day: dt.date, today: dt.date) -> int:
    """Days from today to the day: 0 on the day itself, below zero after it."""
    return (_day(day) - _day(today)).days


@register.filter
def short_day(day: dt.date) -> str:
    """A day in a narrow column: 11/24, 24 Nov."""
    return dateformat.format(day, "n/j" if get_language() == "ja" else "j M")


@register.filter
def days_left_words(day: dt.date, today: dt.date) -> str:
    """The same as a few words."""
    left = days_left(day, today)
    if left == 0:
        return gettext("today")
    if left < 0:
        return ngettext("{count} day late", "{count} days late", -left).format(count=-left)
    return ngettext("{count} day left", "{count} days left", left).format(count=left)


# People ---------------------------------------------------------------------------------------

BROWSERS = [
    ("Edg", "Microsoft Edge"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("Chrome", "Chrome"),
    ("CriOS", "Chrome"),
    ("Safari", "Safari"),
]
SYSTEMS = [
    ("Windows", "Windows"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
]


@register.filter
def device(user_agent: str) -> str:
    """A browser and a system by the names people know; what is unknown stays as it was sent."""
    found = [
        next((name for mark, name in known if mark in user_agent), "")
        for known in (BROWSERS, SYSTEMS)
    ]
    return " / ".join(name for name in found if name) or user_agent[:80]


# Forms ----------------------------------------------------------------------------------------


@register.filter
def unit(field: BoundField) -> str:
    """The unit written behind a control, from the widget's attribute `data-unit`."""
    return field.field.widget.attrs.get("data-unit", "")


@register.filter
def warning(field: BoundField) -> str:
    """A remark that stops nobody, from the form's optional dict `warnings`."""
    return getattr(field.form, "warnings", {}).get(field.name, "")


@register.filter
def comments(field: BoundField) -> list:
    """What others have said of this field, from the form's optional dict `comments`."""
    return getattr(field.form, "comments", {}).get(field.name, [])


@register.filter
def is_tick(field: BoundField) -> bool:
    """One box to tick, which stands before its words."""
    widget = field.field.widget
    return getattr(widget, "input_type", "") == "checkbox" and not field.use_fieldset


@register.filter
def is_choices(field: BoundField) -> bool:
    """Several boxes or buttons under one legend."""
    kind = getattr(field.field.widget, "input_type", "")
    return field.use_fieldset and kind in {"checkbox", "radio"}


@register.filter
def first_id(field: BoundField) -> str:
    """The id of the first control, where a link to the field lands."""
    return field.id_for_label or f"{field.auto_id}_0"


@register.simple_tag
def control(field: BoundField) -> SafeString:
    """The widget; a warning or a comment under it is part of its description.

    Placeholders are left out: they vanish while one types, and examples stand in the help text.
    """
    attrs: dict[str, str | bool] = {}
    if "placeholder" in field.field.widget.attrs:
        attrs["placeholder"] = False
    described = field.aria_describedby
    if described is not None and not field.use_fieldset:
        parts = [described]
        parts += [f"{field.auto_id}_warning"] if warning(field) else []
        parts += [f"{field.auto_id}_comment"] if comments(field) else []
        if len(parts) > 1:
            attrs["aria-describedby"] = " ".join(parts).strip()
    return field.as_widget(attrs=attrs)


@register.simple_tag
def faults(*forms: BaseForm | list[BaseForm] | None) -> list[dict[str, str]]:
    """Every fault of the forms in the order of their fields: where it is and what it says. A form
    that is one of several for people says in `who` which of them it is.
    """
    found = []
    for form in _flat(forms):
        who = getattr(form, "who", "")
        for message in form.non_field_errors():
            place = {"id": f"{form.prefix}-fault", "label": who} if who else {"id": "", "label": ""}
            found.append({**place, "text": message})
        for name, messages in form.errors.items():
            if name not in form.fields:
                continue
            field = form[name]
            place = {"id": "", "label": ""}
            if not field.is_hidden:
                place = {"id": first_id(field), "label": field.label}
                if who:
                    place["label"] = f"{who}{pgettext('between names', ', ')}{field.label}"
            found.extend({**place, "text": message} for message in messages)
    return found


def _flat(forms):
    for form in forms:
        if isinstance(form, BaseForm):
            yield form
        elif form:
            yield from _flat(form)


@register.simple_tag
def faults_title(found: list) -> str:
    """The heading of the error summary."""
    count = len(found)
    return ngettext(
        "Please check the following {count} place",
        "Please check the following {count} places",
        count,
    ).format(count=count)


@register.simple_tag
def fault_prefix(*forms: BaseForm | list[BaseForm] | None) -> str:
    """What stands before the title of a page that was refused, for people who hear it first."""
    found = faults(*forms)
    if not found:
        return ""
    return format_html("{} – ", faults_title(found))


# Access ---------------------------------------------------------------------------------------


@register.simple_tag
def printed_sheet(user: User) -> dict[str, object] | None:
    """How many codes of the person's sheet are left, or None without a sheet."""
    sheet = sheet_of(user)
    if sheet is None:
        return None
    left = len(unused_numbers(sheet))
    return {"left": left, "has_few_left": has_few_left(sheet, left)}
