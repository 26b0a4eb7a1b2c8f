"""From labels to pages: each moved to its sticker, or to where the printer really puts it."""

from collections.abc import Iterable, Iterator, Sequence

from labels.drawing import Block, Mark, Page, Symbol, Words
from labels.faults import NoSuchPlace, TooFarAstray
from labels.paper import Medium

FARTHEST = 5.0
"""Millimetres. A printer that is further astray has the wrong paper in it."""

Marks = tuple[Mark, ...]


def imposed(
    labels: Sequence[Marks], medium: Medium, *, skip: int, offset: tuple[float, float]
) -> Iterator[Page]:
    """Yield the pages, with the labels in the order given, after `skip` places left free."""
    places = medium.places
    if not 0 <= skip < len(places):
        raise NoSuchPlace(skip, len(places))
    waiting: list[Marks] = [()] * skip + list(labels)
    for first in range(0, len(waiting), len(places)):
        sheet = zip(places, waiting[first : first + len(places)], strict=False)
        marks = (moved(mark, *place) for place, label in sheet for mark in label)
        yield offset_page(medium, marks, offset)


def offset_page(medium: Medium, marks: Iterable[Mark], offset: tuple[float, float]) -> Page:
    """Return the page, a whole number of dots wide and high: A4 is 210.02 by 297.01 mm.

    Everything on it is moved to the right and down by the offset, in whole dots.
    Raises TooFarAstray.
    """
    # Not a number is neither more nor less than anything.
    if not all(abs(length) <= FARTHEST for length in offset):
        raise TooFarAstray(FARTHEST)
    across, down = (medium.on_dots(length) for length in offset)
    there = (moved(mark, across, down) for mark in marks) if across or down else marks
    return Page(medium.on_dots(medium.width), medium.on_dots(medium.height), tuple(there))


def moved(mark: Mark, across: float, down: float) -> Mark:
    """Return the mark, so far to the right and down."""
    match mark:
        case Words(left, baseline, text, size_pt, bold, white):
            return Words(left + across, baseline + down, text, size_pt, bold, white)
        case Block(left, top, width, height):
            return Block(left + across, top + down, width, height)
        case Symbol(left, top, rows, module, row_height, turned, says):
            return Symbol(left + across, top + down, rows, module, row_height, turned, says)
