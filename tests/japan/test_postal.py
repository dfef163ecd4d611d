from concurrent.futures import ThreadPoolExecutor

import pytest
from django.utils import translation

from japan.postal import Address, address_of, normalise_postal_code


@pytest.mark.parametrize(
    "text",
    [
        "793-8601",
        "7938601",
        "７９３－８６０１",
        "〒793-8601",
        " 793 8601 ",
        "793ー8601",
        "793−8601",
        "793‐8601",
        "793–8601",
    ],
)
def test_normalise_postal_code_is_tolerant(text):
    assert normalise_postal_code(text) == "793-8601"


@pytest.mark.parametrize("text", ["", "793-860", "793-86011", "79E-8601", "٧٩٣٨٦٠١", "7" * 10_000])
def test_normalise_postal_code_refuses_what_has_not_seven_digits(text):
    with pytest.raises(ValueError) as error:
        normalise_postal_code(text)

    with translation.override("en"):
        assert str(error.value) == ("Enter the postal code as seven digits, for example 793-8601.")


def test_address_of_gives_one_neighbourhood():
    assert address_of("７９３００４１") == Address(
        postal_code="793-0041",
        prefecture="愛媛県",
        city="西条市",
        neighborhood="神拝甲",
        text_ja="愛媛県西条市神拝甲",
        kana="エヒメケンサイジョウシカンバイコウ",
    )


def test_address_of_gives_a_large_office_with_its_street_number():
    assert address_of("793-8601") == Address(
        postal_code="793-8601",
        prefecture="愛媛県",
        city="西条市",
        neighborhood="明屋敷164",
        text_ja="愛媛県西条市明屋敷164",
        kana="エヒメケンサイジョウシアケヤシキ",
        office="西条市役所",
    )


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("060-0000", "北海道札幌市中央区"),
        ("100-0301", "東京都利島村"),
        ("409-0142", "山梨県北都留郡小菅村"),
        ("029-5503", "岩手県和賀郡西和賀町"),
        ("522-0317", "滋賀県犬上郡多賀町一円"),
    ],
)
def test_address_of_leaves_out_what_names_no_neighbourhood(code, text):
    assert address_of(code).text_ja == text


def test_address_of_leaves_empty_what_differs_between_the_places_of_a_code():
    address = address_of("035-0000")

    assert (address.prefecture, address.city, address.text_ja) == ("青森県", "", "青森県")


def test_address_of_gives_none_for_an_unlisted_code():
    assert address_of("999-9999") is None


def test_address_of_refuses_what_is_no_postal_code():
    with pytest.raises(ValueError):
        address_of("12345")


def test_address_of_works_in_threads():
    codes = ["793-0041", "793-8601", "060-0000", "100-0301"] * 20

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(address_of, codes))

    assert [address.postal_code for address in found] == codes
