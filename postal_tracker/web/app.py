"""The service: every door on one house."""

from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext

from fastapi import FastAPI

from postal_tracker.house import House
from postal_tracker.settings import Settings
from postal_tracker.web import (
    admin,
    api,
    citizen,
    courier,
    docs,
    fast_routes,
    health,
    hooks,
    problem_types,
    security_txt,
    staff,
)
from postal_tracker.web.html import assets, problem_pages
from postal_tracker.web.http import errors, openapi
from postal_tracker.web.http.admission import Admission, Rooms, Share
from postal_tracker.web.http.connections import Connections
from postal_tracker.web.http.hosts import right_call
from postal_tracker.web.http.lookups import Gate
from postal_tracker.web.http.middleware import Guard

# `/courier/sign-in` is a staff page and must be known before `/courier/{tracking_number}`.
_DOORS = (api, hooks, health, problem_types, docs, security_txt, citizen, admin, staff, courier)


def create_app(
    house: House, *, beside: Callable[[], AbstractAsyncContextManager[None]] = nullcontext
) -> FastAPI:
    """Return the service for a house whose database is migrated; closes the house at its end.

    `beside` is what lives as long as the service does: background work, if it is done here.
    """

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncGenerator[None]:
        async with beside(), house.keeping_up():
            yield
        await house.audit.end()
        house.close()

    app = FastAPI(
        **openapi.described(),
        docs_url=None,
        redoc_url=None,
        openapi_url=None,  # `docs` shows it, to those who may see it
        redirect_slashes=False,  # it would lead a program with its key to plain http
        lifespan=lifespan,
    )
    app.state.house = house
    app.state.connections = Connections(house.settings)
    app.state.lookups = Gate()
    app.state.kept_in_ten = {}  # by month
    app.router.routes.extend(fast_routes.ROUTES)  # routes are tried in their order
    for door in _DOORS:
        app.include_router(door.router)
    errors.install(app)
    openapi.install(app)
    assets.install(app)
    problem_pages.install(app)
    https = house.settings.secure_cookies
    app.add_middleware(Guard, https=https, is_right_call=right_call(house.settings))
    app.state.rooms = Rooms(_most_of(house.settings), https=https)
    app.add_middleware(Admission, rooms=app.state.rooms)  # outside of it
    return app


def _most_of(settings: Settings) -> dict[Share, int]:
    return {
        Share.CARRIERS: settings.under_way_carriers,
        Share.STAFF: settings.under_way_staff,
        Share.PUBLIC: settings.under_way_public,
    }
