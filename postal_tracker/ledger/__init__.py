"""The only writer of history: what happened, once, and where everything stands after it.

This is event sourcing. The entries are the events and are never changed; the stored copies of
stage, location and milestone are projections, which can be worked out from the entries again.

`record` adds entries and brings the copies up to date in the same transaction. It is set-based: a
thousand entries cost a handful of statements. A history that grows at its end is followed; one that
changes in its middle is replayed from its beginning.

entries      what is recorded, once for each key, and how rows become facts again
copies       what the copies of parcels and of dossiers have in common
parcels      where parcels stand: locked, followed or replayed, stored
dossiers     the same for dossiers, with their enclosures and changes of stage
deadlines    when dossiers are due, by what was promised
outbox       the changes of stage, for whoever is to tell of them
recording    `record`: entries in, then parcels and dossiers moved
log          the tamper-evident log over all of it
checking     whether the copies still say what a replay of the ledger says
idempotency  requests that are answered once, however often they come
numbers      numbers that are given out once
personal     where people stand: what is shown to whoever asks, and erased
search_terms by what dossiers are found, kept beside them
tallies      how many dossiers are where, due when, decided how
"""

from postal_tracker.ledger import search_terms, tallies
from postal_tracker.ledger.checking import differences
from postal_tracker.ledger.deadlines import settle, term_of
from postal_tracker.ledger.dossiers import (
    cells,
    columns,
    histories,
    last_known,
    replay_dossiers,
)
from postal_tracker.ledger.entries import NewEntry
from postal_tracker.ledger.parcels import parcel_columns, replay_parcels
from postal_tracker.ledger.recording import record

__all__ = [
    "NewEntry",
    "cells",
    "columns",
    "differences",
    "histories",
    "last_known",
    "parcel_columns",
    "record",
    "replay_dossiers",
    "replay_parcels",
    "search_terms",
    "settle",
    "tallies",
    "term_of",
]
