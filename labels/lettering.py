"""Which letters we can set, how far words run, and how they wrap and shrink to fit their place.

Be Vietnam Pro has every letter of Vietnamese as one composed glyph, so text is brought to NFC and
needs no shaping; letters of other peoples are drawn, see `faces.py`. Words that would not fit at a
readable size are refused, never cut.
"""

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from math import ceil
from typing import NamedTuple

from labels.drawing import MM_PER_POINT
from labels.faces import FACES
from labels.faults import Unprintable, Why
from labels.letters import is_mark, letters

LEADING = 1.32
"""From line to line, in sizes: stacked accents such as those of Ẩ need more than Latin type."""
CAP_HEIGHT = 0.74
ACCENTED_HEIGHT = 1.72
"""Of a band with capitals in its middle and Ẩ, 1.23 sizes high, not beyond it."""
SMALLEST_PT = 6.0
_STEP_PT = 0.5
_WORD = re.compile(r"(?:ĐT: )?\+?\d+(?: \d+)+\S*|\S+")
"""What no line may break: groups of digits are one number, a telephone's as a rule."""
_HAIR = 1e-6
"""So that a place made to measure is not too small by a rounding of its floats."""


def _thousandth(size_pt: float) -> float:
    return size_pt * MM_PER_POINT / 1000


class Paragraph(NamedTuple):
    """Words that begin a line of their own; `scale` is their size beside their neighbours'."""

    text: str
    bold: bool = False
    scale: float = 1.0

    def size(self, size_pt: float) -> float:
        """Return the size of these words, where the neighbours have `size_pt`."""
        return max(size_pt * self.scale, SMALLEST_PT)


class Line(NamedTuple):
    """One line that is known to fit its width."""

    text: str
    size_pt: float
    bold: bool = False

    @property
    def width(self) -> float:
        """How far the words run."""
        return FACES[self.bold].run(self.text) * _thousandth(self.size_pt)

    @property
    def height(self) -> float:
        """Down to the next line."""
        return _leading(self.size_pt)


def _leading(size_pt: float) -> float:
    return size_pt * LEADING * MM_PER_POINT


@lru_cache(maxsize=4096)
def settable(text: str) -> str:
    """Return the text as it can be set: NFC, single spaces, no invisible signs.

    A sign that the face lacks is taken apart if that helps ("№" to "No"). Raises Unprintable.
    """
    plain = " ".join(unicodedata.normalize("NFC", text).translate(_LETTERS).split())
    for letter in letters(plain):
        if len(letter) > 1 and not FACES[True].has(letter):
            raise Unprintable(letter, Why.NO_SUCH_LETTER)
    return plain


class _Letters(dict[int, str]):
    """What is set for each sign, worked out when the sign first comes."""

    def __missing__(self, code: int) -> str:
        self[code] = _letters(chr(code))
        return self[code]


_LETTERS = _Letters()


def _letters(sign: str) -> str:
    if unicodedata.category(sign) == "Cf":
        return ""
    if is_mark(sign):
        return sign  # judged with the letter on which it stands
    face = FACES[True]
    for text in (sign, unicodedata.normalize("NFKC", sign)):
        if all(letter in face.glyphs or letter.isspace() for letter in text):
            return text
    if face.has(sign):
        return sign
    raise Unprintable(sign, Why.NO_SUCH_LETTER)


def fit(
    paragraphs: Sequence[Paragraph], *, wide: float, high: float, largest_pt: float
) -> list[Line]:
    """Return the lines, at the largest size at which all stand within `wide` and `high`.

    A word is broken only at the smallest size, where nothing else helps. Raises Unprintable.
    """
    return list(_fit(tuple(paragraphs), wide, high, largest_pt))


# The centre, and what a label says of itself, are the same on one label after another.
@lru_cache(maxsize=1024)
def _fit(
    paragraphs: tuple[Paragraph, ...], wide: float, high: float, largest_pt: float
) -> list[Line]:
    measured = _measured(paragraphs)
    to_try = sizes(largest_pt)
    lines = _laid(measured, to_try[0], wide, high)
    if lines is None:
        # What fits at one size, fits at all smaller ones.
        fits = bisect_left(to_try, True, key=lambda size: bool(_laid(measured, size, wide, high)))
        lines = _laid(measured, to_try[min(fits, len(to_try) - 1)], wide, high)
    if lines is None:
        raise Unprintable(" / ".join(each.text for each in measured), Why.TOO_MANY_WORDS)
    return lines


def _laid(
    measured: Sequence["_Measured"], size: float, wide: float, high: float
) -> list[Line] | None:
    """Return the lines at that size, if all stand within the place."""
    if size > SMALLEST_PT and not all(each.is_whole(size, wide) for each in measured):
        return None
    lines = [line for each in measured for line in each.lines(size, wide)]
    return lines if sum(line.height for line in lines) <= high + _HAIR else None


def least_height(paragraphs: Sequence[Paragraph], *, wide: float) -> float:
    """Return the height that the words need at the smallest size."""
    return _least_height(tuple(paragraphs), wide)


@lru_cache(maxsize=1024)
def _least_height(paragraphs: tuple[Paragraph, ...], wide: float) -> float:
    return sum(each.height(SMALLEST_PT, wide) for each in _measured(paragraphs))


@lru_cache(maxsize=64)
def sizes(largest_pt: float) -> Sequence[float]:
    """Return the sizes to try, from the largest down to the smallest that can be read."""
    steps = ceil((largest_pt - SMALLEST_PT) / _STEP_PT)
    return [*(largest_pt - step * _STEP_PT for step in range(steps)), SMALLEST_PT]


def _measured(paragraphs: Iterable[Paragraph]) -> list["_Measured"]:
    measured = (_Measured.of(each) for each in paragraphs)
    return [each for each in measured if each.words]


class _Measured(NamedTuple):
    """A paragraph's words, and how far they run, in thousandths of the size."""

    paragraph: Paragraph
    text: str
    words: tuple[str, ...]
    runs: tuple[int, ...]
    whole: int
    """All of them on one line."""
    longest: int

    @staticmethod
    @lru_cache(maxsize=1024)
    def of(paragraph: Paragraph) -> "_Measured":
        text, run = settable(paragraph.text), FACES[paragraph.bold].run
        words = tuple(_WORD.findall(text))
        runs = tuple(map(run, words))
        return _Measured(paragraph, text, words, runs, run(text), max(runs, default=0))

    def is_whole(self, size_pt: float, wide: float) -> bool:
        """Whether no word has to be broken."""
        return self.longest * _thousandth(self.paragraph.size(size_pt)) <= wide

    def height(self, size_pt: float, wide: float) -> float:
        size = self.paragraph.size(size_pt)
        return len(self._wrapped(size, wide)) * _leading(size)

    def lines(self, size_pt: float, wide: float) -> Iterator[Line]:
        size = self.paragraph.size(size_pt)
        return (Line(text, size, self.paragraph.bold) for text in self._wrapped(size, wide))

    def _wrapped(self, size: float, wide: float) -> list[str]:
        """Return the words as lines, each with as many as it can hold."""
        thousandth = _thousandth(size)
        if self.whole * thousandth <= wide:
            return [self.text]
        space = FACES[self.paragraph.bold].run(" ")
        lines: list[list[str]] = []
        length = 0
        for word, run in self._pieces(thousandth, wide):
            length += space + run
            if not lines or length * thousandth > wide:
                lines.append([])
                length = run
            lines[-1].append(word)
        return [" ".join(line) for line in lines]

    def _pieces(self, thousandth: float, wide: float) -> Iterator[tuple[str, int]]:
        """Yield the words and how far they run, those that are too long in pieces."""
        for word, run in zip(self.words, self.runs, strict=True):
            if run * thousandth <= wide:
                yield word, run
            else:
                yield from self._broken(word, thousandth, wide)

    def _broken(self, word: str, thousandth: float, wide: float) -> Iterator[tuple[str, int]]:
        start = run = 0
        whole = letters(word)
        for at, letter in enumerate(whole):
            further = FACES[self.paragraph.bold].run(letter)
            if at > start and (run + further) * thousandth > wide:
                yield "".join(whole[start:at]), run
                start, run = at, 0
            run += further
        yield "".join(whole[start:]), run
