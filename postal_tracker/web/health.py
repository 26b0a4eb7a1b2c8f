"""Is it alive, is it well: for load balancers and for those who keep it running."""

import asyncio
from datetime import datetime
from functools import partial

from fastapi import APIRouter, Request, Response
from sqlalchemy import text

from postal_tracker.carriers.health import CarrierView, health
from postal_tracker.core.problems import busy
from postal_tracker.storage import migrations
from postal_tracker.web import metrics
from postal_tracker.web.http.auth import house_of
from postal_tracker.web.http.errors import documented

router = APIRouter(tags=["health"])


@router.get("/healthz")
async def alive() -> dict[str, str]:
    """Answer as long as the process does."""
    return {"status": "ok"}


@router.get("/readyz", responses=documented(503))
async def ready(request: Request) -> dict[str, str]:
    """Answer 200 once the database is reachable and has every migration, else 503."""
    database = house_of(request).database
    await database.read(lambda s: s.connection().execute(text("SELECT 1")).one(), slow=True)
    if not await asyncio.to_thread(migrations.is_current, database.engine):
        raise busy()
    return {"status": "ready"}


@router.get("/metrics", responses=documented(503))
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
