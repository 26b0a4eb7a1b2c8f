"""The desk's pages: desk, manager and admin may look; only the desk acts."""

from fastapi import APIRouter

from postal_tracker.web.staff_pages import dossiers, sign_in

router = APIRouter(include_in_schema=False)
for pages in (sign_in, dossiers):
    router.include_router(pages.router)

__all__ = ["router"]
