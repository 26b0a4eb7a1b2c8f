"""The only writer of history: what happened, once, and where everything stands after it.

`record` adds entries and brings the copies (stage, location, milestone) up to date in the same
transaction. It is set-based: a thousand entries cost a handful of statements. A history that grows
at its end is followed; one that changes in its middle is replayed from its beginning.

entries    what is recorded, and how rows become facts again
copies     what the copies of parcels and of dossiers have in common
parcels    where parcels stand: locked, followed or replayed, stored
dossiers   the same for dossiers, with their enclosures and notices
recording  `record`: entries in, then parcels and dossiers moved
checking   whether the copies still say what a replay of the ledger says
"""

from postal_tracker.ledger.checking import differences
from postal_tracker.ledger.dossiers import columns, last_known, replay_dossiers
from postal_tracker.ledger.entries import NewEntry
from postal_tracker.ledger.parcels import parcel_columns, replay_parcels
from postal_tracker.ledger.recording import record

__all__ = [
    "NewEntry",
    "columns",
    "differences",
    "last_known",
    "parcel_columns",
    "record",
    "replay_dossiers",
    "replay_parcels",
]
