"""What labels are drawn on: the medium, the kind of file, where on the first sheet they begin."""

from collections.abc import Mapping
from dataclasses import dataclass

import labels
from labels.paper import Medium, named
from postal_tracker.core.problems import Invalid


@dataclass(frozen=True, slots=True)
class Sheet:
    """What labels are drawn on; `skip` stickers of the first sheet are left free."""

    medium: Medium
    format: str
    skip: int = 0
    offset: tuple[float, float] = (0.0, 0.0)
    """How far a printer wants all of it moved. Millimetres."""


def sheet_of(
    media: Mapping[str, Medium],
    medium: str,
    format: str,
    skip: int = 0,
    offset: tuple[float, float] = (0.0, 0.0),
) -> Sheet:
    """Return what is asked for by name. Raises Invalid, naming the media or formats there are."""
    try:
        labels.media_type(format)
        return Sheet(named(medium, media), format, skip, offset)
    except (labels.UnknownMedium, labels.UnknownFormat) as unknown:
        allowed = ", ".join(unknown.allowed)
        raise Invalid(
            "unknown-medium-or-format",
            f"Không có khổ giấy hoặc định dạng này; chọn một trong: {allowed}.",
            f"There is no such medium or format; choose one of: {allowed}.",
        ) from None
