"""The service: every door on one house."""

from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext

from fastapi import FastAPI

from postal_tracker.house import House
from postal_tracker.web import (
    api,
    carriers_api,
    citizen_pages,
    courier_pages,
    errors,
    hooks,
    messages_api,
    openapi,
    operators,
    pages,
    papers_api,
    printers_api,
    reports_api,
    short_ways,
    staff_pages,
)
from postal_tracker.web.guard import Guard

# `/courier/sign-in` is a staff page and must be known before `/courier/{tracking_number}`, and
# `/handovers/{number}.pdf` before `/handovers/{number}`.
_DOORS = (
    *(papers_api, api, messages_api, carriers_api, printers_api, reports_api, hooks, operators),
    *(citizen_pages, staff_pages, courier_pages),
)


def create_app(
    house: House, *, beside: Callable[[], AbstractAsyncContextManager[None]] = nullcontext
) -> FastAPI:
    """Return the service for a house whose database is migrated; closes the house at its end.

    `beside` is what lives as long as the service does: background work, if it is done here.
    """

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncGenerator[None]:
        async with beside():
            yield
        house.close()

    app = FastAPI(
        title="Postal dossier forwarding tracker",
        version="1",
        docs_url="/docs" if house.settings.docs else None,
        redoc_url=None,
        openapi_url="/openapi.json" if house.settings.docs else None,
        lifespan=lifespan,
    )
    app.state.house = house
    app.router.routes.extend(short_ways.ROUTES)  # routes are tried in their order
    for door in _DOORS:
        app.include_router(door.router)
    errors.install(app)
    openapi.install(app)
    pages.install(app)
    app.add_middleware(Guard, https=house.settings.secure_cookies)
    return app
