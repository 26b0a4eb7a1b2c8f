"""Is it alive, is it well: for load balancers and for those who keep it running."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Literal

from fastapi import APIRouter, Request, Response

from postal_tracker.carriers.health import CarrierView, health
from postal_tracker.core.problems import busy
from postal_tracker.storage import migrations
from postal_tracker.web import metrics
from postal_tracker.web.http.auth import house_of
from postal_tracker.web.http.errors import documented
from postal_tracker.web.http.openness import refuse_but_operators

router = APIRouter(tags=["health"])


@dataclass(frozen=True, slots=True)
class LivenessView:
    """That it is alive."""

    status: Literal["ok"]
    """The process answers."""


@dataclass(frozen=True, slots=True)
class ReadinessView:
    """That it is well."""

    status: Literal["ready"]
    """Something can be written now."""
    warnings: list[Literal["disk-nearly-full"]]
    """What will stop it if nobody acts. `disk-nearly-full`: see POSTAL_DISK_WARNING_MIB."""


@router.get("/healthz")
async def show_liveness() -> LivenessView:
    """Answer as long as the process does."""
    return LivenessView("ok")


@router.get("/readyz", responses=documented(503))
async def show_readiness(request: Request) -> ReadinessView:
    """Answer 200 if something can be written now to a database with every migration, else 503.

    It tells what was felt less than two seconds ago, and waits for nobody.
    """
    house = house_of(request)
    state = await house.database.state()
    if state.fault or not migrations.is_newest(state.revisions):
        raise busy()
    return ReadinessView("ready", ["disk-nearly-full"] if house.lacks_room(state) else [])


_EXPOSITION = {
    "schema": {"type": "string"},
    "example": 'postal_carrier_due_parcels{carrier="vnpost"} 2.0',
}


@router.get(
    "/metrics",
    response_class=Response,
    responses={200: {"content": {"text/plain": _EXPOSITION}}, **documented(401, 503)},
)
async def show_metrics(request: Request) -> Response:
    """Show what operators watch, for Prometheus: to them alone."""
    await refuse_but_operators(request)
    house = house_of(request)
    query = partial(health, carriers=house.carriers, now=house.now())
    # In a thread of nobody's pool: it must be told also while all wait for those.
    found = await asyncio.to_thread(house.database.read_now, query)
    shown = metrics.exposition({carrier.name: _watched(carrier) for carrier in found})
    return Response(shown, media_type="text/plain; version=0.0.4")


def _watched(carrier: CarrierView) -> dict[str, float | datetime | None]:
    return {
        "last_hook_timestamp_seconds": carrier.last_hook_at,
        "last_answer_timestamp_seconds": carrier.last_answered_at,
        "error_ratio": carrier.error_rate,
        "lag_seconds": carrier.lag_seconds,
        "due_parcels": carrier.due,
        "rests": carrier.rests_until is not None,
    }
