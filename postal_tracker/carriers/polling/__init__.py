"""Polling: asking carriers what became of our parcels.

rate    a carrier's rate limit is kept; how long we wait for an answer
leases  which parcels one process asks about, and nobody else meanwhile
poller  questions to one carrier, several under way at once, until nothing is due

When a parcel is due is no business of this folder: `core/poll_schedule.py` has the rule,
`carriers/next_checks.py` keeps it. No transaction is open while a carrier is polled.
"""

from postal_tracker.carriers.polling.leases import LEASE, NEXT_TRY, SPREAD
from postal_tracker.carriers.polling.poller import ask_all_due
from postal_tracker.carriers.polling.rate import ANSWER_WITHIN, RateLimit, client

__all__ = ["ANSWER_WITHIN", "LEASE", "NEXT_TRY", "SPREAD", "RateLimit", "ask_all_due", "client"]
