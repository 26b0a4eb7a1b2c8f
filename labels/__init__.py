"""Paper out: a label in words becomes a drawing. All lengths are millimetres, type is in points.

The words are chosen by the caller; nothing here knows a database, a carrier or the clock.
"""

from collections.abc import Callable, Mapping, Sequence

from labels import layout, paper, pdf
from labels.drawing import Page
from labels.faults import (
    NothingToPrint,
    UnknownFormat,
    UnknownMedium,
    Unprintable,
    Why,
)
from labels.label import DossierLabel, ParcelLabel, Party

__all__ = [
    "DossierLabel",
    "NothingToPrint",
    "ParcelLabel",
    "Party",
    "UnknownFormat",
    "UnknownMedium",
    "Unprintable",
    "Why",
    "draw",
]

_WRITERS: Mapping[str, Callable[[Sequence[Page]], bytes]] = {"pdf": pdf.write}


def draw(
    labels: Sequence[ParcelLabel | DossierLabel],
    *,
    medium: str = "a6",
    format: str = "pdf",  # noqa: A002 - the word of the HTTP contract
) -> bytes:
    """Return one file with a page for each label, in the order given; same labels, same bytes.

    Raises Unprintable if any one of them would not scan or not hold its words: then none is drawn.
    Raises NothingToPrint, UnknownMedium, UnknownFormat (all of them a ValueError).
    """
    sheet = paper.named(medium)
    writer = _WRITERS.get(format)
    if writer is None:
        raise UnknownFormat(format, tuple(_WRITERS))
    if not labels:
        raise NothingToPrint("no label was asked for")
    return writer([layout.page(label, sheet) for label in labels])
