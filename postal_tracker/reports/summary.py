"""A week's or a month's results by unit: the post apart, and late ones by whether one apologised.

The sums are II.06a's, told apart further: received at the desk and by post are its column 5, late
with and without an apology its column 10. Late means after the date promised last. With an apology
is what was extended (form 04, which is apology and new date in one) by the end of the period: the
record knows of no other apology, and one told later changes no period that is over.
"""

from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import and_, case
from sqlmodel import Session, col

from postal_tracker.access import Scope
from postal_tracker.core.bilingual_terms import Lang, pick
from postal_tracker.core.journey import Act, Channel
from postal_tracker.reports.ii06a import TOTAL, behind
from postal_tracker.reports.pages import Report
from postal_tracker.reports.period import (
    FATES,
    LATE,
    By,
    Column,
    Period,
    Stood,
    counted,
    fate_column,
    is_settled,
    names,
)
from postal_tracker.storage.tables import Dossier

WAYS_IN = ("received_online", "received_at_desk", "received_by_post", "carried_over")
"""How a dossier came into the period."""

_ONLINE, _DESK, _POST, _CARRIED = range(len(WAYS_IN))

WITHOUT_RESULT = ("", "refused", "stopped", "withdrawn", "waiting_for_papers")
"""How a dossier counts as settled on time without a result; the first: it has one, or is open."""

APOLOGY = ("settled_late_unapologised", "settled_late_apologised")
"""How a dossier was late."""


@dataclass(slots=True)
class SummaryRow:
    """One unit's results in a period; received = settled + open, as in II.06a."""

    key: str
    name: str
    dossiers: str
    """Where the dossiers behind it are listed; `column` narrows the list down."""
    received: int = 0
    carried_over: int = 0
    """Received before the period, and not settled when it began."""
    received_online: int = 0
    received_at_desk: int = 0
    received_by_post: int = 0
    settled: int = 0
    settled_early: int = 0
    settled_on_time: int = 0
    """Also what ended without a result, and what waits for papers asked for in time."""
    settled_late_apologised: int = 0
    settled_late_unapologised: int = 0
    open: int = 0
    open_in_time: int = 0
    open_late: int = 0
    refused: int = 0
    """This and the next three are among those settled on time."""
    stopped: int = 0
    withdrawn: int = 0
    waiting_for_papers: int = 0

    def add(self, one: Any) -> None:
        fate = FATES[one.fate]
        half = "settled" if fate.startswith("settled") else "open"
        ended = APOLOGY[one.apologised] if one.fate == LATE else fate
        for name in ("received", WAYS_IN[one.came], half, ended, WITHOUT_RESULT[one.no_result]):
            if name:
                setattr(self, name, getattr(self, name) + one.n)


def summary(session: Session, period: Period, by: By, *, scope: Scope, lang: Lang) -> Report:
    """Return a row for each field, office or authority, and their total."""
    found = counted(
        session,
        period,
        by,
        scope,
        fate_column(period),
        Column("came", len(WAYS_IN), lambda _: way_in(period)),
        APOLOGISED,
        Column("no_result", len(WITHOUT_RESULT), lambda stood: without_result(period, stood)),
    )
    known = names(session, by, lang)
    rows: dict[str, SummaryRow] = {}
    for one in found:
        key, name = known[one.of]
        rows.setdefault(key, SummaryRow(key, name, behind(period, by, key))).add(one)
    total = SummaryRow(TOTAL, pick(("Tổng số", "Total"), lang), behind(period, by, TOTAL))
    for row in rows.values():
        for field in fields(SummaryRow)[3:]:
            setattr(total, field.name, getattr(total, field.name) + getattr(row, field.name))
    return Report(SummaryRow, [*(rows[key] for key in sorted(rows)), total])


def way_in(period: Period) -> Any:
    """Return the place in WAYS_IN of a dossier."""
    return case(
        (col(Dossier.received_at) < period.since, _CARRIED),
        (col(Dossier.channel) == Channel.ONLINE.value, _ONLINE),
        (col(Dossier.channel) == Channel.POSTAL.value, _POST),
        else_=_DESK,
    )


def apologised(stood: Stood) -> Any:
    """Return the place in APOLOGY of a dossier that is late."""
    return case((stood.apologies > 0, 1), else_=0)


APOLOGISED = Column("apologised", len(APOLOGY), apologised)


def without_result(period: Period, stood: Stood) -> Any:
    """Return the place in WITHOUT_RESULT of a dossier."""
    settled, by = is_settled(period), col(Dossier.closed_by)
    return case(
        (and_(settled, by == Act.REFUSED.value), 1),
        (and_(settled, by == Act.STOPPED.value), 2),
        (and_(settled, by == Act.CANCELLED.value), 3),
        (settled, 0),
        (and_(stood.stopped, stood.waits_for_papers), 4),
        else_=0,
    )
