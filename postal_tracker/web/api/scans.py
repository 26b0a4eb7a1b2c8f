"""Scans: what somebody's scanner read, and what can be done with it."""

from postal_tracker.access import Role
from postal_tracker.core.problems import Problem
from postal_tracker.desks import scanning
from postal_tracker.desks.scanning import CourierScan
from postal_tracker.forms import ScanForm
from postal_tracker.web.api.routing import api_router
from postal_tracker.web.http.auth import ClerkOrCourierContext, RequestContext
from postal_tracker.web.http.errors import documented

router = api_router("scans")


@router.post("/scans", responses=documented(409))
async def scan_code(form: ScanForm, context: ClerkOrCourierContext) -> scanning.ScanView:
    """Say what a scanner read and what can be done with it; with `act`, do it."""
    house = context.house
    if not form.act:
        return await house.database.read(lambda s: scanning.read(s, form, by=context.caller))
    if context.caller.role is Role.COURIER:
        return await _courier_scan(form, context)
    return await house.database.write(
        lambda s: scanning.scan(s, form, by=context.caller, now=context.now)
    )


async def _courier_scan(form: ScanForm, context: RequestContext) -> scanning.ScanView:
    database, by = context.house.database, context.caller
    told = await database.write_each(scanning.scan_round, CourierScan(form, by, context.now))
    if told is None:
        seen = await database.read(lambda s: scanning.read(s, form, by=by))
        scanning.refuse_impossible(seen, form.act)
        sure = form.model_copy(update={"code": seen.code, "chosen": True})
        return await _courier_scan(sure, context)
    if isinstance(told, Problem):
        raise told
    return told
