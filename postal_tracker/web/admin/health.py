"""The record's health as a page: what is well, what is not, and what to do."""

from fastapi import APIRouter, Request, Response

from postal_tracker.web.html.rendering import show
from postal_tracker.web.http.auth import AdminContext
from postal_tracker.web.http.record_health import read_health

router = APIRouter(prefix="/desk/admin/health")


@router.get("")
async def show_health(request: Request, context: AdminContext) -> Response:
    lines = (await read_health(context)).items
    return show(request, "admin/health.html", context=context, lines=lines)
