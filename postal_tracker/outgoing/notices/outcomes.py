"""What can come of an attempt to send a notice, told apart by what is known of it."""

from enum import StrEnum
from typing import NamedTuple


class Fate(StrEnum):
    """What is known after an attempt."""

    TAKEN = "taken"
    """Whoever carries it has taken it: a claim, no proof that it was read."""
    DELIVERED = "delivered"
    REFUSED = "refused"
    """Not for this address; another channel may do."""
    BUSY = "busy"
    """Certainly not taken, for a reason of the channel's own: it may be tried again."""
    UNKNOWN = "unknown"
    """It may have been taken: never repeated by itself."""


class Outcome(NamedTuple):
    """What came of one attempt, or of asking about it."""

    fate: Fate
    fault: str = ""
    """In one word of those below, what stood in the way."""


class Report(NamedTuple):
    """What a gateway reports of a message later on."""

    reference: str
    is_delivered: bool


# Faults: of a channel, of an address, of what happened meanwhile.
UNREACHABLE = "unreachable"
NOT_LET_IN = "not_let_in"
THROTTLED = "throttled"
BROKEN_OFF = "broken_off"
"""The answer never came."""
CUT_SHORT = "cut_short"
"""The service ended in the midst of it."""
WRONG_ADDRESS = "wrong_address"
NOT_TAKEN = "not_taken"
NO_TEMPLATE = "no_template"
NO_ADDRESS = "no_address"
NO_CHANNEL = "no_channel"
OVERTAKEN = "overtaken"
"""What it says is no longer so; nobody was told."""
TOO_OLD = "too_old"
NOT_DELIVERED = "not_delivered"
"""It was taken, and reported as not delivered."""
