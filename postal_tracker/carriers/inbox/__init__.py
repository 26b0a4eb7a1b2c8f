"""What carriers and couriers tell us: kept first, then matched to its parcel, then recorded.

What cannot be read or matched, or contradicts what is known, is kept and shown to staff (*unread*,
*unclaimed*, *conflicting*). It is read again when its parcel is made, or when somebody asks for it.
A carrier's message is kept byte for byte until its time is over; our own API's events are kept so
only when they find no parcel.

messages      what carriers send: read as far as that is possible, and kept
matching      which parcel news is of, within what its teller may tell of
known         what the ledger holds already of news that comes again
recording     what messages and answers tell, recorded; what does not fit, said
unmatched     the numbers that messages wait for
reprocessing  reading kept messages once more
inspection    one message with what we understood of it, for staff to look at
retention     emptying bodies whose time is over
api_events    events that people and portals report by our own API and pages
"""

from postal_tracker.carriers.inbox.api_events import EventResult, EventStatus, Report, report_each
from postal_tracker.carriers.inbox.inspection import Closely, Fate, look_closely
from postal_tracker.carriers.inbox.messages import (
    WITHOUT_HOME,
    Message,
    MessageState,
    keep_unread_answer,
    read,
)
from postal_tracker.carriers.inbox.recording import keep_each, record_answer
from postal_tracker.carriers.inbox.reprocessing import (
    MOST_READ_AGAIN,
    ReadAgain,
    Wanted,
    claim_waiting,
    count_left,
    read_again,
    read_many_again,
    read_some_again,
)
from postal_tracker.carriers.inbox.retention import MOST_ERASED, erase_old

__all__ = [
    "MOST_ERASED",
    "MOST_READ_AGAIN",
    "WITHOUT_HOME",
    "Closely",
    "EventResult",
    "EventStatus",
    "Fate",
    "Message",
    "MessageState",
    "ReadAgain",
    "Report",
    "Wanted",
    "claim_waiting",
    "count_left",
    "erase_old",
    "keep_each",
    "keep_unread_answer",
    "look_closely",
    "read",
    "read_again",
    "read_many_again",
    "read_some_again",
    "record_answer",
    "report_each",
]
