"""A live round trip: one question to a carrier, of which nothing is recorded."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from adapters.carrier import Carrier, CarrierFault, Unreachable
from adapters.event import CarrierEvent
from postal_tracker.carriers import polling
from postal_tracker.carriers.configured import Carriers
from postal_tracker.storage.tables import Parcel


@dataclass(frozen=True, slots=True)
class Tried:
    """What a carrier said of one parcel; or why it said nothing, in the adapter's words."""

    number: str
    took_ms: int
    events: Sequence[CarrierEvent]
    fault: str = ""


def newest_parcel(session: Session, carriers: Carriers, name: str) -> str:
    """Return the newest open parcel that a carrier, or a source, can be asked about; or \"\"."""
    of_these = col(Parcel.carrier).in_(carriers.asked_at(name) or {name})
    query = select(Parcel.tracking_number).where(of_these, col(Parcel.open))
    return session.exec(query.order_by(col(Parcel.id).desc())).first() or ""


async def ask(carrier: Carrier, number: str) -> Tried:
    """Ask a carrier about a parcel now."""
    began, fault, events = time.monotonic(), "", list[CarrierEvent]()
    try:
        async with asyncio.timeout(polling.ANSWER_WITHIN.total_seconds()), polling.client() as way:
            events = await carrier.ask(way, [number])
    except CarrierFault as failed:
        fault = str(failed)
    except TimeoutError:
        fault = str(Unreachable("no answer in time"))
    return Tried(number, round((time.monotonic() - began) * 1000), events, fault)
