import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.plain_text import PlainTextMixin, check_plain_text


class NoteForm(PlainTextMixin, forms.Form):
    title = forms.CharField(required=False)
    text = forms.CharField(required=False, widget=forms.Textarea)


@pytest.mark.parametrize("text", ["a < b and b > c", "I <3 Japan", "x<=y", "ภาษาไทย", "二行\n目"])
def test_plain_text_may_compare_and_break_lines(text):
    assert check_plain_text(text) is None


@pytest.mark.parametrize(
    "text", ["<b>bold</b>", "</p>", "<!-- -->", "<?php", "<script>", "a\u202eb", "bell\x07"]
)
def test_plain_text_has_no_tags_and_nothing_unseen(text):
    with pytest.raises(ValidationError):
        check_plain_text(text)


def test_one_line_is_one_line_and_a_text_has_many():
    form = NoteForm({"title": "A\r\nBcc: b@example.org", "text": "first\r\nsecond"})

    assert not form.is_valid()
    assert list(form.errors) == ["title"]


def test_a_file_in_place_of_text_is_told_at_its_field():
    form = NoteForm({"text": "kept"}, {"title": SimpleUploadedFile("a.txt", b"text")})

    assert not form.is_valid()
    assert list(form.errors) == ["title"]


def test_half_width_kana_become_full_width_and_all_else_stays_as_typed():
    form = NoteForm({"title": "ﾐｽﾞｼﾂ検査･ＡＢＣ １２ abc", "text": "ｶﾞｲﾄﾞ\n｢案内｣"})

    assert form.is_valid()
    assert form.cleaned_data == {
        "title": "ミズシツ検査・ＡＢＣ １２ abc",
        "text": "ガイド\n「案内」",
    }
