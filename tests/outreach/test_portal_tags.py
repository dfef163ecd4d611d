"""The tags of `accounts.templatetags.portal` and the shared parts of pages that use them."""

import re
from datetime import UTC, date, datetime

import pytest
from django import forms
from django.template import Context, Template
from django.template.loader import render_to_string
from django.utils import translation

from accounts.templatetags import portal

DAY = date(2026, 11, 24)


class UnitForm(forms.Form):
    """One of each kind of field."""

    name = forms.CharField(label="Name", help_text="As on the seal.")
    weeks = forms.IntegerField(
        label="Weeks", widget=forms.TextInput(attrs={"data-unit": "weeks", "placeholder": "12"})
    )
    site = forms.ChoiceField(
        label="Site", choices=[("a", "own"), ("b", "other")], widget=forms.RadioSelect
    )
    agreed = forms.BooleanField(label="Agreed")
    note = forms.CharField(label="Note", required=False)
    key = forms.CharField(widget=forms.HiddenInput)
    warnings = {"weeks": "Shorter than usual."}


def _render(source: str, **context) -> str:
    return Template(source).render(Context(context))


@pytest.mark.parametrize(
    ("name", "language", "text"),
    [
        ("era_date", "ja", "令和8年11月24日"),
        ("era_date", "en", "24 November 2026"),
        ("long_day", "ja", "11月24日（火）"),
        ("long_day", "en", "Tuesday 24 November"),
        ("full_day", "ja", "令和8年（2026年）11月24日（火）"),
        ("full_day", "en", "Tuesday 24 November 2026"),
        ("year_words", "ja", "令和8年（2026年）"),
        ("year_words", "en", "2026"),
    ],
)
def test_days_are_written_as_the_reader_expects(name, language, text):
    with translation.override(language):
        assert getattr(portal, name)(DAY) == text


def test_full_day_calls_the_first_year_of_an_era_gannen():
    with translation.override("ja"):
        assert portal.full_day(date(2019, 5, 1)) == "令和元年（2019年）5月1日（水）"


@pytest.mark.parametrize(
    ("day", "words"),
    [(date(2027, 11, 24), "令和9年（2027年）"), (date(2028, 11, 24), "令和10年（2028年）")],
)
def test_the_picture_of_a_day_shows_its_whole_year(day, words):
    with translation.override("ja"):
        shown = render_to_string("_next_day.html", {"day": day, "today": day, "office_days": 3})

    assert f'<span class="year-word">{words}</span>' in shown


def test_a_moment_counts_as_its_day_in_japan():
    with translation.override("en"):
        assert portal.era_date(datetime(2026, 11, 23, 16, tzinfo=UTC)) == "24 November 2026"


@pytest.mark.parametrize("name", ["era_date", "long_day", "full_day", "year_words"])
def test_no_day_is_no_text(name):
    assert getattr(portal, name)(None) == ""


@pytest.mark.parametrize(
    ("today", "left", "words"),
    [
        (date(2026, 11, 20), 4, "4 days left"),
        (date(2026, 11, 23), 1, "1 day left"),
        (DAY, 0, "today"),
        (date(2026, 11, 26), -2, "2 days late"),
    ],
)
def test_days_left(today, left, words):
    with translation.override("en"):
        assert (portal.days_left(DAY, today), portal.days_left_words(DAY, today)) == (left, words)


@pytest.mark.parametrize(
    ("path", "address"),
    [
        ("/ja/hosts/?page=2", "/en/hosts/?page=2"),
        ("/en/", "/en/"),
        ("/verify/7K4M", "/language/en/?next=%2Fverify%2F7K4M"),
        ("/jam/", "/language/en/?next=%2Fjam%2F"),
    ],
)
def test_other_language_url_stays_on_the_page(rf, path, address):
    assert portal.other_language_url(Context({"request": rf.get(path)}), "en") == address


def test_other_language_url_without_a_request_leads_home():
    assert portal.other_language_url(Context({}), "en") == "/en/"


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/150.0 Edg/150.0", "Microsoft Edge / Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 20_0 like Mac OS X) Safari/604.1", "Safari / iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/140.0", "Firefox / Linux"),
        ("curl/8.0", "curl/8.0"),
        ("", ""),
    ],
)
def test_device_is_named_as_people_know_it(user_agent, name):
    assert portal.device(user_agent) == name


@pytest.fixture
def refused():
    """The rendered form and its summary after an empty submit."""
    with translation.override("en"):
        form = UnitForm({"weeks": "x"})
        return _render('{% include "_error_summary.html" %}{{ form }}', form=form)


def test_every_description_that_a_control_names_is_on_the_page(refused):
    named = {
        name for ids in re.findall(r'aria-describedby="([^"]*)"', refused) for name in ids.split()
    }
    present = set(re.findall(r'\sid="([^"]*)"', refused))

    assert named == {
        "id_name_helptext",
        "id_name_error",
        "id_weeks_error",
        "id_weeks_warning",
        "id_site_error",
        "id_agreed_error",
    }
    assert named <= present


def test_every_link_of_the_summary_leads_to_a_control(refused):
    links = re.findall(r'href="#([^"]*)"', refused)
    present = set(re.findall(r'\sid="([^"]*)"', refused))

    assert links == ["id_name", "id_weeks", "id_site_0", "id_agreed"]
    assert set(links) <= present


def test_a_hidden_fault_is_told_without_a_link(refused):
    assert '<h2 id="faults">Please check the following 5 places</h2>' in refused
    assert refused.count("<li><a ") == 4


def test_required_and_optional_are_words():
    with translation.override("en"):
        html = _render(
            "{{ form.name.as_field_group }}{{ form.note.as_field_group }}", form=UnitForm()
        )

    assert html.count('<span class="need">required</span>') == 1
    assert html.count('<span class="need free">optional</span>') == 1


def test_unit_and_warning_stand_at_the_field_and_no_placeholder():
    html = _render("{{ form.weeks.as_field_group }}", form=UnitForm())

    assert "<span>weeks</span>" in html
    assert '<p class="warning-text" id="id_weeks_warning">Shorter than usual.</p>' in html
    assert "placeholder" not in html


def test_markup_in_a_value_or_message_is_text():
    form = UnitForm({"name": "<script>x</script>", "weeks": "1"})
    form.add_error("name", "<b>no</b>")

    html = _render('{% include "_error_summary.html" %}{{ form }}', form=form)

    assert "<script>" not in html
    assert "<b>no</b>" not in html
