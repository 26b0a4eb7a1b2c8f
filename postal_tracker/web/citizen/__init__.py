"""The pages of citizens."""

from fastapi import APIRouter

from postal_tracker.web.citizen import feedback, lookup, rating

router = APIRouter(include_in_schema=False)
router.include_router(lookup.router)
router.include_router(rating.router)
router.include_router(feedback.router)

__all__ = ["router"]
