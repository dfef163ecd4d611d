"""Looks at one file from standard input: what it is, what is wrong with it, and its clean bytes.

It runs as a process of its own, with limits on time and memory, because a file comes from a
stranger. It knows nothing of the portal and answers in codes; `checking.py` starts it and has the
words. The answer is one line of JSON; behind it stand the bytes of a picture that was made anew.
"""

import io
import json
import re
import resource
import sys
import zipfile
import zlib

CPU_SECONDS = 10
MEMORY_BYTES = 700_000_000  # a picture of 40 megapixels takes 160 MB, and its turning as much again
UNPACKED_BYTES = 50_000_000
RATIO = 100
RATIO_FROM_BYTES = 1_000_000
PARTS = 2_000
PIXELS = 40_000_000
PAGES = 50
PHOTO_LEAST = (354, 472)  # 3 × 4 cm at 300 points to the inch
PHOTO_MOST = (1200, 1600)
PIECE = 1_000_000
OVERLAP = 200
STREAM_BYTES = 500_000_000  # unpacked piece by piece, so that it costs time and no memory

NAME_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
STREAM = re.compile(rb"stream\r?\n")
PAGE = re.compile(rb"/Type\s*/Page(?![A-Za-z])")
# Long names only: they stand in no compressed bytes by chance.
PDF_ACTIVE = re.compile(
    rb"/(JavaScript|Launch|SubmitForm|ImportData|RichMedia|Rendition|GoToE)(?![A-Za-z])"
)
PDF_EMBEDDED = re.compile(rb"/EmbeddedFiles?(?![A-Za-z])")
OBJECT_STREAM = re.compile(rb"/ObjStm(?![A-Za-z])|/First\s+\d+\s*/N\s+\d|/N\s+\d+\s*/First\s")
PDF_RARE_FILTER = re.compile(rb"/(LZWDecode|ASCII85Decode|ASCIIHexDecode|RunLengthDecode|Crypt)\b")
PDF_SHIFTED_OBJECTS = re.compile(
    rb"/ObjStm(?:(?!stream)[\s\S]){0,2000}/Predictor|/Predictor(?:(?!stream)[\s\S]){0,2000}/ObjStm"
)
PDF_ENCRYPTED = re.compile(rb"/Encrypt(?![A-Za-z])")
MARKUP = re.compile(rb"<(script|html|!doctype\s+html|svg|iframe)[\s>]", re.IGNORECASE)

MACROS = re.compile(r"vbaProject|vbaData|macrosheets/|dialogsheets/", re.IGNORECASE)
MACRO_TYPES = re.compile(rb"macroEnabled|vbaProject|macrosheet", re.IGNORECASE)
ACTIVE_PARTS = re.compile(
    r"activeX/|embeddings/|externalLinks/|connections\.xml|queryTables/", re.I
)
RELATION = re.compile(rb"<[^>]*Relationship [^>]*>")
DDE = re.compile(rb"instrText[^>]*>\s*(DDE|DDEAUTO)\b|<(?:\w+:)?ddeLink", re.IGNORECASE)
DECLARED = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)

CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
TEXT_MARKUP = re.compile(r"<(script|html|!doctype|svg|\?xml|iframe|body)[\s>]", re.IGNORECASE)
CELL_ENDS = re.compile(r"[,;\t\r\n]")
NUMBER = re.compile(r"[+\-＋－]?[\s\d０-９.,:/()（）－–-]*%?$")
EICAR = b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!"


class Refused(Exception):
    """Why the file is not taken: a code and what belongs into its sentence."""

    def __init__(self, code: str, **params):
        super().__init__(code)
        self.code, self.params = code, params


def limit_this_process() -> None:
    """From here on the kernel ends what takes too long or too much."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))


def kind_of(data: bytes) -> str:
    """What the first bytes say; the checks of the kind then say whether it is true."""
    if data.startswith(b"%PDF-"):
        return "pdf"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if data.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if data.startswith(b"PK\x03\x04"):
        return kind_of_archive(data)
    if data.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        raise Refused("old_office")  # the format of Office 97, and of every encrypted workbook
    return "text"


def kind_of_archive(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
    except zipfile.BadZipFile:
        raise Refused("damaged") from None
    found = [
        kind
        for kind, part in {"xlsx": "xl/workbook.xml", "docx": "word/document.xml"}.items()
        if part in names
    ]
    if "[Content_Types].xml" not in names or len(found) != 1:
        raise Refused("other_archive")
    return found[0]


# PDF ------------------------------------------------------------------------------------------
def check_pdf(data: bytes) -> None:
    """Refuse what acts, hides or is two things at once.

    The names are looked for in the bytes as they stand and in every stream that unpacks, whatever
    its dictionary claims. Objects packed in ways that are not unpacked here are refused, not
    trusted.
    """
    end = data.rfind(b"%%EOF")
    if end < 0 or not re.match(rb"%PDF-[12]\.\d", data):
        raise Refused("damaged")
    if data[end + 5 :].strip(b"\r\n\t \x00"):
        raise Refused("two_things")
    if zipfile.is_zipfile(io.BytesIO(data)) or MARKUP.search(data):
        raise Refused("two_things")
    plain = unescaped(data)
    if OBJECT_STREAM.search(plain) and (
        PDF_RARE_FILTER.search(plain) or PDF_SHIFTED_OBJECTS.search(plain)
    ):
        raise Refused("pdf_unreadable")
    pages = refuse_names(plain, 0)
    for match in STREAM.finditer(data):
        pages += check_stream(data, match.end())
    if pages > PAGES:
        raise Refused("too_many_pages", count=pages, most=PAGES)


def unescaped(text: bytes) -> bytes:
    """A name may be written with the numbers of its letters."""
    return NAME_ESCAPE.sub(lambda found: bytes([int(found[1], 16)]), text)


def refuse_names(plain: bytes, seen: int) -> int:
    """How many pages begin here; the first `seen` bytes were looked at before."""
    if PDF_ENCRYPTED.search(plain):
        raise Refused("encrypted")
    if PDF_ACTIVE.search(plain):
        raise Refused("pdf_active")
    if PDF_EMBEDDED.search(plain):
        raise Refused("pdf_embedded")
    return sum(found.end() > seen for found in PAGE.finditer(plain))


def check_stream(data: bytes, start: int) -> int:
    """Unpack one stream piece by piece, as far as it unpacks, and look at what it holds."""
    inflater = zlib.decompressobj()
    pages = total = 0
    tail = b""
    rest: bytes = data[start : start + PIECE]
    at = start + PIECE
    while rest and not inflater.eof:
        try:
            piece = inflater.decompress(rest, PIECE)
        except zlib.error:
            break
        total += len(piece)
        if total > STREAM_BYTES:
            raise Refused("bomb")
        pages += refuse_names(unescaped(tail + piece), len(tail))
        tail = (tail + piece)[-OVERLAP:]
        rest = inflater.unconsumed_tail
        if not rest:
            rest, at = data[at : at + PIECE], at + PIECE
    return pages


# Pictures -------------------------------------------------------------------------------------
def clean_picture(data: bytes, kind: str) -> bytes:
    """The picture made anew from its pixels: what else the file carried (place, camera, comments,
    foreign bytes) stays behind. Of a moving picture its first frame is kept.
    """
    name = kind.upper()
    turned = opened(data, name)
    return saved(turned.convert(mode_for(turned, name)), name)


def opened(data: bytes, name: str):
    """The picture, turned as it was held."""
    from PIL import Image, ImageOps, UnidentifiedImageError

    Image.MAX_IMAGE_PIXELS = None  # our own limit is smaller and is asked before anything is read
    try:
        with Image.open(io.BytesIO(data), formats=[name]) as picture:
            if picture.width * picture.height > PIXELS:
                raise Refused("too_many_pixels", most=PIXELS // 1_000_000)
            picture.load()
            return ImageOps.exif_transpose(picture)
    except Refused:
        raise
    except MemoryError:
        raise
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, zlib.error):
        raise Refused("damaged") from None


def saved(pixels, name: str) -> bytes:
    pixels.info = {}
    out = io.BytesIO()
    options = {"quality": 90} if name == "JPEG" else {}
    pixels.save(out, format=name, **options)
    return out.getvalue()


def cut_photo(data: bytes, kind: str, cut: str) -> tuple[list[int], bytes]:
    """The part of a photo that is kept, 3 wide and 4 high, as a JPEG on white; and which it was, in
    thousandths of the picture.
    """
    if kind not in {"png", "jpeg"}:
        raise Refused("no_photo")
    turned = opened(data, kind.upper())
    box = box_of(turned.size, cut)
    width, height = box[2] - box[0], box[3] - box[1]
    if width < PHOTO_LEAST[0] or height < PHOTO_LEAST[1]:
        least = {"least_width": PHOTO_LEAST[0], "least_height": PHOTO_LEAST[1]}
        raise Refused("photo_too_small", width=width, height=height, **least)
    part = on_white(turned.crop(box))
    part.thumbnail(PHOTO_MOST)
    sides = (turned.width, turned.height, turned.width, turned.height)
    corner_and_size = (box[0], box[1], width, height)
    kept = [round(1000 * at / side) for at, side in zip(corner_and_size, sides, strict=True)]
    return kept, saved(part, "JPEG")


def box_of(size: tuple[int, int], cut: str) -> tuple[int, int, int, int]:
    """The largest part of this shape in the box that was chosen, or in the picture."""
    left, top, width, height = 0, 0, *size
    share = {"start": 0.0, "middle": 0.5, "end": 1.0}.get(cut, 0.5)
    if "," in cut:
        wanted = [min(max(int(number), 0), 1000) for number in cut.split(",")]
        left, top = size[0] * wanted[0] // 1000, size[1] * wanted[1] // 1000
        width = min(size[0] * wanted[2] // 1000, size[0] - left)
        height = min(size[1] * wanted[3] // 1000, size[1] - top)
    kept = (min(width, height * 3 // 4), min(height, width * 4 // 3))
    left += int((width - kept[0]) * share)
    top += int((height - kept[1]) * share)
    return left, top, left + kept[0], top + kept[1]


def on_white(part):
    """A photo has no holes: what shines through becomes white."""
    from PIL import Image

    if part.mode not in {"RGBA", "LA", "PA", "P"}:
        return part.convert("RGB")
    part = part.convert("RGBA")
    ground = Image.new("RGBA", part.size, "white")
    return Image.alpha_composite(ground, part).convert("RGB")


def mode_for(picture, name: str) -> str:
    if name == "JPEG":
        return "L" if picture.mode == "L" else "RGB"
    if picture.mode in {"1", "L", "LA", "RGB", "RGBA", "I;16"}:
        return picture.mode
    return "RGBA" if "transparency" in picture.info or picture.mode in {"PA", "RGBa"} else "RGB"


# XLSX and DOCX --------------------------------------------------------------------------------
def check_office(data: bytes) -> None:
    """Refuse macros, embedded and linked things, entities, bombs, and bytes behind the archive."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        end = data.rfind(b"PK\x05\x06")
        if end + 22 + len(archive.comment) != len(data):
            raise Refused("two_things")
        infos = archive.infolist()
        names = [part.filename for part in infos]
        if any(part.flag_bits & 1 for part in infos):
            raise Refused("encrypted")
        if len(infos) > PARTS or sum(part.file_size for part in infos) > UNPACKED_BYTES:
            raise Refused("bomb")
        for part in infos:
            if part.file_size > max(RATIO_FROM_BYTES, RATIO * part.compress_size):
                raise Refused("bomb")
        if len(set(names)) != len(names):
            raise Refused("damaged")
        if min(part.header_offset for part in infos) != 0:
            raise Refused("two_things")
        if any(MACROS.search(name) for name in names):
            raise Refused("macros")
        if MACRO_TYPES.search(archive.read("[Content_Types].xml")):
            raise Refused("macros")
        if any(ACTIVE_PARTS.search(name) for name in names):
            raise Refused("embedded")
        for name in names:
            check_part(name, archive.read(name))


def check_part(name: str, content: bytes) -> None:
    if not name.lower().endswith((".xml", ".rels", ".vml")):
        if content.startswith((b"MZ", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF")):
            raise Refused("embedded")
        return
    plain = content.replace(b"\x00", b"")  # UTF-16 hides nothing
    if DECLARED.search(plain):
        raise Refused("entities")
    if DDE.search(plain):
        raise Refused("links")
    if name.endswith(".rels"):
        for relation in RELATION.findall(plain):
            outside = b'"External"' in relation or b"'External'" in relation
            if outside and b"/hyperlink" not in relation:
                raise Refused("links")


# Text -----------------------------------------------------------------------------------------
def check_text(data: bytes, ending: str) -> str:
    """The encoding of a text; refuse what is none, and cells that a spreadsheet would work out."""
    for encoding in ("utf-8-sig", "cp932"):
        try:
            text = data.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise Refused("unknown")
    if CONTROL.search(text):
        raise Refused("unknown")
    if TEXT_MARKUP.search(text[:4096]) or TEXT_MARKUP.match(text.lstrip()):
        raise Refused("markup")
    if ending == "csv":
        check_cells(text)
    return "utf-8" if encoding == "utf-8-sig" else "shift_jis"


def check_cells(text: str) -> None:
    """Whatever a spreadsheet may take for a cell, quoted or not."""
    for cell in CELL_ENDS.split(text):
        plain = cell.strip().strip('"').strip()
        if is_live(plain):
            raise Refused("live_cell", cell=plain[:30])


def is_live(cell: str) -> bool:
    if cell.startswith(("=", "@", "＝", "＠")):
        return len(cell) > 1
    return cell.startswith(("+", "-", "＋", "－")) and not NUMBER.match(cell)


def look(data: bytes, ending: str, cut: str = "") -> tuple[dict[str, object], bytes]:
    """The answer on this file, and its bytes where they were made anew."""
    if EICAR in data[:200]:
        raise Refused("malware")
    kind = kind_of(data)
    if cut:
        box, photo = cut_photo(data, kind, cut)
        return {"kind": kind, "box": box}, photo
    if kind in {"png", "jpeg"}:
        return {"kind": kind}, clean_picture(data, kind)
    if kind == "pdf":
        check_pdf(data)
    elif kind in {"xlsx", "docx"}:
        check_office(data)
    else:
        return {"kind": kind, "charset": check_text(data, ending)}, b""
    return {"kind": kind}, b""


def main() -> None:
    ending, cut = (*sys.argv[1:3], "", "")[:2]
    sys.modules["numpy"] = None  # type: ignore[assignment]  # asks for much memory at once
    data = sys.stdin.buffer.read()
    limit_this_process()
    cleaned = b""
    try:
        answer, cleaned = look(data, ending, cut)
    except Refused as refused:
        answer = {"error": refused.code, "params": refused.params}
    except MemoryError:
        answer = {"error": "too_heavy", "params": {}}
    except Exception:  # whatever a library says of a broken file
        answer = {"error": "damaged", "params": {}}
    sys.stdout.buffer.write(json.dumps(answer).encode("ascii") + b"\n" + cleaned)


if __name__ == "__main__":
    main()
