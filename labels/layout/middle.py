"""Labels of about 100 mm by 68 to 75: the words at the left, dossiers and QR code at the right.

Where there is too little room, the headings give way, then the sender's address; the sender's name
stays. As many dossiers are listed as find room above the QR code; their count stays.
"""

from collections.abc import Generator, Iterator

from labels import lettering
from labels.drawing import Mark, Symbol
from labels.label import DossierLabel, ParcelLabel
from labels.layout import enclosed, parts, symbols
from labels.layout.boxes import GAP, Box
from labels.lettering import Line, Paragraph
from labels.paper import QR_QUIET_MODULES, Medium

_HEAD_PT = 9.0
_AGAIN_PT = 8.0
_HEAD = 4.2
_BAND = 7.0
_BARS = 12.5
"""As UPU S10 recommends."""
_NUMBER = 5.6
_NUMBER_PT = 14.0
_GAP = 1.0
_RIGHT = 27.0
"""Wide enough for a dossier's code at 6 pt."""
_QR = 19.0
"""With its white; 33 modules (62 bytes) of 0.5 mm. The rest of the column lists dossiers."""


def parcel(label: ParcelLabel, medium: Medium) -> Iterator[Mark]:
    """Draw a parcel's label. Raises Unprintable."""
    bars = symbols.parcel_bars(label.tracking_number, medium, high=_BARS)
    rest = yield from _top(
        (label.centre, parts.reprint(label)),
        (label.direction_text, label.carrier_title),
        (label.tracking_number, bars),
        medium,
    )
    left, right = rest.columns(None, _RIGHT, gap=2)
    yield from _parties(left, label)
    yield from _right(right, label, medium)


def _parties(box: Box, label: ParcelLabel) -> Iterator[Mark]:
    """Set recipient and sender under headings or, where these leave too little room, run on."""
    recipient, sender = parts.close_party(label.recipient), parts.close_party(label.sender)
    needed = sum(parts.height_headed(words, wide=box.width) for words in (recipient, sender))
    if needed + GAP <= box.height:
        high = 0.42 * box.height
        yield from parts.two_parties(
            box, recipient, sender, sender_high=high, recipient_pt=14, sender_pt=9
        )
        return
    yield parts.rule(box)
    recipient, whole, name = parts.run_on(label)
    yield from parts.first_to_fit(
        box.below(1), [*recipient, whole], [*recipient, name], largest_pt=11
    )


def _top(
    head: tuple[str, str], band: tuple[str, str], code: tuple[str, Symbol | None], medium: Medium
) -> Generator[Mark, None, Box]:
    """Set the words at both edges of the head and of the band, and the code; return the rest."""
    text, bars = code
    inside = symbols.inside(medium, bars)
    beside = Line(head[1], _AGAIN_PT, bold=True).width + GAP
    heading = [Paragraph(head[0], bold=True)]
    above, middle, below, rest = inside.rows(
        max(_HEAD, lettering.least_height(heading, wide=inside.width - beside)),
        _BAND,
        symbols.height_of_code(bars, _NUMBER),
        None,
        gap=_GAP,
    )
    yield from parts.two_sided(above, *head, size_pt=_HEAD_PT, aside_pt=_AGAIN_PT)
    yield from parts.band(middle, *band, largest_pt=13)
    yield from symbols.code(below, bars, text, medium, number=_NUMBER, largest_pt=_NUMBER_PT)
    return rest


def _right(box: Box, label: ParcelLabel, medium: Medium) -> Iterator[Mark]:
    _, qr = symbols.qr_in_corner(box.below(box.height - _QR), label.qr, medium)
    yield qr
    yield parts.rule(box)
    above = box._replace(height=qr.top - QR_QUIET_MODULES * qr.module - box.top).below(0.6)
    yield from enclosed.listed(above, label.dossier_codes, largest_pt=8)


def dossier(label: DossierLabel, medium: Medium) -> Iterator[Mark]:
    """Draw all of a folder's label. Raises Unprintable."""
    bars = symbols.code_bars(label.code, medium, high=_BARS)
    rest = yield from _top(
        (label.office, parts.reprint(label)),
        ("HỒ SƠ", f"Tiếp nhận {label.received_on}"),
        (label.code, bars),
        medium,
    )
    yield parts.rule(rest)
    beside, qr = symbols.qr_in_corner(rest.below(1), label.qr, medium)
    yield qr
    yield from parts.words(
        beside,
        Paragraph("Thủ tục", scale=0.5),
        Paragraph(label.procedure, bold=True),
        Paragraph("Quét mã QR để xem hồ sơ đang ở đâu", scale=0.5),
        largest_pt=14,
    )
