"""Imposition: labels to pages, each moved to its sticker, or to where the printer puts it."""

from collections.abc import Iterable, Iterator, Sequence

from labels.drawing import Block, Mark, Page, Symbol, Words
from labels.faults import NoSuchPlace, TooFarAstray
from labels.paper import Medium

FARTHEST = 5.0
"""Millimetres. A printer that is further astray has the wrong paper in it."""


def farthest(medium: Medium) -> float:
    """Return how far all may be moved on this paper, and nothing of a label leaves it."""
    return min(FARTHEST, medium.slack)


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
        marks = (mark for place, label in sheet for mark in _all_moved(label, *place))
        yield offset_page(medium, marks, offset)


def offset_page(medium: Medium, marks: Iterable[Mark], offset: tuple[float, float]) -> Page:
    """Return the page, a whole number of dots wide and high: A4 is 210.02 by 297.01 mm.

    Everything on it is moved to the right and down by the offset, in whole dots.
    Raises TooFarAstray.
    """
    # Not a number is neither more nor less than anything.
    if not all(abs(length) <= farthest(medium) for length in offset):
        raise TooFarAstray(farthest(medium))
    there = _all_moved(marks, *(medium.on_dots(length) for length in offset))
    return Page(medium.on_dots(medium.width), medium.on_dots(medium.height), tuple(there))


def _all_moved(marks: Iterable[Mark], across: float, down: float) -> Iterable[Mark]:
    return (moved(mark, across, down) for mark in marks) if across or down else marks


def moved(mark: Mark, across: float, down: float) -> Mark:
    """Return the mark, so far to the right and down."""
    match mark:
        case Words(left, baseline):
            return mark._replace(left=left + across, baseline=baseline + down)
        case Block(left, top) | Symbol(left, top):
            return mark._replace(left=left + across, top=top + down)
