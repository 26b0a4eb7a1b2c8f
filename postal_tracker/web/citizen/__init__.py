"""The pages of citizens."""

from postal_tracker.web.citizen.lookup import router

__all__ = ["router"]
