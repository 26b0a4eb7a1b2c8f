"""Labels of 100 to 105 mm by 148 or 150: everything has a row of its own, over the whole width."""

from collections.abc import Iterator

from labels import lettering
from labels.drawing import Mark
from labels.label import DossierLabel, ParcelLabel
from labels.layout import enclosed, parts, symbols
from labels.lettering import Paragraph
from labels.paper import Medium

_FOOT = 29.0
"""The height of the last part, which holds the QR code; room for 122 bytes (version 7)."""
_NUMBER = 10.0
"""The height of a code for human eyes."""
_SENDER = 21.0
_BARS = 16.0
"""So can one straight line cross a symbol of 79 mm that is 10 degrees askew."""


def parcel(label: ParcelLabel, medium: Medium) -> Iterator[Mark]:
    """Draw all of a parcel's label. Raises Unprintable."""
    bars = symbols.parcel_bars(label.tracking_number, medium, high=_BARS)
    inside = symbols.inside(medium, bars)
    centre_words = [Paragraph(label.centre, bold=True)]
    centre, direction, carrier, code, parties, foot = inside.rows(
        max(8, lettering.least_height(centre_words, wide=inside.width)),
        12,
        5,
        symbols.height_of_code(bars, _NUMBER),
        None,
        _FOOT,
    )
    yield from parts.words(centre, *centre_words, largest_pt=11)
    yield from parts.band(direction, label.direction_text)
    yield from parts.two_sided(carrier, label.carrier_title, parts.reprint(label), size_pt=10)
    yield from symbols.code(
        code, bars, label.tracking_number, medium, number=_NUMBER, largest_pt=21
    )
    yield from parts.two_parties(
        parties,
        parts.party(label.recipient),
        parts.party(label.sender),
        sender_high=_SENDER,
        recipient_pt=18,
        sender_pt=10,
    )
    yield parts.rule(foot)
    beside, qr = symbols.qr_in_corner(foot.below(1), label.qr, medium)
    yield qr
    yield from enclosed.listed(beside, label.dossier_codes)


def dossier(label: DossierLabel, medium: Medium) -> Iterator[Mark]:
    """Draw all of a folder's label. Raises Unprintable."""
    bars = symbols.code_bars(label.code, medium, high=_BARS)
    inside = symbols.inside(medium, bars)
    office_words = [Paragraph(label.office, bold=True)]
    office, title, code, procedure, foot = inside.rows(
        max(8, lettering.least_height(office_words, wide=inside.width)),
        10,
        symbols.height_of_code(bars, _NUMBER),
        None,
        _FOOT,
    )
    yield from parts.words(office, *office_words, largest_pt=11)
    yield from parts.band(title, "HỒ SƠ")
    yield from symbols.code(code, bars, label.code, medium, number=_NUMBER, largest_pt=21)
    yield from parts.headed(
        procedure, "Thủ tục", Paragraph(label.procedure, bold=True), largest_pt=20
    )
    yield from parts.headed(foot, "Ngày tiếp nhận", largest_pt=parts.SMALL_PT)
    received, qr = symbols.qr_in_corner(foot.below(parts.HEADED), label.qr, medium)
    yield qr
    yield from parts.words(
        received,
        Paragraph(label.received_on, bold=True),
        Paragraph(parts.reprint(label), bold=True, scale=0.6),
        Paragraph("Quét mã QR để xem hồ sơ đang ở đâu", scale=0.5),
        largest_pt=20,
    )
