"""When parcels will arrive: learned from those before, promised once the post has them, measured.

All of it is done in the background, a minute later at most: no scan waits for it. What was promised
stands beside the parcel and stays, so what became of it can be counted afterwards.

past    what is known of parcels before, read for `core.eta`
making  what is promised of each, once the post has it
"""

from postal_tracker.carriers.promises.making import make
from postal_tracker.carriers.promises.past import learn

__all__ = ["learn", "make"]
