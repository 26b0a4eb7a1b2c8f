"""Scans: what somebody's scanner read, and what can be done with it."""

from postal_tracker.desks import scanning
from postal_tracker.forms import ScanForm
from postal_tracker.web.api.routing import api_router
from postal_tracker.web.http.auth import ClerkOrCourierContext
from postal_tracker.web.http.errors import documented

router = api_router("scans")


@router.post("/scans", responses=documented(409))
async def scan_code(form: ScanForm, context: ClerkOrCourierContext) -> scanning.ScanView:
    """Say what a scanner read and what can be done with it; with `act`, do it."""
    house = context.house
    if not form.act:
        return await house.database.read(lambda s: scanning.read(s, form, by=context.caller))
    return await house.database.write(
        lambda s: scanning.scan(s, form, by=context.caller, now=context.now)
    )
