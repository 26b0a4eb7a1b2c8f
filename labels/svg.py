"""A page as SVG in millimetres, for screens and for programs that set labels into other pages."""

import re
from collections.abc import Callable, Iterable
from xml.sax.saxutils import escape

from labels import outlines
from labels.drawing import MM_PER_POINT, Block, Mark, Page, Symbol, Words
from labels.letters import letters

_RUN = re.compile("1+")


def write(page: Page) -> bytes:
    """Return the file. For ears, its title is the label's number, and its description all words."""
    words = [mark for mark in page.marks if isinstance(mark, Words)]
    numbers = [mark.says for mark in page.marks if isinstance(mark, Symbol) and mark.says]
    width, height = _number(page.width), _number(page.height)
    lines = (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
        f' width="{width}mm" height="{height}mm" viewBox="0 0 {width} {height}"'
        ' role="img" lang="vi">',
        f"<title>{_plain(', '.join(numbers))}</title>",
        f"<desc>{_plain('; '.join(each.text for each in words))}</desc>",
        f"<defs>{''.join(_outlines(words))}</defs>",
        f'<path fill="#fff" d="M0 0h{width}v{height}H0z"/>',
        *(_HANDS[type(mark)](mark) for mark in page.marks),
        "</svg>\n",
    )
    return "\n".join(lines).encode()


def _outlines(words: Iterable[Words]) -> list[str]:
    """Return each letter in use, once: the words only refer to them."""
    used = dict.fromkeys((letter, each.bold) for each in words for letter in letters(each.text))
    return [
        f'<path id="{_name(letter, bold)}" d="{outlines.of(letter, bold=bold).path}"/>'
        for letter, bold in used
    ]


def _name(letter: str, bold: bool) -> str:
    return ("b" if bold else "r") + "-".join(f"{ord(sign):x}" for sign in letter)


def _words(words: Words) -> str:
    pen, used = 0.0, []
    for letter in letters(words.text):
        used.append(f'<use xlink:href="#{_name(letter, words.bold)}" x="{_number(pen)}"/>')
        pen += outlines.of(letter, bold=words.bold).advance
    unit = words.size_pt * MM_PER_POINT / outlines.UNITS
    place = _matrix(unit, 0, 0, -unit, words.left, words.baseline)
    colour = ' fill="#fff"' if words.white else ""
    return f"<g{colour} {place}>{''.join(used)}</g>"


def _block(block: Block) -> str:
    place = _matrix(block.width, 0, 0, block.height, block.left, block.top)
    return f'<path {place} d="M0 0h1v1H0z"/>'


def _symbol(symbol: Symbol) -> str:
    """All bars are one path: filled one by one, each would be rounded to pixels on its own."""
    bars = "".join(
        f"M{run.start()} {below}h{run.end() - run.start()}v1H{run.start()}z"
        for below, row in enumerate(symbol.rows)
        for run in _RUN.finditer(row)
    )
    return f'<path {_placing(symbol)} shape-rendering="crispEdges" d="{bars}"/>'


def _placing(symbol: Symbol) -> str:
    """Return the way from modules to millimetres."""
    along, thick, left, top = symbol.module, symbol.row_height, symbol.left, symbol.top
    if symbol.turned:
        return _matrix(0, along, -thick, 0, left + symbol.width, top)
    return _matrix(along, 0, 0, thick, left, top)


def _matrix(*numbers: float) -> str:
    return f'transform="matrix({" ".join(map(_number, numbers))})"'


def _number(length: float) -> str:
    return f"{length:.7g}"


def _plain(text: str) -> str:
    """Return the text without what XML cannot hold, in any disguise."""
    return escape("".join(sign for sign in text if sign.isprintable()))


_HANDS: dict[type[Mark], Callable[..., str]] = {Words: _words, Block: _block, Symbol: _symbol}
