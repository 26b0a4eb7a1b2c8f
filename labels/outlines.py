"""Letters as outlines, so that words look the same where their font is not installed."""

# fontTools has few types of its own.
# mypy: disallow-untyped-calls=False

from functools import lru_cache
from threading import Lock
from typing import Any, NamedTuple

from fontTools.pens.svgPathPen import SVGPathPen
from fontTools.ttLib import TTFont

from labels import lettering
from labels.faults import Unprintable, Why

_FONTS: dict[bool, Any] = {
    bold: TTFont(face.face.filename) for bold, face in lettering.FACES.items()
}
_GLYPHS: dict[bool, Any] = {bold: font.getGlyphSet() for bold, font in _FONTS.items()}
_NAMES: dict[bool, dict[int, str]] = {bold: font.getBestCmap() for bold, font in _FONTS.items()}
_ONE_AT_A_TIME = Lock()
"""A letter is unpacked when it is first asked for; two threads would do so over each other."""
UNITS = int(_FONTS[False]["head"].unitsPerEm)
"""In the font's em, for both weights."""


class Outline(NamedTuple):
    """A letter that stands at 0, in the font's units with y upwards."""

    path: str
    """As SVG writes it."""
    advance: float
    """Where the next letter stands."""


@lru_cache(maxsize=1024)
def of(letter: str, *, bold: bool) -> Outline:
    """Return the letter. Raises Unprintable if the font lacks it: it would be left out unseen."""
    name = _NAMES[bold].get(ord(letter))
    if name is None:
        raise Unprintable(letter, Why.NO_SUCH_LETTER)
    with _ONE_AT_A_TIME:
        glyph = _GLYPHS[bold][name]
        pen = SVGPathPen(_GLYPHS[bold])
        glyph.draw(pen)
        return Outline(pen.getCommands(), glyph.width)
