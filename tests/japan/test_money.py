from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from japan.money import format_yen, yen


@pytest.mark.parametrize(
    ("amount", "floor", "half_up", "ceil"),
    [
        ("1000", 1000, 1000, 1000),
        ("1000.49", 1000, 1000, 1001),
        ("1000.5", 1000, 1001, 1001),
        ("0.01", 0, 0, 1),
        ("-1000.5", -1001, -1001, -1000),
    ],
)
def test_yen_rounds_by_the_rule(amount, floor, half_up, ceil):
    rounded = [yen(Decimal(amount), rule) for rule in ("floor", "half_up", "ceil")]

    assert rounded == [floor, half_up, ceil]


@given(st.decimals(-(10**12), 10**12, allow_nan=False, places=4))
def test_yen_stays_within_one_yen(amount):
    floor, half_up, ceil = (yen(amount, rule) for rule in ("floor", "half_up", "ceil"))

    assert floor <= amount <= ceil
    assert ceil - floor == (amount != floor)
    assert abs(half_up - amount) <= Decimal("0.5")


def test_yen_refuses_what_is_not_exact():
    with pytest.raises(TypeError):
        yen(0.1, "floor")
    with pytest.raises(ValueError):
        yen(Decimal("NaN"), "floor")
    with pytest.raises(KeyError):
        yen(Decimal("1"), "round")


def test_format_yen_separates_thousands_in_both_languages():
    assert [format_yen(1234567, "ja"), format_yen(1234567, "en")] == ["1,234,567円", "¥1,234,567"]
    assert [format_yen(-500, "ja"), format_yen(-500, "en")] == ["-500円", "-¥500"]
    assert format_yen(0, "ja") == "0円"
