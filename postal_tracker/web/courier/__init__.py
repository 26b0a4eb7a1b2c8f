"""The pages of couriers."""

from postal_tracker.web.courier.parcels import router

__all__ = ["router"]
