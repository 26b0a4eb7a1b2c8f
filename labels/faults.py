"""What can go wrong between a label in words and the paper.

Unprintable     the label would not scan, or would lose words; it is refused, not printed
ValueError
  UnknownMedium   no such paper; names those there are
  UnknownFormat   no such kind of file; names those there are
  NothingToPrint  an empty list of labels
  NoSuchPlace     more stickers to be left free than the sheet can spare
  TooFarAstray    an offset that would move something of a label off its paper
  BadMedia        a centre's own media are not as they must be
"""

from collections.abc import Sequence
from enum import StrEnum


class Why(StrEnum):
    """Why a label cannot be printed, for the sentence that a clerk reads."""

    EMPTY = "empty"
    """There is nothing to encode."""
    NOT_ASCII = "not_ascii"
    """Code 128 carries the printable ASCII characters and no others."""
    MISREAD = "misread"
    """The encoder made a symbol that says something else."""
    TOO_LONG = "too_long"
    """The symbol does not fit the paper at a size that scans."""
    NO_SUCH_LETTER = "no_such_letter"
    """The font lacks the letter."""
    TOO_MANY_WORDS = "too_many_words"
    """The words do not fit their place at a size that can be read."""


class Unprintable(Exception):
    """This label would not scan, or would lose words. `text` is the part that is at fault."""

    def __init__(self, text: str, why: Why) -> None:
        super().__init__(f"{why}: {text!r}")
        self.text = text
        self.why = why


class _Unknown(ValueError):
    """`allowed` has the names there are."""

    def __init__(self, name: str, allowed: Sequence[str]) -> None:
        super().__init__(f"{name!r} is none of {', '.join(allowed)}")
        self.name = name
        self.allowed = tuple(allowed)


class UnknownMedium(_Unknown):
    """No such paper."""


class UnknownFormat(_Unknown):
    """No such kind of file."""


class NothingToPrint(ValueError):
    """A file without a page is no file."""


class NoSuchPlace(ValueError):
    """More stickers to be left free than come before the last; the sheet has `places`."""

    def __init__(self, skip: int, places: int) -> None:
        super().__init__(f"cannot leave {skip} stickers free on a page of {places}")
        self.skip = skip
        self.places = places


class TooFarAstray(ValueError):
    """Something would be moved off the paper; `most` is its largest offset in millimetres."""

    def __init__(self, most: float) -> None:
        super().__init__(f"an offset is at most {most:g} mm in each direction")
        self.most = most


class BadMedia(ValueError):
    """A centre's own media cannot be meant as written; says of which one what is wrong."""

    def __init__(self, name: str, what: str) -> None:
        super().__init__(f"{name}: {what}")
        self.name = name
        self.what = what
