"""One dossier for its citizen, by the code and the telephone's last digits."""

from fastapi import Request

from postal_tracker.forms import TrackForm
from postal_tracker.views.citizen import CitizenDossierView
from postal_tracker.web.api.routing import api_router
from postal_tracker.web.http.errors import documented
from postal_tracker.web.http.lookups import look_up

router = api_router("track")


@router.post("/track", responses=documented(404, 429))
async def track_dossier(form: TrackForm, request: Request) -> CitizenDossierView:
    """Show a citizen where the dossier is. A POST, so that no proof lands in a log."""
    return await look_up(request, form)
