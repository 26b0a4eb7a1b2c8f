"""How it goes with each carrier: who is silent, who fails, who is left alone."""

from fastapi import APIRouter, Request, Response

from postal_tracker.carrier_health import health
from postal_tracker.web.gate import Staff
from postal_tracker.web.pages import show

router = APIRouter(prefix="/desk/carriers")


@router.get("")
async def show_carriers(request: Request, door: Staff) -> Response:
    house = door.house
    carriers = await house.database.read(lambda s: health(s, house), slow=True)
    return show(request, "desk/carriers.html", door=door, carriers=carriers)
