"""Labels of about 100 mm by 42 to 50: bars across the top, the QR code below them at the right.

There is no line for the centre, which sends or receives each of its parcels. Of the dossiers, as
many are named as one line holds. Where there is too little room, the sender's address gives way,
and on a folder the office; the sender's name and the procedure stay.
"""

from collections.abc import Iterator

from labels.bars import grouped
from labels.drawing import Mark
from labels.label import DossierLabel, ParcelLabel, Party
from labels.layout import enclosed, parts, symbols
from labels.layout.boxes import Box
from labels.lettering import Paragraph
from labels.paper import Medium

_BAND = 5.5
_NUMBER = 5.0
_NUMBER_PT = 13.0
_GAP = 0.8
_LINE = 3.2
"""The height of a line at 7 pt."""


def _bars_height(medium: Medium) -> float:
    """UPU S10 asks for 12.5 mm where it can be had, and for 9 mm at least."""
    return 12.5 if medium.label_height >= 48 else 10.0


def parcel(label: ParcelLabel, medium: Medium) -> Iterator[Mark]:
    """Draw a parcel's label. Raises Unprintable."""
    bars = symbols.parcel_bars(label.tracking_number, medium, high=_bars_height(medium))
    inside = symbols.inside(medium, bars)
    band, code, rest = inside.rows(_BAND, symbols.height_of_code(bars, 0), None, gap=_GAP)
    yield from parts.band(band, label.direction_text, label.carrier_title, largest_pt=10)
    yield from symbols.placed(bars and symbols.at_the_left(bars, medium), code, medium)
    beside, qr = symbols.qr_in_corner(rest, label.qr, medium)
    yield qr
    number, parties, dossiers = beside.rows(_NUMBER, None, _LINE, gap=0.5)
    yield from _number(number, label.tracking_number, parts.reprint(label))
    yield from parts.first_to_fit(
        parties,
        [*_to(label.recipient), *_from(label.sender)],
        [*_to(label.recipient), *_from(Party(label.sender.name, ()))],
        largest_pt=11,
    )
    inside_line = enclosed.in_one_line(label.dossier_codes, wide=dossiers.width, size_pt=7)
    yield parts.line(inside_line, dossiers.left, dossiers.top)


def _to(who: Party) -> list[Paragraph]:
    name, address = parts.close_party(who)
    return [Paragraph(f"Đến: {name.text}", bold=True), address]


def _from(who: Party) -> list[Paragraph]:
    return [Paragraph(", ".join((f"Từ: {who.name}", *who.lines)), scale=0.7)]


def dossier(label: DossierLabel, medium: Medium) -> Iterator[Mark]:
    """Draw a folder's label. Raises Unprintable."""
    bars = symbols.code_bars(label.code, medium, high=_bars_height(medium))
    inside = symbols.inside(medium, bars)
    band, code, rest = inside.rows(_BAND, symbols.height_of_code(bars, 0), None, gap=_GAP)
    yield from parts.band(band, "HỒ SƠ", f"Tiếp nhận {label.received_on}", largest_pt=11)
    yield from symbols.placed(bars and symbols.at_the_left(bars, medium), code, medium)
    beside, qr = symbols.qr_in_corner(rest, label.qr, medium)
    yield qr
    number, about = beside.rows(_NUMBER, None, gap=0.5)
    yield from _number(number, label.code, parts.reprint(label))
    procedure = Paragraph(label.procedure, bold=True)
    yield from parts.first_to_fit(
        about, [procedure, Paragraph(label.office, scale=0.75)], [procedure], largest_pt=12
    )


def _number(box: Box, code: str, aside: str) -> Iterator[Mark]:
    """Set the code at the left, and what else there is to say of it at the right."""
    yield from parts.two_sided(
        box, grouped(code), aside, size_pt=_NUMBER_PT, aside_pt=parts.SMALL_PT
    )
