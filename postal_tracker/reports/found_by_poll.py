"""Which carriers' webhooks fail us: scans that were found only by polling."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, case, func, select
from sqlmodel import Session, col

from postal_tracker.access import Scope
from postal_tracker.ledger import tallies
from postal_tracker.reports.pages import Report, bounds_of


@dataclass(frozen=True, slots=True)
class FoundByPollRow:
    """How we learnt of one carrier's scans in one month."""

    carrier: str
    """Its name for people."""
    scans: int
    """Scans first recorded in the month, what people reported left out."""
    told_first: int
    """By a webhook, the carrier's or a source's, before we found them by asking."""
    told_later: int
    """Found by asking; a webhook told of them afterwards."""
    never_told: int
    """Found by asking; no webhook has told of them yet."""
    never_told_percent: float
    """`never_told` of all `scans`."""


def found_by_poll(
    session: Session, *, scope: Scope, month: date, titles: Mapping[str, str]
) -> Report:
    """Return, by the carrier of the parcels, how we learnt of the scans of a month (any day of it).

    A scan is of the local month in which it was first recorded here. What people reported is left
    out, and a claim and its confirmation are one scan. A past month changes when a webhook tells
    of its scans afterwards. Raises Invalid for a month that no calendar of ours holds.
    """
    first, _ = bounds_of(month)
    learnt = tallies.told(
        lambda t: col(t.kind).in_(tallies.HOW_LEARNT), lambda t: col(t.day) == first, scope.covers
    ).c
    by_how = [
        func.sum(case((learnt.kind == how, learnt.n), else_=0)).label(how)
        for how in tallies.HOW_LEARNT
    ]
    scans = func.sum(learnt.n)
    query = select(learnt.carrier, scans.label("scans"), *by_how).group_by(learnt.carrier)
    rows = session.connection().execute(query.having(scans > 0).order_by(learnt.carrier))
    return Report(FoundByPollRow, [_row(row, titles) for row in rows])


def _row(row: Row[Any], titles: Mapping[str, str]) -> FoundByPollRow:
    scans, never_told = int(row.scans), int(row.never_told)
    return FoundByPollRow(
        carrier=titles.get(row.carrier, row.carrier),
        scans=scans,
        told_first=int(row.told_first),
        told_later=int(row.told_later),
        never_told=never_told,
        never_told_percent=round(100 * never_told / scans, 1),
    )
