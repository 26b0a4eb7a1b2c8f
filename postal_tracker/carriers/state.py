"""How it goes with each carrier: when it was heard and polled, how often it fails, when it rests.

One row for each, shared by all processes: whoever polls a carrier holds it. So nobody else does
meanwhile, its rate is kept wherever we run, and a carrier that fails rests for all of them.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, update
from sqlmodel import Session, col, select

from postal_tracker.carriers.backoff import rest_after
from postal_tracker.core.clocks import REAL_TIME, Timing
from postal_tracker.storage.bulk import insert_unless_known
from postal_tracker.storage.prepared import Prepared
from postal_tracker.storage.tables import CarrierState, table_of

HOLD = timedelta(minutes=2)
"""How long a carrier is left to a process that does not come back to it: it may have died."""

_WEIGHT = 0.05
"""Of one question in the rate of errors: some twenty questions back, nothing is left of it."""


def hold(
    session: Session, carrier: str, *, by: str, now: datetime, gap: timedelta = timedelta(0)
) -> CarrierState | None:
    """Take a carrier or keep it; None if another process has it, or if it rests.

    `gap` is how far apart its questions are.
    """
    state = _locked(session, carrier)
    taken = state.held_by != by and state.held_until is not None and state.held_until > now
    if taken or (state.rests_until is not None and state.rests_until > now):
        return None
    state.held_by, state.held_until = by, now + max(HOLD, 2 * gap)
    session.add(state)
    return state


def release(session: Session, carrier: str, *, by: str, at: datetime) -> None:
    """Let others poll the carrier from then on, unless one does already."""
    free = update(CarrierState).where(
        col(CarrierState.carrier) == carrier, col(CarrierState.held_by) == by
    )
    session.connection().execute(free.values(held_until=at))


def note_answer(session: Session, carrier: str, *, now: datetime) -> None:
    """Note that a question was answered."""
    answered = update(CarrierState).where(col(CarrierState.carrier) == carrier)
    better = answered.values(
        last_asked_at=now,
        last_answered_at=now,
        failures=0,
        rests_until=None,
        error_rate=col(CarrierState.error_rate) * (1 - _WEIGHT),
    )
    session.connection().execute(better)  # who asks holds it, so the row is there


def note_failure(
    session: Session,
    carrier: str,
    *,
    now: datetime,
    wish: timedelta = timedelta(0),
    timing: Timing = REAL_TIME,
) -> None:
    """Note that a question failed; the carrier rests if it wishes so, or fails time and again."""
    state = _locked(session, carrier)
    state.last_asked_at = now
    state.failures += 1
    state.error_rate += (1 - state.error_rate) * _WEIGHT
    rest = max(timing.shortened(rest_after(state.failures)), wish)
    if rest:
        state.rests_until = now + rest
    session.add(state)


_HOOKS_ARE_NOTED_EVERY = timedelta(seconds=30)


def note_hook(session: Session, carrier: str, *, now: datetime) -> None:
    """Note that a webhook came; not each of a burst."""
    connection = session.connection()
    last = _LAST_HOOK.first(connection, {"carrier": carrier})
    if last is None:
        connection.execute(_add(session), [_row(carrier, last_hook_at=now)])
    elif last.last_hook_at is None or last.last_hook_at < now - _HOOKS_ARE_NOTED_EVERY:
        mine = update(CarrierState).where(col(CarrierState.carrier) == carrier)
        connection.execute(mine.values(last_hook_at=now))


_LAST_HOOK = Prepared(
    select(col(CarrierState.last_hook_at)).where(col(CarrierState.carrier) == bindparam("carrier"))
)


def states(session: Session) -> Mapping[str, CarrierState]:
    """Return how it goes with each carrier that was ever heard or polled."""
    return {state.carrier: state for state in session.exec(select(CarrierState))}


def _locked(session: Session, carrier: str) -> CarrierState:
    """Return a carrier's row, which nobody else changes until the transaction is over."""
    session.connection().execute(_add(session), [_row(carrier)])
    query = (
        select(CarrierState).where(CarrierState.carrier == carrier).with_for_update(key_share=True)
    )
    return session.exec(query.execution_options(populate_existing=True)).one()


def _add(session: Session) -> Any:
    return insert_unless_known(session.connection(), table_of(CarrierState))


def _row(carrier: str, last_hook_at: datetime | None = None) -> dict[str, Any]:
    return CarrierState(carrier=carrier, last_hook_at=last_hook_at).model_dump()
