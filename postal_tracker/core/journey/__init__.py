"""Where a dossier or a parcel stands, worked out from what happened to it.

This is event sourcing: the ledger's entries are the events, the stored stages are a projection of
them. A journey is a fold over facts in the order in which they happened, so late, doubled and
shuffled news give the same answer, and a whole history can be replayed at any time. Pure: no
database, no clock, no network.

stages      the words: acts, directions, holders, stages, flags
facts       what happened, and the order of it
dossiers    a dossier's journey: replayed from all its facts, or followed by one more
parcels     the same for a parcel and its scans
deadline    what moves the date on which a dossier is due
"""

from postal_tracker.core.journey.deadline import changes_of
from postal_tracker.core.journey.dossiers import Journey, Leg, follow, replay
from postal_tracker.core.journey.facts import Fact
from postal_tracker.core.journey.parcels import ParcelJourney, follow_parcel, replay_parcel
from postal_tracker.core.journey.stages import (
    FINAL_MILESTONES,
    FINAL_STAGES,
    Act,
    Direction,
    Flag,
    Holder,
    Stage,
    What,
)

__all__ = [
    "FINAL_MILESTONES",
    "FINAL_STAGES",
    "Act",
    "Direction",
    "Fact",
    "Flag",
    "Holder",
    "Journey",
    "Leg",
    "ParcelJourney",
    "Stage",
    "What",
    "changes_of",
    "follow",
    "follow_parcel",
    "replay",
    "replay_parcel",
]
