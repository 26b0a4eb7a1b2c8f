"""How each resource of the JSON API is routed: one address, strict bodies, common refusals."""

from fastapi import APIRouter

from postal_tracker.web.http.errors import documented
from postal_tracker.web.http.json_bodies import StrictRoute

PREFIX = "/api/v1"


def api_router(tag: str, *, below: str = "") -> APIRouter:
    """Return the router of one resource; what all its operations may answer is documented."""
    return APIRouter(
        prefix=PREFIX + below,
        tags=[tag],
        route_class=StrictRoute,
        responses=documented(400, 401, 403, 405, 413, 415, 422, 500, 503),
    )
