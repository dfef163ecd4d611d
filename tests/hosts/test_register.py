from dataclasses import replace

import pytest

from hosts.models import LocalGovernment
from hosts.register import english_name, registered, take_in
from japan.governments import Government

pytestmark = pytest.mark.django_db

EHIME = Government(
    code="380008",
    prefecture_code="38",
    name="愛媛県",
    kana="エヒメケン",
    romaji="Ehime",
    kind="prefecture",
)
SAIJO = Government(
    code="382060",
    prefecture_code="38",
    name="西条市",
    kana="サイジョウシ",
    romaji="Saijo-shi",
    kind="city",
)


def test_take_in_loads_governments_with_their_organisations():
    take_in([SAIJO, EHIME])

    saijo = LocalGovernment.objects.get(code="382060")
    assert saijo.prefecture.code == "380008"
    assert (saijo.organisation.name_ja, saijo.organisation.name_en) == (
        "愛媛県西条市",
        "Saijo City",
    )
    assert registered() == [EHIME, SAIJO]


def test_take_in_the_same_list_again_changes_nothing():
    take_in([EHIME, SAIJO])

    assert take_in([EHIME, SAIJO]) == []


def test_take_in_a_new_name_keeps_the_row():
    take_in([EHIME, SAIJO])
    before = LocalGovernment.objects.get(code="382060").pk

    changes = take_in([EHIME, replace(SAIJO, name="新西条市")])

    assert [change.code for change in changes] == ["382060"]
    saijo = LocalGovernment.objects.get(code="382060")
    assert (saijo.pk, saijo.name, saijo.organisation.name_ja) == (
        before,
        "新西条市",
        "愛媛県新西条市",
    )


def test_take_in_shows_and_keeps_a_government_that_is_gone():
    take_in([EHIME, SAIJO])

    changes = take_in([EHIME])

    assert [(change.what, change.code) for change in changes] == [("removed", "382060")]
    assert LocalGovernment.objects.filter(code="382060").exists()


@pytest.mark.parametrize(
    ("name", "romaji", "kind", "english"),
    [
        ("愛媛県", "Ehime", "prefecture", "Ehime Prefecture"),
        ("北海道", "Hokkaido", "prefecture", "Hokkaido"),
        ("東京都", "Tokyo", "prefecture", "Tokyo Metropolis"),
        ("港区", "Minato-ku", "special_ward", "Minato City"),
        ("いの町", "Ino-cho", "town", "Ino Town"),
        ("大川村", "Okawa-mura", "village", "Okawa Village"),
    ],
)
def test_english_name_as_a_text_names_it(name, romaji, kind, english):
    government = replace(SAIJO, name=name, romaji=romaji, kind=kind)

    assert english_name(government) == english
