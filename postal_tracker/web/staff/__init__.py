"""The desk's pages: desk, manager and admin may look; only the desk acts."""

from fastapi import APIRouter

from postal_tracker.web.staff import (
    board,
    carrier_pages,
    dossiers,
    finding,
    handovers,
    intake,
    messages,
    papers,
    parcels,
    printer_pages,
    prints,
    report_pages,
    sign_in,
)

router = APIRouter(include_in_schema=False)
# `/desk/parcels/{number}/contents.pdf` must be known before `/desk/parcels/{number}`.
router.include_router(papers.router)
# `/desk/dossiers/new` must be known before `/desk/dossiers/{code}`.
for pages in (sign_in, board, intake, finding, dossiers, parcels, prints, handovers, messages):
    router.include_router(pages.router)
router.include_router(printer_pages.router)
router.include_router(carrier_pages.router)
router.include_router(report_pages.router)

__all__ = ["router"]
