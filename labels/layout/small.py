"""Stickers of about 64 by 34 mm, and of 48 by 25: what a scanner and a hand need, nothing else.

A parcel has its bars, its number, the count of its dossiers, its direction, its recipient, a QR
code and, where there is room, the sender's name. Where even the recipient's address finds no room
beside it, the QR code gives way: it says no more than the bars. Lower than 30 mm there is none,
and only the recipient's name; there the direction gives way where there is no room, and a reprint
says so in the place of the count.

A folder has its code, day and QR code, and where there is room its procedure and then its office.
A code that is too long for bars has its QR code alone.
"""

from collections.abc import Generator, Iterator

from labels import lettering
from labels.drawing import Mark, Symbol
from labels.label import DossierLabel, ParcelLabel
from labels.layout import parts, symbols
from labels.layout.boxes import Box
from labels.lettering import Paragraph
from labels.paper import Medium

_BARS = 9.0
"""The least that UPU S10 allows."""
_NUMBER = 3.4
_NUMBER_PT = 9.0
_NUMBER_ALONE_PT = 12.0
"""Without bars, the number may have to be typed."""
_ASIDE_PT = 6.0
_GAP = 0.6
_WORDS_PT = 8.0
_TINY = 30.0


def parcel(label: ParcelLabel, medium: Medium) -> Iterator[Mark]:
    """Draw a parcel's label. Raises Unprintable."""
    bars = symbols.parcel_bars(label.tracking_number, medium, high=_BARS)
    count, again = parts.count(label), parts.reprint(label)
    if medium.label_height < _TINY:
        rest = yield from _top(medium, bars, label.tracking_number, again or count)
        yield from parts.first_to_fit(rest, *_tiny_choices(label), largest_pt=_WORDS_PT)
        return
    aside = f"{count} · {again}" if again else count
    rest = yield from _top(medium, bars, label.tracking_number, aside)
    beside, qr = symbols.qr_in_corner(rest, label.qr, medium)
    whole, least = _choices(label)
    if lettering.least_height(least, wide=beside.width) <= beside.height:
        yield qr
        rest = beside
    yield from parts.first_to_fit(rest, whole, least, largest_pt=_WORDS_PT)


def dossier(label: DossierLabel, medium: Medium) -> Iterator[Mark]:
    """Draw a folder's label. Raises Unprintable."""
    bars = symbols.code_bars(label.code, medium, high=_BARS)
    rest = yield from _top(medium, bars, label.code, "")
    beside, qr = symbols.qr_in_corner(rest, label.qr, medium)
    yield qr
    procedure = Paragraph(label.procedure, bold=True)
    dates = [
        Paragraph(f"Tiếp nhận {label.received_on}", scale=0.8),
        Paragraph(parts.reprint(label), bold=True, scale=0.8),
    ]
    office = Paragraph(label.office, scale=0.8)
    yield from parts.first_to_fit(
        beside, [procedure, *dates, office], [procedure, *dates], dates, largest_pt=_WORDS_PT
    )


def _top(medium: Medium, bars: Symbol | None, code: str, aside: str) -> Generator[Mark, None, Box]:
    """Set the bars, the code below them and words beside it; return what is left."""
    inside = symbols.inside(medium, bars)
    top, number, rest = inside.rows(symbols.height_of_code(bars, 0), _NUMBER, None, gap=_GAP)
    yield from symbols.placed(bars, top, medium)
    size = _NUMBER_PT if bars else _NUMBER_ALONE_PT
    yield from symbols.spoken_beside(number, code, aside, largest_pt=size, aside_pt=_ASIDE_PT)
    return rest


def _choices(label: ParcelLabel) -> tuple[list[Paragraph], list[Paragraph]]:
    least = [Paragraph(label.direction_text, bold=True), *parts.close_party(label.recipient)]
    return [*least, Paragraph(f"Từ: {label.sender.name}", scale=0.8)], least


def _tiny_choices(label: ParcelLabel) -> Iterator[list[Paragraph]]:
    recipient = Paragraph(f"Đến: {label.recipient.name}", bold=True)
    yield [Paragraph(label.direction_text, bold=True), recipient]
    yield [recipient]
