"""How it goes with each carrier, for staff and for those who keep the service running."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import case, func, select
from sqlmodel import Session, col

from adapters.carrier import Carrier
from postal_tracker.carriers import state
from postal_tracker.carriers.configured import Carriers
from postal_tracker.storage.tables import CarrierState, Parcel


@dataclass(frozen=True, slots=True)
class CarrierView:
    """One carrier or source: what it can do, when it was heard, and whether it answers."""

    name: str
    """As in addresses and in fields called `carrier`."""
    title: str
    """The name by which people know it."""
    carries: bool
    """False for a source, which tells of other carriers' parcels."""
    experimental: bool
    """Written without a sample of its real messages."""
    hook: bool
    """Whether it may send us webhooks."""
    asked: bool
    """Whether it is polled."""
    announced_to: bool
    """Whether it is told of new parcels."""
    open_parcels: int
    """Those about which it is asked."""
    due: int
    """Those about which it should have been asked by now."""
    lag_seconds: float
    """How long the one that is due longest has waited to be asked about."""
    error_rate: float
    """Of its last some twenty questions, those that failed; 0 to 1."""
    last_hook_at: datetime | None
    """When its last webhook came."""
    last_asked_at: datetime | None
    """When it was last polled."""
    last_answered_at: datetime | None
    """When it last answered a poll."""
    rests_until: datetime | None
    """It fails, or wishes to be left alone until then."""


def health(session: Session, carriers: Carriers, *, now: datetime) -> list[CarrierView]:
    """Return how it goes with each carrier that is set up here."""
    states, waiting = state.states(session), _waiting(session, now)
    return [
        _view(
            carriers,
            carrier,
            states.get(carrier.name) or CarrierState(carrier=carrier.name),
            waiting,
            now,
        )
        for carrier in carriers
    ]


def _view(
    carriers: Carriers,
    carrier: Carrier,
    state: CarrierState,
    waiting: Mapping[str, Any],
    now: datetime,
) -> CarrierView:
    theirs = _of(carriers.asked_at(carrier.name), waiting)
    oldest = min((row.oldest for row in theirs if row.oldest), default=now)
    rests = state.rests_until
    return CarrierView(
        name=carrier.name,
        title=carrier.title,
        carries=carrier.carries,
        experimental=carrier.is_experimental,
        hook=bool(carriers.hook_secrets(carrier.name)),
        asked=carrier.can_be_asked,
        announced_to=carrier.takes_announcements,
        open_parcels=sum(row.open for row in theirs),
        due=sum(row.due for row in theirs),
        lag_seconds=max((now - oldest).total_seconds(), 0.0),
        error_rate=round(state.error_rate, 3),
        last_hook_at=state.last_hook_at,
        last_asked_at=state.last_asked_at,
        last_answered_at=state.last_answered_at,
        rests_until=rests if rests and rests > now else None,
    )


def _of(carriers: Collection[str], waiting: Mapping[str, Any]) -> list[Any]:
    return [row for name, row in waiting.items() if name in carriers]


def _waiting(session: Session, now: datetime) -> Mapping[str, Any]:
    """Return how many open parcels each carrier has, and how long one has been due."""
    is_due = case((col(Parcel.next_check_at) <= now, 1), else_=0)
    query = (
        select(
            col(Parcel.carrier),
            func.count().label("open"),
            func.sum(is_due).label("due"),
            func.min(col(Parcel.next_check_at)).label("oldest"),
        )
        .where(col(Parcel.open))
        .group_by(col(Parcel.carrier))
    )
    return {row.carrier: row for row in session.connection().execute(query)}
