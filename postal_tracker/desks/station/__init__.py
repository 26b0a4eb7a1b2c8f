"""The scan station: what one reading comes to in the mode that a clerk has chosen.

It does nothing of its own: it calls what looks up, receives, seals and lists, and says in one
sentence what came of it. A double is what the record has already, not what can be done again.

told       the answer to one reading, and how it sounds
receiving  looking up, receiving back, and taking the last one back
piles      what is scanned together: a shelf, a handover, a parcel
"""

from postal_tracker.desks.station.piles import (
    MOST_CHECKED,
    close_parcel,
    held_here,
    label_of,
    on_shelf,
    to_list,
    to_seal,
    told_of_held,
)
from postal_tracker.desks.station.receiving import look_up, receive, undo
from postal_tracker.desks.station.told import Told, Tone, refused, told_again

__all__ = [
    "MOST_CHECKED",
    "Told",
    "Tone",
    "close_parcel",
    "held_here",
    "label_of",
    "look_up",
    "on_shelf",
    "receive",
    "refused",
    "to_list",
    "to_seal",
    "told_again",
    "told_of_held",
    "undo",
]
