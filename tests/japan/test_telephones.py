"""Telephone numbers: what is read, what is refused, what is dialled."""

import pytest

from japan.telephones import dialled, read_number


@pytest.mark.parametrize(
    ("typed", "kept", "digits"),
    [
        ("0898-56-5151", "0898-56-5151", "0898565151"),
        ("０８９８‐５６‐５１５１", "0898-56-5151", "0898565151"),
        ("0898ー56ー5151", "0898-56-5151", "0898565151"),
        ("089−912−2310", "089-912-2310", "0899122310"),
        ("（０８９）９４１－２１１１　内線２３１０", "(089)941-2111 内線2310", "0899412111"),
        ("089-912-2310（内線 2310）", "089-912-2310(内線 2310)", "0899122310"),
        ("089-912-2310(代)", "089-912-2310(代)", "0899122310"),
        ("+81 3 5213 1722 ext. 12", "+81 3 5213 1722 ext. 12", "+81352131722"),
    ],
)
def test_a_number_is_kept_in_one_width_and_can_be_dialled(typed, kept, digits):
    assert (read_number(typed), dialled(kept)) == (kept, digits)


@pytest.mark.parametrize(
    "typed",
    [
        *("", "12", "代表", "<b>03-1234-5678</b>", "=03+1", "0" * 30, "03-1234-5678\x00"),
        *("03-1234-5678, 03-1234-9999", "morita@pref.ehime.lg.jp", "03-1234-5678 javascript:x"),
    ],
)
def test_what_is_no_number_is_refused(typed):
    with pytest.raises(ValueError, match="no number"):
        read_number(typed)
