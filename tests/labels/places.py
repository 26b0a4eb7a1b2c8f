"""Where things stand on a drawn page, and whether they stand in one another's way."""

from collections.abc import Iterator
from itertools import combinations

from labels import lettering
from labels.drawing import MM_PER_POINT, Block, Mark, Page, Symbol, Words
from labels.layout import Box

SLACK = 0.01


def symbols(page: Page) -> list[Symbol]:
    """The bars first, then the QR codes."""
    found = [mark for mark in page.marks if isinstance(mark, Symbol)]
    return sorted(found, key=lambda symbol: len(symbol.rows) > 1)


def lines(page: Page) -> list[Words]:
    return [mark for mark in page.marks if isinstance(mark, Words)]


def around(words: Words) -> Box:
    """The ink of a line: from the head of its capitals to its baseline."""
    width = lettering.Line(words.text, words.size_pt, words.bold).width
    high = words.size_pt * MM_PER_POINT * lettering.CAP_HEIGHT
    return Box(words.left, words.baseline - high, width, high)


def quiet(symbol: Symbol) -> Box:
    """A symbol with the white that a scanner needs around it."""
    is_qr = len(symbol.rows) > 1
    long = (4 if is_qr else 10) * symbol.module
    short = long if is_qr else 0
    x, y = (short, long) if symbol.turned else (long, short)
    return Box(symbol.left - x, symbol.top - y, symbol.width + 2 * x, symbol.height + 2 * y)


def place(mark: Mark) -> Box:
    """What the mark needs for itself."""
    if isinstance(mark, Words):
        return around(mark)
    if isinstance(mark, Symbol):
        return quiet(mark)
    return Box(mark.left, mark.top, mark.width, mark.height)


def touch(one: Box, other: Box) -> bool:
    return (
        one.left + one.width > other.left + SLACK
        and other.left + other.width > one.left + SLACK
        and one.top + one.height > other.top + SLACK
        and other.top + other.height > one.top + SLACK
    )


def is_within(box: Box, other: Box) -> bool:
    return (
        box.left >= other.left - SLACK
        and box.top >= other.top - SLACK
        and box.left + box.width <= other.left + other.width + SLACK
        and box.top + box.height <= other.top + other.height + SLACK
    )


def edged(box: Box, edge: float) -> Box:
    """The box without its edge."""
    return Box(box.left + edge, box.top + edge, box.width - 2 * edge, box.height - 2 * edge)


def whole(page: Page) -> Box:
    return Box(0, 0, page.width, page.height)


def in_each_others_way(page: Page) -> Iterator[tuple[Mark, Mark]]:
    """The marks that touch; white words must stand on a black band, and there alone."""
    for one, other in combinations(page.marks, 2):
        on_band = isinstance(one, Block) and isinstance(other, Words) and other.white
        if on_band and is_within(place(other), place(one)):
            continue
        if touch(place(one), place(other)):
            yield one, other


def is_whole(count: float) -> bool:
    return abs(count - round(count)) < 1e-6
