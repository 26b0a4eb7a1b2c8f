"""The record's health, for its page and for programs: asked of the record, and of what was felt."""

import asyncio
from functools import partial

from postal_tracker.access import refuse_part
from postal_tracker.background.failures import failed_jobs
from postal_tracker.views.record_health import Felt, RecordHealthView, record_health
from postal_tracker.web.http.auth import RequestContext


async def read_health(context: RequestContext) -> RecordHealthView:
    """Return how the record is kept. Raises Forbidden for who has a part of the centre only."""
    refuse_part(context.scope)
    house = context.house
    felt = Felt(
        state=await house.database.state(),
        size=await asyncio.to_thread(house.database.size_bytes),
        failed=await house.database.read(failed_jobs, slow=True),
        disk_warning=house.settings.disk_warning_mib * 1024 * 1024,
    )
    look = partial(record_health, felt=felt, now=context.now)
    return await house.database.read(look, slow=True)
