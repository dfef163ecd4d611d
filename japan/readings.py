"""How a name in Latin letters is read in katakana: a first suggestion that its bearer corrects.

No rule reads every name of the world. The table holds what Japanese offices usually write for
syllables of names, with the spelling of some countries apart; the person has the last word.
"""

import re
import unicodedata

_VOWELS = "aiueo"
_ROWS = {
    "": "アイウエオ",
    "k": "カキクケコ",
    "g": "ガギグゲゴ",
    "s": "サシスセソ",
    "z": "ザジズゼゾ",
    "t": "タティトゥテト",
    "d": "ダディドゥデド",
    "n": "ナニヌネノ",
    "h": "ハヒフヘホ",
    "b": "バビブベボ",
    "p": "パピプペポ",
    "m": "マミムメモ",
    "r": "ラリルレロ",
    "l": "ラリルレロ",
}
_SERIES = {
    "sh": "シャ シ シュ シェ ショ",
    "ch": "チャ チ チュ チェ チョ",
    "j": "ジャ ジ ジュ ジェ ジョ",
    "ts": "ツァ ツィ ツ ツェ ツォ",
    "f": "ファ フィ フ フェ フォ",
    "v": "ヴァ ヴィ ヴ ヴェ ヴォ",
    "w": "ワ ウィ ウ ウェ ウォ",
    "y": "ヤ イ ユ イェ ヨ",
    "q": "クァ クィ ク クェ クォ",
    "ky": "キャ キ キュ キェ キョ",
    "gy": "ギャ ギ ギュ ギェ ギョ",
    "ny": "ニャ ニ ニュ ニェ ニョ",
    "hy": "ヒャ ヒ ヒュ ヒェ ヒョ",
    "by": "ビャ ビ ビュ ビェ ビョ",
    "py": "ピャ ピ ピュ ピェ ピョ",
    "my": "ミャ ミ ミュ ミェ ミョ",
    "ry": "リャ リ リュ リェ リョ",
    "ly": "リャ リ リュ リェ リョ",
    "ty": "チャ ティ テュ チェ チョ",
    "dy": "ジャ ディ デュ ジェ ジョ",
    "kw": "クワ クィ ク クェ クォ",
    "gw": "グワ グィ グ グェ グォ",
}
_ALONE = {
    "k": "ク",
    "g": "グ",
    "s": "ス",
    "z": "ズ",
    "t": "ト",
    "d": "ド",
    "n": "ン",
    "h": "フ",
    "b": "ブ",
    "p": "プ",
    "m": "ム",
    "r": "ル",
    "l": "ル",
    "sh": "シュ",
    "ch": "チ",
    "j": "ジ",
    "ts": "ツ",
    "f": "フ",
    "v": "ヴ",
    "w": "ウ",
    "y": "イ",
    "q": "ク",
    "ng": "ング",
    "x": "クス",
    "c": "ク",
}
# Spellings that are read as others, before the table is asked. The longest comes first.
_SPELLINGS = {
    "sch": "sh", "tch": "ch", "dzh": "j", "shch": "sh", "kh": "h", "gh": "g", "ph": "f",
    "th": "t", "dh": "d", "bh": "b", "jh": "j", "zh": "j", "ck": "k", "qu": "kw", "x": "ks",
    "ce": "se", "ci": "shi", "cy": "shi", "c": "k", "q": "k", "ee": "ii", "oo": "uu", "ou": "u",
    "ch": "ch",
}  # fmt: skip
_OF_COUNTRY: dict[str, dict[str, str]] = {
    "ID": {"sy": "sh", "c": "ch", "oe": "u", "dj": "j", "tj": "ch", "kh": "h", "ee": "e",
           "ch": "ch", "ry": "ruy"},
    "MY": {"sy": "sh", "c": "ch", "ch": "ch", "kh": "h", "ee": "i", "ry": "ruy"},
    "VN": {
        "nguye": "gue", "ch": "ch", "tr": "ch", "ph": "f", "kh": "k",
        "th": "t", "gi": "z", "qu": "kw", "x": "s", "c": "k", "d": "z", "đ": "d", "uo": "uo",
    },
    "TH": {"ph": "p", "th": "t", "kh": "k", "c": "ch", "ch": "ch", "ee": "i", "oo": "u"},
    "LA": {"ph": "p", "th": "t", "kh": "k", "x": "s", "ou": "u"},
    "KH": {"ph": "p", "th": "t", "kh": "k", "ou": "u"},
    "IN": {"ph": "p", "ee": "ii", "oo": "uu"},
    "CN": {
        "zh": "j", "ch": "ch", "q": "ch", "x": "sh", "c": "ts", "z": "z", "iu": "yuu",
        "ian": "ien", "uan": "uan", "yuan": "yuen", "yan": "ien",
    },
    "KR": {"eo": "o", "eu": "u", "ae": "e", "oo": "u", "ee": "i", "yeo": "yo"},
    "BR": {"lh": "ry", "nh": "ny", "ch": "sh", "x": "sh", "j": "j", "ç": "s"},
    "PE": {"j": "h", "ll": "ry", "ñ": "ny", "qu": "k", "gui": "gi", "gue": "ge", "z": "s"},
    "DE": {"w": "v", "j": "y", "v": "f", "z": "ts", "ei": "ai", "eu": "oi"},
}  # fmt: skip
_SAME_AS = {
    **dict.fromkeys(["SG", "BN"], "MY"),
    **dict.fromkeys(["LK", "NP", "BD", "PK"], "IN"),
    **dict.fromkeys(["MX", "AR", "CL", "CO", "PY", "BO", "EC", "ES", "PH"], "PE"),
    **dict.fromkeys(["TW", "HK"], "CN"),
    **dict.fromkeys(["AT", "CH"], "DE"),
    "PT": "BR",
}
_LETTERS = str.maketrans(
    {"đ": "đ", "ł": "l", "ø": "o", "œ": "e", "æ": "e", "ß": "ss", "þ": "t", "ð": "d", "ı": "i"}
)
# Where the name's last sound is no ング but ン.
_SOFT_NG = {"VN", "TH", "LA", "KH", "CN", "TW", "HK", "KR", "ID", "MY", "SG", "NP", "MN", "MM"}


def suggest_katakana(name: str, country: str = "") -> str:
    """A reading of a name in Latin letters, its words divided by a middle dot; nothing where the
    name has letters of another script. Two ways of typing an accent give one reading.
    """
    words = re.split(r"[\s,]+", unicodedata.normalize("NFC", name).strip())
    readings = []
    for word in filter(None, words):
        parts = [_read(part, country) for part in re.split(r"[-‐]", word) if part.strip("'’ʼ‘.")]
        if "" in parts or not parts:
            return ""
        readings.append("".join(parts))
    return "・".join(readings)


def _read(word: str, country: str) -> str:
    """One word in katakana."""
    spellings = _SPELLINGS | _OF_COUNTRY.get(_SAME_AS.get(country, country), {})
    plain = _plain(word, spellings)
    if country == "VN":  # at the beginning a sound of its own, at the end ン
        plain = re.sub("^ngh?(?!uye)", "g", plain)
        plain = re.sub("^nh", "ny", plain)
        plain = re.sub("nh$", "n", plain)
    if not re.fullmatch("[a-zđñç]+", plain):
        return ""
    respelled, place = "", 0
    longest = max(map(len, spellings))
    while place < len(plain):
        for length in range(longest, 0, -1):
            part = plain[place : place + length]
            if len(part) == length and part in spellings:
                respelled += spellings[part]
                place += length
                break
        else:
            respelled += plain[place]
            place += 1
    latin = respelled.replace("đ", "d").replace("ñ", "ny").replace("ç", "s")
    if country in _SOFT_NG:
        latin = re.sub("ng(?![aeiou])", "n", latin)
    return _syllables(re.sub("(?<=[aeiou])h(?![aeiou])", "", latin))


def _plain(word: str, spellings: dict[str, str]) -> str:
    """Small letters without accents; a letter with one stays where a country reads it apart."""
    found = ""
    for sign in word.lower().translate(_LETTERS):
        if sign in spellings or sign == "đ":
            found += sign
        elif sign not in "'’ʼ‘.ʿʾ`":
            found += unicodedata.normalize("NFD", sign)[0]
    return found


def _syllables(latin: str) -> str:
    kana, place = "", 0
    while place < len(latin):
        consonant = _consonant(latin, place)
        after = latin[place + len(consonant) : place + len(consonant) + 1]
        before = kana[-1:]
        if after and after in _VOWELS:
            kana += _open(consonant, after)
            place += len(consonant) + 1
        else:
            place += max(len(consonant), 1)
            kana += _closed(consonant, latin[place:], before)
    return _tidy(kana)


def _consonant(latin: str, place: int) -> str:
    """The consonants that one kana can begin with, the longest of the table."""
    for length in (2, 1):
        part = latin[place : place + length]
        follows = latin[place + length : place + length + 1]
        if len(part) == length and (part in _SERIES or part in _ROWS):
            return part
        if part == "ng" and length == 2 and (not follows or follows not in _VOWELS):
            return part
    return "" if latin[place] in _VOWELS else latin[place]


def _open(consonant: str, vowel: str) -> str:
    number = _VOWELS.index(vowel)
    if consonant in _ROWS and consonant not in {"t", "d"}:
        return _ROWS[consonant][number]
    if consonant in {"t", "d"}:
        plain = {"t": "タ ティ トゥ テ ト", "d": "ダ ディ ドゥ デ ド"}[consonant]
        return plain.split()[number]
    return _SERIES[consonant].split()[number]


def _closed(consonant: str, rest: str, before: str) -> str:
    """A consonant without a vowel after it."""
    if rest[:1] == consonant and consonant not in {"n", "m", "l", "r", ""}:
        return "ッ"
    if consonant in {"l", "r"} and rest[:1] == consonant:
        return ""
    if consonant in {"n", "m"} and (not rest or rest[0] not in "y"):
        return "ン" if consonant == "n" or rest[:1] in set("mbp") else "ム"
    return _ALONE.get(consonant, "")


def _tidy(kana: str) -> str:
    """Doubled vowels become long ones; no word begins with what cannot stand first."""
    kana = re.sub("(?<=[ア-ヴ])([アイウエオ])\\1", r"\1ー", kana)
    kana = re.sub("(?<=[キシチニヒミリギジビピティディィ])イ", "ー", kana)
    kana = re.sub("(?<=[クスツヌフムユルグズブプュゥ])ウ", "ー", kana)
    return re.sub("^[ッーン]+(?=.)", lambda found: "ン" if "ン" in found[0] else "", kana)
