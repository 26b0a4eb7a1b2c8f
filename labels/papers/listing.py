"""Numbered lines over as many pages as they need: the head again on each, and page x of y.

The last line, the totals and the signatures stay on one page: nobody shall sign a page on which
nothing is listed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from labels.drawing import Block, Mark, Page
from labels.layout.boxes import Box
from labels.lettering import Paragraph
from labels.paper import Medium
from labels.papers import sheet, strips
from labels.papers.anchor import Anchor
from labels.papers.strips import Pair, Strip, below, beside, both, gap, rule, stacked, text

_SIZE_PT = 9.0
_SMALL_PT = 8.0
_TITLE_PT = 15.0
_FOOT = 6.0
"""The height of the line with the page's number, and the white above it."""
_PADDING = 1.2
"""Between a cell's words and its rules."""
_BARS_HIGH = 7.0
_CODE_WIDE = 70.0
_NARROW = 150.0
"""Where code and facts have no room beside each other, and the title none at its full size."""
_ROOM_TO_SIGN = 20.0


@dataclass(frozen=True, slots=True)
class Code:
    """A code for eyes and for a scanner; without bars where they have no room."""

    text: str
    bars_wide: float = 0
    """How much of its column the bars have, the words standing beside them; 0: below them."""


Cell = str | Code


@dataclass(frozen=True, slots=True)
class Column:
    """A column so many millimetres wide; its words at the left (0), in the middle or right (1)."""

    heading: Pair
    width: float
    across: float = 0


@dataclass(frozen=True, slots=True)
class Listing:
    """All that is on a list. Its lines are numbered here, from 1."""

    above: str
    """The authority above the office; may be empty."""
    office: str
    title: Pair
    number: str
    """Stands as bars, too; may be empty."""
    facts: Sequence[tuple[Pair, str]]
    columns: Sequence[Column]
    """Beside the first, which has the line's number."""
    lines: Sequence[Sequence[Cell]]
    totals: Sequence[tuple[Pair, str]]
    signers: Sequence[tuple[Pair, str]]
    """Who signs, and the name if it is known."""
    anchor: Anchor | None = None
    medium: Medium = sheet.A4
    form: str = ""
    """Which form of the law it is, above all else; empty if it is none."""
    numbered: Sequence[int] = ()
    """The numbers of the lines, where they do not count from 1."""
    size_pt: float = _SIZE_PT


def pages(listing: Listing) -> list[Page]:
    """Return the list's pages. Raises Unprintable."""
    box = sheet.inside(listing.medium)
    room = box.height - _FOOT
    first, again = _first_head(box, listing), _head_again(box, listing)
    drawn = list(
        strips.paged(_body(box, listing), first=room - first.height, others=room - again.height)
    )
    return [
        sheet.page(
            listing.medium,
            [
                *stacked([again if n > 1 else first, *lines], box.top),
                *_foot(box, listing.number, n, len(drawn)),
            ],
        )
        for n, lines in enumerate(drawn, start=1)
    ]


def _first_head(box: Box, listing: Listing) -> Strip:
    form = text(box, Paragraph(listing.form), size_pt=_SMALL_PT, across=1)
    title_pt = _TITLE_PT if box.width > _NARROW else _TITLE_PT * 0.73
    return below(
        *([form, gap(1)] if listing.form else []),
        sheet.state_head(
            box, listing.above, listing.office, size_pt=_SIZE_PT * title_pt / _TITLE_PT
        ),
        gap(6),
        both(box, listing.title, size_pt=title_pt, bold=True, across=0.5),
        gap(4),
        _facts_and_code(box, listing),
        gap(3),
        _headings(box, listing.columns),
    )


def _facts_and_code(box: Box, listing: Listing) -> Strip:
    if not listing.number:
        return below(*_facts(box, listing.facts))
    if box.width < _NARROW:
        return below(_number(box, listing), gap(2), *_facts(box, listing.facts))
    facts, number = box.columns(None, _CODE_WIDE, gap=4)
    return beside(below(*_facts(facts, listing.facts)), _number(number, listing))


def _head_again(box: Box, listing: Listing) -> Strip:
    title, number = box.columns(None, _CODE_WIDE, gap=4)
    words = [Paragraph(listing.title.vi, bold=True)]
    words += [Paragraph(f"{asked.vi}: {answer}") for asked, answer in listing.facts[:2]]
    return below(
        beside(text(title, *words, size_pt=_SIZE_PT), _number(number, listing)),
        gap(3),
        _headings(box, listing.columns),
    )


def _facts(box: Box, facts: Sequence[tuple[Pair, str]]) -> Iterator[Strip]:
    left, right = box.columns(36, None)
    for asked, answer in facts:
        yield beside(
            both(left, asked, size_pt=_SIZE_PT),
            text(right, Paragraph(answer, bold=True), size_pt=_SIZE_PT),
        )
        yield gap(0.8)


def _number(box: Box, listing: Listing) -> Strip:
    if not listing.number:
        return gap(0)
    size = _SIZE_PT * 1.2
    return strips.code(box, listing.number, listing.medium, high=_BARS_HIGH, size_pt=size)


_NUMBER = Column(Pair("STT", "No."), 10, 0.5)


def _places(box: Box, columns: Sequence[Column]) -> list[Box]:
    return box.columns(_NUMBER.width, *(each.width for each in columns), gap=0)


def _headings(box: Box, columns: Sequence[Column]) -> Strip:
    cells = [
        both(_padded(place), each.heading, size_pt=_SMALL_PT, bold=True, across=0.5)
        for place, each in zip(_places(box, columns), (_NUMBER, *columns), strict=True)
    ]
    return below(rule(box), _ruled(box, columns, cells))


def _padded(box: Box) -> Box:
    return Box(box.left + _PADDING, box.top, box.width - 2 * _PADDING, box.height)


def _ruled(box: Box, columns: Sequence[Column], cells: Sequence[Strip]) -> Strip:
    """Return cells with white above and below them, a rule below, and rules beside each."""
    row = below(gap(_PADDING), beside(*cells), gap(_PADDING))
    places = _places(box, columns)
    edges = [*(place.left for place in places), box.right - strips.HAIRLINE]

    def upright(top: float) -> Iterator[Mark]:
        for left in edges:
            yield Block(left, top, strips.HAIRLINE, row.height)

    return below(beside(row, Strip(row.height, upright)), rule(box))


def _body(box: Box, listing: Listing) -> list[Strip]:
    """Return the lines; the last one with all that follows it."""
    numbers = listing.numbered or range(1, len(listing.lines) + 1)
    lines = [
        _line(box, listing, (str(n), *cells))
        for n, cells in zip(numbers, listing.lines, strict=True)
    ]
    return [*lines[:-1], below(*lines[-1:], *_end(box, listing))]


def _line(box: Box, listing: Listing, cells: Sequence[Cell]) -> Strip:
    columns = listing.columns
    drawn = [
        _cell(place, each, cell, listing)
        for place, each, cell in zip(_places(box, columns), (_NUMBER, *columns), cells, strict=True)
    ]
    return _ruled(box, columns, drawn)


def _cell(box: Box, column: Column, cell: Cell, listing: Listing) -> Strip:
    size = listing.size_pt
    if isinstance(cell, Code) and cell.bars_wide:
        wide, medium = cell.bars_wide, listing.medium
        return strips.code_beside(box, cell.text, medium, high=_BARS_HIGH, size_pt=size, wide=wide)
    if isinstance(cell, Code):  # bars bring their own white
        return strips.code(box, cell.text, listing.medium, high=_BARS_HIGH, size_pt=size)
    return text(_padded(box), Paragraph(cell), size_pt=size, across=column.across)


def _end(box: Box, listing: Listing) -> Iterator[Strip]:
    yield gap(3)
    yield from _facts(box, listing.totals)
    if not listing.signers:
        return
    yield gap(4)
    yield sheet.signatures(
        box, *listing.signers, size_pt=_SIZE_PT, room=_ROOM_TO_SIGN, anchor=listing.anchor
    )


def _foot(box: Box, number: str, page: int, of: int) -> Iterator[Mark]:
    top = box.top + box.height - _FOOT + 2
    yield from text(box, Paragraph(number), size_pt=_SMALL_PT).at(top)
    ending = Paragraph(f"trang {page}/{of}")
    yield from text(box, ending, size_pt=_SMALL_PT, across=1).at(top)
