"""A checkpoint of the record's log, small, between those who sign: its QR code and its short form.

Their signatures stand beside it, so that the sheet which they keep binds all that was recorded.
"""

from dataclasses import dataclass

from labels.layout.boxes import Box
from labels.lettering import Paragraph
from labels.paper import Medium
from labels.papers import strips
from labels.papers.strips import Strip, below, text

WIDE = 30.0
_QR_SIDE = 17.5
"""Of the code's place with its quiet zone."""
_SIZE_PT = 6.0


@dataclass(frozen=True, slots=True)
class Anchor:
    """How the log stood when the paper was printed."""

    short: str
    """Groups with hyphens between, of which the first is the log's size; for eyes."""
    qr: str
    """The same in full."""


def strip(box: Box, anchor: Anchor, medium: Medium) -> Strip:
    """Return it in the middle of a box that is at least so WIDE."""
    size, _, root = anchor.short.partition("-")
    lines = Paragraph(f"Nhật ký · Log {size}"), Paragraph(root)
    middle = box._replace(left=box.left + (box.width - _QR_SIDE) / 2, width=_QR_SIDE)
    return below(
        strips.qr_code(middle, anchor.qr, medium),
        text(box, *lines, size_pt=_SIZE_PT, across=0.5),
    )
