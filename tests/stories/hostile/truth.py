"""Where a parcel stands after what was said of it; written from the design, not from the code."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from adapters.event import Milestone

ENDINGS = (Milestone.DELIVERED, Milestone.RETURNED)
_BEFORE_THE_POST = (None, Milestone.UNRECOGNISED, Milestone.ANNOUNCED)


@dataclass(frozen=True, slots=True)
class Word:
    """One thing that somebody said of a parcel; what is not proven ends no journey."""

    at: datetime
    milestone: Milestone
    is_proven: bool = True

    @property
    def ends(self) -> bool:
        return self.is_proven and self.milestone in ENDINGS


def stands(words: Iterable[Word]) -> Word | None:
    """Return the word that counts: the last one that says something, or the first proven ending."""
    last: Word | None = None
    for word in sorted(words, key=_when):
        if _is_news(word.milestone, last.milestone if last else None):
            last = word
        if last and last.ends:
            break
    return last


def _is_news(said: Milestone, known: Milestone | None) -> bool:
    if said is Milestone.ANNOUNCED:
        return known in _BEFORE_THE_POST
    return said is not Milestone.UNRECOGNISED or known is None


def _when(word: Word) -> tuple[datetime, int]:
    return word.at, list(Milestone).index(word.milestone)
