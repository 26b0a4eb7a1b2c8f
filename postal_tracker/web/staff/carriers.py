"""How it goes with each carrier: who is silent, who fails, who is left alone."""

from functools import partial

from fastapi import APIRouter, Request, Response

from postal_tracker.carriers.health import health
from postal_tracker.web.html.rendering import show
from postal_tracker.web.http.auth import StaffContext

router = APIRouter(prefix="/desk/carriers")


@router.get("")
async def show_carriers(request: Request, context: StaffContext) -> Response:
    house = context.house
    query = partial(health, carriers=house.carriers, now=house.now())
    carriers = await house.database.read(query, slow=True)
    return show(request, "desk/carriers.html", context=context, carriers=carriers)
