"""Names from all over the world, and what is no name."""

from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from trainees.names import (
    check_katakana,
    check_name,
    is_latin,
    tidy_katakana,
    tidy_name,
)

NAMES = [
    "Suryani",
    "Nguyễn Thị Hoa",
    "O'Brien-Łukaszewicz, Jr.",
    "D’Souza",
    "สมชาย แซ่ตั้ง",
    "محمد عبد الله",
    "Ó Séaghdha",
    "Gülşen Çağlayan",
    "Kealiʻi",
    "王小明",
    "Андрей Петров",
    "Ñandú Ü",
    "می‌خواهم",
]


def is_refused(check: Callable[[str], None], text: str) -> bool:
    try:
        check(text)
    except ValidationError:
        return True
    return False


@pytest.mark.parametrize("name", NAMES)
def test_names_of_all_scripts_are_taken_as_they_are(name):
    check_name(name)

    assert tidy_name(name) == name


@pytest.mark.parametrize(
    "name",
    [
        "<b>Suryani</b>",
        "Suryani<script>alert(1)</script>",
        "Suryani 2",
        "Sur\u202eyani",
        "Sur\u0000yani",
        "Sur\u200byani",
        "a@b.example",
        "Suryani; DROP",
    ],
)
def test_what_no_passport_prints_is_refused(name):
    with pytest.raises(ValidationError):
        check_name(name)


def test_two_ways_of_typing_are_one_name():
    assert tidy_name("  Nguye\u0302\u0303n  Thi\u0323 Hoa ") == "Nguyễn Thị Hoa"


@given(st.text(max_size=50))
def test_tidying_twice_changes_nothing(text):
    once = tidy_name(text)

    assert tidy_name(once) == once


@pytest.mark.parametrize("text", ["スルヤニ", "ｽﾙﾔﾆ", "グエン・ティ・ホア", "ジャン＝ピエール"])
def test_readings_in_katakana_are_taken(text):
    assert not is_refused(check_katakana, text)


@pytest.mark.parametrize("text", ["するやに", "Suryani", "スル ヤニ2", "蘇"])
def test_other_readings_are_refused(text):
    with pytest.raises(ValidationError):
        check_katakana(text)


def test_half_width_reading_becomes_full_width():
    assert tidy_katakana(" ｼﾞｬﾝ=ﾋﾟｴｰﾙ ") == "ジャン＝ピエール"


@pytest.mark.parametrize(
    ("name", "expected"),
    [("Nguyễn Thị Hoa", True), ("Kealiʻi", True), ("สมชาย", False), ("Sur яni", False)],
)
def test_latin_line_of_a_passport_is_recognised(name, expected):
    assert is_latin(name) is expected
