"""Carriers for programs: which there are, and how it goes with each."""

from dataclasses import dataclass
from functools import partial

from postal_tracker.carriers.health import CarrierView, health
from postal_tracker.web.api.routing import api_router
from postal_tracker.web.http.auth import StaffContext

router = api_router("carriers")


@dataclass(frozen=True, slots=True)
class CarriersView:
    """Carriers and sources."""

    items: list[CarrierView]


@router.get("/carriers")
async def list_carriers(context: StaffContext) -> CarriersView:
    """List carriers and sources: when each was heard and asked, how often it fails, what waits."""
    house = context.house
    query = partial(health, carriers=house.carriers, now=house.now())
    return CarriersView(await house.database.read(query, slow=True))
