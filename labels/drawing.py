"""What is on a page, apart from how any one format writes it.

Millimetres from the top left corner of the page, x to the right and y down; type in points.
"""

from typing import NamedTuple

MM_PER_POINT = 25.4 / 72


class Words(NamedTuple):
    """One line of text, its letters standing on `baseline`."""

    left: float
    baseline: float
    text: str
    size_pt: float
    bold: bool = False
    white: bool = False


class Block(NamedTuple):
    """A black rectangle: a rule, or a band behind white words."""

    left: float
    top: float
    width: float
    height: float


class Symbol(NamedTuple):
    """Bars or QR: rows of '1' and '0', each `module` wide and `row_height` high."""

    left: float
    top: float
    rows: tuple[str, ...]
    module: float
    row_height: float
    turned: bool = False
    """Whether the first row runs down the page instead of across it."""
    says: str = ""
    """The label's number, for those who hear the page; empty where it is nobody's to hear."""

    @property
    def width(self) -> float:
        """How far it reaches across the page, without quiet zones."""
        return self._thick if self.turned else self._long

    @property
    def height(self) -> float:
        """How far it reaches down the page, without quiet zones."""
        return self._long if self.turned else self._thick

    @property
    def _long(self) -> float:
        return len(self.rows[0]) * self.module

    @property
    def _thick(self) -> float:
        return len(self.rows) * self.row_height


Mark = Words | Block | Symbol


class Page(NamedTuple):
    """One page of paper and all that is on it, the first marks lowest."""

    width: float
    height: float
    marks: tuple[Mark, ...]
