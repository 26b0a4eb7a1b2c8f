"""Pages as one PDF, by reportlab: two embedded font subsets, and the same bytes every time."""

# reportlab has no types of its own.
# mypy: disallow-untyped-calls=False

import re
from collections.abc import Callable, Sequence
from io import BytesIO
from threading import Lock

from reportlab import rl_config
from reportlab.pdfgen.canvas import Canvas

from labels import lettering
from labels.drawing import MM_PER_POINT, Block, Mark, Page, Symbol, Words

# Armour for seven-bit lines: a quarter more bytes, and no printer needs it any more.
rl_config.useA85 = 0  # type: ignore[attr-defined]

_RUN = re.compile("1+")
_ONE_AT_A_TIME = Lock()
"""Documents share the font objects, whose file position two threads would move at once."""


def write(pages: Sequence[Page]) -> bytes:
    """Return the PDF. Made for printing at 100 %: no viewer should fit it to the page."""
    file = BytesIO()
    with _ONE_AT_A_TIME:
        canvas = Canvas(file, invariant=1, pageCompression=1, lang="vi-VN")
        canvas.setTitle("Nhãn")
        canvas.setAuthor("")
        canvas.setViewerPreference("PrintScaling", "None")
        for page in pages:
            _write_page(canvas, page)
        canvas.save()
    return file.getvalue()


def _write_page(canvas: Canvas, page: Page) -> None:
    canvas.setPageSize((page.width / MM_PER_POINT, page.height / MM_PER_POINT))
    canvas.scale(1 / MM_PER_POINT, 1 / MM_PER_POINT)
    for mark in page.marks:
        _HANDS[type(mark)](canvas, page, mark)
    canvas.showPage()


def _write_words(canvas: Canvas, page: Page, words: Words) -> None:
    canvas.setFillGray(1 if words.white else 0)
    canvas.setFont(lettering.FACES[words.bold].fontName, words.size_pt * MM_PER_POINT)
    canvas.drawString(words.left, page.height - words.baseline, words.text)


def _write_block(canvas: Canvas, page: Page, block: Block) -> None:
    canvas.setFillGray(0)
    below = page.height - block.top - block.height
    canvas.rect(block.left, below, block.width, block.height, stroke=0, fill=1)


def _write_symbol(canvas: Canvas, page: Page, symbol: Symbol) -> None:
    """All bars are one path with one fill: PDFium widens bars that are filled one by one."""
    canvas.saveState()
    canvas.setFillGray(0)
    canvas.transform(*_placing(symbol, page.height))
    bars = " ".join(
        f"{run.start()} {above} {run.end() - run.start()} 1 re"
        for above, row in enumerate(reversed(symbol.rows))
        for run in _RUN.finditer(row)
    )
    canvas.addLiteral(f"{bars} f")
    canvas.restoreState()


def _placing(symbol: Symbol, page_height: float) -> tuple[float, ...]:
    """Return the PDF matrix from modules (y up from the last row) to millimetres (y up)."""
    if symbol.turned:
        return 0, -symbol.module, symbol.row_height, 0, symbol.left, page_height - symbol.top
    below = page_height - symbol.top - symbol.height
    return symbol.module, 0, 0, symbol.row_height, symbol.left, below


_HANDS: dict[type[Mark], Callable[..., None]] = {
    Words: _write_words,
    Block: _write_block,
    Symbol: _write_symbol,
}
