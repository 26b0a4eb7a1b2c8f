"""The papers that the desk's pages print: the same files as programs get, problems as pages."""

from fastapi import APIRouter

from postal_tracker.web.http import papers

router = APIRouter(prefix="/desk")
papers.add_routes(router)
