"""Pages in the language of label printers (ZPL II), every line of words as a picture.

The printers' own fonts lack Vietnamese: 131 of its 134 letters. And as nothing of a name reaches
the printer as text, no name can command it. The bars are ours too, so all formats scan alike.
"""

from base64 import b64encode
from binascii import crc_hqx
from collections.abc import Iterable, Sequence
from functools import lru_cache

import numpy as np
from deflate import zlib_compress

from labels import dots
from labels.drawing import Block, Mark, Page, Words

_MOST_BYTES = 99_999
"""What one ^GF may hold, by Zebra's programming guide."""


def write(pages: Sequence[Page], dot: float) -> bytes:
    """Return the commands for all pages, one after the other; `dot` is the printer's, in mm."""
    return b"".join(_page(page, dot) for page in pages)


def _page(page: Page, dot: float) -> bytes:
    width, height = dots.size_of(page, dot)
    fields = b"".join([_field(tuple(area), dot, width, height) for area in _areas(page.marks)])
    return b"^XA^LH0,0^PW%d^LL%d%s^XZ\n" % (width, height, fields)


def _areas(marks: Iterable[Mark]) -> list[list[Mark]]:
    """Return the marks that are sent as one picture each: white words go with their band.

    So nothing depends on how a printer reverses what lies below.
    """
    areas: list[list[Mark]] = []
    for mark in marks:
        band = _band_below(mark, areas) if isinstance(mark, Words) and mark.white else None
        if band is None:
            areas.append([mark])
        else:
            band.append(mark)
    return areas


def _band_below(words: Words, areas: Sequence[list[Mark]]) -> list[Mark] | None:
    for area in reversed(areas):
        match area[0]:
            case Block(left, top, width, height):
                if 0 <= words.left - left <= width and 0 <= words.baseline - top <= height:
                    return area
    return None


@lru_cache(maxsize=1024)
def _field(area: Sequence[Mark], dot: float, width: int, height: int) -> bytes:
    """Return the marks as one picture, less what of it lies beyond the page.

    Kept for a while: an office's own name stands at the same place on all its labels.
    """
    ink = dots.overlaid([dots.ink(mark, dot) for mark in area]).within(width, height)
    packed = np.packbits(ink.dots, axis=1)
    row = packed.shape[1]
    rows = _MOST_BYTES // max(row, 1)
    return b"".join(
        b"^FO%d,%d%s^FS" % (ink.left, ink.top + first, _graphic(piece.tobytes(), row))
        for first in range(0, len(packed), rows)
        if (piece := packed[first : first + rows]).any()
    )


def _graphic(packed: bytes, row: int) -> bytes:
    """Return the ^GF, deflated: rows of so many bytes, the first dot of a byte its highest bit."""
    data = b64encode(zlib_compress(packed, 1))
    size = len(packed)
    return b"^GFA,%d,%d,%d,:Z64:%s:%04X" % (size, size, row, data, crc_hqx(data, 0))
