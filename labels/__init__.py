"""Paper out: a label in words becomes a drawing. All lengths are millimetres, type is in points.

The words are chosen by the caller; nothing here knows a database, a carrier or the clock.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from labels import layout, paper, pdf, svg
from labels.bundle import bundled
from labels.drawing import Page
from labels.faults import (
    NoSuchPlace,
    NothingToPrint,
    TooFarAstray,
    UnknownFormat,
    UnknownMedium,
    Unprintable,
    Why,
)
from labels.label import DossierLabel, ParcelLabel, Party
from labels.paper import Medium

__all__ = [
    "FORMATS",
    "DossierLabel",
    "Medium",
    "NoSuchPlace",
    "NothingToPrint",
    "ParcelLabel",
    "Party",
    "TooFarAstray",
    "UnknownFormat",
    "UnknownMedium",
    "Unprintable",
    "Why",
    "draw",
    "media_type",
    "render",
]


class Format(NamedTuple):
    """One kind of file."""

    media_type: str
    write: Callable[[Sequence[Page], float], bytes]
    """Of pages, for a printer whose dot is so many millimetres."""


# With the first dots comes numpy: where all goes out as PDF, the service does without its 14 MiB.


def _png(pages: Sequence[Page], dot: float) -> bytes:
    from labels import png

    return bundled([png.write(page, dot) for page in pages], "png")


def _zpl(pages: Sequence[Page], dot: float) -> bytes:
    from labels import zpl

    return zpl.write(pages, dot)


FORMATS: Mapping[str, Format] = {
    "pdf": Format("application/pdf", lambda pages, _: pdf.write(pages)),
    "zpl": Format("application/zpl", _zpl),
    "png": Format("image/png", _png),
    "svg": Format("image/svg+xml", lambda pages, _: bundled([svg.write(p) for p in pages], "svg")),
}


def draw(
    labels: Sequence[ParcelLabel | DossierLabel],
    *,
    medium: str | Medium = "a6",
    format: str = "pdf",
    skip: int = 0,
    offset: tuple[float, float] = (0.0, 0.0),
) -> bytes:
    """Return one file with the labels in the order given; same labels, same bytes.

    A label is a page, or on sheets a sticker, after `skip` that are left free. `offset` moves all
    of it so many millimetres to the right and down. PDF and ZPL hold all pages one after the other;
    PNG and SVG hold one, so several are a ZIP of "0001.png", "0002.png" and so on.
    Raises Unprintable if any one of them would not scan or not hold its words: then none is drawn.
    Raises NothingToPrint, UnknownMedium, UnknownFormat, NoSuchPlace, TooFarAstray (ValueErrors).
    """
    sheet = paper.named(medium) if isinstance(medium, str) else medium
    _known(format)
    if not labels:
        raise NothingToPrint("no label was asked for")
    return render(layout.pages(labels, sheet, skip=skip, offset=offset), sheet.dot, format)


def render(pages: Sequence[Page], dot: float, format: str) -> bytes:
    """Return pages that need not be labels as one file, for a printer's dot of so many millimetres.

    Raises NothingToPrint, UnknownFormat, Unprintable (a letter that the font lacks).
    """
    if not pages:
        raise NothingToPrint("no page was asked for")
    return _known(format).write(pages, dot)


def media_type(format: str, file: bytes = b"") -> str:
    """Return what HTTP calls such a file; several PNG or SVG are a ZIP. Raises UnknownFormat."""
    known = _known(format)
    return "application/zip" if file.startswith(b"PK") else known.media_type


def _known(name: str) -> Format:
    if name not in FORMATS:
        raise UnknownFormat(name, tuple(FORMATS))
    return FORMATS[name]
