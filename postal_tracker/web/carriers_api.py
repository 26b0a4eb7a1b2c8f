"""Carriers for programs: which there are, and how it goes with each."""

from dataclasses import dataclass

from fastapi import APIRouter

from postal_tracker.carrier_health import CarrierView, health
from postal_tracker.web.errors import documented
from postal_tracker.web.gate import Staff

router = APIRouter(prefix="/api/v1", responses=documented(400, 401, 403, 405, 422, 500, 503))


@dataclass(frozen=True, slots=True)
class CarriersView:
    items: list[CarrierView]


@router.get("/carriers")
async def list_carriers(door: Staff) -> CarriersView:
    """List carriers and sources: when each was heard and asked, how often it fails, what waits."""
    house = door.house
    return CarriersView(await house.database.read(lambda s: health(s, house), slow=True))
