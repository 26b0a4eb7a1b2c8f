"""The JSON API: the same acts and views as the pages, for programs. See /docs for its shapes."""

from fastapi import APIRouter

from postal_tracker.web.api import (
    audit,
    carriers,
    catalogue,
    changes,
    courier_devices,
    dossiers,
    events,
    feedback,
    handovers,
    holidays,
    inspection,
    keys,
    labels,
    log,
    messages,
    national,
    notices,
    number_ranges,
    official,
    papers,
    parcels,
    printers,
    prints,
    record,
    reports,
    scans,
    track,
    webhooks,
    worklist,
)

router = APIRouter()
# `/parcels/{number}/contents.pdf` must be known before `/parcels/{number}`.
for resource in (papers, dossiers, parcels, handovers, labels, prints, printers, number_ranges):
    router.include_router(resource.router)
for resource in (
    catalogue,
    holidays,
    scans,
    events,
    track,
    feedback,
    messages,
    carriers,
    inspection,
    official,
    reports,
    worklist,
    national,
    changes,
    notices,
    webhooks,
    audit,
    keys,
    courier_devices,
    record,
    log,
):
    router.include_router(resource.router)
router.include_router(log.public)

__all__ = ["router"]
