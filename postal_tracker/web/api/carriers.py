"""Carriers for programs: which there are, and how it goes with each."""

from dataclasses import dataclass
from functools import partial

from fastapi import APIRouter

from postal_tracker.carriers.health import CarrierView, health
from postal_tracker.web.http.auth import Staff
from postal_tracker.web.http.errors import documented

router = APIRouter(prefix="/api/v1", responses=documented(400, 401, 403, 405, 422, 500, 503))


@dataclass(frozen=True, slots=True)
class CarriersView:
    items: list[CarrierView]


@router.get("/carriers")
async def list_carriers(door: Staff) -> CarriersView:
    """List carriers and sources: when each was heard and asked, how often it fails, what waits."""
    house = door.house
    query = partial(health, carriers=house.carriers, now=house.now())
    return CarriersView(await house.database.read(query, slow=True))
