"""A font subset as a PDF embeds it: the outlines in use, how far they run, and what they say.

Text is written as numbers of glyphs, two bytes each (ISO 32000-1, 9.7 "Composite fonts").
"""

import zlib
from collections.abc import Mapping, Sequence

from deflate import zlib_compress
from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream, String

from labels.faces import FACES, Face

_ESCAPED = {"(": r"\(", ")": r"\)", "\\": r"\\", "\r": r"\r", "\n": r"\n"}
_MOST_IN_A_BLOCK = 100
"""Letters that one block of a character map may hold."""


def encoded(text: str, face: Face) -> str:
    """Return what stands between the brackets of a string, one sign for each byte."""
    return text.translate(_STRINGS[face.name])


def _string(glyph: int) -> str:
    return "".join(_ESCAPED.get(sign, sign) for sign in map(chr, divmod(glyph, 256)))


_STRINGS: Mapping[str, Mapping[int, str]] = {
    face.name: {ord(letter): _string(glyph) for letter, glyph in face.glyphs.items()}
    for face in FACES.values()
}


def numbered(number: int) -> str:
    """Return what stands between the brackets of a string for the drawn letter of that number."""
    return _string(number)


def embedded(pdf: Pdf, face: Face, letters: Sequence[str]) -> Object:
    """Put the part of a face that has these letters, all whole, into the file; return the font."""
    return _font(pdf, face, {letter: face.glyphs[letter] for letter in letters}, face.part(letters))


def embedded_drawn(pdf: Pdf, face: Face, letters: Sequence[str]) -> Object:
    """Put letters that a face has not whole into the file, numbered from 1. Raises Unprintable."""
    numbers = {letter: number for number, letter in enumerate(letters, start=1)}
    return _font(pdf, face, numbers, face.drawn_part(letters))


def _font(pdf: Pdf, face: Face, glyphs: Mapping[str, int], file: bytes) -> Object:
    name = Name(f"/{_tag(list(glyphs))}+{face.name}")
    descendant = Dictionary(
        Type=Name.Font,
        Subtype=Name.CIDFontType2,
        BaseFont=name,
        CIDSystemInfo=Dictionary(
            Registry=String("Adobe"), Ordering=String("Identity"), Supplement=0
        ),
        CIDToGIDMap=Name.Identity,
        FontDescriptor=pdf.make_indirect(_descriptor(pdf, face, file, name)),
        W=_widths(face, glyphs),
    )
    font = Dictionary(
        Type=Name.Font,
        Subtype=Name.Type0,
        BaseFont=name,
        Encoding=Name("/Identity-H"),
        DescendantFonts=Array([pdf.make_indirect(descendant)]),
        ToUnicode=_stream(pdf, _to_unicode(glyphs).encode()),
    )
    return pdf.make_indirect(font)


def _tag(letters: Sequence[str]) -> str:
    """Return six capitals that tell one part of a face from another."""
    number = zlib.crc32("".join(letters).encode())
    return "".join(chr(ord("A") + number // 26**place % 26) for place in range(6))


def _descriptor(pdf: Pdf, face: Face, file: bytes, name: Name) -> Dictionary:
    return Dictionary(
        Type=Name.FontDescriptor,
        FontName=name,
        Flags=4,  # "symbolic": its letters are more than Latin ones
        FontBBox=Array(face.box),
        ItalicAngle=0,
        Ascent=face.ascent,
        Descent=face.descent,
        CapHeight=face.cap_height,
        StemV=face.stem,
        FontFile2=_stream(pdf, file, Length1=len(file)),
    )


def _widths(face: Face, glyphs: Mapping[str, int]) -> Array:
    widths = Array()
    for letter, glyph in glyphs.items():
        widths.append(glyph)
        widths.append(Array([face.advances[letter]]))
    return widths


def _to_unicode(glyphs: Mapping[str, int]) -> str:
    """Return the map by which a reader copies the text, or searches it."""
    pairs = [f"<{glyph:04x}> <{each.encode('utf-16-be').hex()}>" for each, glyph in glyphs.items()]
    blocks = (pairs[at : at + _MOST_IN_A_BLOCK] for at in range(0, len(pairs), _MOST_IN_A_BLOCK))
    lines = ("\n".join([f"{len(b)} beginbfchar", *b, "endbfchar"]) for b in blocks)
    return "\n".join([_CMAP_BEGINS, *lines, _CMAP_ENDS])


_CMAP_BEGINS = """/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000> <ffff>
endcodespacerange"""
_CMAP_ENDS = """endcmap
CMapName currentdict /CMap defineresource pop
end
end"""


def _stream(pdf: Pdf, data: bytes, **entries: int) -> Stream:
    stream = Stream(pdf, bytes(zlib_compress(data, 6)))
    stream.Filter = Name.FlateDecode
    for key, value in entries.items():
        stream[f"/{key}"] = value
    return stream
