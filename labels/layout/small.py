"""Stickers of about 64 by 34 mm, and of 48 by 25: what a scanner and a hand need, nothing else.

A parcel has its bars, its number, the count of its dossiers, its direction and its recipient; of
the sender, the name, where there is room. Lower than 30 mm, it has no QR code, which says no more
than the bars, and of the recipient only the name; then the direction gives way where there is no
room. A folder has its code and day and, where there is room, its procedure and then its office; a
code that is too long for bars across the sticker has its QR code alone.
"""

from collections.abc import Generator, Iterator

from labels.bars import grouped
from labels.drawing import Mark, Symbol
from labels.label import DossierLabel, ParcelLabel
from labels.layout import parts, symbols
from labels.layout.boxes import Box
from labels.lettering import Paragraph
from labels.paper import Medium

_BARS = 9.0
"""The least that UPU S10 allows."""
_NUMBER = 3.4
_NUMBER_PT = 8.0
_ASIDE_PT = 6.0
_GAP = 0.6
_WORDS_PT = 8.0
_TINY = 30.0


def parcel(label: ParcelLabel, medium: Medium) -> Iterator[Mark]:
    """Draw a parcel's label. Raises Unprintable."""
    bars = symbols.parcel_bars(label.tracking_number, medium, high=_BARS)
    again = parts.reprint(label)
    count = f"{len(label.dossier_codes)} hồ sơ"
    if medium.label_height < _TINY:
        rest = yield from _top(medium, bars, label.tracking_number, count)
        yield from parts.first_to_fit(rest, *_tiny_choices(label), largest_pt=_WORDS_PT)
        return
    aside = f"{count} · {again}" if again else count
    rest = yield from _top(medium, bars, label.tracking_number, aside)
    beside, qr = symbols.qr_in_corner(rest, label.qr, medium)
    yield qr
    yield from parts.first_to_fit(beside, *_choices(label), largest_pt=_WORDS_PT)


def dossier(label: DossierLabel, medium: Medium) -> Iterator[Mark]:
    """Draw a folder's label. Raises Unprintable."""
    bars = symbols.code_bars(label.code, medium, high=_BARS)
    rest = yield from _top(medium, bars, label.code, parts.reprint(label))
    beside, qr = symbols.qr_in_corner(rest, label.qr, medium)
    yield qr
    day = Paragraph(f"Tiếp nhận {label.received_on}", scale=0.8)
    procedure = Paragraph(label.procedure, bold=True)
    office = Paragraph(label.office, scale=0.8)
    yield from parts.first_to_fit(
        beside, [procedure, day, office], [procedure, day], [day], largest_pt=_WORDS_PT
    )


def _top(medium: Medium, bars: Symbol | None, code: str, aside: str) -> Generator[Mark, None, Box]:
    """Set the bars, the code below them and words beside it; return what is left."""
    inside = symbols.inside(medium, bars)
    high = symbols.height_of_code(bars, 0)
    top, number, rest = inside.rows(high, _NUMBER, None, gap=_GAP)
    yield from symbols.placed(bars, top, medium)
    yield from parts.two_sided(number, grouped(code), aside, size_pt=_NUMBER_PT, aside_pt=_ASIDE_PT)
    return rest


def _choices(label: ParcelLabel) -> Iterator[list[Paragraph]]:
    known = [Paragraph(label.direction_text, bold=True), *parts.close_party(label.recipient)]
    yield [*known, Paragraph(f"Từ: {label.sender.name}", scale=0.8)]
    yield known


def _tiny_choices(label: ParcelLabel) -> Iterator[list[Paragraph]]:
    again = Paragraph(parts.reprint(label))
    recipient = Paragraph(f"Đến: {label.recipient.name}", bold=True)
    yield [Paragraph(label.direction_text, bold=True), recipient, again]
    yield [recipient, again]
