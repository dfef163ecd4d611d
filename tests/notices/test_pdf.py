"""The printed letter: its text, its bytes, and what it may read."""

import re
import subprocess
import sys
import zlib
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest
import segno
from django.utils import translation

from notices import pdf
from notices.checks import FONTS, check_letter_fonts, known_families
from notices.models import NoticeError
from notices.pdf import html_to_pdf, letter_folder, render_pdf
from notices.printing import LetterNotPrinted
from notices.templatetags.letters import english_period, title_lines
from tests.notices.values import PRINTED, host_values, trainee_values, with_name

HOST = {**host_values(), **PRINTED}
TRAINEE = {**trainee_values(), **PRINTED, "reference": "8-KK-215", "subject": "Notice of Decision"}


def printed(pdf: bytes, tmp_path: Path, *command: str) -> str:
    """What one of poppler's programs says about a PDF."""
    path = tmp_path / "letter.pdf"
    path.write_bytes(pdf)
    output = ["-"] if command[0] == "pdftotext" else []
    arguments = [*command, str(path), *output]
    return subprocess.run(arguments, capture_output=True, text=True, check=True).stdout


def unpacked(pdf: bytes) -> bytes:
    """The bytes of a PDF with its streams decompressed."""
    streams = re.findall(rb"FlateDecode.*?stream\n(.*?)\nendstream", pdf, re.DOTALL)
    return pdf + b"".join(zlib.decompressobj().decompress(stream) for stream in streams)


def pages(pdf: bytes, tmp_path: Path) -> int:
    lines = printed(pdf, tmp_path, "pdfinfo").splitlines()
    return int(next(line for line in lines if line.startswith("Pages:")).split()[1])


@pytest.mark.parametrize(
    ("template", "context", "language"),
    [("placement_notice.host", HOST, "ja"), ("placement_notice.trainee", TRAINEE, "en")],
)
def test_an_ordinary_letter_is_one_tagged_page(template, context, language, tmp_path):
    letter = render_pdf(template, context, language)

    info = printed(letter, tmp_path, "pdfinfo")
    assert pages(letter, tmp_path) == 1
    assert "Tagged:          yes" in info
    assert context["subject"] in info
    assert f"/Lang ({language})".encode() in unpacked(letter)
    assert b"pdfuaid:part" in unpacked(letter)


def test_the_letter_to_the_host_is_in_official_form(tmp_path):
    text = printed(render_pdf("placement_notice.host", HOST, "ja"), tmp_path, "pdftotext", "-raw")

    expected = [
        "8自国経第214号",
        "令和9年2月19日",
        "愛媛県西条市長",
        "理事長",
        "（公印省略）",
        "令和8年11月24日付けで御提出のありました受入要望書",
        "記",
        "NGUYỄN THỊ LAN HƯƠNG",
        "令和9年5月17日から令和9年12月16日まで（7か月）",
        "以上",
        "7K4M-2QXD-9PRT",
        "https://lgotp.example.jp/verify/7K4M-2QXD-9PRT",
    ]
    places = [text.find(line) for line in expected]
    assert -1 not in places
    assert places == sorted(places)


def test_the_letter_to_the_trainee_is_in_english(tmp_path):
    text = printed(
        render_pdf("placement_notice.trainee", TRAINEE, "en"), tmp_path, "pdftotext", "-raw"
    )

    expected = [
        "Ref. No. 8-KK-215",
        "19 February 2027",
        "Notice of Decision",
        "Dear Ms Nguyen,",
        "Saijo City （愛媛県西条市）",
        "17 May to 16 December 2027 (seven months)",
        "Tokyo, 18 and 19 May 2027",
        "ANDO Koichi",
    ]
    places = [text.find(line) for line in expected]
    assert -1 not in places
    assert places == sorted(places)


@pytest.mark.parametrize(
    "name",
    [
        "NGUYỄN ĐẶNG THỊ ƯỚT",
        "สมชาย พนมยงค์",
        "Гүлнара Қазақ",
        "髙﨑 德濵黑槗",
        "𠮷野家",
        "O'Brien & Söhne <b>",
    ],
)
def test_names_come_back_from_the_page(name: str, tmp_path):
    letter = render_pdf("placement_notice.host", with_name(HOST, name), "ja")

    assert name in printed(letter, tmp_path, "pdftotext", "-raw")


def test_an_arabic_name_comes_back_from_the_page(tmp_path):
    letter = render_pdf("placement_notice.host", with_name(HOST, "أحمد خالد"), "ja")

    text = printed(letter, tmp_path, "pdftotext", "-raw")
    assert "أحمد" in text
    assert "خالد" in text


def test_a_letter_with_a_character_that_no_font_has_is_refused():
    with translation.override("en"), pytest.raises(NoticeError) as refused:
        render_pdf("placement_notice.host", with_name(HOST, "KIM 김 \U0001f600"), "ja")

    assert str(refused.value).endswith(": \U0001f600")  # a Korean name has its font


def test_letters_use_no_font_but_ours(tmp_path):
    letter = render_pdf("placement_notice.host", with_name(HOST, "𠮷 สมชาย أحمد Ướt"), "ja")

    lines = printed(letter, tmp_path, "pdffonts").splitlines()[2:]
    fonts = {line.split()[0].partition("+")[2] for line in lines}
    assert fonts == {"Tinos", "BIZ-UDMincho", "IPAmjMincho", "Noto-Serif-Thai", "Noto-Naskh-Arabic"}


def test_very_long_values_flow_to_further_pages(tmp_path):
    long = with_name(HOST, "WIJAYAKUSUMA" * 20)
    long["theme_ja"] = "とても長い名前の研修実施先で行う研修、" * 30

    letter = render_pdf("placement_notice.host", long, "ja")

    text = printed(letter, tmp_path, "pdftotext", "-raw")
    assert pages(letter, tmp_path) == 2
    assert "2 / 2" in text
    assert text.count("8自国経第214号") == 2


def test_the_same_values_give_the_same_bytes_in_another_process():
    here = render_pdf("placement_notice.host", HOST, "ja")
    again = render_pdf("placement_notice.host", HOST, "ja")

    program = (
        "import django; django.setup()\n"
        "from notices.pdf import render_pdf\n"
        "from tests.notices.test_pdf import HOST\n"
        "import sys\n"
        "sys.stdout.buffer.write(render_pdf('placement_notice.host', HOST, 'ja'))"
    )
    there = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    assert again == here
    assert there.stdout == here


@pytest.mark.parametrize(
    "html",
    [
        "<img src='http://127.0.0.1:9/x.png'>",
        "<img src='https://example.org/x.png'>",
        "<img src='file:///etc/passwd'>",
        "<img src='FILE:///etc/passwd'>",
        "<img src='file://localhost/etc/passwd'>",
        "<img src='../portal/portal.css'>",
        "<img src='%2e%2e/portal/portal.css'>",
        "<img src='ftp://127.0.0.1/x'>",
        "<link rel=attachment href='file:///etc/passwd'>",
        "<a rel=attachment href='file:///etc/passwd'>x</a>",
        "<link rel=stylesheet href='file:///etc/passwd'>",
        "<style>@import 'http://127.0.0.1:9/x.css';</style>",
        "<style>p { background: url(file:///etc/passwd) }</style><p>x",
        "<style>@font-face { font-family: x; src: url(file:///etc/passwd) }</style><p>x",
        "<object data='file:///etc/passwd'></object>",
    ],
)
def test_a_letter_reads_nothing_outside_its_folder(html: str):
    with pytest.raises(LetterNotPrinted, match=r"outside the letter folder|may not fetch"):
        html_to_pdf(f"<html lang=en><title>x</title>{html}")


def test_a_picture_inside_a_picture_reads_nothing_outside_either(tmp_path):
    secret = tmp_path / "secret.png"
    segno.make("secret").save(secret)
    inner = f"<image href='{secret.as_uri()}' width='99' height='99'/>"
    svg = f"<svg xmlns='http://www.w3.org/2000/svg' width='99' height='99'>{inner}</svg>"
    picture = f"data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}"

    letter = html_to_pdf(f"<html lang=en><title>x</title><img alt=x src='{picture}'>")

    assert len(printed(letter, tmp_path, "pdfimages", "-list").splitlines()) == 2


def test_a_letter_may_read_its_own_folder():
    assert html_to_pdf("<html lang=en><title>x</title><link rel=stylesheet href=letter.css>x")
    assert (letter_folder() / "letter.css").exists()


def test_user_text_never_becomes_markup():
    hostile = "<img src='file:///etc/passwd'><link rel=attachment href='file:///etc/passwd'>"

    letter = render_pdf("placement_notice.host", with_name(HOST, hostile), "ja")

    assert b"root:" not in letter


def test_check_letter_fonts_finds_all():
    assert check_letter_fonts() == []
    assert FONTS.keys() <= known_families()


def test_check_letter_fonts_names_the_package(monkeypatch: Any, tmp_path: Path):
    empty = tmp_path / "fonts.conf"
    empty.write_text("<fontconfig></fontconfig>")
    monkeypatch.setattr(pdf, "FONTS_CONF", empty)

    with translation.override("en"):
        found = [(error.msg, error.hint) for error in check_letter_fonts()]

    assert found == [
        (
            f"Letters need the font {font}, and it is not installed.",
            f"Install the Debian package {package}.",
        )
        for font, package in FONTS.items()
    ]


def test_english_period_says_each_month_once():
    days = [
        ("2027-05-18", "2027-05-19"),
        ("2027-05-20", "2027-06-23"),
        ("2027-11-04", "2028-03-16"),
        ("2027-05-18", "2027-05-18"),
    ]

    assert [english_period(*pair) for pair in days] == [
        "18 and 19 May 2027",
        "20 May to 23 June 2027",
        "4 November 2027 to 16 March 2028",
        "18 May 2027",
    ]


def test_title_lines_part_after_a_phrase():
    assert title_lines(PRINTED["subject"]) == [
        "令和9年度自治体職員協力交流事業における",
        "協力交流研修員の受入れの決定について（通知）",
    ]
    assert title_lines("短い件名") == ["短い件名"]
