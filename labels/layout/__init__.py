"""Where things go on a label: what its readers need first is biggest.

A postman needs the direction, the number and the recipient; a clerk the code and the procedure.
Each part has its place, and words are set as large as their place allows.
"""

from collections.abc import Sequence

from labels.drawing import Mark, Page
from labels.label import DossierLabel, ParcelLabel
from labels.layout import sheets, tall
from labels.layout.boxes import Box
from labels.paper import Medium

__all__ = ["Box", "page", "pages"]

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


def _marks(label: Label, medium: Medium) -> tuple[Mark, ...]:
    if isinstance(label, ParcelLabel):
        return tuple(tall.parcel(label, medium))
    return tuple(tall.dossier(label, medium))
