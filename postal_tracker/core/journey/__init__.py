"""Where a dossier or a parcel stands, worked out from what happened to it.

This is event sourcing: the ledger's entries are the events, the stored stages are a projection of
them. A journey is a fold over facts in the order in which they happened, so late, doubled and
shuffled news give the same answer, and a whole history can be replayed at any time. Pure: no
database, no clock, no network.

stages      the words: acts, directions, holders, stages, flags
facts       what happened, and the order of it
standing    where a dossier stands, and the few ways in which that changes
on_the_way  what the post does with the parcel in which it is
dossiers    a dossier's journey: replayed from all its facts, or followed by one more
parcels     the same for a parcel and its scans
deadline    when a dossier is due: what stops its clock, what promises another date
national    where it stands in the numbers of the national portal
"""

from postal_tracker.core.journey.deadline import ASKED_FOR, Step, Term, in_turn, steps_of
from postal_tracker.core.journey.dossiers import WithPost, custody, follow, replay, with_post
from postal_tracker.core.journey.facts import Fact
from postal_tracker.core.journey.national import national_status
from postal_tracker.core.journey.parcels import (
    ParcelJourney,
    Ride,
    follow_parcel,
    replay_parcel,
    rides,
)
from postal_tracker.core.journey.stages import (
    CLOSINGS,
    FINAL_MILESTONES,
    FINAL_STAGES,
    LIMIT_ACTS,
    Act,
    Channel,
    Direction,
    Flag,
    Handing,
    Holder,
    Stage,
    What,
)
from postal_tracker.core.journey.standing import Journey, Leg, Stay

__all__ = [
    "ASKED_FOR",
    "CLOSINGS",
    "FINAL_MILESTONES",
    "FINAL_STAGES",
    "LIMIT_ACTS",
    "Act",
    "Channel",
    "Direction",
    "Fact",
    "Flag",
    "Handing",
    "Holder",
    "Journey",
    "Leg",
    "ParcelJourney",
    "Ride",
    "Stage",
    "Stay",
    "Step",
    "Term",
    "What",
    "WithPost",
    "custody",
    "follow",
    "follow_parcel",
    "in_turn",
    "national_status",
    "replay",
    "replay_parcel",
    "rides",
    "steps_of",
    "with_post",
]
