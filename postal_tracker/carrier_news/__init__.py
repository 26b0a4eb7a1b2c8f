"""What carriers and couriers tell us: kept first, then matched to its parcel, then recorded.

What cannot be read or matched is kept and shown to staff (*unread*, *unclaimed*), and read again
after a fix. A carrier's message is kept byte for byte; our own API's events are kept so only when
they find no parcel.

messages  what carriers send or answer: kept, read, matched, read again
reports   events that people and portals report by our own API and pages
"""

from postal_tracker.carrier_news.messages import (
    Message,
    MessageState,
    keep_each,
    keep_unread_answer,
    read,
    read_again,
    record_answer,
)
from postal_tracker.carrier_news.reports import EventResult, EventStatus, Report, report_each

__all__ = [
    "EventResult",
    "EventStatus",
    "Message",
    "MessageState",
    "Report",
    "keep_each",
    "keep_unread_answer",
    "read",
    "read_again",
    "record_answer",
    "report_each",
]
