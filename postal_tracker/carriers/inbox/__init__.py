"""What carriers and couriers tell us: the inbox pattern (kept first, recorded at most once).

What cannot be read or matched, or contradicts what is known, is kept and shown to staff (*unread*,
*unclaimed*, *conflicting*). It is read again when its parcel is made, or when somebody asks for it.
A carrier's message is kept byte for byte until its time is over; our own API's events are kept so
only when they find no parcel.

messages      what carriers send: read as far as that is possible, and kept
matching      which parcel news is of, within what its teller may tell of
known         what the ledger holds already of news that comes
judging       what becomes of each event, by what is known: pure
recording     what messages and answers tell, judged and recorded; what does not fit, said
echoes        what a webhook tells that polling had found before
expected      on which day carriers expect to deliver parcels
unmatched     the numbers that messages wait for
reprocessing  reading kept messages once more
inspection    one message with what we understand of it, for staff to look at
retention     emptying bodies whose time is over, and in the end the rows
api_events    events that people and portals tell by our own API and pages
"""

from postal_tracker.carriers.inbox.api_events import (
    EventBatch,
    EventResult,
    EventStatus,
    record_batches,
)
from postal_tracker.carriers.inbox.inspection import Inspection, inspect
from postal_tracker.carriers.inbox.judging import Fate
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
    MessageFilter,
    ReadAgain,
    count_left,
    match_waiting,
    read_again,
    read_many_again,
    read_some_again,
)
from postal_tracker.carriers.inbox.retention import empty, erase_old, fold_away

__all__ = [
    "MOST_READ_AGAIN",
    "WITHOUT_HOME",
    "EventBatch",
    "EventResult",
    "EventStatus",
    "Fate",
    "Inspection",
    "Message",
    "MessageFilter",
    "MessageState",
    "ReadAgain",
    "count_left",
    "empty",
    "erase_old",
    "fold_away",
    "inspect",
    "keep_each",
    "keep_unread_answer",
    "match_waiting",
    "read",
    "read_again",
    "read_many_again",
    "read_some_again",
    "record_answer",
    "record_batches",
]
