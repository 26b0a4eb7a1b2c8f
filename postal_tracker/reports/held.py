"""How long each holder had a dossier, and how long its citizen was waited for: one reckoning.

While its clock stands for papers or money, its citizen is waited for, whoever has the papers. What
settles a dossier ends that, too, as in 2.2 of Decision 766: a clock that never went on stood until
then. Where it stands for the post alone, the post's time is the post's.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, and_, select
from sqlmodel import col

from postal_tracker.core.journey import Holder, Stay
from postal_tracker.storage.tables import DeadlineStep

Span = tuple[datetime, datetime]

_NEVER = datetime.max.replace(tzinfo=UTC)


def stops_of(
    connection: Connection, settled: Mapping[int, datetime | None]
) -> Mapping[int, Sequence[Span]]:
    """Return when citizens were waited for; `settled`: whose, and when each was settled."""
    step = DeadlineStep
    waits = and_(col(step.stopped), col(step.waiting_for) != "").label("stopped")
    query = select(col(step.dossier_id), col(step.at), waits)
    query = query.where(col(step.dossier_id).in_(settled))
    rows = connection.execute(query.order_by(col(step.dossier_id), col(step.number))).all()
    return {
        id_: list(spans(list(steps), settled[id_]))
        for id_, steps in groupby(rows, key=lambda row: row.dossier_id)
    }


def spans(steps: Sequence[Any], settled_at: datetime | None) -> Iterator[Span]:
    """Yield between which moments a clock stood; `steps`: each `at` and `stopped`, in turn."""
    end = settled_at or _NEVER
    for step, after in zip(steps, (*(step.at for step in steps[1:]), end), strict=True):
        if step.stopped:
            yield step.at, min(after, end)


def held_for(
    stays: Sequence[Stay], stops: Sequence[Span], until: datetime
) -> tuple[Mapping[Holder, timedelta], timedelta]:
    """Return how long each had it until then without the stops, and how long these were."""
    held: dict[Holder, timedelta] = defaultdict(timedelta)
    waiting = timedelta()
    for stay, after in zip(stays, (*(stay.since for stay in stays[1:]), until), strict=True):
        mine = stay.since, min(after, until)
        asked = sum((_common(mine, stop) for stop in stops), timedelta())
        held[stay.holder] += _common(mine, mine) - asked
        waiting += asked
    return held, waiting


def _common(one: Span, other: Span) -> timedelta:
    return max(min(one[1], other[1]) - max(one[0], other[0]), timedelta())
