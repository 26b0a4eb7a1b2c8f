"""Where things go on a label: what its readers need first is biggest.

A postman needs the direction, the number and the recipient; a clerk the code and the procedure.
Each part has its place, and words are set as large as their place allows.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from labels import bars, lettering, qr
from labels.drawing import MM_PER_POINT, Block, Mark, Page, Symbol, Words
from labels.faults import Unprintable, Why
from labels.label import DossierLabel, ParcelLabel, Party
from labels.lettering import CAP_HEIGHT, SMALLEST_PT, Line, Paragraph
from labels.paper import QR_QUIET_MODULES, Medium

_GAP = 1.5
"""Between parts."""
_RULE = 0.375
_FOOT = 29.0
"""The height of the last part, which holds the QR code; room for 122 bytes (version 7)."""
_HEADED = 4.5
"""The height of a rule and a small heading."""
_NUMBER = 10.0
"""The height of a code for human eyes."""
_SMALL_PT = 7.0


@dataclass(frozen=True, slots=True)
class Box:
    """A place on the page. `None` in `rows` and `columns` takes what the others leave."""

    left: float
    top: float
    width: float
    height: float

    def rows(self, *heights: float | None) -> list["Box"]:
        """Return the places from the top down, a gap between them."""
        return [
            Box(self.left, self.top + at, self.width, high)
            for at, high in _shares(heights, self.height)
        ]

    def columns(self, *widths: float | None) -> list["Box"]:
        """Return the places from left to right, a gap between them."""
        return [
            Box(self.left + at, self.top, wide, self.height)
            for at, wide in _shares(widths, self.width)
        ]

    def below(self, height: float) -> "Box":
        """Return what is left under so much of it."""
        return Box(self.left, self.top + height, self.width, self.height - height)


def _shares(asked: Sequence[float | None], whole: float) -> list[tuple[float, float]]:
    rest = whole - sum(share or 0 for share in asked) - _GAP * (len(asked) - 1)
    shares = [rest if share is None else share for share in asked]
    starts = accumulate((share + _GAP for share in shares), initial=0.0)
    return list(zip(starts, shares, strict=False))


def page(label: ParcelLabel | DossierLabel, medium: Medium) -> Page:
    """Return the label drawn. Raises Unprintable."""
    marks = _parcel(label, medium) if isinstance(label, ParcelLabel) else _dossier(label, medium)
    return Page(medium.width, medium.height, tuple(marks))


def _parcel(label: ParcelLabel, medium: Medium) -> Iterator[Mark]:
    symbol = _bars(label.tracking_number, medium)
    inside = _inside(medium, symbol)
    centre_words = [Paragraph(label.centre, bold=True)]
    sender_words = _party(label.sender)
    centre, direction, carrier, code, recipient, sender, foot = inside.rows(
        max(8, lettering.least_height(centre_words, wide=inside.width)),
        12,
        5,
        _code_height(symbol),
        None,
        max(17, _HEADED + lettering.least_height(sender_words, wide=inside.width)),
        _FOOT,
    )
    yield from _words(centre, *centre_words, largest_pt=11)
    yield from _band(direction, label.direction_text)
    yield from _two_sided(carrier, label.carrier_title, _reprint(label))
    yield from _code(code, symbol, label.tracking_number, medium)
    yield from _headed(recipient, "Người nhận", *_party(label.recipient), largest_pt=18)
    yield from _headed(sender, "Người gửi", *sender_words, largest_pt=10)
    yield _rule(foot)
    enclosed, corner = _qr(foot.below(1), label.qr, medium)
    yield corner
    yield from _enclosed(enclosed, label.dossier_codes)


def _dossier(label: DossierLabel, medium: Medium) -> Iterator[Mark]:
    symbol = _bars(label.code, medium)
    inside = _inside(medium, symbol)
    office_words = [Paragraph(label.office, bold=True)]
    office, title, code, procedure, foot = inside.rows(
        max(8, lettering.least_height(office_words, wide=inside.width)),
        10,
        _code_height(symbol),
        None,
        _FOOT,
    )
    yield from _words(office, *office_words, largest_pt=11)
    yield from _band(title, "HỒ SƠ")
    yield from _code(code, symbol, label.code, medium)
    yield from _headed(procedure, "Thủ tục", Paragraph(label.procedure, bold=True), largest_pt=20)
    yield from _headed(foot, "Ngày tiếp nhận", largest_pt=_SMALL_PT)
    received, corner = _qr(foot.below(_HEADED), label.qr, medium)
    yield corner
    yield from _words(
        received,
        Paragraph(label.received_on, bold=True),
        Paragraph(_reprint(label), bold=True, scale=0.6),
        Paragraph("Quét mã QR để xem hồ sơ đang ở đâu", scale=0.5),
        largest_pt=20,
    )


def _reprint(label: ParcelLabel | DossierLabel) -> str:
    return f"In lại lần {label.reprint}" if label.reprint else ""


def _party(party: Party) -> list[Paragraph]:
    address = [Paragraph(line, scale=0.75) for line in party.lines]
    return [Paragraph(party.name, bold=True), *address]


def _rule(box: Box) -> Block:
    return replace(_block(box), height=_RULE)


def _block(box: Box) -> Block:
    return Block(box.left, box.top, box.width, box.height)


def _headed(box: Box, heading: str, *paragraphs: Paragraph, largest_pt: float) -> Iterator[Mark]:
    """Set the words under a rule and a small heading."""
    yield _rule(box)
    yield from _words(box.below(1), Paragraph(heading), largest_pt=_SMALL_PT)
    yield from _words(box.below(_HEADED), *paragraphs, largest_pt=largest_pt)


def _words(box: Box, *paragraphs: Paragraph, largest_pt: float) -> Iterator[Mark]:
    """Set the words below each other, as large as they fit."""
    top = box.top
    for line in lettering.fit(paragraphs, wide=box.width, high=box.height, largest_pt=largest_pt):
        yield _line(line, box.left, top)
        top += line.height


def _line(line: Line, left: float, top: float) -> Words:
    baseline = top + line.size_pt * MM_PER_POINT
    return Words(left, baseline, line.text, line.size_pt, line.bold)


def _two_sided(box: Box, left: str, right: str) -> Iterator[Mark]:
    """Set words at both edges; the left ones take what the right ones leave."""
    ending = Line(right, 10, bold=True)
    if right:
        yield _line(ending, box.left + box.width - ending.width, box.top)
    rest = replace(box, width=box.width - ending.width - _GAP)
    yield from _words(rest, Paragraph(left, bold=True), largest_pt=10)


def _band(box: Box, text: str) -> Iterator[Mark]:
    """Set white words in the middle of a black band, which must hold the highest accents too."""
    yield _block(box)
    lines = lettering.fit(
        [Paragraph(text, bold=True)],
        wide=box.width - 4,
        high=box.height * lettering.LEADING / lettering.ACCENTED_HEIGHT,
        largest_pt=20,
    )
    yield from _centred(box, lines, white=True)


def _centred(box: Box, lines: Sequence[Line], *, white: bool = False) -> Iterator[Mark]:
    """Set the lines in the middle; the eye takes the height of the capitals for theirs."""
    capitals = sum(line.size_pt * CAP_HEIGHT * MM_PER_POINT for line in lines[:1])
    baseline = box.top + (box.height + capitals - sum(line.height for line in lines[1:])) / 2
    for line in lines:
        left = box.left + (box.width - line.width) / 2
        yield Words(left, baseline, line.text, line.size_pt, line.bold, white)
        baseline += line.height


def _bars(code: str, medium: Medium) -> Symbol:
    """Return the bars: across the page and yet to be put in their row, or else down its right edge.

    Raises Unprintable if the code is too long for both.
    """
    rows = (bars.modules(code),)
    turned = not medium.fits(len(rows[0]), medium.width)
    if turned and not medium.fits(len(rows[0]), medium.height):
        raise Unprintable(code, Why.TOO_LONG)
    symbol = Symbol(0, 0, rows, medium.bar_module, medium.bar_height, turned=turned)
    across, down = medium.width - symbol.width, medium.height - symbol.height
    if turned:
        return replace(symbol, left=across - medium.margin, top=medium.on_dots(down / 2))
    return replace(symbol, left=medium.on_dots(across / 2))


def _inside(medium: Medium, symbol: Symbol) -> Box:
    """Return the page within its margins, and clear of bars that run down its edge."""
    edge = medium.margin
    right = symbol.left - 2 * _GAP if symbol.turned else medium.width - edge
    return Box(edge, edge, right - edge, medium.height - 2 * edge)


def _code_height(symbol: Symbol) -> float:
    return _NUMBER if symbol.turned else symbol.height + _NUMBER


def _code(box: Box, symbol: Symbol, code: str, medium: Medium) -> Iterator[Mark]:
    """Put the bars in their place, and the code for human eyes below them."""
    yield symbol if symbol.turned else replace(symbol, top=medium.on_dots(box.top))
    number = box.below(box.height - _NUMBER)
    words = Paragraph(bars.grouped(code), bold=True)
    lines = lettering.fit([words], wide=number.width, high=number.height, largest_pt=21)
    yield from _centred(number, lines)


def _qr(box: Box, text: str, medium: Medium) -> tuple[Box, Symbol]:
    """Return the QR code in the lower right corner, and what is left of the place beside it.

    It is as large as whole dots allow. Two sides of its quiet zone are in the place, the other
    two are the page's margin.
    """
    rows = qr.modules(text)
    for dots in medium.qr_dots:
        module = dots * medium.dot
        side, quiet = len(rows) * module, QR_QUIET_MODULES * module
        if side + quiet <= box.height:
            left = medium.on_dots(box.left + box.width - side)
            top = medium.on_dots(box.top + box.height - side)
            beside, _ = box.columns(None, side + quiet)
            return beside, Symbol(left, top, rows, module, module)
    raise Unprintable(text, Why.TOO_LONG)


def _enclosed(box: Box, codes: Sequence[str]) -> Iterator[Mark]:
    """Set the count of dossiers, then their codes in columns, as large as they fit.

    Those that find no room at the smallest size are counted; the handover list has them all.
    """
    count = Line(f"Số hồ sơ: {len(codes)}", 11, bold=True)
    yield _line(count, box.left, box.top)
    place = box.below(count.height)
    codes = [lettering.settable(code) for code in codes]
    grids = (_Grid.within(place, codes, size) for size in lettering.sizes(11))
    roomy = next((grid for grid in grids if grid.places >= len(codes)), None)
    if roomy:
        yield from roomy.filled(codes)
        return
    others = 3.5
    grid = _Grid.within(replace(place, height=place.height - others), codes, SMALLEST_PT)
    yield from grid.filled(codes[: grid.places])
    yield from _words(
        place.below(place.height - others),
        Paragraph(f"và {len(codes) - grid.places} hồ sơ khác (xem bảng kê)", bold=True),
        largest_pt=_SMALL_PT,
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
        across = int((place.width + _GAP) / (widest + _GAP))
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
            left = self.place.left + column * (self.place.width + _GAP) / self.across
            top = self.place.top + row * self._pitch(self.size_pt)
            yield _line(Line(code, self.size_pt), left, top)
