"""When a dossier is expected where its parcel goes: what was promised, as long as it holds."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from pydantic import Field

from postal_tracker.core.eta import PROMISED


@dataclass(frozen=True, slots=True)
class Expected:
    """In which days a parcel is expected, told from how long those before it took."""

    first: Annotated[
        date, Field(serialization_alias="from", description="The first of these days.")
    ]
    last: Annotated[date, Field(serialization_alias="to", description="The last of them.")]
    confidence: float = PROMISED
    """The share of parcels like it that come within these days."""


def expected_of(parcel: Any, today: date) -> Expected | None:
    """Return when an open parcel is expected; None where that is unknown, or the days are over."""
    if not (parcel.promise_told and parcel.promised_to and parcel.promised_to >= today):
        return None
    return Expected(max(parcel.promised_from, today), parcel.promised_to)
