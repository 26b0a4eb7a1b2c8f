"""Labels of about 100 mm by 42 to 50: bars across the top, the QR code below them at the right.

There is no line for the centre, which sends or receives each of its parcels. Where there is too
little room, the sender's address gives way, then the dossiers' codes (their count stays), then the
sender's name; on a folder the office gives way.
"""

from collections.abc import Generator, Iterator

from labels.drawing import Mark, Symbol
from labels.label import DossierLabel, ParcelLabel
from labels.layout import enclosed, parts, symbols
from labels.layout.boxes import Box
from labels.lettering import Paragraph
from labels.paper import Medium

_BAND = 5.2
_NUMBER = 4.2
_NUMBER_PT = 12.0
_GAP = 0.8


def parcel(label: ParcelLabel, medium: Medium) -> Iterator[Mark]:
    """Draw a parcel's label. Raises Unprintable."""
    bars = symbols.parcel_bars(label.tracking_number, medium, high=_bars_height(medium))
    count, again = parts.count(label), parts.reprint(label)
    beside = yield from _frame(
        (label.direction_text, label.carrier_title),
        (label.tracking_number, f"{count} · {again}" if again else count, bars),
        label.qr,
        medium,
    )
    yield from parts.first_to_fit(beside, *_choices(label, beside.width), largest_pt=11)


def dossier(label: DossierLabel, medium: Medium) -> Iterator[Mark]:
    """Draw a folder's label. Raises Unprintable."""
    bars = symbols.code_bars(label.code, medium, high=_bars_height(medium))
    beside = yield from _frame(
        ("HỒ SƠ", f"Tiếp nhận {label.received_on}"),
        (label.code, parts.reprint(label), bars),
        label.qr,
        medium,
    )
    procedure = Paragraph(label.procedure, bold=True)
    yield from parts.first_to_fit(
        beside, [procedure, Paragraph(label.office, scale=0.75)], [procedure], largest_pt=12
    )


def _bars_height(medium: Medium) -> float:
    """UPU S10 asks for 12.5 mm where it can be had, and for 9 mm at least."""
    return 12.5 if medium.label_height >= 48 else 10.0


def _frame(
    heading: tuple[str, str], code: tuple[str, str, Symbol | None], qr_text: str, medium: Medium
) -> Generator[Mark, None, Box]:
    """Set the band, the bars, the code with what stands beside it, and the QR; return the rest."""
    text, aside, bars = code
    inside = symbols.inside(medium, bars)
    band, across, rest = inside.rows(_BAND, symbols.height_of_code(bars, 0), None, gap=_GAP)
    yield from parts.band(band, *heading, largest_pt=10)
    yield from symbols.placed(bars and symbols.at_the_left(bars, medium), across, medium)
    beside, qr = symbols.qr_in_corner(rest, qr_text, medium)
    yield qr
    number, words = beside.rows(_NUMBER, None, gap=0.4)
    yield from symbols.spoken_beside(
        number, text, aside, largest_pt=_NUMBER_PT, aside_pt=parts.SMALL_PT
    )
    return words


def _choices(label: ParcelLabel, wide: float) -> Iterator[list[Paragraph]]:
    recipient, sender, name = parts.run_on(label)
    codes = Paragraph(enclosed.in_one_line(label.dossier_codes, wide=wide), scale=0.7)
    yield [*recipient, sender, codes]
    yield [*recipient, name, codes]
    yield [*recipient, name]
    yield recipient
