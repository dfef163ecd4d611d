"""Width, kana and romaji of Japanese text."""

import re
import unicodedata

import jaconv

_ROMAJI = {
    kana: latin
    for row, latins in {
        "アイウエオ": "a i u e o",
        "カキクケコ": "ka ki ku ke ko",
        "ガギグゲゴ": "ga gi gu ge go",
        "サシスセソ": "sa shi su se so",
        "ザジズゼゾ": "za ji zu ze zo",
        "タチツテト": "ta chi tsu te to",
        "ダヂヅデド": "da ji zu de do",
        "ナニヌネノ": "na ni nu ne no",
        "ハヒフヘホ": "ha hi fu he ho",
        "バビブベボ": "ba bi bu be bo",
        "パピプペポ": "pa pi pu pe po",
        "マミムメモ": "ma mi mu me mo",
        "ヤユヨ": "ya yu yo",
        "ラリルレロ": "ra ri ru re ro",
        "ワヰヱヲ": "wa i e o",
        "ヴン": "vu n",
        "ヷヸヹヺ": "va vi ve vo",
    }.items()
    for kana, latin in zip(row, latins.split(), strict=True)
}
_SMALL_Y = {"ャ": "a", "ュ": "u", "ョ": "o"}
_SMALL_VOWELS = {"ァ": "a", "ィ": "i", "ゥ": "u", "ェ": "e", "ォ": "o"}
_SMALL_TO_FULL = str.maketrans("ャュョァィゥェォヮヵヶ", "ヤユヨアイウエオワカケ")
_UNITS = re.compile("[^ー・ッ ][ャュョァィゥェォ]?|.")
_KATAKANA = re.compile(r"[ァ-ヺ][ァ-ヺー]*(?:[ ・][ァ-ヺ][ァ-ヺー]*)*")


def normalise(text: str) -> str:
    """The text in one width (NFKC), without spaces at the ends and with single spaces inside."""
    return " ".join(unicodedata.normalize("NFKC", text).split())


def widen_kana(text: str) -> str:
    """Half-width kana in full width (ﾐｽﾞ becomes ミズ); everything else stays as it was typed."""
    return jaconv.h2z(text, ascii=False, digit=False)


def search_key(text: str) -> str:
    """What two spellings of one name share: width, kana kind, case, spaces and dots are ignored."""
    katakana = jaconv.hira2kata(unicodedata.normalize("NFKC", text).casefold())
    return re.sub(r"[\s・·]", "", katakana)


def is_katakana(text: str) -> bool:
    """Is this a reading in full-width katakana, words divided by one space or middle dot?"""
    return bool(_KATAKANA.fullmatch(text))


def romanise(kana: str) -> str:
    """Hepburn without macrons, in small letters; ValueError if it is not full-width katakana.

    N before b, m and p is m (ゴテンバ gotemba), no apostrophe follows it (カンオンジ kanonji). A
    long vowel is written once: オウ, オオ and ウウ lose the second kana, each kana lengthening
    one vowel only (サンヨウオノダ sanyoonoda, スオウオオシマ suooshima); エイ and イイ stay.
    """
    if not is_katakana(kana):
        raise ValueError("Only full-width katakana can be romanised.")
    latin = ""
    for unit in _UNITS.findall(kana):
        # What lengthens the vowel leaves a macron, so that the next kana cannot lengthen it again.
        if unit == "ー" or latin[-1:] + unit in {"oウ", "oオ", "uウ"}:
            latin += "¯"
        else:
            latin += _syllable(unit)
    latin = latin.replace("¯", "")
    latin = re.sub("n(?=[bmp])", "m", latin)
    latin = re.sub("ッ+(?=ch)", "t", latin)
    latin = re.sub("ッ+([b-df-hj-mp-tv-z])", r"\1\1", latin)
    return latin.replace("ッ", "")


def _syllable(unit: str) -> str:
    """One kana with the small kana after it; ッ stays, since what it doubles comes after it."""
    if unit == "ッ":
        return unit
    if unit in " ・":
        return " "
    base, small = unit[0], unit[1:]
    latin = _ROMAJI[base.translate(_SMALL_TO_FULL)]
    if not small:
        return latin
    if small in _SMALL_Y and base in "キギシジチヂニヒビピミリテデフヴ":
        glide = "" if latin[:-1] in {"sh", "ch", "j"} else "y"
        return latin[:-1] + glide + _SMALL_Y[small]
    if small in _SMALL_VOWELS and base in "シジチフヴテデトド":
        return latin[:-1] + _SMALL_VOWELS[small]
    if small in _SMALL_VOWELS and base == "ウ":
        return "w" + _SMALL_VOWELS[small]
    return latin + _ROMAJI[small.translate(_SMALL_TO_FULL)]
