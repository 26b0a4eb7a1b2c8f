"""The forms of handing over: lists for a courier, and what is signed for.

The sentence below a field is its description in the OpenAPI document.
"""

from typing import Annotated

from pydantic import Field

from postal_tracker.forms.shapes import Form
from postal_tracker.forms.values import CLEAN, AnyNumber, Moment, Short, Word, bounded

Numbers = Annotated[list[AnyNumber], Field(min_length=1, max_length=500)]


class HandoverForm(Form):
    """The parcels that one courier signs for at once."""

    carrier: Word
    parcels: Numbers


class CountForm(Form):
    """Which parcels of a list are there."""

    parcels: Numbers | None = None
    """Those that are there; without it all are."""


class BringForm(Form):
    """The parcels that a courier brings to a desk."""

    office: Short = ""
    """To which; without it, the courier's own."""
    parcels: Numbers


class SignatureForm(CountForm):
    """The signature of who takes what is on a list: a courier, or the desk to which he brings it.

    `parcels` is for what is brought: of what a courier takes, he says it himself.
    """

    signed_by: Annotated[str, bounded(120, 1), CLEAN]
    at: Moment | None = None
    record: Annotated[Short, bounded(64)] = ""
    """The list's `record` as it was read; needed where a courier counted and something is left."""
