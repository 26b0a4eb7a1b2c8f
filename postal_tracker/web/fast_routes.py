"""A shorter way to the doors that stand open all day: scans, web hooks, citizens' lookups.

At each request FastAPI works out anew what a route depends on, and takes a third of an answer's
time for it. Here plain Starlette routes call the same functions; FastAPI's own routes to them stand
behind these, never reached, for the sake of `/docs`.
"""

from fastapi import Request, Response
from pydantic import TypeAdapter, ValidationError
from starlette.routing import Route

from postal_tracker.forms import TrackForm, invalid
from postal_tracker.views.lookup import CitizenDossierView
from postal_tracker.web import hooks
from postal_tracker.web.api import dossiers
from postal_tracker.web.http.auth import open_to_reporters
from postal_tracker.web.http.json_bodies import read_body


async def _report_events(request: Request) -> Response:
    return await dossiers.report_events(request, await open_to_reporters(request))


async def _receive(request: Request) -> Response:
    return await hooks.receive(**request.path_params, request=request)


_SEEN = TypeAdapter(CitizenDossierView)


async def _track(request: Request) -> Response:
    try:
        form = TrackForm.model_validate(read_body(await request.body()))
    except ValidationError as fault:
        raise invalid(fault.errors()) from None
    seen = await dossiers.track(form, request)
    return Response(_SEEN.dump_json(seen), media_type="application/json")


ROUTES = [
    Route("/api/v1/events", _report_events, methods=["POST"]),
    Route("/hooks/{carrier}/{secret}", _receive, methods=["POST"]),
    Route("/api/v1/track", _track, methods=["POST"]),
]
