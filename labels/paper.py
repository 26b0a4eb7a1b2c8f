"""The media we print on: their sizes, their stickers, and the dots of the printers that serve them.

Lengths of symbols are whole dots, and their corners lie on the dots: then a printer that blackens
each dot it touches adds nothing to a bar. Off the dots a bar grows by up to 0.65 of a module.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import ceil, floor
from pathlib import Path
from typing import Any

from labels.faults import BadMedia, UnknownMedium

BARS_QUIET_MODULES = 10
QR_QUIET_MODULES = 4
_HAIR = 1e-6
"""So that a whole number of dots stays one after a rounding of its floats."""


@dataclass(frozen=True, slots=True)
class Stickers:
    """The stickers on one sheet, row by row. Millimetres; `left` and `top` are the first one's."""

    across: int
    down: int
    width: float
    height: float
    left: float
    top: float
    gap_across: float = 0
    gap_down: float = 0

    @property
    def right(self) -> float:
        """Where the last column ends."""
        return self.left + self.across * (self.width + self.gap_across) - self.gap_across

    @property
    def bottom(self) -> float:
        """Where the last row ends."""
        return self.top + self.down * (self.height + self.gap_down) - self.gap_down


@dataclass(frozen=True, slots=True)
class Medium:
    """One kind of paper, upright: a label on a roll, or a sheet of stickers. Millimetres."""

    name: str
    width: float
    height: float
    dpi: int
    margin: float
    """White along the edges of each label, for paper that is fed a little askew."""
    stickers: Stickers | None = None
    """None if the page is the label."""

    @property
    def dot(self) -> float:
        """The printer's dot. What is sold as 203 dpi has 8 dots to the millimetre (203.2)."""
        return 0.125 if self.dpi == 203 else 25.4 / self.dpi

    @property
    def label_width(self) -> float:
        """How wide one label is."""
        return self.stickers.width if self.stickers else self.width

    @property
    def label_height(self) -> float:
        """How high one label is."""
        return self.stickers.height if self.stickers else self.height

    @property
    def bar_modules(self) -> list[float]:
        """The widths that the narrowest bar of Code 128 may have, best first: 0.38 to 0.25 mm.

        At 203 dpi two dots (0.25 mm) are for codes that fit in no other way: in simulated prints,
        scuffed and each bar one dot too fat, they scanned 47 times in 100, and three dots
        (0.375 mm) always. At 600 dpi even 0.25 mm always scanned.
        """
        return self._modules(0.25, 0.38)

    @property
    def qr_modules(self) -> list[float]:
        """The widths that a dot of a QR code may have, best first: 0.64 to 0.375 mm.

        Below 0.5 mm only where there is no room: with 0.375 at 203 dpi, fat dots spoil six in ten.
        """
        return self._modules(0.375, 0.64)

    def _modules(self, least: float, best: float) -> list[float]:
        most, fewest = floor(best / self.dot + _HAIR), ceil(least / self.dot - _HAIR)
        return [dots * self.dot for dots in range(most, fewest - 1, -1)]

    @property
    def places(self) -> list[tuple[float, float]]:
        """The left upper corners of the labels on one page, row by row, on the dots."""
        grid = self.stickers
        if grid is None:
            return [(0.0, 0.0)]
        return [
            (
                self.on_dots(grid.left + column * (grid.width + grid.gap_across)),
                self.on_dots(grid.top + row * (grid.height + grid.gap_down)),
            )
            for row in range(grid.down)
            for column in range(grid.across)
        ]

    @property
    def slack(self) -> float:
        """How far everything may be moved until something of it leaves the page."""
        grid = self.stickers
        if grid is None:
            return self.margin
        around = (grid.left, grid.top, self.width - grid.right, self.height - grid.bottom)
        return self.margin + max(min(around), 0)

    def up_to_dots(self, length: float) -> float:
        """Return the next whole number of dots that is not shorter, as a length."""
        return ceil(length / self.dot - _HAIR) * self.dot

    def down_to_dots(self, length: float) -> float:
        """Return the last whole number of dots that is not longer, as a length."""
        return floor(length / self.dot + _HAIR) * self.dot

    def on_dots(self, length: float) -> float:
        """Return the nearest whole number of dots, as a length."""
        return round(length / self.dot) * self.dot


def _a4(name: str, margin: float, stickers: Stickers) -> Medium:
    return Medium(name, 210, 297, dpi=600, margin=margin, stickers=stickers)


MEDIA: Mapping[str, Medium] = {
    medium.name: medium
    for medium in (
        Medium("a6", 105, 148, dpi=203, margin=4),
        Medium("100x150", 100, 150, dpi=203, margin=4),
        Medium("100x75", 100, 75, dpi=203, margin=3),
        Medium("100x50", 100, 50, dpi=203, margin=2.5),
        Medium("100x150-300", 100, 150, dpi=300, margin=4),
        Medium("100x75-300", 100, 75, dpi=300, margin=3),
        Medium("100x50-300", 100, 50, dpi=300, margin=2.5),
        _a4("a4-8", 2.5, Stickers(2, 4, 99.1, 67.7, left=4.65, top=13.1, gap_across=2.5)),
        _a4("a4-12", 2, Stickers(2, 6, 99.1, 42.3, left=4.65, top=21.6, gap_across=2.5)),
        _a4("a4-24", 1.5, Stickers(3, 8, 63.5, 33.9, left=7.25, top=12.9, gap_across=2.5)),
        _a4("a4-40", 1.5, Stickers(4, 10, 48.5, 25.4, left=8, top=21.5)),
    )
}
"""Rolls for thermal printers, and sheets of stickers for laser printers.

The stickers are common stationery, sold by several makers: 8 as Avery L7165, 12 as L7177, 24 as
L7159, 40 as Avery Zweckform 4780; the white around them is what the sizes leave of A4.
"""


def named(name: str, own: Mapping[str, Medium] | None = None) -> Medium:
    """Return the medium of that name, ours or the centre's `own`. Raises UnknownMedium."""
    media = {**MEDIA, **(own or {})}
    if name not in media:
        raise UnknownMedium(name, tuple(media))
    return media[name]


def load(path: Path) -> Mapping[str, Medium]:
    """Return a centre's own media from a TOML file, each under the name that it gives them.

        [nhan-21]
        width = 210
        height = 297
        dpi = 600
        margin = 2
        [nhan-21.stickers]
        across = 3
        down = 7
        width = 63.5
        height = 38.1
        left = 7.2
        top = 15.1
        gap_across = 2.5

    Without `stickers` the page is the label. Raises BadMedia.
    """
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as fault:
        raise BadMedia(path.name, str(fault)) from fault
    return {name: _own(name, table) for name, table in tables.items()}


_LONGEST = 450
"""Millimetres; A3 and a little."""
_PAGE_BOUNDS = {
    "width": (45, _LONGEST),
    "height": (25, _LONGEST),
    "dpi": (200, 1200),
    "margin": (1, 10),
}
_STICKERS_BOUNDS = {
    "across": (1, 20),
    "down": (1, 50),
    "width": (45, _LONGEST),
    "height": (25, _LONGEST),
    "left": (0, _LONGEST),
    "top": (0, _LONGEST),
    "gap_across": (0, _LONGEST),
    "gap_down": (0, _LONGEST),
}
_COUNTED = {"dpi", "across", "down"}
_MAY_BE_LEFT_OUT = {"gap_across", "gap_down"}


def _own(name: str, table: object) -> Medium:
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,39}", name):
        raise BadMedia(name, "a name is 1 to 40 small letters, digits and hyphens")
    if name in MEDIA:
        raise BadMedia(name, "the name is taken by a medium that is always there")
    if not isinstance(table, dict):
        raise BadMedia(name, "this is no table")
    lengths = {key: value for key, value in table.items() if key != "stickers"}
    page = Medium(name, **_numbers(name, lengths, _PAGE_BOUNDS))
    if "stickers" not in table:
        return page
    if not isinstance(table["stickers"], dict):
        raise BadMedia(name, "stickers is no table")
    stickers = Stickers(**_numbers(name, table["stickers"], _STICKERS_BOUNDS))
    _check_that_they_fit(page, stickers)
    return replace(page, stickers=stickers)


def _numbers(
    name: str, table: Mapping[str, object], bounds: Mapping[str, tuple[int, int]]
) -> dict[str, Any]:
    """Return the table if it has all that it needs, and nothing else."""
    for key in bounds.keys() - table.keys() - _MAY_BE_LEFT_OUT:
        raise BadMedia(name, f"{key} is missing")
    for key, value in table.items():
        if key not in bounds:
            raise BadMedia(name, f"{key!r} is unknown; known are {', '.join(bounds)}")
        kind = int if key in _COUNTED else (int, float)
        least, most = bounds[key]
        # Not a number is within no bounds; true and false are whole numbers to Python.
        if isinstance(value, bool) or not isinstance(value, kind) or not least <= value <= most:
            what = "a whole number" if key in _COUNTED else "a number"
            overlap = "stickers overlap: " if key in _MAY_BE_LEFT_OUT else ""
            raise BadMedia(name, f"{overlap}{key} is {what} from {least} to {most}, not {value!r}")
    return dict(table)


def _check_that_they_fit(page: Medium, grid: Stickers) -> None:
    for what, reach, room in (
        ("across", grid.right, page.width),
        ("down", grid.bottom, page.height),
    ):
        if reach > room + _HAIR:
            raise BadMedia(
                page.name, f"the stickers reach {reach:g} mm {what} on a page of {room:g} mm"
            )
