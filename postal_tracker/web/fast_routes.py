"""Fast routes to what is called all day: events, scans, webhooks, citizens' lookups.

At each request FastAPI works out anew what a route depends on, and takes a third of an answer's
time for it. Here plain Starlette routes call the same functions; FastAPI's own routes to them stand
behind these, never reached, for the sake of `/docs`. Limits and roles are declared once, with the
functions, and hold here too.
"""

from collections.abc import Callable
from typing import Any, get_type_hints

from fastapi import Request, Response, params
from pydantic import BaseModel, TypeAdapter, create_model
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from postal_tracker.desks.scanning import ScanView
from postal_tracker.forms import ScanForm, TrackForm, read_as
from postal_tracker.views.citizen import CitizenDossierView
from postal_tracker.web import hooks
from postal_tracker.web.api import events, scans, track
from postal_tracker.web.http.auth import REPORTERS, SCANNERS, admit
from postal_tracker.web.http.json_bodies import read_body


async def _report_events(request: Request) -> Response:
    return await events.report_events(request, await admit(request, REPORTERS))


def _path_of(endpoint: Callable[..., Any]) -> type[BaseModel]:
    """Return the form of an endpoint's path, with the limits that its parameters declare."""
    hints = get_type_hints(endpoint, include_extras=True)
    declared = {
        name: hint
        for name, hint in hints.items()
        if any(isinstance(part, params.Path) for part in getattr(hint, "__metadata__", ()))
    }
    return create_model("PathOf", **declared)


_HOOK = _path_of(hooks.receive_message)


async def _receive(request: Request) -> Response:
    answer = hooks.try_hook_address if request.method == "HEAD" else hooks.receive_message
    path = read_as(_HOOK, request.path_params)
    return await answer(**vars(path), request=request)


_SEEN = TypeAdapter(CitizenDossierView)


async def _track(request: Request) -> Response:
    form = read_as(TrackForm, read_body(await request.body()))
    seen = await track.track_dossier(form, request)
    return Response(_SEEN.dump_json(seen, by_alias=True), media_type="application/json")


_SCANNED = TypeAdapter(ScanView)


async def _scan(request: Request) -> Response:
    context = await admit(request, SCANNERS)
    form = read_as(ScanForm, read_body(await request.body()))
    seen = await scans.scan_code(form, context)
    return Response(_SCANNED.dump_json(seen), media_type="application/json")


class _Door(Route):
    """A route that the audit log can name, as FastAPI's own can be."""

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["route"] = self
        await super().handle(scope, receive, send)


ROUTES = [
    _Door("/api/v1/events", _report_events, methods=["POST"]),
    _Door("/api/v1/scans", _scan, methods=["POST"]),
    _Door("/hooks/{carrier}/{secret}", _receive, methods=["HEAD", "POST"]),
    _Door("/api/v1/track", _track, methods=["POST"]),
]
