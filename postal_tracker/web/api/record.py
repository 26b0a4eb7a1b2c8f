"""The record's health for programs: copies, examinations, the log, room, background work."""

from postal_tracker.views.record_health import RecordHealthView
from postal_tracker.web.api.routing import api_router
from postal_tracker.web.http.auth import AdminContext
from postal_tracker.web.http.record_health import read_health

router = api_router("health")


@router.get("/record/health")
async def show_record_health(context: AdminContext) -> RecordHealthView:
    """Tell whether the record is well kept, the worst first."""
    return await read_health(context)
