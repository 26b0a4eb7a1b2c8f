"""What citizens are told without asking: of which changes, in which words, and at which hours.

events  what is worth a message, out of what happened; and whether it is still so
texts   the words, from a table: each event by e-mail, SMS and Zalo, in both languages
consent what somebody agreed to who has them sent
hours   when nobody is disturbed, and what waits for a working day
"""

from postal_tracker.core.notices.events import (
    CUES,
    Event,
    Standing,
    event_of_stage,
    is_still_so,
    occasion_of,
)
from postal_tracker.core.notices.hours import BadQuietHours, Quiet, read_quiet, when_to_tell
from postal_tracker.core.notices.texts import LONGEST_SMS, NO_REPLY, ToldBy, Words, subject, written

__all__ = [
    "CUES",
    "LONGEST_SMS",
    "NO_REPLY",
    "BadQuietHours",
    "Event",
    "Quiet",
    "Standing",
    "ToldBy",
    "Words",
    "event_of_stage",
    "is_still_so",
    "occasion_of",
    "read_quiet",
    "subject",
    "when_to_tell",
    "written",
]
