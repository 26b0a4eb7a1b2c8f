"""Indices of Decision 766/QĐ-TTg that this record can give: progress, and the postal channel.

2.1 and 2.2 whole, of 3.3 the share that came by post. The others need what is not ours: the
published catalogue, digitised papers, online payment, feedback.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from itertools import groupby
from typing import Any

from sqlalchemy import case, select
from sqlmodel import Session, col

from postal_tracker.access import Scope
from postal_tracker.core.bilingual_terms import Lang, pick
from postal_tracker.core.journey import Channel
from postal_tracker.core.working_days import Calendar, local_day
from postal_tracker.ledger.tallies.local_days import LocalDay
from postal_tracker.reports.ii06a import TOTAL, behind
from postal_tracker.reports.pages import Report
from postal_tracker.reports.period import (
    Period,
    counted,
    in_period,
    is_punctual,
    is_settled,
)
from postal_tracker.storage.tables import Authority, DeadlineStep, Dossier


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
    """2.2: working days from receipt to the end, less those the citizen was waited for."""
    received: int = 0
    by_post: int = 0
    by_post_percent: float | None = None
    """Of 3.3: the share of those received in the period that came by post."""


def p766(
    session: Session, period: Period, *, scope: Scope, calendar: Calendar, lang: Lang
) -> Report:
    """Return the indices by authority, and of all."""
    rows: dict[str, P766Row] = {}
    days: Counter[str] = Counter()
    total = P766Row(TOTAL, pick(("Tổng số", "Total"), lang), behind(period, "authority", TOTAL))
    connection = session.connection()
    between = cache(calendar.working_days_between)
    for one in connection.execute(_query(period, scope)):
        name, link = pick((one.name_vi, one.name_en), lang), behind(period, "authority", one.key)
        row = rows.setdefault(one.key, P766Row(one.key, name, link))
        for each in (row, total):
            _count(each, one)
        if one.ended_on:
            days[one.key] += one.n * between(one.received_on, one.ended_on)
    for key, stood in _stood(connection.execute(_stops(period, scope)), between):
        days[key] -= stood
    days[TOTAL] = sum(days.values())
    for each in (*rows.values(), total):
        _divide(each, days[each.key])
    return Report(P766Row, [*(rows[key] for key in sorted(rows)), total])


def _query(period: Period, scope: Scope) -> Any:
    settled_on = LocalDay(col(Dossier.settled_at))
    return counted(
        period,
        "authority",
        scope,
        lambda stood: is_punctual(period, stood).label("punctual"),
        lambda _: case((is_settled(period), settled_on)).label("ended_on"),
        lambda _: LocalDay(col(Dossier.received_at)).label("received_on"),
        lambda _: (col(Dossier.received_at) >= period.since).label("is_new"),
        lambda _: (col(Dossier.channel) == Channel.POSTAL.value).label("by_post"),
    )


def _count(row: P766Row, one: Any) -> None:
    row.dossiers += one.n
    row.on_time += one.n if one.punctual else 0
    row.ended += one.n if one.ended_on else 0
    row.received += one.n if one.is_new else 0
    row.by_post += one.n if one.is_new and one.by_post else 0


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
            col(Authority.code).label("key"),
            col(DeadlineStep.dossier_id),
            col(DeadlineStep.at),
            col(DeadlineStep.stopped),
            col(Dossier.settled_at),
        )
        .join_from(DeadlineStep, Dossier, col(Dossier.id) == col(DeadlineStep.dossier_id))
        .join(Authority, col(Authority.id) == col(Dossier.authority_id))
        .where(in_period(period), is_settled(period), scope.covers(Dossier))
        .where(col(DeadlineStep.at) < col(Dossier.settled_at))
        .order_by(col(DeadlineStep.dossier_id), col(DeadlineStep.number))
    )


def _stood(steps: Iterable[Any], between: Callable[[date, date], int]) -> Iterator[tuple[str, int]]:
    """Yield for how many working days each clock stood: after the first day, up to the last."""
    for _, mine in groupby(steps, key=lambda step: step.dossier_id):
        since: datetime | None = None
        for step in mine:
            if since and not step.stopped:
                yield step.key, between(local_day(since), local_day(step.at))
                since = None
            elif step.stopped:
                since = since or step.at
        if since:
            yield step.key, between(local_day(since), local_day(step.settled_at))
