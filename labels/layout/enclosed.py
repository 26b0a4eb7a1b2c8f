"""The dossiers in a parcel: how many, and which."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from labels import lettering
from labels.drawing import MM_PER_POINT, Mark, Words
from labels.layout import parts
from labels.layout.boxes import GAP, Box
from labels.lettering import SMALLEST_PT, Line, Paragraph

_OTHERS = 2.8
"""The height of the line that counts those not listed."""


def listed(box: Box, codes: Sequence[str], *, largest_pt: float = 11) -> Iterator[Mark]:
    """Set the count of dossiers, then their codes in columns, as large as they fit.

    Those that find no room at the smallest size are counted; the slip of contents has them all.
    """
    count = Line(counted(codes), largest_pt, bold=True)
    yield parts.line(count, box.left, box.top)
    place = box.below(count.height)
    codes = [lettering.settable(code) for code in codes]
    grids = (_Grid.within(place, codes, size) for size in lettering.sizes(largest_pt))
    roomy = next((grid for grid in grids if grid.places >= len(codes)), None)
    yield from roomy.filled(codes) if roomy else _first_ones(place, codes)


def _first_ones(place: Box, codes: Sequence[str]) -> Iterator[Mark]:
    grid = _Grid.within(place._replace(height=place.height - _OTHERS), codes, SMALLEST_PT)
    if grid.places < 1:
        return
    yield from grid.filled(codes[: grid.places])
    others = f"và {len(codes) - grid.places} hồ sơ khác"
    last = place.below(place.height - _OTHERS)
    yield from parts.first_to_fit(
        last,
        [Paragraph(f"{others} (xem bảng kê hồ sơ)", bold=True)],
        [Paragraph(others, bold=True)],
        largest_pt=SMALLEST_PT,
    )


def counted(codes: Sequence[str]) -> str:
    """Return how many there are."""
    return f"Số hồ sơ: {len(codes)}"


def in_one_line(codes: Sequence[str], *, wide: float) -> str:
    """Return as many codes as one line holds at the smallest size, and the count of the others.

    Nothing if not even one code finds room: the count stands elsewhere, and the slip of contents
    has them all.
    """
    choices = (_named(codes, shown) for shown in range(len(codes), 0, -1))
    return next((each for each in choices if Line(each, SMALLEST_PT).width <= wide), "")


def _named(codes: Sequence[str], shown: int) -> str:
    named = ", ".join(lettering.settable(code) for code in codes[:shown])
    others = f" và {len(codes) - shown} hồ sơ khác" if shown < len(codes) else ""
    return f"Hồ sơ: {named}{others}"


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
        down = int(max(place.height, 0) / cls._pitch(size_pt))
        return cls(place, size_pt, across, down)

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
