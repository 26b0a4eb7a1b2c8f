"""Which letters we can set, how far words run, and how they wrap and shrink to fit their place.

Be Vietnam Pro has every Vietnamese letter as one composed glyph, so text is brought to NFC and
needs no shaping. Words that would not fit at a readable size are refused, never cut.
"""

# reportlab has no types of its own.
# mypy: disallow-untyped-calls=False

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import fontpkg_be_vietnam_pro
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from labels.drawing import MM_PER_POINT
from labels.faults import Unprintable, Why

LEADING = 1.32
"""From line to line, in sizes: stacked accents such as those of Ẩ need more than Latin type."""
CAP_HEIGHT = 0.74
ACCENTED_HEIGHT = 1.72
"""Of a band with capitals in its middle and Ẩ, 1.23 sizes high, not beyond it."""
SMALLEST_PT = 6.0
_STEP_PT = 0.5
_HAIR = 1e-6
"""So that a place made to measure is not too small by a rounding of its floats."""


def _face(weight: str) -> TTFont:
    file = fontpkg_be_vietnam_pro.ROOT / "files" / f"BeVietnamPro-{weight}.ttf"
    # Without asciiReadable only the letters in use are embedded, not all of ASCII besides.
    font = TTFont(f"BeVietnamPro-{weight}", str(file), asciiReadable=False)
    pdfmetrics.registerFont(font)
    return font


# Read at import, because two threads that found them missing would each make their own.
FACES = {False: _face("Regular"), True: _face("Bold")}
"""The fonts, by whether they are bold; reportlab knows them by their `fontName`."""


@lru_cache(maxsize=4096)
def _ems(text: str, *, bold: bool) -> float:
    return float(FACES[bold].stringWidth(text, 1))


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Words that begin a line of their own; `scale` is their size beside their neighbours'."""

    text: str
    bold: bool = False
    scale: float = 1.0

    def line(self, text: str, size_pt: float) -> "Line":
        """Return some of these words as one line, where the neighbours have `size_pt`."""
        return Line(text, max(size_pt * self.scale, SMALLEST_PT), self.bold)


@dataclass(frozen=True, slots=True)
class Line:
    """One line that is known to fit its width."""

    text: str
    size_pt: float
    bold: bool = False

    @property
    def width(self) -> float:
        """How far the words run."""
        return _ems(self.text, bold=self.bold) * self.size_pt * MM_PER_POINT

    @property
    def height(self) -> float:
        """Down to the next line."""
        return self.size_pt * LEADING * MM_PER_POINT


def settable(text: str) -> str:
    """Return the text as it can be set: NFC, single spaces, no invisible signs.

    A sign that the font lacks is taken apart if that helps ("№" to "No"). Raises Unprintable.
    """
    composed = unicodedata.normalize("NFC", text)
    seen = "".join(_letter(sign) for sign in composed if unicodedata.category(sign) != "Cf")
    return " ".join(seen.split())


@lru_cache(maxsize=1024)
def _letter(sign: str) -> str:
    known = FACES[True].face.charToGlyph
    for letters in (sign, unicodedata.normalize("NFKC", sign)):
        if all(ord(letter) in known or letter.isspace() for letter in letters):
            return letters
    raise Unprintable(sign, Why.NO_SUCH_LETTER)


def fit(
    paragraphs: Sequence[Paragraph], *, wide: float, high: float, largest_pt: float
) -> list[Line]:
    """Return the lines, at the largest size at which all stand within `wide` and `high`.

    A word is broken only at the smallest size, where nothing else helps. Raises Unprintable.
    """
    words = _settable(paragraphs)
    for size in sizes(largest_pt):
        lines = [line for each in words for line in _wrapped(each, size, wide)]
        whole = size == SMALLEST_PT or all(_unbroken(each, size, wide) for each in words)
        if whole and sum(line.height for line in lines) <= high + _HAIR:
            return lines
    raise Unprintable(" / ".join(each.text for each in words), Why.TOO_MANY_WORDS)


def least_height(paragraphs: Sequence[Paragraph], *, wide: float) -> float:
    """Return the height that the words need at the smallest size."""
    words = _settable(paragraphs)
    return sum(line.height for each in words for line in _wrapped(each, SMALLEST_PT, wide))


def _settable(paragraphs: Sequence[Paragraph]) -> list[Paragraph]:
    words = (replace(each, text=settable(each.text)) for each in paragraphs)
    return [each for each in words if each.text]


def sizes(largest_pt: float) -> Iterator[float]:
    """Yield the sizes to try, from the largest down to the smallest that can be read."""
    size = largest_pt
    while size > SMALLEST_PT:
        yield size
        size -= _STEP_PT
    yield SMALLEST_PT


def _unbroken(paragraph: Paragraph, size: float, wide: float) -> bool:
    return all(paragraph.line(word, size).width <= wide for word in paragraph.text.split())


def _wrapped(paragraph: Paragraph, size: float, wide: float) -> Iterator[Line]:
    held = ""
    for word in paragraph.text.split():
        longer = f"{held} {word}".strip()
        if paragraph.line(longer, size).width <= wide:
            held = longer
            continue
        *full, rest = _pieces(paragraph, word, size, wide)
        yield from (paragraph.line(text, size) for text in (held, *full) if text)
        held = rest
    yield paragraph.line(held, size)


def _pieces(paragraph: Paragraph, word: str, size: float, wide: float) -> Iterator[str]:
    """Yield the word, in as many pieces as the width asks for."""
    piece = ""
    for letter in word:
        if piece and paragraph.line(piece + letter, size).width > wide:
            yield piece
            piece = ""
        piece += letter
    yield piece
