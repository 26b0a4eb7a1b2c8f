"""An envelope, printed on itself or on the sheet that shows through its window.

The recipient stands where the window of a business envelope is: 90 by 45 mm, 20 mm from the left
and 15 mm from the lower edge (DIN 680, for DL and C5 alike).
"""

from collections.abc import Iterator
from dataclasses import dataclass

from labels.drawing import Mark, Page
from labels.label import Party
from labels.layout import parts
from labels.layout.boxes import Box
from labels.lettering import Paragraph
from labels.paper import Medium
from labels.papers import sheet, strips
from labels.papers.strips import Strip, below, gap, text

_SIZES = {
    "dl": Medium("dl", 220, 110, dpi=600, margin=10),
    "c5": Medium("c5", 229, 162, dpi=600, margin=10),
}
SIZES = tuple(_SIZES)

_WINDOW = (90.0, 45.0)
_FROM_LEFT, _FROM_BELOW = 20.0, 15.0
_PLAY = 5.0
"""How far a sheet may slip in its envelope before a word is hidden."""
_SENDER = (100.0, 24.0)
_BARS_HIGH = 12.0


@dataclass(frozen=True, slots=True)
class Envelope:
    """The words of one envelope."""

    sender: Party
    recipient: Party
    tracking_number: str
    carrier: str


def pages(envelope: Envelope, size: str = "dl") -> list[Page]:
    """Return one page as large as the envelope. Raises Unprintable."""
    medium = _SIZES[size]
    return [sheet.page(medium, _marks(envelope, size))]


def window(size: str) -> Box:
    """Return where the window of an envelope of this size is."""
    wide, high = _WINDOW
    return Box(_FROM_LEFT, _SIZES[size].height - _FROM_BELOW - high, wide, high)


def _marks(envelope: Envelope, size: str) -> Iterator[Mark]:
    medium = _SIZES[size]
    edge = medium.margin
    yield from _party(Box(edge, edge, *_SENDER), "Người gửi · From", envelope.sender, 10)
    seen = window(size)
    place = Box(
        seen.left + _PLAY, seen.top + _PLAY, seen.width - 2 * _PLAY, seen.height - 2 * _PLAY
    )
    yield from _party(place, "Người nhận · To", envelope.recipient, 13)
    rest = Box(seen.right + _PLAY, seen.top, medium.width - edge - seen.right - _PLAY, seen.height)
    number = _number(rest, envelope, medium)
    yield from number.at(rest.top + rest.height - number.height)


def _party(box: Box, heading: str, who: Party, largest_pt: float) -> Iterator[Mark]:
    words = [Paragraph(heading, scale=0.6), *parts.party(who)]
    yield from parts.words(box, *words, largest_pt=largest_pt)


def _number(box: Box, envelope: Envelope, medium: Medium) -> Strip:
    return below(
        text(box, Paragraph(envelope.carrier), size_pt=9, across=0.5),
        gap(1),
        strips.code(box, envelope.tracking_number, medium, high=_BARS_HIGH, size_pt=12),
    )
