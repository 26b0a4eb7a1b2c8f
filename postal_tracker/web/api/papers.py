"""The papers beside the labels, for programs."""

from postal_tracker.web.api.routing import api_router
from postal_tracker.web.http import papers

router = api_router("papers")
papers.add_routes(router)
