"""Indices of Decision 766/QĐ-TTg that this record can give: progress, and the postal channel.

2.1 and 2.2 whole, of 3.3 the share that came by post. The others need what is not ours: the
published catalogue, digitised papers, online payment, feedback.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache, partial
from itertools import groupby
from typing import Any

from sqlalchemy import case, func, select
from sqlmodel import Session, col

from postal_tracker.access import Scope
from postal_tracker.core.bilingual_terms import Lang, pick
from postal_tracker.core.journey import Channel
from postal_tracker.core.working_days import Calendar, local_day
from postal_tracker.ledger.tallies.local_days import LocalDay
from postal_tracker.reports.held import spans
from postal_tracker.reports.ii06a import TOTAL, behind
from postal_tracker.reports.pages import Report
from postal_tracker.reports.period import (
    Period,
    counted,
    ended_in,
    is_punctual,
    is_settled,
    names,
)
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
    """Return the indices by authority, and of all.

    From one day to another there are as many working days as up to the one, less those up to the
    other: so it is enough to count how many were received and how many ended on each day.
    """
    known = names(session, "authority", lang)
    total = P766Row(TOTAL, pick(("Tổng số", "Total"), lang), behind(period, "authority", TOTAL))
    rows: dict[int, P766Row] = {}
    connection = session.connection()
    since = cache(partial(calendar.working_days_between, period.first))
    days: Counter[int] = Counter()
    for one in _counts(session, period, scope):
        key, name = known[one.of]
        row = rows.setdefault(one.of, P766Row(key, name, behind(period, "authority", key)))
        for each in (row, total):
            _count(each, one)
        days[one.of] -= one.n * one.ended * since(one.received_on)
    for of, on, n in connection.execute(_ends(period, scope)):
        days[of] += n * since(on)
    between = cache(calendar.working_days_between)
    for of, stood in _stood(connection.execute(_stops(period, scope)), between):
        days[of] -= stood
    for of, row in rows.items():
        _divide(row, days[of])
    _divide(total, days.total())
    return Report(P766Row, [*sorted(rows.values(), key=lambda row: row.key), total])


def _counts(session: Session, period: Period, scope: Scope) -> Iterator[Any]:
    return counted(
        session,
        period,
        "authority",
        scope,
        lambda _: LocalDay(col(Dossier.received_at)).label("received_on"),
        lambda stood: is_punctual(period, stood).label("punctual"),
        lambda _: case((is_settled(period), 1), else_=0).label("ended"),
        lambda _: case((col(Dossier.received_at) >= period.since, 1), else_=0).label("is_new"),
        lambda _: case((col(Dossier.channel) == Channel.POSTAL.value, 1), else_=0).label("by_post"),
    )


def _count(row: P766Row, one: Any) -> None:
    row.dossiers += one.n
    row.on_time += one.n * one.punctual
    row.ended += one.n * one.ended
    row.received += one.n * one.is_new
    row.by_post += one.n * one.is_new * one.by_post


def _ends(period: Period, scope: Scope) -> Any:
    """Return the query that counts by authority what ended on each day."""
    of, on = col(Dossier.authority_id), LocalDay(col(Dossier.settled_at))
    wanted = (ended_in(period), scope.covers(Dossier))
    return select(of, on, func.count()).where(*wanted).group_by(of, on)


def _divide(row: P766Row, days: int) -> None:
    row.on_time_percent = _share(100 * row.on_time, row.dossiers)
    row.by_post_percent = _share(100 * row.by_post, row.received)
    row.mean_days = _share(days, row.ended)


def _share(part: int, of: int) -> float | None:
    return round(part / of, 2) if of else None


def _stops(period: Period, scope: Scope) -> Any:
    """Return the query of all steps of those that ended in the period, each dossier's in turn."""
    return (
        select(
            col(Dossier.authority_id),
            col(DeadlineStep.dossier_id),
            col(DeadlineStep.at),
            col(DeadlineStep.stopped),
            col(Dossier.settled_at),
        )
        .join_from(DeadlineStep, Dossier, col(Dossier.id) == col(DeadlineStep.dossier_id))
        .where(ended_in(period), scope.covers(Dossier))
        .where(col(DeadlineStep.at) < col(Dossier.settled_at))
        .order_by(col(DeadlineStep.dossier_id), col(DeadlineStep.number))
    )


def _stood(steps: Iterable[Any], between: Callable[[date, date], int]) -> Iterator[tuple[int, int]]:
    """Yield for how many working days each clock stood: after the first day, up to the last."""
    for _, steps_of_one in groupby(steps, key=lambda step: step.dossier_id):
        mine = list(steps_of_one)
        for since, until in spans(mine, mine[0].settled_at):
            yield mine[0].authority_id, between(local_day(since), local_day(until))
