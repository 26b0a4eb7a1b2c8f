"""One message on its way: to whom, in which words, and by what we know it."""

from dataclasses import dataclass, field
from typing import Protocol

from postal_tracker.core.notices import Event, Words
from postal_tracker.outgoing.notices.outcomes import Outcome


@dataclass(frozen=True, slots=True)
class Letter:
    """What an e-mail needs; the address is read for it alone and kept nowhere else."""

    reference: str
    to: str = field(repr=False)
    subject: str
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Message:
    """What a channel is given; of the address goes the same."""

    reference: str
    to: str = field(repr=False)
    event: Event
    words: Words = field(repr=False)
    code: str
    link: str = field(repr=False)


class Sends(Protocol):
    """A channel. It never raises: whatever happens is an outcome."""

    @property
    def rate_per_second(self) -> float:
        """How many it may be given."""

    @property
    def can_be_asked(self) -> bool:
        """Whether it tells what became of a message whose outcome we do not know."""

    async def send(self, message: Message) -> Outcome:
        """Send one message."""

    async def ask(self, reference: str) -> Outcome:
        """Return what became of a message: BUSY if it was never taken, UNKNOWN if nobody says."""
