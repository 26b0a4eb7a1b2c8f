"""How many dossiers are where, due when and decided how, and what was done: tallies.

A tally is a projection, kept in the transaction of what it counts, so that nobody counts it (a
materialised aggregate). Each dossier stands in up to three cells, each scan in one; when it moves,
one is taken from those it leaves and added to those it comes to. That is only ever added to the end
of a table of changes: so no two processes wait for each other at the cell that everybody's scans
change. Once a minute the changes are folded into the sums. Whoever asks adds both up.

sums        cells, changes, and folding them
standing    where dossiers stand, when they are due, how they were decided
scans       how we learnt of scans
deeds       how much each account recorded at a desk
checking    whether the tallies say what a count of everything says
local_days  days and months in Vietnam, in SQL
"""

from postal_tracker.ledger.tallies.checking import differing, mend
from postal_tracker.ledger.tallies.deeds import DONE, TOLD_APART, done
from postal_tracker.ledger.tallies.scans import (
    HOW_LEARNT,
    NEVER_TOLD,
    TOLD_FIRST,
    TOLD_LATER,
    hear,
    learn,
)
from postal_tracker.ledger.tallies.standing import (
    AHEAD,
    DUE,
    HERE,
    HOW_DECIDED,
    LATE,
    ON_TIME,
    cells,
    moves,
)
from postal_tracker.ledger.tallies.sums import Cell, Changes, change, fold, told

__all__ = [
    "AHEAD",
    "DONE",
    "DUE",
    "HERE",
    "HOW_DECIDED",
    "HOW_LEARNT",
    "LATE",
    "NEVER_TOLD",
    "ON_TIME",
    "TOLD_APART",
    "TOLD_FIRST",
    "TOLD_LATER",
    "Cell",
    "Changes",
    "cells",
    "change",
    "differing",
    "done",
    "fold",
    "hear",
    "learn",
    "mend",
    "moves",
    "told",
]
