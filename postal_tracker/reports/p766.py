"""Indices of Decision 766/QĐ-TTg that this record can give: progress, and the postal channel.

2.1 and 2.2 whole, of 3.3 the share that came by post; 5.2 is the report of feedback. The others
need what is not ours: the published catalogue, digitised papers, online payment.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

from sqlalchemy import case, func, select
from sqlmodel import Session, col

from postal_tracker.access import Scope
from postal_tracker.core.bilingual_terms import Lang, pick
from postal_tracker.core.journey import Channel
from postal_tracker.core.working_days import Calendar
from postal_tracker.ledger.tallies.local_days import DayNumber
from postal_tracker.reports.ii06a import CAME, CARRIED_OVER, TOTAL, behind, came
from postal_tracker.reports.pages import Report
from postal_tracker.reports.period import (
    Column,
    Period,
    beside,
    counted,
    ended_in,
    is_punctual,
    is_settled,
    names,
)
from postal_tracker.storage.bulk import how_often
from postal_tracker.storage.tables import DeadlineStep, Dossier


@dataclass(slots=True)
class P766Row:
    """One authority's indices in a period; percent with two decimals, null where nothing counts."""

    key: str
    name: str
    behind: str
    """Where they are listed."""
    dossiers: int = 0
    """Received in the period, or being processed in it: what 2.1 is a share of."""
    on_time: int = 0
    on_time_percent: float | None = None
    """2.1: ended on or before the appointed day, or open and still in time."""
    ended: int = 0
    mean_days: float | None = None
    """2.2: working days from receipt to the end, less those for which the clock stood."""
    received: int = 0
    by_post: int = 0
    by_post_percent: float | None = None
    """Of 3.3: the share of those received in the period that came by post."""


def p766(
    session: Session, period: Period, *, scope: Scope, calendar: Calendar, lang: Lang
) -> Report:
    """Return the indices by authority, and of all."""
    came_in = Column("came", len(CAME), lambda _: came(period))
    also = beside(session, "authority")
    found = counted(session, period, "authority", scope, also, came_in, *index_columns(period))
    return make_indices(session, period, found, scope=scope, calendar=calendar, lang=lang)


def index_columns(period: Period) -> Sequence[Column]:
    """Return by what `make_indices` tells dossiers apart, beside authorities and how they came."""
    by_post = col(Dossier.channel) == Channel.POSTAL.value
    return (
        Column("punctual", 2, lambda stood: is_punctual(period, stood)),
        Column("ended", 2, lambda _: case((is_settled(period), 1), else_=0)),
        Column("by_post", 2, lambda _: case((by_post, 1), else_=0)),
    )


def make_indices(
    session: Session,
    period: Period,
    found: Iterable[Any],
    *,
    scope: Scope,
    calendar: Calendar,
    lang: Lang,
) -> Report:
    """Return the indices of dossiers that were counted."""
    known = names(session, "authority", lang)
    total = P766Row(TOTAL, pick(("Tổng số", "Total"), lang), behind(period, "authority", TOTAL))
    rows: dict[int, P766Row] = {}
    for one in found:
        key, name = known[one.beside]
        row = rows.setdefault(one.beside, P766Row(key, name, behind(period, "authority", key)))
        for each in (row, total):
            _count(each, one)
    days = _days(session, period, scope, calendar)
    for of, row in rows.items():
        _divide(row, days[of])
    _divide(total, days.total())
    return Report(P766Row, [*sorted(rows.values(), key=lambda row: row.key), total])


def _count(row: P766Row, one: Any) -> None:
    is_new = one.came != CARRIED_OVER
    row.dossiers += one.n
    row.on_time += one.n * one.punctual
    row.ended += one.n * one.ended
    row.received += one.n * is_new
    row.by_post += one.n * is_new * one.by_post


def _days(session: Session, period: Period, scope: Scope, calendar: Calendar) -> Counter[int]:
    """Return by authority how many working days all that ended took, without those of stops."""
    connection, between = session.connection(), cache(calendar.working_days_between)
    days: Counter[int] = Counter()
    for query, sign in ((_ways(period, scope), 1), (_stops(period, scope), -1)):
        for number, n in how_often(connection, query).items():
            of_since, until = divmod(number, _DAYS)
            of, since = divmod(of_since, _DAYS)
            days[of] += sign * n * between(_FIRST_DAY + since * _DAY, _FIRST_DAY + until * _DAY)
    return days


_DAYS, _DAY, _FIRST_DAY = 100_000, timedelta(days=1), date(1970, 1, 1)


def _told(authority: Any, since: Any, until: Any) -> Any:
    """Return an authority, a first and a last day as one number."""
    return (authority * _DAYS + DayNumber(since)) * _DAYS + DayNumber(until)


def _ways(period: Period, scope: Scope) -> Any:
    """Return the query for the authority of what ended, its first and its last day."""
    told = _told(col(Dossier.authority_id), col(Dossier.received_at), col(Dossier.settled_at))
    return select(told).where(ended_in(period), scope.covers(Dossier, leads=False))


def _stops(period: Period, scope: Scope) -> Any:
    """Return the query for the stops of these, told in the same way; as `held.spans` has them."""
    step = DeadlineStep
    after = func.lead(col(step.at)).over(
        partition_by=col(step.dossier_id), order_by=col(step.number)
    )
    steps = (
        select(col(Dossier.authority_id).label("of"), col(step.at), col(step.stopped))
        .add_columns(func.coalesce(after, col(Dossier.settled_at)).label("until"))
        .join_from(step, Dossier, col(Dossier.id) == col(step.dossier_id))
        .where(ended_in(period), scope.covers(Dossier, leads=False), col(Dossier.steps) > 0)
        .where(col(step.at) < col(Dossier.settled_at))
        .subquery()
    )
    return select(_told(steps.c.of, steps.c.at, steps.c.until)).where(steps.c.stopped)


def _divide(row: P766Row, days: int) -> None:
    row.on_time_percent = _share(100 * row.on_time, row.dossiers)
    row.by_post_percent = _share(100 * row.by_post, row.received)
    row.mean_days = _share(days, row.ended)


def _share(part: int, of: int) -> float | None:
    return round(part / of, 2) if of else None
