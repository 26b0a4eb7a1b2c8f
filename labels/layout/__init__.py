"""Where things go on a label: what its readers need first is biggest.

A postman needs the direction, the number and the recipient; a clerk the code and the procedure.
Each part has its place, and words are set as large as their place allows.
"""

from collections.abc import Sequence
from types import ModuleType

from labels.drawing import Mark, Page
from labels.label import DossierLabel, ParcelLabel
from labels.layout import low, middle, rulers, sheets, small, tall
from labels.layout.boxes import Box
from labels.paper import Medium

__all__ = ["Box", "calibration", "page", "pages"]

Label = ParcelLabel | DossierLabel


def pages(
    labels: Sequence[Label],
    medium: Medium,
    *,
    skip: int = 0,
    offset: tuple[float, float] = (0.0, 0.0),
) -> list[Page]:
    """Return a page for each label, or sheets of stickers with the first `skip` left free.

    `offset` moves everything so many millimetres to the right and down, in whole dots, for a
    printer that is as much astray the other way (see `calibration`).
    Raises Unprintable, NoSuchPlace, TooFarAstray.
    """
    drawn = [_marks(label, medium) for label in labels]
    return list(sheets.imposed(drawn, medium, skip=skip, offset=offset))


def page(label: Label, medium: Medium) -> Page:
    """Return one label on one page. Raises Unprintable."""
    return pages([label], medium)[0]


def calibration(medium: Medium, *, offset: tuple[float, float] = (0.0, 0.0)) -> Page:
    """Return outlines and rulers, from which a clerk reads how far a printer is astray.

    Printed again with the `offset` that was read, the outlines lie on the stickers' edges.
    Raises TooFarAstray.
    """
    return sheets.offset_page(medium, rulers.marks(medium), offset)


def _marks(label: Label, medium: Medium) -> tuple[Mark, ...]:
    kind = _kind(medium)
    if isinstance(label, ParcelLabel):
        return tuple(kind.parcel(label, medium))
    return tuple(kind.dossier(label, medium))


def _kind(medium: Medium) -> ModuleType:
    """Return the layout for labels of this size."""
    wide, high = medium.label_width, medium.label_height
    if wide < 90 or high < 40:
        return small
    if high < 60:
        return low
    return middle if high < 120 else tall
