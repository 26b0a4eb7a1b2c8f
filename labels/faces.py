"""The two faces of our type: their letters, how far each runs, and the part that a file needs.

A letter that Be Vietnam Pro has not whole is put together of its parts, and if it lacks one of them
(the bar of ƀ) is taken from Noto Sans: each is a letter like others, drawn as `letters.py` says.
"""

# fontTools has few types of its own.
# mypy: disallow-untyped-calls=False

import struct
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from io import BytesIO
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any

import fontpkg_be_vietnam_pro
import fontpkg_noto_sans
from fontTools.ttLib import TTFont
from fontTools.ttLib.sfnt import SFNTWriter

from labels import letters as drawing
from labels.faults import Unprintable, Why
from labels.letters import Drawn, is_mark, letters

_AS_THEY_ARE = ("head", "hhea", "maxp", "hmtx", "cvt ", "fpgm", "prep")
"""The tables that a PDF needs of a font, and that hold for all its letters."""


_NOTO = fontpkg_noto_sans.ROOT / "files" / "NotoSans[wdth,wght].ttf"


class Face:
    """One weight of Be Vietnam Pro, a thousand units to the em."""

    def __init__(self, weight: str) -> None:
        self.name = f"BeVietnamPro-{weight}"
        self.file: Path = fontpkg_be_vietnam_pro.ROOT / "files" / f"{self.name}.ttf"
        font: Any = TTFont(self.file)
        names: dict[int, str] = font.getBestCmap()
        self.glyphs: Mapping[str, int] = {
            chr(code): font.getGlyphID(name)
            for code, name in names.items()
            if not is_mark(chr(code))
        }
        """The number of each letter's glyph, of those that it has whole."""
        self.advances: Mapping[str, int] = _Advances(
            self, {letter: font["hmtx"][names[ord(letter)]][0] for letter in self.glyphs}
        )
        """How far the pen goes on for each letter; not at all for one that nothing has."""
        self.box = [font["head"].xMin, font["head"].yMin, font["head"].xMax, font["head"].yMax]
        self.ascent, self.descent = font["hhea"].ascent, font["hhea"].descent
        self.cap_height = font["OS/2"].sCapHeight
        self.stem = 50 + round((font["OS/2"].usWeightClass / 65) ** 2)
        """How thick its stems are, by the usual reckoning from the weight: no reader needs it."""
        self._tables = {tag: font.getTableData(tag) for tag in _AS_THEY_ARE}
        self._outlines = _outlines(font)
        self._fonts = (
            drawing.font(self.file),
            drawing.font(_NOTO, wght=font["OS/2"].usWeightClass),
        )
        self.drawn = lru_cache(maxsize=4096)(self._drawn)
        """Return a letter that it has not whole, or None if there is no such letter."""

    def run(self, text: str) -> int:
        """Return how far the text runs: as far as its letters together."""
        return sum(map(self.advances.__getitem__, letters(text)))

    def has(self, letter: str) -> bool:
        """Tell whether it can set the letter, whole or drawn."""
        return letter in self.glyphs or self.drawn(letter) is not None

    def _drawn(self, letter: str) -> Drawn | None:
        # Marks of other scripts have shapes and places that letters set one by one do not show;
        # half characters and private ones have none.
        if any(unicodedata.category(c)[0] in "MC" and not is_mark(c) for c in letter):
            return None
        return drawing.drawn(letter, self._fonts, self.box[1], self.box[3])

    def drawn_part(self, drawn_letters: Sequence[str]) -> bytes:
        """Return a font file of drawn letters, numbered from 1. Raises Unprintable."""
        drawings = [self.sure(letter) for letter in drawn_letters]
        return drawing.font_file(drawings, self.ascent, self.descent)

    def sure(self, letter: str) -> Drawn:
        """Return a letter that it has not whole. Raises Unprintable if there is no such letter."""
        drawn: Drawn | None = self.drawn(letter)
        if drawn is None:
            raise Unprintable(letter, Why.NO_SUCH_LETTER)
        return drawn

    def part(self, letters: Iterable[str]) -> bytes:
        """Return a font file with the outlines of these letters only; glyphs keep their numbers."""
        used = {0, *(self.glyphs[letter] for letter in letters)}
        kept = [each if n in used else b"" for n, each in enumerate(self._outlines)]
        places = accumulate(map(len, kept), initial=0)
        tables = {
            **self._tables,
            "glyf": b"".join(kept),
            "loca": struct.pack(f">{len(kept) + 1}H", *(place // 2 for place in places)),
        }
        file = BytesIO()
        writer = SFNTWriter(file, len(tables))
        for tag, data in tables.items():
            writer[tag] = data
        writer.close()
        return file.getvalue()


class _Advances(dict[str, int]):
    def __init__(self, face: Face, whole: Mapping[str, int]) -> None:
        super().__init__(whole)
        self._face = face

    def __missing__(self, letter: str) -> int:
        drawn = self._face.drawn(letter)
        return drawn.advance if drawn else 0


def _outlines(font: Any) -> list[bytes]:
    """Return each glyph's outline. None of this font leans on another glyph's."""
    places = font["loca"].locations
    data = font.getTableData("glyf")
    return [data[start:end] for start, end in pairwise(places)]


# Read at import, because two threads that found them missing would each make their own.
FACES: Mapping[bool, Face] = {False: Face("Regular"), True: Face("Bold")}
"""The faces, by whether they are bold."""
