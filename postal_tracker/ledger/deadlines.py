"""When dossiers are due, beside the ledger: a projection of what stops and extends their limits."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, delete, insert, null, select, update
from sqlmodel import Session, col

from postal_tracker.core.journey import LIMIT_ACTS, Fact, Step, Term, steps_of
from postal_tracker.core.time_limits import Limit, Unit
from postal_tracker.core.working_days import Calendar, local_day
from postal_tracker.ledger import tallies
from postal_tracker.ledger.dossiers import histories, journey_of
from postal_tracker.ledger.entries import stored_facts
from postal_tracker.storage.bulk import among
from postal_tracker.storage.prepared import Prepared
from postal_tracker.storage.tables import DeadlineStep, Dossier, LedgerEntry, table_of


class _Clock(NamedTuple):
    """How a dossier's clock stands: its columns."""

    due_at: datetime
    stopped: bool = False
    waiting_for: str = ""
    steps: int = 0


_Right = tuple[_Clock, Sequence[Step]]
"""How a clock should stand, and what moved it."""


def settle(session: Session, dossier: Dossier, calendar: Calendar) -> None:
    """Work out when a dossier is due after something stopped or extended it, and count it there."""
    session.flush()
    work_out(session.connection(), [dossier.id], calendar)
    session.refresh(dossier)


def work_out(connection: Connection, ids: Sequence[int], calendar: Calendar) -> None:
    """Let these dossiers be due when their facts say, and count them there."""
    facts = histories(connection, ids)
    rows = _THESE.all(connection, {"ids": list(ids)})
    right = {row.id: _worked_out(row, facts[row.id], calendar) for row in rows}
    mend(connection, right)
    stood = [(row, journey_of(row)) for row in rows]
    stand = [(_due_by(row, right[row.id][0]), journey) for row, journey in stood]
    tallies.change(connection, *tallies.moves(connection, stood, stand))


_THESE = Prepared(
    select(table_of(Dossier), null().label("parcel_id"), null().label("carrier")).where(
        among(col(Dossier.id), "ids")
    )
)


def _due_by(row: Any, clock: _Clock) -> Any:
    return row._replace(due_on=local_day(clock.due_at), stopped=clock.stopped)


def _worked_out(row: Any, facts: Iterable[Fact], calendar: Calendar) -> _Right:
    steps = list(steps_of(facts, term_of(row), calendar))
    return _clock(row, steps), steps


def term_of(row: Any) -> Term:
    """Return what a dossier's row says it was given when it was received."""
    limit = Limit(row.limit_number, Unit(row.limit_unit))
    return Term(limit, row.received_at, row.first_due_at, row.post_counts)


def _clock(dossier: Any, steps: Sequence[Step]) -> _Clock:
    if not steps:
        return _Clock(dossier.first_due_at)
    last = steps[-1]
    return _Clock(last.due_at, last.stopped, last.waiting_for, len(steps))


def _put(connection: Connection, steps_of_each: Mapping[int, Sequence[Step]]) -> None:
    """Store the steps of these dossiers in place of those that are there."""
    there = col(DeadlineStep.dossier_id).in_(list(steps_of_each))
    connection.execute(delete(DeadlineStep).where(there))
    rows = [
        {"dossier_id": id_, "number": number, **step._asdict(), "what": step.what.value}
        for id_, steps in steps_of_each.items()
        for number, step in enumerate(steps, 1)
    ]
    if rows:
        connection.execute(insert(table_of(DeadlineStep)), rows)


# Whether what is stored is right


def differing(connection: Connection, calendar: Calendar) -> Mapping[int, _Right]:
    """Return how the clocks should stand of which something else is stored, by dossier."""
    facts, stored = _facts(connection), _stored(connection)
    wrong: dict[int, _Right] = {}
    for rows in connection.execute(_ALL).partitions(500):
        # Of the others no scan is read: the post moves no date of theirs.
        whole = histories(connection, [row.id for row in rows if not row.post_counts])
        for row in rows:
            known = whole.get(row.id, facts.get(row.id, ()))
            clock, steps = right = _worked_out(row, known, calendar)
            if not _is_so(row, clock) or steps != stored.get(row.id, []):
                wrong[row.id] = right
    return wrong


def _is_so(row: Any, right: _Clock) -> bool:
    stored = _Clock(row.due_at, row.stopped, row.waiting_for, row.steps)
    return stored == right and row.due_on == local_day(right.due_at)


_ALL = select(
    col(Dossier.id),
    *(col(Dossier.limit_number), col(Dossier.limit_unit)),
    *(col(Dossier.received_at), col(Dossier.first_due_at)),
    *(col(Dossier.due_at), col(Dossier.due_on), col(Dossier.stopped), col(Dossier.waiting_for)),
    *(col(Dossier.steps), col(Dossier.post_counts)),
).execution_options(yield_per=500)


def _facts(connection: Connection) -> Mapping[int, list[Fact]]:
    """Return all that stopped or extended a limit, and all strike-outs, by dossier."""
    moved = select(col(LedgerEntry.dossier_id)).where(
        col(LedgerEntry.what).in_([act.value for act in LIMIT_ACTS]),
        col(LedgerEntry.dossier_id).is_not(None),
    )
    found: dict[int, list[Fact]] = defaultdict(list)
    ids = [id_ or 0 for id_ in connection.execute(moved.distinct()).scalars()]
    for some in (ids[i : i + 500] for i in range(0, len(ids), 500)):
        wanted = col(LedgerEntry.dossier_id).in_(some)
        for id_, _, fact in stored_facts(connection, wanted, some):
            found[id_ or 0].append(fact)
    return found


def _stored(connection: Connection) -> Mapping[int, list[Step]]:
    found: dict[int, list[Step]] = defaultdict(list)
    order = (col(DeadlineStep.dossier_id), col(DeadlineStep.number))
    for row in connection.execute(select(table_of(DeadlineStep)).order_by(*order)):
        found[row.dossier_id].append(
            Step(row.at, row.what, row.due_at, row.stopped, row.waiting_for)
        )
    return found


_UPDATE = (
    update(Dossier)
    .where(col(Dossier.id) == bindparam("dossier"))
    .values(
        due_at=bindparam("at"),
        due_on=bindparam("day"),
        stopped=bindparam("stands"),
        waiting_for=bindparam("asked"),
        steps=bindparam("moves"),
    )
)


def mend(connection: Connection, right: Mapping[int, _Right]) -> None:
    rows = [_row(id_, clock) for id_, (clock, _) in right.items()]
    if rows:
        connection.execute(_UPDATE, rows)
        _put(connection, {id_: steps for id_, (_, steps) in right.items()})


def _row(id_: int, clock: _Clock) -> dict[str, Any]:
    return {
        "dossier": id_,
        "at": clock.due_at,
        "day": local_day(clock.due_at),
        "stands": clock.stopped,
        "asked": clock.waiting_for,
        "moves": clock.steps,
    }
