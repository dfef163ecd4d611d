import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from japan.codes import CodeError, check_digit, normalise_code, validate_code, with_check_digit

codes = st.text("0123456789", min_size=5, max_size=5)


@pytest.mark.parametrize(
    "code", ["010006", "011002", "131016", "382060", "394050", "473821", "131041"]
)
def test_with_check_digit_gives_the_published_code(code):
    assert with_check_digit(code[:5]) == code


@pytest.mark.parametrize("code", ["", "1310", "131016", "1310a", "１３１０１"])
def test_check_digit_refuses_anything_but_five_digits(code):
    with pytest.raises(CodeError):
        check_digit(code)


def test_normalise_code_makes_one_width():
    assert normalise_code(" ３８２０６－０ ") == "382060"


@given(codes)
def test_validate_code_accepts_what_with_check_digit_made(code):
    made = with_check_digit(code)

    assert validate_code(made) == made
    assert (
        validate_code(made.translate(str.maketrans("0123456789", "０１２３４５６７８９"))) == made
    )


@given(codes, st.integers(1, 9))
def test_validate_code_refuses_every_other_last_digit(code, shift):
    wrong = f"{code}{(check_digit(code) + shift) % 10}"

    with pytest.raises(CodeError):
        validate_code(wrong)


@pytest.mark.parametrize(
    ("code", "message"),
    [
        (
            "382061",
            "The check digit (the last digit) of 382061 is wrong. "
            "If the first five digits are right, the code is 382060.",
        ),
        (
            "38206",
            "A local government code has six digits, for example 382060; this has 5.",
        ),
        ("", "A local government code has six digits, for example 382060; this has 0."),
        ("38206O", "A local government code has digits only, for example 382060."),
        ("٣٨٢٠٦٠", "A local government code has digits only, for example 382060."),
    ],
)
def test_validate_code_says_what_is_wrong(code, message):
    with pytest.raises(CodeError) as error:
        validate_code(code)

    with translation.override("en"):
        assert str(error.value) == message
