"""The pages of couriers."""

from fastapi import APIRouter

from postal_tracker.web.courier import enrolment, installed, parcels

router = APIRouter()
router.include_router(enrolment.router)
router.include_router(installed.router)  # both before whatever may be a parcel's number
router.include_router(parcels.router)

__all__ = ["router"]
