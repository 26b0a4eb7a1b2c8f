"""Letters as outlines, so that words look the same where their font is not installed."""

# fontTools has few types of its own.
# mypy: disallow-untyped-calls=False

from functools import cache, lru_cache
from threading import Lock
from typing import Any, NamedTuple

from fontTools.pens.svgPathPen import SVGPathPen
from fontTools.ttLib import TTFont

from labels.faces import FACES
from labels.letters import Drawn

UNITS = 1000
"""In the fonts' em."""
_ONE_AT_A_TIME = Lock()
"""A font is read as its letters are asked for; two threads would read in each other's place."""


class Outline(NamedTuple):
    """A letter that stands at 0, in the font's units with y upwards."""

    path: str
    """As SVG writes it."""
    advance: float
    """Where the next letter stands."""


@lru_cache(maxsize=1024)
def of(letter: str, *, bold: bool) -> Outline:
    """Return the letter. Raises Unprintable if the font lacks it: it would be left out unseen."""
    with _ONE_AT_A_TIME:
        font = _font(bold)
        if letter not in FACES[bold].glyphs:
            return _drawn(FACES[bold].sure(letter))
        name = font.getBestCmap()[ord(letter)]
        glyphs = font.getGlyphSet()
        pen = SVGPathPen(glyphs)
        glyphs[name].draw(pen)
        return Outline(pen.getCommands(), glyphs[name].width)


def _drawn(letter: Drawn) -> Outline:
    pen = SVGPathPen(None)
    letter.replay(pen)
    return Outline(pen.getCommands(), letter.advance)


@cache
def _font(bold: bool) -> Any:
    return TTFont(FACES[bold].file)
