"""The pages of couriers."""

from fastapi import APIRouter

from postal_tracker.web.courier import enrolment, installed, lists, parcels, pictures

router = APIRouter()
for before in (enrolment, installed, pictures, lists):  # before whatever may be a parcel's number
    router.include_router(before.router)
router.include_router(parcels.router)

__all__ = ["router"]
