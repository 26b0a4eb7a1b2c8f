"""Asking carriers what became of our parcels.

pace     a carrier's rate is kept; how long we wait for an answer
taking   which parcels one process asks about, and nobody else meanwhile
asking   questions to one carrier, several under way at once, until nothing is due

When a parcel is due is no business of this folder: `asking_times` has the rule, `asking_plan` keeps
it. No transaction is open while a carrier is asked.
"""

from postal_tracker.polling.asking import ask_all_due
from postal_tracker.polling.pace import ANSWER_WITHIN, Pace, client
from postal_tracker.polling.taking import LEASE, NEXT_TRY, SPREAD

__all__ = ["ANSWER_WITHIN", "LEASE", "NEXT_TRY", "SPREAD", "Pace", "ask_all_due", "client"]
