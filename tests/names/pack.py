"""Forty names that break forms. Each is one whole name in the line of the passport, and in the
script of the person where they have another; none belongs to anybody.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class HardName:
    """One name: what is hard about it, as the passport prints it, in its own script."""

    code: str
    passport: str
    native: str = ""
    kanji: str = ""
    katakana: str = ""
    nationality: str = "ID"


LONG = " ".join(["Wickramasinghe", "Arachchilage", "Dona", "Chandrika", "Kumarathunga"] * 2)
LONG = f"{LONG} de Alwis Seneviratne-Jayasuriya"[:120].rstrip()
LONG = f"{LONG}{'a' * (120 - len(LONG))}"

NAMES = [
    HardName("single", "Suryani", katakana="スルヤニ"),
    HardName("one-letter", "O", katakana="オ", nationality="KR"),
    HardName("two-letters", "Ng", "吴", nationality="SG"),
    HardName("hundred-and-twenty", LONG, nationality="LK"),
    HardName("no-family-name-mongolia", "Batbayar", "Батбаяр", nationality="MN"),
    HardName("mongolian-script", "Ganbold", "ᠭᠠᠨᠪᠣᠯᠳ", nationality="MN"),
    HardName("arabic", "Abdul Rahman Al-Faisal", "عبد الرحمن الفيصل", nationality="JO"),
    HardName("arabic-with-marks", "Muhammad Nur", "مُحَمَّد نُور", nationality="EG"),
    HardName("persian-joiner", "Miralikhani", "میرعلی‌خانی", nationality="IR"),
    HardName("urdu", "Ayesha Siddiqui", "عائشہ صدیقی", nationality="PK"),
    HardName("hebrew", "Yosef Ben-David", "יוסף בן־דוד", nationality="IL"),
    HardName(
        "vietnamese",
        "Nguyễn Thị Hương Giang",
        katakana="グエン・ティ・フオン・ザン",
        nationality="VN",
    ),
    HardName("vietnamese-decomposed", "Đặng Trường Sơn", nationality="VN"),
    HardName("combining-marks", "A\u0304\u0301nya M\u0323bo\u0300", nationality="NG"),
    HardName("burmese", "Kyaw Zwar", "ကျော်စွာ", nationality="MM"),
    HardName("thai", "Kanokwan Saelee", "กนกวรรณ แซ่ลี้", nationality="TH"),
    HardName("lao", "Bounmy Vongsa", "ບຸນມີ ວົງສາ", nationality="LA"),
    HardName("khmer", "Sok Sophea", "សុខ សុភា", nationality="KH"),
    HardName("sinhala", "Nuwan Perera", "නුවන් පෙරේරා", nationality="LK"),
    HardName("tamil", "Kavitha", "கவிதா", nationality="LK"),
    HardName("devanagari", "Shristi Shrestha", "सृष्टि श्रेष्ठ", nationality="NP"),
    HardName("bengali", "Mst. Rokeya Khatun", "মোছাঃ রোকেয়া খাতুন", nationality="BD"),
    HardName("tibetan-script", "Tshering Dorji", "ཚེ་རིང་རྡོ་རྗེ", nationality="BT"),
    HardName("georgian", "Giorgi Ghvinjilia", "გიორგი ღვინჯილია", nationality="GE"),
    HardName("armenian", "Hakob Mkrtchyan", "Հակոբ Մկրտչյան", nationality="AM"),
    HardName("turkish-dotless", "Işıl Yıldırım", nationality="TR"),
    HardName("turkish-dotted", "İbrahim Çağrı", nationality="TR"),
    HardName("apostrophe", "Ta'ase O’Brien", nationality="WS"),
    HardName("okina", "Lupe ʻAisea Tuʻi", nationality="TO"),
    HardName("hyphens", "Anne-Marie-Louise St.-Pierre", nationality="CA"),
    HardName("two-family-names", "María José García Núñez de la O", nationality="MX"),
    HardName("ethiopian", "Abebe Bikila", "አበበ ቢቂላ", nationality="ET"),
    HardName("korean", "Hong Gildong", "홍길동", "洪吉童", "ホン・ギルドン", "KR"),
    HardName("simplified-chinese", "Zhang Weiliang", "张伟良", nationality="CN"),
    HardName("rare-kanji", "Yoshida Taro", "𠮷田 太郎", "𠮷田太郎", nationality="BR"),
    HardName("extension-b", "Chan Tai Man", "陳𡃁𠝹", nationality="CN"),
    HardName("icelandic", "Þórður Æsa Guðmundsdóttir", nationality="IS"),
    HardName("polish", "Łucja Wójcik-Źdźbło", nationality="PL"),
    HardName("cyrillic", "Shchukin Fyodor", "Щукин Фёдор", nationality="RU"),
    HardName("indian-initials", "R. K. S/O Gopal", "ಗೋಪಾಲ", nationality="IN"),
]
