"""A PDF of the same labels by hand: about the least that a file of this look can cost.

The places of all words are given to it, its fonts are ready before the clock starts, and nothing
is verified. What remains is to encode, to write operators, and to compress.
"""

import io
import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import zxingcpp
from barcode import Code128
from fontTools import subset
from fontTools.ttLib import TTFont

from labels.drawing import MM_PER_POINT, Block, Words
from tests.bench.label_peers import FONTS, Told

_RUN = re.compile("1+")
_LETTERS = [*range(0x20, 0x7F), *range(0xC0, 0x1B1), *range(0x1EA0, 0x1EFA), 0xB7]


def by_hand(told: Sequence[Told]) -> bytes:
    """Return the file."""
    fonts = [_font("Regular"), _font("Bold")]
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"", *fonts[0].objects(3), *fonts[1].objects(8)]
    kids = []
    for one in told:
        content = zlib.compress(_content(one, fonts).encode("latin-1"), 1)
        at = len(objects) + 1
        kids.append(f"{at} 0 R")
        box = f"0 0 {one.page.width / MM_PER_POINT:.2f} {one.page.height / MM_PER_POINT:.2f}"
        objects.append(
            f"<</Type/Page/Parent 2 0 R/MediaBox[{box}]/Contents {at + 1} 0 R"
            "/Resources<</Font<</F0 3 0 R/F1 8 0 R>>>>>>".encode()
        )
        objects.append(_stream(content, "/Filter/FlateDecode"))
    objects[1] = f"<</Type/Pages/Count {len(kids)}/Kids[{' '.join(kids)}]>>".encode()
    return _file(objects)


def _content(one: Told, fonts: Sequence["_Font"]) -> str:
    mm = 1 / MM_PER_POINT
    high = one.page.height
    out = [f"{mm:.6f} 0 0 {mm:.6f} 0 0 cm"]
    for block in one.of_kind(Block):
        below = high - block.top - block.height
        out.append(f"{block.left:.3f} {below:.3f} {block.width:.3f} {block.height:.3f} re f")
    out.append("BT")
    for words in one.of_kind(Words):
        out.append(
            f"{'1 g' if words.white else '0 g'} /F{int(words.bold)} "
            f"{words.size_pt * MM_PER_POINT:.3f} Tf 1 0 0 1 {words.left:.3f} "
            f"{high - words.baseline:.3f} Tm <{words.text.translate(fonts[words.bold].glyphs)}> Tj"
        )
    out.append("ET 0 g")
    bars, qr = one.symbols()
    for symbol, rows in ((bars, [Code128(one.code).build()[0]]), (qr, _qr(one.qr))):
        x, y = symbol.left, high - symbol.top - symbol.height
        out.append(f"q {symbol.module} 0 0 {symbol.row_height} {x:.4f} {y:.4f} cm")
        for above, row in enumerate(reversed(rows)):
            for run in _RUN.finditer(row):
                start, end = run.span()
                out.append(f"{start} {above} {end - start} 1 re")
        out.append("f Q")
    return "\n".join(out)


def _qr(text: str) -> list[str]:
    symbol = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    image: Any = symbol.to_image(scale=1, add_quiet_zones=False)
    return ["".join("0" if grey else "1" for grey in row) for row in memoryview(image).tolist()]


@dataclass(frozen=True, slots=True)
class _Font:
    """A font as it stands in the file, and the hexadecimal number of each letter's glyph."""

    name: str
    file: bytes
    widths: str
    to_unicode: bytes
    glyphs: dict[int, str]

    def objects(self, at: int) -> Iterator[bytes]:
        """Yield the five objects of this font, of which the first has the number `at`."""
        yield (
            f"<</Type/Font/Subtype/Type0/BaseFont/{self.name}/Encoding/Identity-H"
            f"/DescendantFonts[{at + 1} 0 R]/ToUnicode {at + 4} 0 R>>"
        ).encode()
        yield (
            f"<</Type/Font/Subtype/CIDFontType2/BaseFont/{self.name}/FontDescriptor {at + 2} 0 R"
            "/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>"
            f"/CIDToGIDMap/Identity/DW 600/W[{self.widths}]>>"
        ).encode()
        yield (
            f"<</Type/FontDescriptor/FontName/{self.name}/Flags 4/FontBBox[-500 -300 1500 1200]"
            f"/ItalicAngle 0/Ascent 1000/Descent -265/CapHeight 700/StemV 80"
            f"/FontFile2 {at + 3} 0 R>>"
        ).encode()
        yield _stream(self.file, "/Filter/FlateDecode")
        yield _stream(self.to_unicode, "/Filter/FlateDecode")


@cache
def _font(weight: str) -> _Font:
    font = TTFont(FONTS / f"BeVietnamPro-{weight}.ttf")
    cutter = subset.Subsetter(subset.Options(layout_features=[], hinting=False))
    cutter.populate(unicodes=_LETTERS)
    cutter.subset(font)
    glyphs = {letter: font.getGlyphID(name) for letter, name in font.getBestCmap().items()}
    advances = (font["hmtx"][name][0] for name in font.getGlyphOrder())
    pairs = "\n".join(f"<{glyph:04x}> <{letter:04x}>" for letter, glyph in glyphs.items())
    to_unicode = (
        "/CIDInit/ProcSet findresource begin 12 dict begin begincmap/CMapType 2 def\n"
        "1 begincodespacerange <0000> <ffff> endcodespacerange\n"
        f"{len(glyphs)} beginbfchar\n{pairs}\nendbfchar endcmap end end"
    )
    file = io.BytesIO()
    font.save(file)
    return _Font(
        name=f"BVP{weight}",
        file=zlib.compress(file.getvalue()),
        widths="0[" + " ".join(map(str, advances)) + "]",
        to_unicode=zlib.compress(to_unicode.encode()),
        glyphs={letter: f"{glyph:04x}" for letter, glyph in glyphs.items()},
    )


def _stream(data: bytes, entries: str) -> bytes:
    return b"<</Length %d%s>>stream\n%s\nendstream" % (len(data), entries.encode(), data)


def _file(objects: Sequence[bytes]) -> bytes:
    out = bytearray(b"%PDF-1.7\n")
    places = []
    for number, one in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj%s\nendobj\n" % (number, one)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer<</Size %d/Root 1 0 R>>startxref\n%d\n%%%%EOF" % (len(objects) + 1, start)
    return bytes(out)
