"""Of the PAR index: what the record itself shows, and no more.

The index has many parts, surveys among them; DDCI is judged by enterprises alone. Three shares can
be counted here. They are no index, and nobody's points.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session, col

from postal_tracker.access import Scope
from postal_tracker.reports.ii06a import Ii06aRow
from postal_tracker.reports.p766 import P766Row
from postal_tracker.reports.period import LATE, Period, ended_in, fate, moved, to_last_step
from postal_tracker.storage.tables import Dossier


@dataclass(frozen=True, slots=True)
class Share:
    """How many of how many, each with the columns that list its dossiers."""

    part: int
    whole: int
    part_column: str
    whole_column: str

    @property
    def percent(self) -> float | None:
        """With two decimals; None where nothing counts."""
        return round(100 * self.part / self.whole, 2) if self.whole else None


@dataclass(frozen=True, slots=True)
class ParShares:
    """Settled on time, late ones apologised for, what the postal service brought in."""

    on_time: Share
    apologised: Share
    by_post: Share


def par_shares(
    session: Session, period: Period, form: Ii06aRow, indices: P766Row, *, scope: Scope
) -> ParShares:
    """Take from the totals of II.06a and 766 what they say; count only the apologies."""
    sorry = session.scalar(_late_apologised(period, scope)) or 0
    in_time = form.settled - form.settled_late
    return ParShares(
        Share(in_time, form.settled, "settled_no_later", "settled"),
        Share(sorry, form.settled_late, "settled_late_apologised", "settled_late"),
        Share(indices.by_post, indices.received, "received_by_post", "received_new"),
    )


def _late_apologised(period: Period, scope: Scope) -> Any:
    """Return the query that counts them: of those settled in the period, the few with steps."""
    stood = moved(period)
    return (
        select(func.count())
        .select_from(Dossier)
        .join(*to_last_step(period), isouter=True)
        .where(ended_in(period), scope.covers(Dossier), col(Dossier.steps) > 0)
        .where(fate(period, stood) == LATE, stood.apologies > 0)
    )
