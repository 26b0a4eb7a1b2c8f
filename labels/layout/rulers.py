"""A sheet to print on stickers and look at: how far is this printer astray?

Every sticker has its outline, a cross in its middle, and a ruler in millimetres across its left
and its upper edge. The number at which the real edge crosses a ruler is the offset to set.
"""

from collections.abc import Iterator

from labels.drawing import Block, Mark
from labels.layout import parts
from labels.layout.boxes import Box
from labels.lettering import SMALLEST_PT, Line, Paragraph
from labels.paper import Medium

_HAIRLINE = 0.2
_REACH = 5
"""Millimetres to either side of the edge."""
_ADVICE = "Mép tem cắt vạch nào, nhập số mm ấy (vào trong là +)"


def marks(medium: Medium) -> Iterator[Mark]:
    """Yield all that is on the sheet. Each ruler ends where the paper ends."""
    for number, (left, top) in enumerate(medium.places, start=1):
        sticker = Box(left, top, medium.label_width, medium.label_height)
        yield from _outline(sticker)
        yield from _cross(sticker)
        yield from _words(sticker, f"{medium.name} · {number}")
        yield from (tick for tick in _rulers(sticker) if min(tick.left, tick.top) >= 0)


def _outline(box: Box) -> Iterator[Block]:
    yield Block(box.left, box.top, box.width, _HAIRLINE)
    yield Block(box.left, box.top + box.height - _HAIRLINE, box.width, _HAIRLINE)
    yield Block(box.left, box.top, _HAIRLINE, box.height)
    yield Block(box.right - _HAIRLINE, box.top, _HAIRLINE, box.height)


def _cross(box: Box) -> Iterator[Block]:
    across, down, arm = box.left + box.width / 2, box.top + box.height / 2, 2.0
    yield Block(across - arm, down - _HAIRLINE / 2, 2 * arm, _HAIRLINE)
    yield Block(across - _HAIRLINE / 2, down - arm, _HAIRLINE, 2 * arm)


def _rulers(box: Box) -> Iterator[Block]:
    """Yield the marks of both rulers: longer at 0 and at 5."""
    for mm in range(-_REACH, _REACH + 1):
        long = 2.0 if mm % _REACH else 4.0
        at = mm - _HAIRLINE / 2
        yield Block(box.left + at, _middle(box) - long / 2, _HAIRLINE, long)
        yield Block(_upright(box) - long / 2, box.top + at, long, _HAIRLINE)


def _middle(box: Box) -> float:
    return box.top + box.height / 2


def _upright(box: Box) -> float:
    """Return where the upper edge has its ruler: clear of the words of the sticker above."""
    return box.right - 5


def _words(box: Box, name: str) -> Iterator[Mark]:
    plus = Line(f"+{_REACH}", SMALLEST_PT)
    yield parts.line(plus, box.left + _REACH + 0.8, _middle(box) - 1.5)
    yield parts.line(plus, _upright(box) - 2.5 - plus.width, box.top + _REACH - 1.5)
    left, width = box.left + 9, box.width - 19
    above = Box(left, box.top + 2, width, box.height / 2 - 4.5)
    below = Box(left, _middle(box) + 2.5, width, box.height / 2 - 3)
    yield from parts.words(above, Paragraph(name, bold=True), largest_pt=9)
    yield from parts.first_to_fit(below, [Paragraph(_ADVICE)], [], largest_pt=8)
