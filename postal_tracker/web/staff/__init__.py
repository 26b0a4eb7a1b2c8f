"""The desk's pages: desk, manager and admin may look; only the desk acts."""

from fastapi import APIRouter

from postal_tracker.web.staff import (
    audit,
    board,
    carriers,
    catalogue,
    corrections,
    denunciations,
    dossiers,
    evidence,
    feedback,
    first_admin,
    handovers,
    help_pages,
    importing,
    inspection,
    list_files,
    messages,
    notices,
    official,
    overview,
    papers,
    parcel_list,
    parcels,
    password,
    printers,
    prints,
    registers,
    registration,
    reports,
    satisfaction,
    scanner_check,
    search,
    second_factor,
    sessions,
    sign_in,
    sign_in_code,
    single_sign_on,
    station,
    statutory,
    surveys,
    unlock,
    worklist,
)

router = APIRouter(include_in_schema=False)
# `/desk/parcels/{number}/contents.pdf` must be known before `/desk/parcels/{number}`, and
# `/desk/dossiers/new` before `/desk/dossiers/{code}`, `/desk/reports/official`,
# `/desk/reports/overview`, `/desk/reports/inspection`, `/desk/reports/registers` and
# `/desk/reports/satisfaction` before `/desk/reports/{name}`, `/desk/station/test` before
# `/desk/station/{mode}`.
for pages in (
    papers,
    sign_in,
    sign_in_code,
    single_sign_on,
    unlock,
    password,
    second_factor,
    sessions,
    board,
    worklist,
    feedback,
    evidence,
    denunciations,
    registration,
    importing,
    search,
    dossiers,
    parcel_list,
    parcels,
    prints,
    handovers,
    scanner_check,
    station,
):
    router.include_router(pages.router)
for pages in (
    corrections,
    notices,
    statutory,
    messages,
    printers,
    carriers,
    catalogue,
    list_files,
    inspection,
    official,
    overview,
    registers,
    satisfaction,
    surveys,
    reports,
    audit,
    first_admin,
    help_pages,
):
    router.include_router(pages.router)

__all__ = ["router"]
