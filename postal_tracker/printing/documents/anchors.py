"""The newest checkpoint of the log, as it stands on paper beside the signatures.

Whoever keeps the sheet can show by it what was in the record when it was printed: decision 20.
"""

from sqlmodel import Session

from labels.papers.anchor import Anchor
from postal_tracker.core import checkpoints
from postal_tracker.ledger.log import proofs


def newest(session: Session) -> Anchor | None:
    """Return the newest checkpoint; None where the log has none, for want of a key perhaps."""
    found = proofs.newest(session)
    if found is None:
        return None
    checkpoint = checkpoints.read(found.note)
    return Anchor(checkpoint.short, checkpoint.on_paper)
