"""Where bars and QR codes go: on whole dots, with the white around them that a scanner needs."""

from collections.abc import Iterator

from labels import bars, lettering, qr
from labels.drawing import MM_PER_POINT, Mark, Symbol
from labels.faults import Unprintable, Why
from labels.layout import parts
from labels.layout.boxes import GAP, Box
from labels.lettering import Line, Paragraph
from labels.paper import BARS_QUIET_MODULES, QR_QUIET_MODULES, Medium

_BESIDE = 3.0
"""Between bars that run down the edge and the words beside them."""


def code_bars(code: str, medium: Medium, *, high: float) -> Symbol | None:
    """Return the bars: across the label and yet to be put in their row, or down its right edge.

    The widest modules that fit are taken; across the label before down its edge. None if the
    code is too long for all.
    """
    rows = (bars.modules(code),)
    for module in medium.bar_modules:
        for turned in (False, True):
            along = medium.label_height if turned else medium.label_width
            quiet = max(medium.margin, BARS_QUIET_MODULES * module)
            symbol = Symbol(0, 0, rows, module, medium.on_dots(high), turned, says=code)
            # One dot to spare, since the middle may be half a dot off.
            if len(rows[0]) * module + 2 * quiet + medium.dot <= along:
                return _on_edge(symbol, medium) if turned else _in_the_middle(symbol, medium)
    return None


def parcel_bars(code: str, medium: Medium, *, high: float) -> Symbol:
    """Return the bars of a tracking number, without which a parcel cannot travel.

    Raises Unprintable if it is too long.
    """
    symbol = code_bars(code, medium, high=high)
    if symbol is None:
        raise Unprintable(code, Why.TOO_LONG)
    return symbol


def _in_the_middle(symbol: Symbol, medium: Medium) -> Symbol:
    return symbol._replace(left=medium.on_dots((medium.label_width - symbol.width) / 2))


def _on_edge(symbol: Symbol, medium: Medium) -> Symbol:
    return symbol._replace(
        left=medium.on_dots(medium.label_width - symbol.width - medium.margin),
        top=medium.on_dots((medium.label_height - symbol.height) / 2),
    )


def inside(medium: Medium, symbol: Symbol | None) -> Box:
    """Return the label within its margins, and clear of bars that run down its edge."""
    edge = medium.margin
    right = medium.label_width - edge
    if symbol and symbol.turned:
        right = symbol.left - _BESIDE
    return Box(edge, edge, right - edge, medium.label_height - 2 * edge)


def height_of_code(symbol: Symbol | None, number: float) -> float:
    """Return what the bars and the code below them take, `number` being the code's own height."""
    return number if symbol is None or symbol.turned else symbol.height + number


def code(
    box: Box, symbol: Symbol | None, text: str, medium: Medium, *, number: float, largest_pt: float
) -> Iterator[Mark]:
    """Put the bars in their place, and the code for human eyes below them."""
    yield from placed(symbol, box, medium)
    below = box.below(box.height - number)
    yield from parts.centred(below, _spoken(text, wide=below.width, largest_pt=largest_pt))


def at_the_left(symbol: Symbol, medium: Medium) -> Symbol:
    """Return bars that run across as near to the left edge as their quiet zone allows."""
    quiet = max(medium.margin, BARS_QUIET_MODULES * symbol.module)
    return symbol if symbol.turned else symbol._replace(left=medium.up_to_dots(quiet))


def placed(symbol: Symbol | None, box: Box, medium: Medium) -> Iterator[Mark]:
    """Put bars that run across at the top of the place; turned ones have theirs."""
    if symbol:
        yield symbol if symbol.turned else symbol._replace(top=medium.on_dots(box.top))


def spoken_beside(
    box: Box, text: str, aside: str, *, largest_pt: float, aside_pt: float
) -> Iterator[Mark]:
    """Set the code at the left and other words at the right, on one line at middle height."""
    ending = Line(aside, aside_pt, bold=True)
    yield from parts.centred(box, [ending] if aside else [], at=1)
    rest = box._replace(width=box.width - ending.width - GAP) if aside else box
    lines = _spoken(text, wide=rest.width, largest_pt=largest_pt)
    yield from parts.centred(rest, lines, at=0)


def _spoken(text: str, *, wide: float, largest_pt: float) -> list[Line]:
    """Return the code as a person reads it; without accents it needs less height than words do."""
    one_line = largest_pt * lettering.LEADING * MM_PER_POINT
    words = Paragraph(bars.grouped(text), bold=True)
    return lettering.fit([words], wide=wide, high=one_line, largest_pt=largest_pt)


def qr_in_corner(box: Box, text: str, medium: Medium) -> tuple[Box, Symbol]:
    """Return the QR code in the lower right corner, and what is left of the place beside it.

    It is as large as whole dots allow. Two sides of its quiet zone are in the place, the other
    two in the label's margin, as far as that reaches.
    """
    rows = qr.modules(text)
    for module in medium.qr_modules:
        side, quiet = len(rows) * module, QR_QUIET_MODULES * module
        inset = max(0, quiet - medium.margin)
        if side + quiet + inset <= min(box.height, box.width):
            left = medium.down_to_dots(box.right - inset - side)
            top = medium.down_to_dots(box.top + box.height - inset - side)
            beside = box._replace(width=left - quiet - box.left)
            return beside, Symbol(left, top, rows, module, module)
    raise Unprintable(text, Why.TOO_LONG)
