"""The administrator's pages: people, and what the centre works with; of the whole centre only."""

from fastapi import APIRouter

from postal_tracker.web.admin import (
    breach,
    carriers,
    catalogue,
    health,
    holidays,
    home,
    invitation,
    keys,
    lists,
    numbers,
    people,
    printers,
    settings,
    webhooks,
)

router = APIRouter(include_in_schema=False)
for pages in (
    home,
    catalogue,
    holidays,
    people,
    numbers,
    printers,
    lists,
    health,
    carriers,
    settings,
    keys,
    webhooks,
    invitation,
    breach,
):
    router.include_router(pages.router)

__all__ = ["router"]
