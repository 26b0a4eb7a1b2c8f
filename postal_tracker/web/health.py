"""Is it alive, is it well: for load balancers and for those who keep it running."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Literal

from fastapi import APIRouter, Request, Response
from sqlalchemy import text

from postal_tracker.carriers.health import CarrierView, health
from postal_tracker.core.problems import busy
from postal_tracker.storage import migrations
from postal_tracker.web import metrics
from postal_tracker.web.http.auth import house_of
from postal_tracker.web.http.errors import documented

router = APIRouter(tags=["health"])


@dataclass(frozen=True, slots=True)
class HealthView:
    """That it is well."""

    status: Literal["ok", "ready"]
    """`ok`: the process answers. `ready`: the database does too."""


@router.get("/healthz")
async def show_liveness() -> HealthView:
    """Answer as long as the process does."""
    return HealthView("ok")


@router.get("/readyz", responses=documented(503))
async def show_readiness(request: Request) -> HealthView:
    """Answer 200 once the database is reachable and has every migration, else 503."""
    database = house_of(request).database
    await database.read(lambda s: s.connection().execute(text("SELECT 1")).one(), slow=True)
    if not await asyncio.to_thread(migrations.is_current, database.engine):
        raise busy()
    return HealthView("ready")


_EXPOSITION = {
    "schema": {"type": "string"},
    "example": 'postal_carrier_due_parcels{carrier="vnpost"} 2.0',
}


@router.get(
    "/metrics",
    response_class=Response,
    responses={200: {"content": {"text/plain": _EXPOSITION}}, **documented(503)},
)
async def show_metrics(request: Request) -> Response:
    """Show what operators watch, for Prometheus."""
    house = house_of(request)
    query = partial(health, carriers=house.carriers, now=house.now())
    found = await house.database.read(query, slow=True)
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
