"""Where time is spent: how long each holder has a dossier, from receipt until it is given back."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from postal_tracker.core.bilingual_terms import Lang, pick, say
from postal_tracker.core.journey import Holder
from postal_tracker.core.working_days import local_day
from postal_tracker.reports.pages import Report, part_of
from postal_tracker.reports.period import names
from postal_tracker.reports.ways import GivenBack, Way
from postal_tracker.storage.tables import Dossier, Procedure
from postal_tracker.views import Count

WHOLE = "whole"
"""The key of the whole way."""


@dataclass(frozen=True, slots=True)
class SpentRow:
    """How long one holder has dossiers. Days of 24 hours."""

    key: str
    """The holder, or the code of an authority; of the whole way: `whole`."""
    name: str
    dossiers: int
    median: float
    """Half of them took no longer."""
    most: float
    """Nine in ten took no longer."""
    percent: float | None = None
    """The share of all days."""


@dataclass(frozen=True, slots=True)
class SlowRow:
    """The way of one dossier."""

    code: str
    procedure: str
    authority: str
    received_on: date
    given_on: date
    office_days: float
    post_days: float
    authority_days: float
    citizen_days: float
    days: float


def at_most(values: Iterable[float], share: float) -> float:
    """Return what this share of the values does not exceed: one of them (nearest rank)."""
    ordered = sorted(values)
    return round(ordered[ceil(share * len(ordered)) - 1], 1)


def spread(key: str, name: str, values: Sequence[float], all_days: float = 0) -> SpentRow:
    share = round(100 * sum(values) / all_days, 1) if all_days else None
    return SpentRow(key, name, len(values), at_most(values, 0.5), at_most(values, 0.9), share)


def spent_by_holder(given: GivenBack, lang: Lang) -> list[SpentRow]:
    """Return a row for each holder that had any of them, the longest first, and the whole."""
    ways = given.ways
    if not ways:
        return []
    whole = [sum(way.days.values()) for way in ways]
    had = {h: values for h in Holder if any(values := [way.days[h] for way in ways])}
    rows = [spread(h.value, say(h, lang), values, sum(whole)) for h, values in had.items()]
    total = spread(WHOLE, pick(_WHOLE_WAY, lang), whole, sum(whole))
    return [*sorted(rows, key=lambda row: (-row.most, row.key)), total]


_WHOLE_WAY = ("từ khi nhận đến khi trả", "from receipt to the citizen")


def spent_by_authority(session: Session, given: GivenBack, lang: Lang) -> list[SpentRow]:
    """Return how long each authority had its dossiers, the longest first; none it never had."""
    by_authority: dict[int, list[float]] = defaultdict(list)
    for way in given.ways:
        if days := way.days[Holder.AUTHORITY]:
            by_authority[way.authority_id].append(days)
    known = names(session, "authority", lang)
    rows = [spread(*known[id_], values) for id_, values in by_authority.items()]
    return sorted(rows, key=lambda row: (-row.most, row.key))


def slowest(
    session: Session,
    given: GivenBack,
    key: str,
    lang: Lang,
    *,
    limit: int = 100,
    cursor: str | None = None,
) -> Report:
    """Return the ways behind a row, the slowest first; the key is a holder's or an authority's."""
    authorities = names(session, "authority", lang)
    by_holder = key in set(Holder) or key == WHOLE
    fit = [w for w in given.ways if by_holder or authorities[w.authority_id][0] == key]
    holder = Holder.AUTHORITY if not by_holder else None if key == WHOLE else Holder(key)
    worst = sorted(fit, key=lambda way: (-_took(way, holder), way.dossier))
    shown, more = part_of(worst, limit, cursor)
    about = _about(session, [way.dossier for way in shown])
    rows = [
        SlowRow(
            code=about[way.dossier].code,
            procedure=pick((about[way.dossier].name_vi, about[way.dossier].name_en), lang),
            authority=authorities[way.authority_id][1],
            received_on=local_day(way.received_at),
            given_on=local_day(way.given_at),
            **{f"{h.value}_days": round(way.days[h], 1) for h in Holder},
            days=round(sum(way.days.values()), 1),
        )
        for way in shown
    ]
    return Report(SlowRow, rows, more, Count(len(worst)))


def _took(way: Way, holder: Holder | None) -> float:
    return way.days[holder] if holder else sum(way.days.values())


def _about(session: Session, ids: Sequence[int]) -> dict[int, Any]:
    """Return what dossiers are called; they were found within reach."""
    query = (
        select(
            *(col(Dossier.id), col(Dossier.code)),
            *(col(Procedure.name_vi), col(Procedure.name_en)),
        )
        .join(Procedure, col(Procedure.id) == col(Dossier.procedure_id))
        .where(col(Dossier.id).in_(ids))
    )
    return {row.id: row for row in session.connection().execute(query)}
