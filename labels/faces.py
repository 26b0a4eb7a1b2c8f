"""The two faces of our type: their letters, how far each runs, and the part that a file needs."""

# fontTools has few types of its own.
# mypy: disallow-untyped-calls=False

import struct
from collections import defaultdict
from collections.abc import Iterable, Mapping
from io import BytesIO
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any

import fontpkg_be_vietnam_pro
from fontTools.ttLib import TTFont
from fontTools.ttLib.sfnt import SFNTWriter

_AS_THEY_ARE = ("head", "hhea", "maxp", "hmtx", "cvt ", "fpgm", "prep")
"""The tables that a PDF needs of a font, and that hold for all its letters."""


class Face:
    """One weight of Be Vietnam Pro, a thousand units to the em."""

    def __init__(self, weight: str) -> None:
        self.name = f"BeVietnamPro-{weight}"
        self.file: Path = fontpkg_be_vietnam_pro.ROOT / "files" / f"{self.name}.ttf"
        font: Any = TTFont(self.file)
        names: dict[int, str] = font.getBestCmap()
        self.glyphs: Mapping[str, int] = {
            chr(code): font.getGlyphID(name) for code, name in names.items()
        }
        """The number of each letter's glyph."""
        self.advances: Mapping[str, int] = defaultdict(
            int, {chr(code): font["hmtx"][name][0] for code, name in names.items()}
        )
        """How far the pen goes on for each letter; not at all for one that the face lacks."""
        self.box = [font["head"].xMin, font["head"].yMin, font["head"].xMax, font["head"].yMax]
        self.ascent, self.descent = font["hhea"].ascent, font["hhea"].descent
        self.cap_height = font["OS/2"].sCapHeight
        self.stem = 50 + round((font["OS/2"].usWeightClass / 65) ** 2)
        """How thick its stems are, by the usual reckoning from the weight: no reader needs it."""
        self._tables = {tag: font.getTableData(tag) for tag in _AS_THEY_ARE}
        self._outlines = _outlines(font)

    def run(self, text: str) -> int:
        """Return how far the text runs: as far as its letters together."""
        return sum(map(self.advances.__getitem__, text))

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


def _outlines(font: Any) -> list[bytes]:
    """Return each glyph's outline. None of this font leans on another glyph's."""
    places = font["loca"].locations
    data = font.getTableData("glyf")
    return [data[start:end] for start, end in pairwise(places)]


# Read at import, because two threads that found them missing would each make their own.
FACES: Mapping[bool, Face] = {False: Face("Regular"), True: Face("Bold")}
"""The faces, by whether they are bold."""
