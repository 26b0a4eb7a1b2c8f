"""What forms are made of: strips that lie below each other, each as high as its words need.

A strip knows its height and how it is drawn at a height of the page; where it is across the page
was settled when it was made. So a list can be cut into pages before anything is drawn.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import inf
from typing import NamedTuple

from labels import bars, lettering, qr
from labels.drawing import Block, Mark, Symbol
from labels.faults import Unprintable, Why
from labels.layout import parts
from labels.layout.boxes import Box
from labels.lettering import Paragraph
from labels.paper import BARS_QUIET_MODULES, QR_QUIET_MODULES, Medium

HAIRLINE = 0.18
"""The rules of a form: thinner than those of a label, which thermal printers have to print."""


_BELOW_BARS = 0.6
_BESIDE_BARS = 1.5


class Pair(NamedTuple):
    """Words of the form, in Vietnamese and, where there are any, in English."""

    vi: str
    en: str = ""


@dataclass(frozen=True, slots=True)
class Strip:
    """Something that runs across the page; `at` draws it, given the distance from the top."""

    height: float
    at: Callable[[float], Iterable[Mark]]


def gap(height: float) -> Strip:
    return Strip(height, lambda _: ())


def text(box: Box, *paragraphs: Paragraph, size_pt: float, across: float = 0) -> Strip:
    """Return words as wide as the box, at that size unless a single word is too long for it.

    `across` is their place: 0 at the left, 0.5 in the middle, 1 at the right.
    """
    lines = lettering.fit(paragraphs, wide=box.width, high=inf, largest_pt=size_pt)

    def at(top: float) -> Iterator[Mark]:
        for each in lines:
            yield parts.line(each, box.left + (box.width - each.width) * across, top)
            top += each.height

    return Strip(sum(each.height for each in lines), at)


def lines(box: Box, *paragraphs: Paragraph, size_pt: float, across: float = 0) -> Iterator[Strip]:
    """Yield words as `text` has them, each line a strip, so that a page may end between them."""
    for each in lettering.fit(paragraphs, wide=box.width, high=inf, largest_pt=size_pt):
        yield text(box, Paragraph(each.text, each.bold), size_pt=each.size_pt, across=across)


def both(box: Box, words: Pair, *, size_pt: float, bold: bool = False, across: float = 0) -> Strip:
    """Return words of the form, the English smaller below the Vietnamese."""
    paragraphs = Paragraph(words.vi, bold=bold), Paragraph(words.en, scale=0.72)
    return text(box, *paragraphs, size_pt=size_pt, across=across)


def rule(box: Box, *, thick: float = HAIRLINE) -> Strip:
    return Strip(thick, lambda top: (Block(box.left, top, box.width, thick),))


def beside(*strips: Strip) -> Strip:
    """Return strips that share their upper edge."""
    return Strip(
        max(each.height for each in strips),
        lambda top: (mark for each in strips for mark in each.at(top)),
    )


def below(*strips: Strip) -> Strip:
    """Return strips below each other as one, which no page break divides."""
    return Strip(sum(each.height for each in strips), lambda top: stacked(strips, top))


def stacked(strips: Iterable[Strip], top: float) -> Iterator[Mark]:
    """Draw strips below each other."""
    for each in strips:
        yield from each.at(top)
        top += each.height


def height(strips: Iterable[Strip]) -> float:
    return sum(each.height for each in strips)


def code(box: Box, says: str, medium: Medium, *, high: float, size_pt: float) -> Strip:
    """Return a code in the middle of the box: its bars, and below them itself for human eyes.

    A code too long for bars in this box stands there without. Raises Unprintable if it is none.
    """
    spoken = text(box, Paragraph(bars.grouped(says), bold=True), size_pt=size_pt, across=0.5)
    symbol = _bars(box, says, medium, high)
    return below(symbol, gap(_BELOW_BARS), spoken) if symbol else spoken


def code_beside(
    box: Box, says: str, medium: Medium, *, high: float, size_pt: float, wide: float
) -> Strip:
    """Return a code in so wide a part of the box, and itself for human eyes to the right of it.

    It takes two thirds of the height of one with its words below. Raises Unprintable if it is none.
    """
    place, words = box.columns(wide, None, gap=0)
    symbol, spoken = _bars(place, says, medium, high), Paragraph(bars.grouped(says), bold=True)
    if symbol is None:
        return text(box, spoken, size_pt=size_pt, across=0.5)
    return beside(symbol, below(gap(_BESIDE_BARS), text(words, spoken, size_pt=size_pt)))


def _bars(box: Box, says: str, medium: Medium, high: float) -> Strip | None:
    """Return the bars, as wide as fit with their quiet zones."""
    rows = (bars.modules(says),)
    for module in medium.bar_modules:
        long = len(rows[0]) * module
        # One dot to spare, since the middle may be half a dot off.
        if long + 2 * BARS_QUIET_MODULES * module + medium.dot <= box.width:
            left = medium.on_dots(box.left + (box.width - long) / 2)
            drawn = Symbol(left, 0, rows, module, medium.on_dots(high), says=says)
            return _symbol(drawn, medium, height=high)
    return None


def qr_code(box: Box, says: str, medium: Medium) -> Strip:
    """Return a QR code as large as whole dots allow, in a square with its quiet zone.

    Raises Unprintable.
    """
    rows = qr.modules(says)
    for module in medium.qr_modules:
        quiet = QR_QUIET_MODULES * module
        if len(rows) * module + 2 * quiet <= box.width:
            drawn = Symbol(medium.up_to_dots(box.left + quiet), 0, rows, module, module)
            return _symbol(drawn, medium, height=box.width, inset=quiet)
    raise Unprintable(says, Why.TOO_LONG)


def _symbol(drawn: Symbol, medium: Medium, *, height: float, inset: float = 0) -> Strip:
    """Return a symbol as a strip, so far below its upper edge; its own top counts for nothing."""
    return Strip(height, lambda top: (drawn._replace(top=medium.up_to_dots(top + inset)),))


def paged(strips: Sequence[Strip], *, first: float, others: float) -> Iterator[list[Strip]]:
    """Yield the strips of each page, whose rooms are so high. What is higher overflows its page.

    What the first page has no room for, beside its head, comes on the second.
    """
    page: list[Strip] = []
    room = first
    for each in strips:
        if height(page) + each.height > room and (page or room < others):
            yield page
            page, room = [], others
        page.append(each)
    yield page
