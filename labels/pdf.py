"""Pages as one PDF, by pikepdf: the letters in use embedded, and the same bytes every time.

What is on a page is written in the PDF's own operators, in millimetres (ISO 32000-1, annex A).
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from io import BytesIO
from itertools import groupby

import pikepdf
from deflate import zlib_compress
from pikepdf import Array, Dictionary, Name, ObjectStreamMode, Pdf, Stream, String

from labels.drawing import MM_PER_POINT, Block, Mark, Page, Symbol, Words
from labels.embedding import embedded, embedded_drawn, encoded, numbered
from labels.faces import FACES
from labels.letters import letters

_QUICKEST = 1
"""Of the levels of compression up to 12; others save a tenth, and take twice as long."""
_MILLIMETRES = f"{1 / MM_PER_POINT:.10f} 0 0 {1 / MM_PER_POINT:.10f} 0 0 cm"
_DARK = re.compile("1+")
_HAIR = 0.001
"""Points by which a page is short of its whole dots, a hundredth of one at most.

Were it as much too long, renderers would add a dot, and stretch the page and every bar to fill it.
"""


class _Used:
    """The letters in use, by whether they are bold."""

    def __init__(self) -> None:
        self.whole = defaultdict[bool, set[str]](set)
        self.drawn = defaultdict[bool, dict[str, int]](dict)
        """Those that the face has not whole: each with its number, in the order of their coming."""

    def number(self, letter: str, bold: bool) -> int:
        numbers = self.drawn[bold]
        return numbers.setdefault(letter, len(numbers) + 1)


def write(pages: Sequence[Page], title: str = "Nhãn") -> bytes:
    """Return the PDF. Made for printing at 100 %: no viewer should fit it to the page.

    `title` is what a viewer shows at its head.

    Raises Unprintable for a letter that the font lacks.
    """
    file = BytesIO()
    with pikepdf.new() as pdf:
        pdf.docinfo.Title = String(title)
        pdf.Root.Lang = String("vi-VN")
        pdf.Root.ViewerPreferences = Dictionary(PrintScaling=Name("/None"))
        _bind(pdf, pages)
        pdf.save(file, deterministic_id=True, object_stream_mode=ObjectStreamMode.generate)
    return file.getvalue()


def _bind(pdf: Pdf, pages: Sequence[Page]) -> None:
    used = _Used()
    tree, sheets = pdf.Root.Pages, Array()
    boxes = {page[:2]: pdf.make_indirect(_box(page)) for page in pages}
    for page in pages:
        content = Stream(pdf, bytes(zlib_compress(_content(page, used), _QUICKEST)))
        content.Filter = Name.FlateDecode
        sheet = Dictionary(Type=Name.Page, Parent=tree, MediaBox=boxes[page[:2]], Contents=content)
        sheets.append(pdf.make_indirect(sheet))
    tree.Kids, tree.Count = sheets, len(pages)
    faces = {_font_name(b): embedded(pdf, FACES[b], sorted(of)) for b, of in used.whole.items()}
    for bold, numbers in used.drawn.items():
        faces[_font_name(bold, drawn=True)] = embedded_drawn(pdf, FACES[bold], list(numbers))
    tree.Resources = Dictionary(Font=Dictionary(faces))


def _box(page: Page) -> Array:
    return Array([0, 0, *(side / MM_PER_POINT - _HAIR for side in (page.width, page.height))])


def _font_name(bold: bool, *, drawn: bool = False) -> str:
    return f"/{'D' if drawn else 'F'}{int(bold)}"


def _content(page: Page, used: _Used) -> bytes:
    operators = [_MILLIMETRES, *(_HANDS[type(mark)](page, mark, used) for mark in page.marks)]
    return "\n".join(operators).encode("latin-1")


def _words(page: Page, words: Words, used: _Used) -> str:
    size = words.size_pt * MM_PER_POINT
    shown = " ".join(
        f"{font} {size:.4f} Tf ({string}) Tj" for font, string in _strings(words, used)
    )
    place = f"{words.left:.4f} {page.height - words.baseline:.4f} Td"
    return f"BT {int(words.white)} g {place} {shown} ET"


def _strings(words: Words, used: _Used) -> Iterator[tuple[str, str]]:
    """Yield the text in strings of one font each, with the font."""
    text, bold, face = words.text, words.bold, FACES[words.bold]
    if face.glyphs.keys() >= set(text):
        used.whole[bold].update(text)
        yield _font_name(bold), encoded(text, face)
        return
    for is_whole, run in groupby(letters(text), face.glyphs.__contains__):
        if is_whole:
            whole = "".join(run)
            used.whole[bold].update(whole)
            yield _font_name(bold), encoded(whole, face)
        else:
            numbers = (numbered(used.number(letter, bold)) for letter in run)
            yield _font_name(bold, drawn=True), "".join(numbers)


def _block(page: Page, block: Block, _: _Used) -> str:
    below = page.height - block.top - block.height
    return f"0 g {block.left:.6f} {below:.6f} {block.width:.6f} {block.height:.6f} re f"


def _symbol(page: Page, symbol: Symbol, _: _Used) -> str:
    """All bars are one path with one fill: PDFium widens bars that are filled one by one."""
    placing = " ".join(f"{number:.6f}" for number in _placing(symbol, page.height))
    rectangles = _rectangles(len(symbol.rows[0]) + 1)
    bars = "\n".join([rectangles[run] for run in _dark_runs(symbol.rows)])
    return f"q 0 g {placing} cm\n{bars}\nf Q"


def _dark_runs(rows: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Return the start and end of each run of dark modules, the rows end to end from the last up.

    A light module before each row keeps its runs from those of its neighbour.
    """
    return (run.span() for run in _DARK.finditer("0".join(reversed(rows))))


def _placing(symbol: Symbol, page_height: float) -> tuple[float, ...]:
    """Return the PDF matrix from modules (y up from the last row) to millimetres (y up)."""
    if symbol.turned:
        return 0, -symbol.module, symbol.row_height, 0, symbol.left, page_height - symbol.top
    below = page_height - symbol.top - symbol.height
    return symbol.module, 0, 0, symbol.row_height, symbol.left, below


class _Rectangles(dict[tuple[int, int], str]):
    """The rectangle for each run of dark modules, by its start and end in rows end to end.

    The same runs come again on one label after another.
    """

    def __init__(self, wide: int) -> None:
        self.wide = wide

    def __missing__(self, span: tuple[int, int]) -> str:
        start, end = span
        row, column = divmod(start, self.wide)
        self[span] = f"{column} {row} {end - start} 1 re"
        return self[span]


_rectangles = lru_cache(maxsize=64)(_Rectangles)

_HANDS: Mapping[type[Mark], Callable[..., str]] = {Words: _words, Block: _block, Symbol: _symbol}
