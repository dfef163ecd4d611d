"""Makes many papers into one PDF: each on pages of its own, numbered, with bookmarks.

It runs as a process of its own, with limits on time and memory, because the papers come from
strangers. It knows nothing of the portal; `__init__.py` starts it. On standard input stand one line
of JSON and behind it all bytes; the answer has the same form. Two tasks:

    prepare   each paper alone: a PDF as it is, without what acts; a picture on a page of A4; of one
              that cannot be read a code why
    bind      the printed front and the prepared papers in their order, the number of the page on
              each, bookmarks for every part
"""

import io
import json
import resource
import sys
import zlib

CPU_SECONDS = 60
MEMORY_BYTES = 1_200_000_000
PAGES_MOST = 200  # of one paper
PIXELS = 45_000_000
A4 = (595.28, 841.89)  # points
MARGIN = 40.0
BOTTOM = 56.0  # the number stands below
STAMP_POINTS = 8.5
PHOTO = (480, 640)
# What a page may carry beside what is drawn on it; none of it is taken over.
ACTS = ("/Annots", "/AA", "/A", "/Metadata", "/PieceInfo", "/StructParents", "/Tabs", "/B")


class Unreadable(Exception):
    """A paper that gives no page: why, as a code."""

    def __init__(self, code: str):
        super().__init__(code)
        self.code = code


def limit_this_process() -> None:
    """From here on the kernel ends what takes too long or too much."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))


# Each paper alone -------------------------------------------------------------------------------
def prepare(paper: dict[str, str], data: bytes) -> tuple[dict[str, object], bytes]:
    """One paper as a PDF of its own with the number of its pages, or the code of its fault."""
    try:
        if paper["kind"] == "pdf":
            made, pages = plain_pdf(data)
        elif paper["kind"] == "picture":
            made, pages = picture_page(data)
        elif paper["kind"] == "photo":
            made, pages = small_photo(data), 0
        else:
            raise Unreadable("kind")
    except Unreadable as fault:
        return {"fault": fault.code}, b""
    except MemoryError:
        return {"fault": "heavy"}, b""
    except Exception:  # whatever a library says of a broken file
        return {"fault": "damaged"}, b""
    return {"pages": pages}, made


def plain_pdf(data: bytes) -> tuple[bytes, int]:
    """The pages as they are drawn, turned upright, without scripts, links and forms."""
    from pypdf import PdfReader, PdfWriter

    reader = PdfReader(io.BytesIO(data), strict=False)
    if reader.is_encrypted:
        raise Unreadable("locked")
    if not reader.pages:
        raise Unreadable("damaged")
    if len(reader.pages) > PAGES_MOST:
        raise Unreadable("long")
    writer = PdfWriter()
    for page in reader.pages:
        if not has_size(page):
            raise Unreadable("damaged")
        added = writer.add_page(page)
        for name in ACTS:
            if name in added:
                del added[name]
        if added.rotation:
            added.transfer_rotation_to_content()
        contents = added.get_contents()
        if contents is not None:
            contents.get_data()  # a stream that does not unpack shows itself here
    return written(writer), len(writer.pages)


def has_size(page) -> bool:
    return 1 < float(page.cropbox.width) < 20_000 and 1 < float(page.cropbox.height) < 20_000


def picture_page(data: bytes) -> tuple[bytes, int]:
    """The picture in the middle of a page of A4, as large as it fits, never coarser than 72 dpi."""
    from PIL import Image
    from pypdf import PageObject, PdfReader, PdfWriter, Transformation

    Image.MAX_IMAGE_PIXELS = PIXELS
    with Image.open(io.BytesIO(data), formats=["JPEG", "PNG"]) as picture:
        flat = flattened(picture)
    drawn = io.BytesIO()
    flat.save(drawn, "PDF", resolution=72.0, quality=88)
    width, height = flat.size
    is_wide = width > height
    page_width, page_height = (A4[1], A4[0]) if is_wide else A4
    room = (page_width - 2 * MARGIN, page_height - MARGIN - BOTTOM)
    scale = min(room[0] / width, room[1] / height, 1.0)
    page = PageObject.create_blank_page(width=page_width, height=page_height)
    left = (page_width - width * scale) / 2
    low = BOTTOM + (room[1] - height * scale) / 2
    source = PdfReader(drawn).pages[0]
    page.merge_transformed_page(source, Transformation().scale(scale).translate(left, low))
    writer = PdfWriter()
    writer.add_page(page)
    return written(writer), 1


def flattened(picture):
    """On white, in three colours or in grey, at most 2,400 pixels long: it is read on paper."""
    from PIL import Image

    picture.load()
    if picture.mode in {"RGBA", "LA", "PA"} or "transparency" in picture.info:
        clear = picture.convert("RGBA")
        flat = Image.new("RGB", clear.size, "white")
        flat.paste(clear, mask=clear.getchannel("A"))
    else:
        flat = picture if picture.mode in {"L", "RGB"} else picture.convert("RGB")
    flat.thumbnail((2400, 2400))
    return flat


def small_photo(data: bytes) -> bytes:
    """The portrait as a small JPEG for the cover sheet."""
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = PIXELS
    with Image.open(io.BytesIO(data), formats=["JPEG", "PNG"]) as picture:
        flat = flattened(picture).convert("RGB")
    flat.thumbnail(PHOTO)
    out = io.BytesIO()
    flat.save(out, "JPEG", quality=85)
    return out.getvalue()


# All together -----------------------------------------------------------------------------------
def bind(asked: dict, pieces: list[bytes]) -> tuple[dict[str, object], bytes]:
    """One PDF of the pieces in the order of the plan.

    `plan` is a list of [piece, first page, number of pages or None, title, level]; a title makes a
    bookmark on the first of these pages. The headings of the front are bookmarks already.
    """
    from pypdf import PdfReader, PdfWriter
    from pypdf.generic import NameObject

    font_bytes, *papers = pieces
    readers = [PdfReader(io.BytesIO(paper), strict=False) for paper in papers]
    writer = PdfWriter()
    marks: list[tuple[str, int, int]] = []
    printed = headings(readers[0])
    for number, first, count, title, level in asked["plan"]:
        pages = readers[number].pages
        start, after = first, first + (len(pages) - first if count is None else count)
        if title:
            marks.append((title, len(writer.pages), level))
        if number == 0:
            begin = len(writer.pages) - start
            marks += [
                (words, begin + at, deep) for words, at, deep in printed if start <= at < after
            ]
        for place in range(start, after):
            added = writer.add_page(pages[place])
            for name in ACTS:
                if name in added:
                    del added[name]
    font = embedded(writer, font_bytes, asked["widths"])
    total = len(writer.pages)
    for number, page in enumerate(writer.pages, start=1):
        stamp(writer, page, font, asked["label"].format(page=number, pages=total), asked["widths"])
    above: dict = {}
    for title, page_number, level in marks:
        above[level] = writer.add_outline_item(title, page_number, parent=above.get(level - 1))
    writer.add_metadata({"/Title": asked["title"], "/Producer": "LGOTP"})
    root = writer.root_object
    root[NameObject("/PageMode")] = NameObject("/UseOutlines")
    root[NameObject("/Lang")] = text_of(asked["language"])
    writer.compress_identical_objects(remove_identicals=True, remove_orphans=True)
    return {"pages": total}, written(writer)


def headings(reader) -> list[tuple[str, int, int]]:
    """The bookmarks that the press has set in the front: words, page, depth."""
    found: list[tuple[str, int, int]] = []

    def walk(entries, deep: int) -> None:
        for each in entries:
            if isinstance(each, list):
                walk(each, deep + 1)
            else:
                found.append((str(each.title), reader.get_destination_page_number(each), deep))

    walk(reader.outline, 0)
    return found


def text_of(text: str):
    from pypdf.generic import create_string_object

    return create_string_object(text)


def embedded(writer, data: bytes, widths: dict[str, int]):
    """The font of the numbers, embedded; it holds the letters of the stamp and no other."""
    from pypdf.generic import (
        ArrayObject,
        DictionaryObject,
        FloatObject,
        NameObject,
        NumberObject,
        StreamObject,
    )

    name = NameObject
    stream = StreamObject()
    stream._data = zlib.compress(data)
    stream[name("/Filter")] = name("/FlateDecode")
    stream[name("/Length1")] = NumberObject(len(data))
    descriptor = DictionaryObject(
        {
            name("/Type"): name("/FontDescriptor"),
            name("/FontName"): name("/LGOTPN+Tinos"),
            name("/Flags"): NumberObject(32),
            name("/FontBBox"): ArrayObject(
                [NumberObject(each) for each in (-200, -250, 1100, 900)]
            ),
            name("/ItalicAngle"): NumberObject(0),
            name("/Ascent"): NumberObject(891),
            name("/Descent"): NumberObject(-216),
            name("/CapHeight"): NumberObject(662),
            name("/StemV"): NumberObject(80),
            name("/FontFile2"): writer._add_object(stream),
        }
    )
    font = DictionaryObject(
        {
            name("/Type"): name("/Font"),
            name("/Subtype"): name("/TrueType"),
            name("/BaseFont"): name("/LGOTPN+Tinos"),
            name("/FirstChar"): NumberObject(32),
            name("/LastChar"): NumberObject(255),
            name("/Widths"): ArrayObject(
                [FloatObject(widths.get(chr(code), 0)) for code in range(32, 256)]
            ),
            name("/Encoding"): name("/WinAnsiEncoding"),
            name("/FontDescriptor"): writer._add_object(descriptor),
        }
    )
    return writer._add_object(font)


def stamp(writer, page, font, words: str, widths: dict[str, int]) -> None:
    """The words at the foot of the page, to the right, on a white ground so that they are read on a
    picture too.
    """
    from pypdf.generic import (
        ArrayObject,
        DecodedStreamObject,
        DictionaryObject,
        IndirectObject,
        NameObject,
    )

    resources = page.get("/Resources")
    resources = resources.get_object() if resources is not None else DictionaryObject()
    mine = DictionaryObject(resources)
    fonts = mine.get("/Font")
    fonts = DictionaryObject(fonts.get_object() if fonts is not None else {})
    fonts[NameObject("/LGOTPnumber")] = font
    mine[NameObject("/Font")] = fonts
    page[NameObject("/Resources")] = mine
    box = page.cropbox
    width = sum(widths.get(letter, 500) for letter in words) / 1000 * STAMP_POINTS
    right, low = float(box.right) - 28, float(box.bottom) + 18
    left = right - width
    escaped = words.encode("cp1252").replace(b"\\", b"\\\\")
    escaped = escaped.replace(b"(", b"\\(").replace(b")", b"\\)")
    drawn = (
        f"q 1 g {left - 4:.2f} {low - 4:.2f} {width + 8:.2f} 14 re f 0 g "
        f"BT /LGOTPnumber {STAMP_POINTS} Tf {left:.2f} {low:.2f} Td ("
    ).encode() + escaped
    before, after = DecodedStreamObject(), DecodedStreamObject()
    before.set_data(b"q\n")
    after.set_data(b"\nQ\n" + drawn + b") Tj ET Q\n")
    old = page.get("/Contents")
    held = old.get_object() if old is not None else None
    if isinstance(held, ArrayObject):
        contents = list(held)
    elif old is None:
        contents = []
    else:
        contents = [old if isinstance(old, IndirectObject) else writer._add_object(held)]
    page[NameObject("/Contents")] = ArrayObject(
        [writer._add_object(before), *contents, writer._add_object(after)]
    )


def written(writer) -> bytes:
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def pieces_of(data: bytes, sizes: list[int]) -> list[bytes]:
    pieces, start = [], 0
    for size in sizes:
        pieces.append(data[start : start + size])
        start += size
    return pieces


def main() -> None:
    sys.modules["numpy"] = None  # type: ignore[assignment]  # asks for much memory at once
    line, _newline, data = sys.stdin.buffer.read().partition(b"\n")
    asked = json.loads(line)
    pieces = pieces_of(data, asked["sizes"])
    del data
    limit_this_process()
    if asked["task"] == "prepare":
        done = [prepare(paper, piece) for paper, piece in zip(asked["papers"], pieces, strict=True)]
        answer: dict[str, object] = {"papers": [told for told, _made in done]}
        out = [made for _told, made in done]
    else:
        answer, made = bind(asked, pieces)
        out = [made]
    answer["sizes"] = [len(each) for each in out]
    sys.stdout.buffer.write(json.dumps(answer).encode("ascii") + b"\n")
    for each in out:
        sys.stdout.buffer.write(each)


if __name__ == "__main__":
    main()
