"""Of the PAR index: what the record itself shows, and no more.

The index has many parts, surveys among them; DDCI is judged by enterprises alone. Three shares can
be counted here. They are no index, and nobody's points.
"""

from dataclasses import dataclass

from sqlmodel import Session

from postal_tracker.access import Scope
from postal_tracker.reports.period import Period
from postal_tracker.reports.summary import SummaryRow, summary


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


def par_shares(session: Session, period: Period, *, scope: Scope) -> ParShares:
    total: SummaryRow = summary(session, period, "authority", scope=scope, lang="vi").items[-1]
    late = total.settled_late_apologised + total.settled_late_unapologised
    new = total.received - total.carried_over
    return ParShares(
        Share(total.settled - late, total.settled, "settled_no_later", "settled"),
        Share(total.settled_late_apologised, late, "settled_late_apologised", "settled_late"),
        Share(total.received_by_post, new, "received_by_post", "received_new"),
    )
