"""The dossiers in a parcel: how many, and which."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from labels import lettering
from labels.drawing import MM_PER_POINT, Mark, Words
from labels.layout import parts
from labels.layout.boxes import GAP, Box
from labels.lettering import SMALLEST_PT, Line, Paragraph

_OTHERS = 3.5
"""The height of the line that counts those not listed."""


def listed(box: Box, codes: Sequence[str]) -> Iterator[Mark]:
    """Set the count of dossiers, then their codes in columns, as large as they fit.

    Those that find no room at the smallest size are counted; the handover list has them all.
    """
    count = Line(f"Số hồ sơ: {len(codes)}", 11, bold=True)
    yield parts.line(count, box.left, box.top)
    place = box.below(count.height)
    codes = [lettering.settable(code) for code in codes]
    grids = (_Grid.within(place, codes, size) for size in lettering.sizes(11))
    roomy = next((grid for grid in grids if grid.places >= len(codes)), None)
    if roomy:
        yield from roomy.filled(codes)
        return
    grid = _Grid.within(replace(place, height=place.height - _OTHERS), codes, SMALLEST_PT)
    yield from grid.filled(codes[: grid.places])
    yield from parts.words(
        place.below(place.height - _OTHERS),
        Paragraph(f"và {len(codes) - grid.places} hồ sơ khác (xem bảng kê)", bold=True),
        largest_pt=parts.SMALL_PT,
    )


@dataclass(frozen=True, slots=True)
class _Grid:
    """Columns of codes, read downwards. Codes have no accents: their lines can be close."""

    place: Box
    size_pt: float
    across: int
    down: int

    @classmethod
    def within(cls, place: Box, codes: Sequence[str], size_pt: float) -> "_Grid":
        widest = max((Line(code, size_pt).width for code in codes), default=place.width)
        across = int((place.width + GAP) / (widest + GAP))
        return cls(place, size_pt, across, int(place.height / cls._pitch(size_pt)))

    @property
    def places(self) -> int:
        return self.across * self.down

    @staticmethod
    def _pitch(size_pt: float) -> float:
        return 1.1 * size_pt * MM_PER_POINT

    def filled(self, codes: Sequence[str]) -> Iterator[Words]:
        for n, code in enumerate(codes):
            column, row = divmod(n, self.down)
            left = self.place.left + column * (self.place.width + GAP) / self.across
            top = self.place.top + row * self._pitch(self.size_pt)
            yield parts.line(Line(code, self.size_pt), left, top)
