"""A restored copy: the log says so itself, and what was known before it.

Without that, what came into the record after the copy would be gone without a word; with it, who
checks the log is told which leaves a kept checkpoint knows and the record has lost.
"""

from datetime import datetime

from sqlmodel import Session

from postal_tracker.core import checkpoints
from postal_tracker.ledger.log import proofs
from postal_tracker.storage.tables import LogEpoch


def note_restored(session: Session, lost: str, *, now: datetime) -> None:
    """Note that the record is a copy now; `lost` is the newest checkpoint of what was there
    before, empty if that could not be read."""
    session.add(
        LogEpoch(
            at=now,
            copy_size=proofs.size(session.connection()),
            lost_size=checkpoints.read(lost).size if lost else None,
            lost_checkpoint=lost,
        )
    )
